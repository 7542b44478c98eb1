"""Sheets of an older version of a small protocol, carried to the questions of the next one."""

from __future__ import annotations

from decimal import Decimal
from itertools import product
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import Evaluation
from backtriage.exchange.fingerprints import (
    Recorded,
    fingerprint_of,
    fingerprint_problems,
    read_fingerprints,
    renewed,
    to_yaml,
)
from backtriage.exchange.migration import Migrated, assess_old, migrate
from backtriage.exchange.migration_table import read_migrations
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_answers, validate
from backtriage.protocol.protocol import Choice, Confirm, Question, Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Condition, Includes, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Kind, Ticks, Value
from tests.support.strategies import everybody, frame, partial_sheets


def question(id_: str, kind: Kind, *choices: str, **more: Any) -> Question:  # noqa: ANN401
    rows = tuple(Choice(id=choice, text=f"{choice}.", short=choice) for choice in choices)
    return Question(id=id_, section="main", kind=kind, text=f"{id_}?", short=id_, why="A test.",
                    choices=rows, **more)  # fmt: skip


def rule(id_: str, urgency: Urgency, when: Condition, if_unsure: Urgency | None) -> Rule:
    return Rule(id=id_, urgency=urgency, when=when, if_unsure=if_unsure, because="So.",
                come_back="So.", evidence=("book",))  # fmt: skip


def program_of(version: str, *parts: Question | Rule) -> Program:
    questions = tuple(part for part in parts if isinstance(part, Question))
    rules = tuple(part for part in parts if isinstance(part, Rule))
    protocol = frame(questions=questions, rules=(*rules, everybody()))
    return build_program(replace(protocol, version=version))


AGE = question("age", NUMBER, least=0, most=120, unit="years", allows_not_sure=False)
COUGH = question("cough", YES_NO)
FIRST: Final = program_of(
    "1.0.0", AGE, COUGH,
    question("danger", SOME_OF, "chest", "legs", "hot", "out"),
    question("started", ONE_OF, "lifting", "fall", "crept"),
)  # fmt: skip
"""`danger.legs` asks about two things at once, and `hot` about less than `fever` will."""

SECOND: Final = program_of(
    "2.1.0", AGE,
    question("heart", SOME_OF, "chest", "faint"),
    question("limbs", SOME_OF, "weak", "numb"),
    question("fever", YES_NO),
    question("fell", YES_NO),
    question("how", ONE_OF, "lifted", "crept"),
    question("coughing", YES_NO),
    question("hurt_head", YES_NO, ask_when=Includes("heart", "faint")),
    question("hours", ONE_OF, "one", "many", ask_when=Yes("coughing"), if_skipped="one"),
    rule("chest", Urgency.EMERGENCY, Includes("heart", "chest"), Urgency.EMERGENCY),
    rule("weak", Urgency.EMERGENCY, Includes("limbs", "weak"), Urgency.EMERGENCY),
    rule("numb", Urgency.SAME_DAY, Includes("limbs", "numb"), Urgency.SAME_DAY),
    rule("fever", Urgency.SAME_DAY, Yes("fever"), Urgency.SOON),
    rule("head", Urgency.EMERGENCY, Yes("hurt_head"), Urgency.SAME_DAY),
    rule("fell", Urgency.SOON, Yes("fell"), Urgency.ROUTINE),
)  # fmt: skip
TABLE: Final = """\
migrations:
  - to: heart.chest
    was:
      - danger.chest
    as: wider
  - to: limbs.weak
    was:
      - danger.legs
    as: part
  - to: limbs.numb
    was:
      - danger.legs
    as: part
  - to: fever
    was:
      - danger.hot
    as: wider
  - to: fell
    was:
      - started.fall
  - to: how
    was:
      - started
    choices:
      lifting: lifted
  - to: hurt_head
    was:
      - danger.out
  - to: hours
    was:
      - started
    choices:
      lifting: one
      crept: many
"""
SOURCES: Final = {
    ("limbs", "weak"): ("danger", "legs"), ("limbs", "numb"): ("danger", "legs"),
    ("hurt_head", ""): ("danger", "out"), ("fell", ""): ("started", "fall"),
}  # fmt: skip
"""Which old item each new one that can be a no comes from."""

RECORDED: Final = renewed(SECOND, renewed(FIRST, Recorded(), ""), "")


def carried(**values: object) -> Migrated:
    table, problems = read_migrations(TABLE, SECOND, RECORDED)
    assert problems == ()
    return migrate(SECOND, RECORDED, table, Sheet(values=values))


# -- fingerprints ----------------------------------------------------------------------------


def test_fingerprints_read_back_and_keep_what_is_gone() -> None:
    recorded, problems = read_fingerprints(to_yaml(RECORDED))

    assert problems == ()
    assert recorded.entries == RECORDED.entries
    assert {"danger", "started", "heart"} <= set(recorded.entries)
    assert not list(fingerprint_problems(SECOND, recorded))


@pytest.mark.parametrize(
    ("change", "matters"),
    [
        ({"text": "Do you cough?"}, True),
        ({"ask_when": Yes("other")}, True),
        ({"kind": SOME_OF}, True),
        ({"unit": "weeks"}, True),
        ({"choices": (Choice(id="dry", text="Dry.", short="dry"),)}, True),
        ({"help": "It may be dry."}, True),
        ({"none": "No cough"}, True),
        ({"least": 1}, True),
        ({"most": 9}, True),
        ({"step": "0.5"}, True),
        ({"allows_not_sure": False}, True),
        ({"confirm": Confirm(text="Cough.", clears=True)}, True),
        ({"confirm": Confirm(text="Cough.")}, False),
        ({"why": "So.", "short": "Coughs", "private": True}, False),
    ],
)
def test_what_a_question_means(change: dict[str, Any], *, matters: bool) -> None:
    changed = replace(COUGH, **change)

    assert (fingerprint_of(FIRST, changed) != fingerprint_of(FIRST, COUGH)) is matters


def test_the_words_of_a_test_that_clears_a_doubt_matter() -> None:
    """A no to other words would have cleared something else."""

    def meaning(text: str, *, clears: bool) -> str:
        asked = replace(COUGH, confirm=Confirm(text=text, clears=clears))
        return fingerprint_of(FIRST, asked).meaning

    assert meaning("Cough.", clears=True) != meaning("Cough hard.", clears=True)
    assert meaning("Cough.", clears=False) == meaning("Cough hard.", clears=False)


def test_a_choice_means_its_text_and_its_help_in_any_order() -> None:
    dry, wet = (Choice(id=id_, text=f"{id_}.", short=id_) for id_ in ("dry", "wet"))

    def meaning(*choices: Choice) -> str:
        return fingerprint_of(FIRST, replace(COUGH, kind=ONE_OF, choices=choices)).meaning

    assert meaning(dry, wet) == meaning(wet, dry)
    assert meaning(dry, wet) == meaning(replace(dry, short="d", check="Listen."), wet)
    assert meaning(dry, wet) != meaning(replace(dry, help="Without slime."), wet)


def test_only_a_reason_records_other_words_and_nothing_other_answers() -> None:
    reworded = program_of("1.1.0", replace(COUGH, text="Coughing?"))
    other = program_of("1.1.0", question("cough", SOME_OF, "dry", "wet"))

    assert renewed(reworded, RECORDED, "") == RECORDED
    entry = renewed(reworded, RECORDED, "Shorter.").entries["cough"]
    assert (entry.reason, entry.meaning) == (
        "Shorter.", fingerprint_of(reworded, reworded.questions["cough"]).meaning
    )  # fmt: skip
    assert renewed(other, RECORDED, "Shorter.") == RECORDED
    assert [p.code for p in fingerprint_problems(other, RECORDED)] == ["P701"]


# -- migration -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("started", "expected"), [("lifting", None), ("crept", "crept"), ("not_sure", "not_sure")]
)
def test_only_a_widened_choice_is_asked_again(started: str, expected: str | None) -> None:
    before = "      - started\n    choices:\n      lifting: lifted\n"
    table = TABLE.replace(before, f"{before}    as: wider\n    widened:\n      - lifting\n")
    entries, problems = read_migrations(table, SECOND, RECORDED)
    assert problems == ()
    assert table != TABLE

    found = migrate(SECOND, RECORDED, entries, Sheet(values={"started": started}))

    assert found.values.get("how") == expected


@pytest.mark.parametrize(
    ("hot", "expected"), [([], False), (["hot"], None), (["hot?"], "not_sure")]
)
def test_of_a_wider_question_only_a_no_says_something(
    hot: list[str], expected: object
) -> None:  # fmt: skip
    table = TABLE.replace(
        "      - danger.hot\n    as: wider\n", "      - danger.hot\n    as: narrower\n"
    )
    entries, problems = read_migrations(table, SECOND, RECORDED)
    assert problems == ()
    assert table != TABLE

    found = migrate(SECOND, RECORDED, entries, Sheet(values={"danger": hot}))

    assert found.values.get("fever") == expected


HEART: Final = range(2, 5)
"""The lines of the table about the heart."""


@pytest.mark.parametrize(
    "lost",  # without any other line it is no YAML
    [at for at, line in enumerate(TABLE.splitlines())
     if not line.startswith(("  -", "mi")) and line != "    choices:"],
)  # fmt: skip
def test_a_table_that_lost_a_line_is_read_for_an_emergency(lost: int) -> None:
    lines = TABLE.splitlines(keepends=True)
    entries, _ = read_migrations("".join(lines[:lost] + lines[lost + 1 :]), SECOND, RECORDED)

    for danger, started in product(([], ["chest"], ["hot?"], ["out"]), ("lifting", "fall")):
        values: dict[str, Any] = {"age": 50, "danger": danger, "started": started}
        found = assess_old(SECOND, RECORDED, entries, Sheet(values=values))
        is_told = "chest" in danger and lost not in HEART
        assert not is_told or found.certain is Urgency.EMERGENCY


@pytest.mark.parametrize("was", ["", " []"])
def test_an_entry_that_names_nothing_says_nothing(was: str) -> None:
    entry = "  - to: fell\n    was:\n      - started.fall\n"
    assert entry in TABLE

    text = TABLE.replace(entry, f"  - to: fell\n    was:{was}\n")
    entries, problems = read_migrations(text, SECOND, RECORDED)

    assert problems
    assert "fell" not in {each.question for each in entries}


def test_of_an_entry_that_cannot_be_read_in_part_a_no_says_nothing() -> None:
    text = TABLE.replace("      - started.fall\n", "      - started.fall\n    sa: part\n")
    entries, problems = read_migrations(text, SECOND, RECORDED)

    assert problems
    assert [each.how for each in entries if each.question == "fell"] == ["wider"]


def test_a_whole_sheet() -> None:
    result = carried(
        protocol="small/1", ref="A-17", age=44, danger=["chest", "legs", "hot?"], started="fall",
        cough=True, checked=["danger.chest"],
    )  # fmt: skip

    assert result == Migrated(
        values={"protocol": "small/2", "ref": "A-17", "age": 44, "limbs": ["weak?", "numb?"],
                "fell": True},
        again=("heart", "fever", "how", "hurt_head", "hours"), left_out=("heart", "fever"),
        dropped=("cough", "checked danger.chest"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"danger": []}, {"limbs": []}),
        ({"danger": ["legs?"]}, {"limbs": ["weak?", "numb?"]}),
        ({"danger": "not_sure"}, {"limbs": ["weak?", "numb?"], "hurt_head": "not_sure"}),
        ({"danger": ["hot"]}, {"limbs": [], "fever": True}),
        ({"started": "lifting"}, {"fell": False, "how": "lifted"}),
        (
            {"started": "lifting", "coughing": True},
            {"fell": False, "how": "lifted", "coughing": True, "hours": "one"},
        ),
        ({"started": "crept"}, {"fell": False, "how": "crept", "hours": "many"}),
        ({"started": "not_sure"}, {"fell": "not_sure", "how": "not_sure", "hours": "not_sure"}),
        ({"limbs": ["weak"], "danger": []}, {"limbs": ["weak"]}),
        (
            {"danger": [], "heart": ["faint"]},
            {"heart": ["faint"], "limbs": [], "hurt_head": False},
        ),
        (
            {"danger": [], "heart": ["faint?"]},
            {"heart": ["faint?"], "limbs": [], "hurt_head": False},
        ),
        ({"danger": [], "heart": []}, {"heart": [], "limbs": []}),
        ({"danger": ["out"]}, {"limbs": [], "hurt_head": True}),
        ({}, {}),
    ],
)
def test_each_answer(old: dict[str, object], new: dict[str, object]) -> None:
    assert carried(**old).values == {"protocol": "small/2", **new}


@pytest.mark.parametrize(
    ("sheet", "code"),
    [
        ({"protocol": "small/3"}, "A116"),
        ({"protocol": "other/1"}, "A116"),
        ({"protocol": 2}, "A116"),
        ({"protocol": f"small/{'9' * 5000}"}, "A116"),
        ({"danger": ["chset"]}, "A104"),
        ({"started": "jump"}, "A104"),
        ({"years": 4}, "A101"),
        ({"age": 400}, "A103"),
        ({"checked": ["danger.chest", "gone"]}, "A104"),
        ({"checked": ["danger"]}, "A104"),
        ({"checked": ["started.fall"]}, "A104"),
        ({"checked": ["limbs.weak", "limbs.weak"]}, "A106"),
        ({"checked": 7}, "A102"),
    ],
)
def test_a_sheet_with_a_problem_is_not_carried(sheet: dict[str, object], code: str) -> None:
    result = carried(**sheet)

    assert [problem.code for problem in result.problems] == [code]
    assert result.values == {}


def truths(program: Program, values: Answers | dict[str, Value]) -> dict[tuple[str, str], object]:
    """Return every yes, no and doubt of some answers."""
    found: dict[tuple[str, str], object] = {}
    for id_, value in values.items():
        if isinstance(value, Ticks):
            for choice in program.questions[id_].choices:
                doubt = NOT_SURE if choice.id in value.unsure else False
                found[id_, choice.id] = True if choice.id in value.yes else doubt
        elif isinstance(value, str):
            found |= {(id_, c.id): c.id == value for c in program.questions[id_].choices}
        else:
            found[id_, ""] = value
    return found


@given(old=partial_sheets(FIRST))
def test_no_item_is_a_no_that_was_not_one(old: Answers) -> None:
    """And what is carried is a sheet of the second version."""
    result = carried(**plain_answers(FIRST, old))

    validated = validate(SECOND, Sheet(values=result.values))
    assert validated.problems == ()
    before = truths(FIRST, old)
    for name, value in truths(SECOND, validated.answers).items():
        if value is False and name[0] not in {"how", "hours"}:
            assert before[SOURCES[name]] is False


@given(age=st.integers(0, 120))
def test_the_range_holds_what_the_truth_would_give(age: int) -> None:
    """For every state of somebody who answered both versions truthfully, and had no bundle."""
    for chest, hot, other, fall in product((False, True), repeat=4):
        first = {"age": age, "danger": [*["chest"] * chest, *["hot"] * hot],
                 "started": "fall" if fall else "crept"}  # fmt: skip
        second: dict[str, Value] = {
            "age": Decimal(age), "heart": Ticks(frozenset({"chest"} if chest else set())),
            "limbs": Ticks(), "fever": hot or other, "fell": fall, "how": NOT_SURE,
            "coughing": False,
        }  # fmt: skip

        part = assess(SECOND, validate(SECOND, Sheet(values=carried(**first).values)).answers)

        truth = assess(SECOND, Answers(second)).urgency
        assert part.certain <= truth <= part.possible


@pytest.mark.parametrize(
    ("danger", "left_out", "urgency"),
    [
        (["chest"], ("heart",), Urgency.EMERGENCY),
        # What is in doubt is in doubt where more is asked, too.
        (["chest?"], ("heart",), Urgency.EMERGENCY),
        (["hot"], (), Urgency.SAME_DAY),
        # Nobody knows whether this question would be asked.
        (["out"], (), Urgency.EMERGENCY),
        ([], (), Urgency.SELF_CARE),
    ],
)
def test_an_emergency_in_what_is_left_out_or_may_not_be_asked(
    danger: list[str], left_out: tuple[str, ...], urgency: Urgency
) -> None:
    """The sheet itself cannot say it."""
    table, _ = read_migrations(TABLE, SECOND, RECORDED)
    result = carried(danger=danger)

    assert "heart" not in result.values
    assert result.left_out == left_out
    assert assess_old(SECOND, RECORDED, table, Sheet(values={"danger": danger})).certain is urgency


def test_a_file_that_is_no_mapping_has_no_sections() -> None:
    assert [p.code for p in read_migrations("- one\n", SECOND, RECORDED)[1]] == ["P121"]
    assert read_migrations("a: [", SECOND, RECORDED)[1]


def test_checked_as_text() -> None:
    """As a YAML sheet may hold it."""
    table, _ = read_migrations(TABLE, SECOND, RECORDED)
    typed = Sheet(values={"checked": "limbs.weak;started"}, text=True)

    listed = carried(checked=["started", "limbs.weak"])

    assert migrate(SECOND, RECORDED, table, typed) == listed
    assert listed.values["checked"] == ["limbs.weak"]
    assert listed.dropped == ("checked started",)


@pytest.mark.parametrize(
    ("sheet", "urgency"),
    [
        # Chest pain stands in a list of which another item is not known.
        ({"danger": ["chest"], "years": 4}, Urgency.EMERGENCY),
        ({"danger": [], "years": 4}, Urgency.SELF_CARE),
        ({"danger": ["legs"], "age": 400}, Urgency.EMERGENCY),
        ({"danger": ["lges"]}, Urgency.EMERGENCY),
        ({"dagner": ["legs"]}, Urgency.EMERGENCY),
        ({"limbs": ["waek"]}, Urgency.EMERGENCY),
        ({"danger": ["hot"], "age": 400}, Urgency.SAME_DAY),
        ({"danger": ["xxxxxxxx"]}, Urgency.SELF_CARE),
        ({"danger": 7}, Urgency.SELF_CARE),
    ],
)
def test_an_emergency_in_a_sheet_that_is_refused(
    sheet: dict[str, object], urgency: Urgency
) -> None:
    """In its valid answers, or in what anybody would read in the others."""
    table, _ = read_migrations(TABLE, SECOND, RECORDED)
    assert carried(**sheet).problems

    refused = assess_old(SECOND, RECORDED, table, Sheet(values=sheet))

    assert refused.certain is urgency


@pytest.mark.parametrize(
    ("older", "newer", "key", "urgency"),
    [
        ({"danger": ["legs", "chest"]}, {"heart": []}, "danger", Urgency.EMERGENCY),
        ({"danger": ["chest?"]}, {"heart": ["faint"]}, "danger", Urgency.EMERGENCY),
        ({"danger": ["chest"]}, {"heart": ["chest?"]}, "danger", Urgency.EMERGENCY),
        ({"danger": ["legs"]}, {"limbs": ["numb"]}, "danger", Urgency.EMERGENCY),
        ({"danger": ["hot"]}, {"fever": False}, "danger", Urgency.SELF_CARE),
        ({"danger": ["hot"]}, {"fever": "not_sure"}, "danger", Urgency.SOON),
        ({"started": "lifting"}, {"how": "crept"}, "started", Urgency.SELF_CARE),
        # The new answer counts, too.
        ({"started": "lifting"}, {"how": "crept", "heart": ["chest"]}, "started",
         Urgency.EMERGENCY),
    ],
)  # fmt: skip
def test_an_older_answer_that_says_more_than_a_newer_one(
    older: dict[str, object], newer: dict[str, object], key: str, urgency: Urgency
) -> None:
    """Nobody knows which of them is true, so neither is dropped in silence."""
    table, _ = read_migrations(TABLE, SECOND, RECORDED)
    result = carried(**older, **newer)

    assert result.values == {}
    assert [(p.code, p.location.path) for p in result.problems] == [("A121", key)]
    assert all("chest" not in problem.message for problem in result.problems)
    mixed = Sheet(values=older | newer)
    assert assess_old(SECOND, RECORDED, table, mixed).certain is urgency


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ({"danger": []}, {"heart": ["chest"], "limbs": [], "fever": True}),
        ({"danger": ["chest?"]}, {"heart": ["chest?"]}),
        ({"danger": ["chest?"]}, {"heart": ["chest"]}),
        ({"started": "not_sure"}, {"how": "crept"}),
        ({"started": "crept"}, {"how": "crept"}),
    ],
)
def test_a_newer_answer_that_says_no_less_counts_alone(
    older: dict[str, object], newer: dict[str, object]
) -> None:
    result = carried(**older, **newer)

    assert result.problems == ()
    assert newer.items() <= result.values.items()


@given(old=partial_sheets(FIRST), new=partial_sheets(SECOND))
def test_no_answer_is_made_up_to_a_question_that_is_not_asked(old: Answers, new: Answers) -> None:
    """If it came to be asked, nobody would be asked."""
    given_ = {**plain_answers(FIRST, old), **plain_answers(SECOND, new)}
    result = carried(**given_)

    answers = validate(SECOND, Sheet(values=result.values)).answers
    for id_, value in answers.items():
        if id_ not in given_ and not Evaluation(SECOND, answers).guard(id_)[0]:
            assert value not in (False, Ticks(), "one")
