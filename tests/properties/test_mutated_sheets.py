"""Sheets that went wrong on their way: nothing valid is lost, and no answer gets into a log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from backtriage.decide.assessment import assess
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, plain_answers, validate
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.render.problems import hides_values, problem_lines
from backtriage.shell.sheets import InvalidSheetError, assess_sheet
from backtriage.terms.printable import first_unprintable
from backtriage.terms.problem import Unsound
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import SOME_OF
from tests.support.protocols import SHIPPED, cases_in, shipped
from tests.support.tier import examples, sampled
from tools.problem_codes import CATALOGUE

PROGRAM = shipped()
BASES = [plain_answers(PROGRAM, case.sheet) for case in cases_in(SHIPPED)]
CANARY = "Zq7 canary"
"""Something that only this person says."""


def read(text: str, *, is_yaml: bool) -> ValidatedSheet:
    data = text.encode("utf-8", "surrogatepass")
    return validate(PROGRAM, sheet_from_bytes(data, "sheet", is_yaml=is_yaml))


def check_messages(validated: ValidatedSheet) -> str:
    """Assert that all problems can be shown; return what a log would hold of them."""
    for values in (True, False):
        said = problem_lines(validated.problems, values=values)
        assert all(first_unprintable(line) is None for line in said.splitlines())
        assert len(said) < 60_000
    assert {problem.code for problem in validated.problems} <= {*CATALOGUE}
    assert validated.is_valid is (validated.problems == ())
    return said + str(Unsound(validated.problems))


# -- single entries --------------------------------------------------------------------------

WORDS = st.sampled_from([
    CANARY, f"{CANARY}?", f"no {CANARY}", "not_sure", "not_sure?", "none", "", "yes", "no", "?",
    "\x1b[2J", "\u202e", "\ud800", "1e1", "-1", "9" * 60, "4_4", "\uff14",
])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=6)
WRONG = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(WORDS, SCALARS, max_size=2)


@st.composite
def spoilt(draw: st.DrawFn) -> tuple[Mapping[str, object], dict[str, object]]:
    """A sheet of a case, and the entries that replace some of its own or are added."""
    base = draw(st.sampled_from(BASES))
    known = st.sampled_from(list(PROGRAM.questions))
    near = known.map(lambda key: key.upper()) | known.map(lambda key: f"no_{key}")
    keys = known | near | WORDS | st.text(max_size=4)
    return base, draw(st.dictionaries(keys, WRONG, min_size=1, max_size=3))


@settings(max_examples=examples(1500))
@given(sheets=spoilt())
def test_a_bad_entry_takes_no_other_answer_with_it(
    sheets: tuple[Mapping[str, object], dict[str, object]],
) -> None:
    """An emergency among the others stays certain, and none gets less urgent."""
    base, wrong = sheets
    others = {key: value for key, value in base.items() if key not in wrong}
    expected = validate(PROGRAM, Sheet(values=others)).answers

    validated = read(json.dumps({**others, **wrong}), is_yaml=False)

    kept = {key: value for key, value in validated.answers.items() if key not in wrong}
    assert kept == dict(expected)
    assert assess(PROGRAM, validated.answers).possible >= assess(PROGRAM, expected).certain
    assert "canary" not in check_messages(validated)


@cache
def emergencies() -> list[tuple[str, str]]:
    """Return each item that alone makes an emergency certain, with its question."""
    return [
        (question.id, choice.id)
        for question in PROGRAM.protocol.questions
        for choice in (question.choices if question.kind == SOME_OF else ())
        if found_in({question.id: [choice.id]}) is Urgency.EMERGENCY
    ]


def found_in(values: Mapping[str, object], *, text: bool = False) -> Urgency:
    """Return what is shown first for a sheet, whether it is valid or not."""
    try:
        return assess_sheet(PROGRAM, validate(PROGRAM, Sheet(values=values, text=text))).certain
    except InvalidSheetError as error:
        return error.partial.certain


@settings(max_examples=examples(50))
@given(data=st.data())
def test_an_emergency_survives_whatever_stands_beside_it(data: st.DataObject) -> None:
    """Any slip in the list, and any answer to other questions that is not valid either."""
    question, item = data.draw(st.sampled_from(emergencies()))
    ids = st.sampled_from([choice.id for choice in PROGRAM.questions[question].choices])
    slips = SCALARS | ids | ids.map("{}?".format) | ids.map("no {}".format) | WRONG
    beside = data.draw(st.lists(slips.filter(lambda slip: slip != f"{item}?"), max_size=4))
    at = data.draw(st.integers(0, len(beside)))
    others = {q: [None] for q in data.draw(st.sets(st.sampled_from(list(PROGRAM.questions))))}
    entries = [*beside[:at], item, *beside[at:]]

    assert found_in({**others, question: entries}) is Urgency.EMERGENCY
    words = [entry for entry in entries if isinstance(entry, str)]
    assert found_in({question: ";".join(words)}, text=True) is Urgency.EMERGENCY


BLANKS = (" ", "\n", "\r\n", "\t", "\xa0", "\u2028", "\u3000", "\u200b", "\ufeff", "\x00")
"""What comes with a word from a form, a spreadsheet or a page: white space, or nothing to see."""


@pytest.mark.parametrize("part", sampled(map(str, range(8)), fast=["0"]))
def test_the_nearest_reading_of_every_item_is_an_emergency_and_of_a_denial_is_none(
    part: str,
) -> None:
    """Of every item in eight parts, each of which has items of all questions."""
    for question, item in emergencies()[int(part) :: 8]:
        slips: list[object] = [
            f"{item}, x", f"{item};x", [f"{item} "], [item.upper()], {item: True}, {item: "yes"},
            [{item: True, "x": False}], [[item]], [f"[{item}"], [f'"{item}"'], {item: "yes\n"},
            f"{item}/x", f"x;{item} | x", f"x+{item}",
            *([f"{blank}{item}{blank}"] for blank in BLANKS),
            *({f"{blank}{item}{blank}": True} for blank in BLANKS),
        ]  # fmt: skip
        denials: list[object] = [
            f"no {item}, x", [f"no {item}"], [f"{item} no"], [f"no_{item}"], {item: False},
            {item: "no"}, {item: None}, [{item: "x"}], {f"no {item}": True},
            *([f"no{blank}{item}"] for blank in BLANKS), [f"({item}) no"], [f"[no {item}]"],
            f"x/no {item}", f"no {item}|x",
        ]  # fmt: skip
        assert {found_in({question: slip}) for slip in slips} == {Urgency.EMERGENCY}
        assert Urgency.EMERGENCY not in {found_in({question: denial}) for denial in denials}
        assert found_in({question: [f'"{item}"?']}) is found_in({question: [f"{item}? "]})
        for blank in BLANKS:
            assert found_in({f"{blank}{question}{blank}": [item]}) is Urgency.EMERGENCY
        assert found_in({f"no_{question}": [item]}) is not Urgency.EMERGENCY


OLD_TROUBLE = {"answering_for": "self", "age": 44, "sex": "male", "nerve_signs": ["old"]}


@pytest.mark.parametrize("slip", [
    "[worse]", "worse?", "worse ?", "[worse", '"worse"', "worse\n", "\uff57orse", "wrose",
    ["worse"], ["[worse?]"], {"worse": True}, {"worse": "not_sure"}, "maybe?", "?",
])  # fmt: skip
def test_the_nearest_reading_of_a_choice_is_an_emergency(slip: object) -> None:
    """As an option, too, where brackets are typed as for a list."""
    assert found_in({**OLD_TROUBLE, "old_trouble": slip}) is Urgency.EMERGENCY
    assert found_in({**OLD_TROUBLE, "old_trouble.worse": True}) is Urgency.EMERGENCY


@pytest.mark.parametrize("slip", [
    "[seen]", "no worse", "not worse", "worse no", "worse, seen", ["worse", "seen"],
    {"worse": False}, {"worse": "no"}, [[]], "[]", "[10]", [10], 10, [True], "[[no]]",
])  # fmt: skip
def test_what_says_no_such_choice_is_none(slip: object) -> None:
    assert found_in({"age": [10**6000], "sex": 10**6000}) is not Urgency.EMERGENCY
    assert found_in({**OLD_TROUBLE, "old_trouble": slip}) is not Urgency.EMERGENCY


@settings(max_examples=examples(300))
@given(sheets=spoilt())
def test_what_is_said_on_request_is_all_there_is(
    sheets: tuple[Mapping[str, object], dict[str, object]],
) -> None:
    base, wrong = sheets
    validated = read(json.dumps({**base, **wrong}), is_yaml=False)

    hidden, shown = (problem_lines(validated.problems, values=v) for v in (False, True))

    assert (hidden != shown) is hides_values(validated.problems)
    if not validated.is_valid:
        with pytest.raises(InvalidSheetError) as raised:
            assess_sheet(PROGRAM, validated)
        assert "canary" not in f"{raised.value}{raised.value.args}"


@settings(max_examples=examples(300))
@given(raw=WRONG, text=st.booleans())
def test_a_refused_answer_names_the_question_and_not_the_answer(
    raw: object,
    text: bool,  # noqa: FBT001
) -> None:
    for question in PROGRAM.protocol.questions:
        refused = parse_answer(question, raw, text=text)
        if isinstance(refused, InvalidAnswer):
            assert "canary" not in refused.message + refused.hint
            assert question.id in refused.message


# -- bytes -----------------------------------------------------------------------------------

SNIPPETS = st.sampled_from([
    "", '"', "\\", "{", "}", "[", "]", ":", ",", "?", "\n", "\t", "- ", "#", "&a ", "*a", "!!str ",
    "|", ">", "'", "not_sure", "none", "no", "null", "true", "1e9", "\x00", "\x1b[2J", "\u202e",
    "\ufeff", "\u2028", "\ud800", "\U0001f600", "\\u001b", "\\ud800", CANARY,
])  # fmt: skip


def as_yaml(values: Mapping[str, object]) -> str:
    """Write a sheet as people do: JSON values are YAML."""
    return "".join(f"{key}: {json.dumps(value)}\n" for key, value in values.items())


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, bool]:
    """The text of a sheet with a few stretches deleted, doubled or overwritten."""
    is_yaml = draw(st.booleans())
    base = draw(st.sampled_from(BASES))
    text = as_yaml(base) if is_yaml else json.dumps(base, indent=draw(st.sampled_from([None, 1])))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        middle = draw(SNIPPETS | st.just(text[start:end] * 2) | st.text(max_size=4))
        text = text[:start] + middle + text[end:]
    return text, is_yaml


@settings(max_examples=examples(1500))
@given(sheet=mutated())
def test_mutated_bytes_are_a_sheet_or_problems(sheet: tuple[str, bool]) -> None:
    text, is_yaml = sheet

    validated = read(text, is_yaml=is_yaml)

    logged = check_messages(validated)
    assert "canary" not in logged
    found = assess(PROGRAM, validated.answers)
    assert found.certain <= found.possible
    lines = text.count("\n") + text.count("\r") + 1
    assert all(problem.location.line <= lines + 1 for problem in validated.problems)


@settings(max_examples=examples(300))
@given(base=st.sampled_from(BASES), at=st.integers(0, 10**6))
def test_json_that_was_cut_off_is_never_a_result(base: Mapping[str, object], at: int) -> None:
    """An object has an end; its beginning is no sheet."""
    text = json.dumps(base)

    assert not read(text[: at % len(text)], is_yaml=False).is_valid


def long_keys(base: Mapping[str, object]) -> list[str]:
    """Return the questions with more than one item or digit in their answer."""
    return [
        key
        for key, value in base.items()
        if (isinstance(value, list) and len(value) > 1) or str(value)[1:].isdecimal()
    ]


@st.composite
def styled(draw: st.DrawFn, value: object) -> str:
    """Write the value of a key in any style of YAML."""
    if isinstance(value, list) and (items := [str(item) for item in value]):
        indent = draw(st.sampled_from(["", "  "]))
        rows = ",\n  ".join(items)
        return draw(st.sampled_from([
            ";".join(items), f"[{', '.join(items)}]", f"[\n  {rows}\n ]",
            "".join(f"\n{indent}- {item}" for item in items),
            "".join(f"\n{indent}-\n{indent}  '{item}'" for item in items),
            "\n  " + "\n  ;".join(items), "'" + "\n  ;".join(items) + "'",
        ]))  # fmt: skip
    text = json.dumps(value)
    return draw(st.sampled_from([text, f"\n  {text}", text.strip('"')]))


@st.composite
def yaml_sheets(draw: st.DrawFn) -> str:
    """Write some answers of a case in YAML, of which the last can be cut to another answer."""
    base = draw(st.sampled_from([base for base in BASES if long_keys(base)]))
    last = draw(st.sampled_from(long_keys(base)))
    keys = [key for key in draw(st.sets(st.sampled_from(sorted(base)), max_size=2)) if key != last]
    keys.append(last)
    rows = [(key, draw(styled(base[key]))) for key in keys]
    if draw(st.integers(0, 4)) == 0:
        return "{" + ",\n ".join(f"{key}: {json.dumps(base[key])}" for key in keys) + "}"
    entries = [
        f"{key}: {row}" if draw(st.booleans()) else f"? {key}\n: {row}" for key, row in rows
    ]
    text = draw(st.sampled_from(["", "---\n"]))
    text += "".join(entry + draw(st.sampled_from(["\n", " # x\n", "\n\n"])) for entry in entries)
    text += draw(st.sampled_from(["", "...\n", "...", "ref: A-17\n", "# the end\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=examples(400))
@given(text=yaml_sheets())
def test_yaml_that_was_cut_off_is_refused_or_has_only_whole_answers(text: str) -> None:
    whole = read(text, is_yaml=True)
    assume(whole.is_valid)

    for at in range(len(text)):
        beginning = read(text[:at], is_yaml=True)
        if beginning.is_valid:
            assert beginning.answers.items() <= whole.answers.items()
            assert beginning.ref in {None, whole.ref}


# -- options ---------------------------------------------------------------------------------


@settings(max_examples=examples(300))
@given(
    key=st.sampled_from([*PROGRAM.questions, "ref", "x", CANARY]),
    value=WORDS | st.lists(WORDS, max_size=3).map(";".join) | st.text(max_size=6),
)
def test_any_set_option_is_an_answer_or_a_problem(key: str, value: str) -> None:
    validated = validate(PROGRAM, Sheet(values={key: value}, text=True))

    is_answer = key in validated.answers or validated.ref is not None
    assert is_answer is validated.is_valid
    assert "canary" not in check_messages(validated)
