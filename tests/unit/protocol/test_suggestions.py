"""A suggestion never loses an item or a doubt, and never makes a yes of a no."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtriage.protocol import suggestions
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Choice, Question
from backtriage.protocol.suggestions import nearest, suggestion
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, Value
from tests.support.protocols import shipped
from tests.support.tier import examples

IDS = ("fever", "chills", "weakness", "no_sleep", "pins_and_needles", "under_1_week", "leg")


def question(kind: str, *, sure: bool = False, none: str = "None of these") -> Question:
    """Return a question; `sure` disallows "not sure"."""
    rows = tuple(Choice(id=id_, text=id_, short=id_) for id_ in IDS)
    return Question(
        id="asked", section="main", kind=kind, text="?", short="it", why="A test.",
        choices=rows if kind in {ONE_OF, SOME_OF} else (), allows_not_sure=not sure,
        none=none if kind == SOME_OF else "", least=0, most=120, step="2",
    )  # fmt: skip


SIGNS = question(SOME_OF)
PICK = question(ONE_OF)
ASK = question(YES_NO)
AGE = question(NUMBER)


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("fevr", "fever"), ("feverr", ""), ("fevre", "fever"), ("faver", "fever"),
        ("Fever", "fever"), (" fever ", "fever"), ("FEVE", "fever"), ("chils", "chills"),
        ("fvr", ""), ("gever", ""), ("xfever", ""), ("fevers", ""), ("never", ""), ("", ""),
        ("unfever", ""), ("afever", ""), ("fever_n", ""), ("fever0", ""), ("fever-", ""),
        ("weakness_no", ""), ("weaknes_n", ""), ("nofever", ""), ("not_fever", ""),
        ("pins and needles", "pins_and_needles"), ("pins-and-needles", "pins_and_needles"),
        ("pins_end_needles", "pins_and_needles"), ("under 1 week", "under_1_week"),
        ("under_2_week", ""), ("under_12_week", ""), ("under_week", ""),
        ("undr_1_week", "under_1_week"),
        ("lag", ""), ("leg", "leg"), ("no_slep", "no_sleep"), ("now_sleep", ""), ("n_sleep", ""),
        ("nosleep", ""), ("f\u0435ver", ""), ("fever\u200b", ""), ("\uff46ever", ""),
        ("x" * 300, ""),
    ],
)  # fmt: skip
def test_nearest_is_one_typing_error_away(word: str, id_: str) -> None:
    assert nearest(word, IDS) == id_


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("bock", ("back", "book")), ("none", ("node",)),
        ("not", ("nota",)), ("unsure", ("unsure_x", "unsurf")), ("maybe", ("maybes",)),
        ("febrile", ("afebrile",)), ("afebrile", ("febrile",)), ("safe", ("unsafe",)),
    ],
)  # fmt: skip
def test_nothing_is_near_to_two_words_or_to_a_no(word: str, known: tuple[str, ...]) -> None:
    assert nearest(word, known) == ""


LISTS = [
    ("fever chills", ["fever", "chills"]),
    ("fever,chills", ["fever", "chills"]),
    ("fever; chills?", ["fever", "chills?"]),
    ("fever and chils & weakness", ["fever", "chills", "weakness"]),
    ("pins and needles", ["pins_and_needles"]),
    ("fevr?", ["fever?"]),
    ("fever ?", ["fever?"]),
    ("?fever", ["fever?"]),
    (["fevr", "chils"], ["fever", "chills"]),
    (["fevr?", "chills"], ["fever?", "chills"]),
    (["fever??"], ["fever?"]),
    (["fever, chills?", "weaknes"], ["fever", "chills?", "weakness"]),
    (["fever", "not_sure", "chils"], ["fever", "not_sure", "chills"]),
    (["fevr", "fever"], ["fever"]),
    ("none", []),
    ("None of these.", []),
    (["no"], []),
    (False, []),
    ("unsure", "not_sure"),
    (["Not sure"], "not_sure"),
    ("not_sure?", "not_sure"),
    ("I don't know", "not_sure"),
    ("?", "not_sure"),
]


@pytest.mark.parametrize(("raw", "meant"), LISTS, ids=repr)
def test_a_list_is_suggested_whole(raw: object, meant: object) -> None:
    assert suggestion(SIGNS, raw, text=False) == f"did you mean {json.dumps(meant)}?"


UNCLEAR = [
    "no fever", "not fever", "fever no", "fever=no", "fever: no", "fever, no chills", "no, fever",
    "without fever", "fever or chills", "fever/chills", "maybe fever", "fever maybe", "fever x",
    "fever?chills", "fever chills ?", "fever -", "(fever)", "fever(?)", "fever\uff1f", "fever!",
    "", " ", ";", ",", [""], [None], [[]], ["fever", ""], ["fever", None], ["fever", "no"],
    ["none", "fever"], ["fever", "unsure"], ["not_sure", "unsure"], ["fever?", "fever"],
    ["fevr?", "fever"], "fever fever?", ["yes"], True, 1, {}, {"fever": True}, None,
    "fever " * 100, ["fever"] * 300,
]  # fmt: skip


@pytest.mark.parametrize("raw", UNCLEAR, ids=lambda raw: repr(raw)[:40])
def test_nothing_is_suggested_for_what_is_not_understood_whole(raw: object) -> None:
    assert suggestion(SIGNS, raw, text=False) == ""
    assert suggestion(SIGNS, raw, text=True) == ""


def test_a_doubt_that_is_not_allowed_is_not_left_out() -> None:
    sure = question(SOME_OF, sure=True)

    for raw in ("fevr?", ["fever?", "chils"], "unsure", ["not_sure"], "?"):
        assert suggestion(sure, raw, text=False) == ""
    assert suggestion(sure, "fevr", text=False) == 'did you mean ["fever"]?'


def test_a_choice_is_known_by_its_text_if_no_other_has_that() -> None:
    rows = (Choice(id="a", text="Fever, or chills", short="hot"),
            Choice(id="b", text="Tired", short="hot"))  # fmt: skip
    asked = msgspec.structs.replace(SIGNS, choices=rows)
    pick = msgspec.structs.replace(PICK, choices=rows)

    assert suggestion(asked, ["FEVER, or  chills."], text=False) == 'did you mean ["a"]?'
    assert suggestion(asked, "Fever, or chills", text=True) == 'did you mean "a"?'
    assert suggestion(pick, "tired", text=False) == 'did you mean "b"?'
    assert suggestion(asked, "hot", text=True) == suggestion(pick, "hot", text=True) == ""


def test_a_name_that_may_be_one_item_or_several() -> None:
    rows = tuple(Choice(id=id_, text=id_, short=id_) for id_ in ("left_arms", "left", "arms"))
    both = Question(id="both", section="main", kind=SOME_OF, text="?", short="it", why="A test.",
                 choices=rows)  # fmt: skip

    assert suggestion(both, "left arms", text=False) == ""
    assert suggestion(both, "", text=False) == ""


@pytest.mark.parametrize(
    ("asked", "raw", "text", "meant"),
    [
        (PICK, "fevr", False, '"fever"'), (PICK, ["fever"], False, '"fever"'),
        (PICK, "under 1 week", True, '"under_1_week"'), (PICK, "Unsure", True, '"not_sure"'),
        (PICK, "fever?", False, ""), (PICK, "fever chills", False, ""), (PICK, "no", False, ""),
        (PICK, ["fever", "chills"], False, ""), (PICK, "none", False, ""), (PICK, 1, False, ""),
        (ASK, "Yes", False, "true"), (ASK, "no", False, "false"), (ASK, " yes", True, '"yes"'),
        (ASK, " No", True, '"no"'), (ASK, "yes?", False, ""), (ASK, "maybe", False, '"not_sure"'),
        (ASK, 1, False, ""), (ASK, 0, False, ""), (ASK, "y", False, ""), (ASK, "", False, ""),
        (AGE, "44", False, "44, without quotes"), (AGE, " 44 ", False, "44, without quotes"),
        (AGE, "44", True, ""), (AGE, "44?", False, ""), (AGE, "45", False, ""),
        (AGE, "144", False, ""), (AGE, "4e1", False, ""), (AGE, "044", False, ""),
        (AGE, "not sure", True, '"not_sure"'), (AGE, "9" * 100, False, ""),
        (SIGNS, "fever,chils?", True, '"fever;chills?"'), (SIGNS, "Nothing", True, '"none"'),
        (SIGNS, ["fevr"], True, '["fever"]'), (SIGNS, ["None"], True, "[]"),
    ],
)  # fmt: skip
def test_a_suggestion_is_written_as_it_would_be_read(
    asked: Question,
    raw: object,
    text: bool,  # noqa: FBT001
    meant: str,
) -> None:
    assert suggestion(asked, raw, text=text) == (f"did you mean {meant}?" if meant else "")


@pytest.mark.parametrize("raw", [["fever", "b " * 101], [*["fevr chils"] * 200], ["fevr"] * 201])
def test_a_long_list_is_not_looked_at(raw: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "nearest", lambda *_: pytest.fail("looked at"))

    assert suggestion(SIGNS, [*raw, 1], text=False) == ""


# -- properties ------------------------------------------------------------------------------


def suggested(asked: Question, raw: object, *, text: bool) -> Value | None:
    """Return the value of a suggestion, which must be a valid answer."""
    words = suggestion(asked, raw, text=text)
    if not words:
        return None
    answer = json.loads(words.removeprefix("did you mean ").removesuffix("?").split(", with")[0])
    value = parse_answer(asked, answer, text=text)
    assert not isinstance(value, InvalidAnswer)
    return value


PIECES = st.sampled_from([
    *IDS, "fevr", "chils", "not_sure", "none", "no", "not", "unsure", "?", " ", ",", ";", "-", "=",
    "0", "and", "or", "_", "yes", "44", "Fever", "true",
])  # fmt: skip
TEXTS = st.lists(PIECES | st.text(max_size=2), max_size=6).map("".join)
RAW = TEXTS | st.lists(TEXTS | st.none() | st.booleans(), max_size=4) | st.booleans() | st.none()


@settings(max_examples=examples(400))
@given(raw=RAW, text=st.booleans(), sure=st.booleans())
def test_every_suggestion_is_a_valid_answer_and_keeps_doubt(
    raw: object,
    text: bool,  # noqa: FBT001
    sure: bool,  # noqa: FBT001
) -> None:
    for kind in (YES_NO, ONE_OF, SOME_OF, NUMBER):
        value = suggested(question(kind, sure=sure), raw, text=text)
        if value is not None and "?" in str(raw):
            assert value == NOT_SURE or (isinstance(value, Ticks) and value.unsure)


NEGATIONS = [
    "no {}", "not {}", "no_{}", "no-{}", "non{}", "un{}", "a{}", "{} no", "{}=no", "{}: no",
    "{}:false", "{}=0", "{}0", "{} 0", "{}-", "{} -", "-{}", "!{}", "~{}", "without {}", "{}_no",
    "{}_n", "{}n", "{} absent", "{} denied", "never {}", "{} never", "no {}?", "neither {}",
    "{}less", "{} free", "{}_free", "kein {}", "n {}", "{}, no", "no, {}", "{}; none",
]  # fmt: skip


@pytest.mark.parametrize("negation", NEGATIONS)
def test_a_no_is_never_taken_for_a_yes(negation: str) -> None:
    """For every choice of the shipped protocol, with and without a typing error."""
    is_letter = len(negation) == len("n{}")  # with an error it may be another error
    for asked in shipped().protocol.questions:
        for choice in asked.choices:
            for id_ in {choice.id, choice.id if is_letter else choice.id[:2] + choice.id[3:]}:
                word = negation.format(id_)
                for raw in (word, [word], [word, asked.choices[0].id], *([word.split(" ")])):
                    value = suggested(asked, raw, text=False)
                    says = value.yes | value.unsure if isinstance(value, Ticks) else {value}
                    assert choice.id not in says, (asked.id, raw)
        assert suggested(asked, negation.format("x"), text=False) is None
