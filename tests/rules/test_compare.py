"""Edits of the shipped protocol, one at a time: comparing finds whom each affects.

Each row names one difference that must be found, and a text about its example. `compare` itself
confirms every example in the interpreter under both versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest
from msgspec.structs import replace

from backtriage.compare.comparison import Comparison, compare
from backtriage.compare.edits import EditKind
from backtriage.compare.to_text import NOBODY, comparison_lines
from backtriage.program.program import build_program
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import Choice, Protocol, Question
from backtriage.terms.condition import Compare, Includes, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.support.edits import Edit, add_rule, all_of, drop, edit, rewrite
from tests.support.protocols import ROOT, program_in, shipped, tiny
from tests.support.tier import sampled

pytestmark = pytest.mark.once

SECONDS = 300.0
"""More than enough, as speed is not under test."""

AGE_70 = Compare("age", ">=", 70)  # type: ignore[arg-type]
AGE_40 = Compare("age", ">=", 40)  # type: ignore[arg-type]


def with_question(p: Protocol) -> Protocol:
    """Add a question that a rule reads."""
    tattoo = Question(id="tattoo", section="triage", kind=YES_NO, text="Is there a new tattoo?",
                      short="A new tattoo", why="A test.")  # fmt: skip
    p = replace(p, questions=(*p.questions, tattoo),
                risk=(*p.risk, Risk(question="tattoo", direction="yes")))  # fmt: skip
    return add_rule("new_tattoo", "fever", when=Yes("tattoo"), urgency=Urgency.SOON)(p)


def without_question(p: Protocol) -> Protocol:
    """Remove a question, with the rule and the safety floor that read it."""
    gone = "steroid_ill"
    dropped = all_of(drop("questions", gone), drop("rules", "steroid_crisis"),
                   drop("floors", "steroids_and_ill"))  # fmt: skip
    return replace(dropped(p), risk=tuple(risk for risk in p.risk if risk.question != gone),
                   impossible=())  # fmt: skip


def with_choice(id_: str, new: Choice) -> Edit:
    """Add an answer to a question."""

    def apply(p: Protocol) -> Protocol:
        question = next(q for q in p.questions if q.id == id_)
        return edit("questions", id_, choices=(*question.choices, new))(p)

    return apply


BITE = Choice(id="bite", text="A snake bit you.", short="a snake bite")
JERK = Choice(id="jerk", text="A jerk.", short="a jerk")

EDITS: dict[str, tuple[Edit, tuple[str, str, str, str, tuple[str, ...]], str]] = {
    "lower urgency": (
        edit("rules", "sepsis", urgency=Urgency.SOON, if_unsure=Urgency.ROUTINE),
        ("urgency", "", "emergency", "soon", ("sepsis",)),
        "is any of this true? -> fever with hard shaking, blue or blotchy skin, a stiff neck or"),
    "removed clause": (
        rewrite("rules", "fall_from_65", lambda when: when.of[1]),
        ("urgency", "", "self_care", "same_day", ("fall_from_65",)),
        "How did it start? -> it began with a slip, trip, small fall or bump"),
    "moved threshold": (
        rewrite("rules", "fall_from_65", lambda when: type(when)((AGE_70, *when.of[1:]))),
        ("urgency", "", "same_day", "routine", ("fall_from_65",)),
        "How old is the person with the pain? -> 65 to 69 years"),
    "new question": (
        with_question, ("urgency", "", "self_care", "soon", ("new_tattoo",)),
        "(asked by the new version only) Is there a new tattoo? -> yes"),
    "removed question": (
        without_question, ("urgency", "", "emergency", "soon", ("steroid_crisis",)),
        "(asked by the old version only) Are you vomiting, very weak or faint"),
    "new list item": (
        all_of(with_choice("danger", BITE),
             add_rule("snake", "sepsis", when=Includes("danger", "bite"))),
        ("urgency", "", "self_care", "emergency", ("snake",)),
        "to the old version: none of these; to the new version: a snake bite"),
    "new choice": (
        with_choice("start", JERK),
        ("urgency", "", "same_day", "self_care", ()),
        "to the old version: someone hit, kicked or hurt you; to the new version: a jerk"),
    "narrower guard": (
        edit("questions", "harm", ask_when=AGE_40),
        ("urgency", "", "emergency", "self_care", ()), "(asked by the old version only)"),
    "removed contraindication": (
        edit("advice", "nsaid", withhold_if=None),
        ("advice", "nsaid", "not given", "given", ()),
        "Are you pregnant, or could you be? -> could be pregnant"),
    "narrower advice": (
        edit("advice", "heat", when=Includes("limb_signs", "calf")),
        ("advice", "heat", "given", "not given", ()), "The normal person:"),
    "weaker safety floor": (
        edit("floors", "saddle_feeling", at_least=Urgency.SAME_DAY, if_unsure=None),
        ("floor", "", "emergency", "less", ("saddle_feeling",)),
        "In the new version it promises same_day here."),
    "narrower scope": (
        edit("rules", "six_weeks", out_of_scope=True),
        ("scope", "", "in scope", "out of scope", ()),
        "How long have you had this pain? -> "),
}  # fmt: skip


SMALLER = {
    "lower urgency", "removed clause", "new question", "removed question", "new list item",
    "new choice", "narrower guard", "removed contraindication",
}  # fmt: skip
"""Edits of version 1.0.0: of the rules of today some take minutes, or run out of room."""

RELEASED = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"


@cache
def compared(name: str) -> Comparison:
    """Compare the shipped protocol, or its first version, with one edit of it."""
    old = program_in(RELEASED) if name in SMALLER else shipped()
    new = build_program(EDITS[name][0](old.protocol))
    return compare(old, new, seconds=SECONDS)


def keys(comparison: Comparison) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    """Yield each difference as rows have it: with its cause if there is one."""
    for difference in comparison.differences:
        group = difference.group
        cause = group.causes if len(group.causes) == 1 else ()
        yield group.aspect.value, group.subject, group.before, group.after, cause


QUICK = {"removed contraindication", "new question"}


@pytest.mark.parametrize("name", sampled(EDITS, fast=QUICK))
def test_finds_whom_an_edit_affects(name: str) -> None:
    _, key, excerpt = EDITS[name]

    comparison = compared(name)

    assert comparison.undecided == {}
    assert key in list(keys(comparison))
    text = " ".join(" ".join(comparison_lines(comparison, ("old", "new"))).split())
    assert excerpt in text


def test_edits_affect_different_aspects() -> None:
    assert len(EDITS) >= 10
    assert {key[0] for _, key, _ in EDITS.values()} >= {"urgency", "floor", "advice", "scope"}


def test_harmful_advice_comes_first() -> None:
    comparison = compared("removed contraindication")

    first = comparison.others[0].group
    assert (first.is_harmful, first.subject) == (True, "nsaid")
    assert comparison.lowered == ()
    lines = list(comparison_lines(comparison, ("old", "new")))
    assert lines[3].startswith("ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'nsaid'")
    assert any(line.startswith("  Old: self_care, withheld.") for line in lines)


@pytest.mark.exhaustive
def test_the_normal_person_has_the_complaint() -> None:
    """Without a place of the pain, nobody would be in scope."""
    where = next(question for question in shipped().protocol.questions if question.id == "where")

    text = " ".join(" ".join(comparison_lines(compared("narrower advice"), ("", ""))).split())
    assert (
        f"Normal is, where no answer is worse: {shipped().protocol.questions[0].short}: " in text
    )
    back = next(choice for choice in where.choices if choice.id == "back")
    assert f"{where.short}: {back.short}; " in text


def test_mismatched_answers_are_reported_apart_and_explained_once() -> None:
    """With few questions, as every pair of their answers is looked at."""
    later = Choice(id="later", text="Some other time.", short="some other time")
    old, new = tiny(), build_program(with_choice("days", later)(tiny().protocol))

    comparison = compare(old, new, seconds=SECONDS)

    assert {difference.group.is_mismatched for difference in comparison.differences} == {True}
    text = "\n".join(comparison_lines(comparison, ("old", "new")))
    assert text.count("From here on, some answer is one that only one version takes.") == 1
    assert "LOWERED, if another answer is given: routine -> self_care" in text
    assert "pairs of answer sheets." in text


def test_rewording_affects_nobody() -> None:
    reword = all_of(
        edit("rules", "sepsis", because="Other words."),
        edit("questions", "age", help="Other words."),
    )
    old = program_in(RELEASED)
    new = build_program(reword(old.protocol))

    comparison = compare(old, new, seconds=SECONDS)

    assert comparison.moves_nobody
    assert [(edit.kind, edit.noun, edit.id, edit.fields) for edit in comparison.edits] == [
        (EditKind.REWORDED, "question", "age", ("help",)),
        (EditKind.REWORDED, "rule", "sepsis", ("because",)),
    ]
    assert list(comparison_lines(comparison, ("old", "new")))[2:] == [
        "",
        "Changed in words only: the same answers still give the same results",
        "  question 'age' (help): Age",
        "  rule 'sepsis' (because): Other words.",
        "",
        NOBODY,
    ]


def test_an_equivalent_condition_affects_nobody() -> None:
    double_negation = rewrite("rules", "sepsis", lambda when: Not(Not(when)))
    old = program_in(RELEASED)
    new = build_program(double_negation(old.protocol))

    comparison = compare(old, new, seconds=SECONDS)

    assert comparison.moves_nobody
    assert [edit.kind for edit in comparison.edits] == [EditKind.CHANGED]
