"""Edits of the protocol that ships, one at a time: comparing finds whom each one moves.

The example of every difference is run in the interpreter under both versions by `compare`
itself. Each row names one difference that must be among those found, and what its example says.
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
from backtriage.protocol.protocol import Choice, Protocol, Question, Risk
from backtriage.terms.condition import Compare, Includes, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.rules.edits import Edit, add_rule, both, drop, edit, rewrite, shipped

SECONDS = 300.0
"""More than is needed: what is tested is what is found, not how fast."""

AGE_70 = Compare("age", ">=", 70)  # type: ignore[arg-type]
AGE_40 = Compare("age", ">=", 40)  # type: ignore[arg-type]


def with_question(p: Protocol) -> Protocol:
    """One more question, that a rule reads."""
    more = Question(id="tattoo", section="triage", kind=YES_NO, text="Is there a new tattoo?",
                    short="A new tattoo", why="A test.")  # fmt: skip
    p = replace(p, questions=(*p.questions, more),
                risk=(*p.risk, Risk(question="tattoo", direction="yes")))  # fmt: skip
    return add_rule("new_tattoo", "fever", when=Yes("tattoo"), urgency=Urgency.SOON)(p)


def without_question(p: Protocol) -> Protocol:
    """A question that is gone, with the rule and the red flag that read it."""
    gone = "steroid_ill"
    dropped = both(drop("questions", gone), drop("rules", "steroid_crisis"),
                   drop("floors", "steroids_and_ill"))  # fmt: skip
    return replace(dropped(p), risk=tuple(risk for risk in p.risk if risk.question != gone),
                   impossible=())  # fmt: skip


def with_choice(section: str, id_: str, new: Choice) -> Edit:
    """One more answer to a question."""

    def change(p: Protocol) -> Protocol:
        question = next(q for q in p.questions if q.id == id_)
        return edit(section, id_, choices=(*question.choices, new))(p)

    return change


BITE = Choice(id="bite", text="A snake bit you.", short="a snake bite")
JERK = Choice(id="jerk", text="A jerk.", short="a jerk")

ROWS: dict[str, tuple[Edit, tuple[str, str, str, str, tuple[str, ...]], str]] = {
    "an urgency lower": (
        edit("rules", "sepsis", urgency=Urgency.SOON, if_unsure=Urgency.ROUTINE),
        ("urgency", "", "emergency", "soon", ("sepsis",)),
        "is any of this true? -> fever with hard shaking, blue or blotchy skin, a stiff neck or"),
    "a clause that is gone": (
        rewrite("rules", "fall_from_65", lambda when: when.of[1]),
        ("urgency", "", "self_care", "same_day", ("fall_from_65",)),
        "How did it start? -> it began with a slip, trip, small fall or bump"),
    "a threshold": (
        rewrite("rules", "fall_from_65", lambda when: type(when)((AGE_70, *when.of[1:]))),
        ("urgency", "", "same_day", "routine", ("fall_from_65",)),
        "How old is the person with the pain? -> 65 to 69 years"),
    "a new question": (
        with_question, ("urgency", "", "self_care", "soon", ("new_tattoo",)),
        "(asked by the new version only) Is there a new tattoo? -> yes"),
    "a question that is gone": (
        without_question, ("urgency", "", "emergency", "soon", ("steroid_crisis",)),
        "(asked by the old version only) Are you vomiting, very weak or faint"),
    "a new item of a list": (
        both(with_choice("questions", "danger", BITE),
             add_rule("snake", "sepsis", when=Includes("danger", "bite"))),
        ("urgency", "", "self_care", "emergency", ("snake",)),
        "to the old version: none of these; to the new version: a snake bite"),
    "a new choice": (
        with_choice("questions", "start", JERK),
        ("urgency", "", "same_day", "self_care", ()),
        "to the old version: someone hit, kicked or hurt you; to the new version: a jerk"),
    "a question asked of fewer": (
        edit("questions", "harm", ask_when=AGE_40),
        ("urgency", "", "emergency", "self_care", ()), "(asked by the old version only)"),
    "a contraindication that is gone": (
        edit("advice", "nsaid", withhold_if=None),
        ("advice", "nsaid", "not given", "given", ()),
        "Are you pregnant, or could you be? -> could be pregnant"),
    "advice for fewer": (
        edit("advice", "heat", when=Includes("limbs", "calf")),
        ("advice", "heat", "given", "not given", ()), "The normal person:"),
    "a red flag that promises less": (
        edit("floors", "saddle_feeling", at_least=Urgency.SAME_DAY, if_unsure=None),
        ("floor", "", "emergency", "less", ("saddle_feeling",)),
        "In the new version it promises same_day here."),
    "fewer in scope": (
        edit("rules", "six_weeks", out_of_scope=True),
        ("scope", "", "in scope", "out of scope", ()),
        "How long have you had this pain? -> "),
}  # fmt: skip


@cache
def compared(name: str) -> Comparison:
    """One edit compared with the protocol that ships."""
    old, new = build_program(shipped()), build_program(ROWS[name][0](shipped()))
    return compare(old, new, seconds=SECONDS)


def keys(comparison: Comparison) -> Iterator[tuple[str, str, str, str, tuple[str, ...]]]:
    """Each difference as a row has it; rules only where they are told apart."""
    for difference in comparison.differences:
        group = difference.group
        by = group.causes if len(group.causes) == 1 else ()
        yield group.aspect.value, group.subject, group.before, group.after, by


@pytest.mark.parametrize("name", ROWS)
def test_an_edit_is_found(name: str) -> None:
    """The kind of person that the edit moves is there, and its example reads as a person."""
    _, key, said = ROWS[name]

    found = compared(name)

    assert found.undecided == {}
    assert key in list(keys(found))
    text = " ".join(" ".join(comparison_lines(found, ("old", "new"))).split())
    assert said in text


def test_there_are_edits_of_every_kind() -> None:
    """At least ten, some that lower, some that raise, some that do neither."""
    assert len(ROWS) >= 10
    assert {key[0] for _, key, _ in ROWS.values()} >= {"urgency", "floor", "advice", "scope"}


def test_harm_comes_first() -> None:
    """Advice against which the old version speaks stands before other advice, and says so."""
    found = compared("a contraindication that is gone")

    first = found.others[0].group
    assert (first.is_harmful, first.subject) == (True, "nsaid")
    assert found.lowered == ()
    lines = list(comparison_lines(found, ("old", "new")))
    assert lines[3].startswith("ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'nsaid'")
    assert any(line.startswith("  Old: self_care, withheld.") for line in lines)


def test_answers_that_differ_are_told_apart() -> None:
    """Whoever gives an answer that one version does not take is marked, and explained once."""
    found = compared("a new choice")

    assert {difference.group.is_mismatched for difference in found.differences} == {True}
    text = "\n".join(comparison_lines(found, ("old", "new")))
    assert text.count("From here on, some answer is one that only one version takes.") == 1
    assert "LOWERED, if another answer is given: emergency -> self_care" in text
    assert "pairs of answer sheets." in text


def test_words_move_nobody() -> None:
    """A change of words is one line, and no sheet gets another result."""
    words = both(
        edit("rules", "sepsis", because="Other words."),
        edit("questions", "age", help="Other words."),
    )
    old, new = build_program(shipped()), build_program(words(shipped()))

    found = compare(old, new, seconds=SECONDS)

    assert found.moves_nobody
    assert [(edit.kind, edit.noun, edit.id, edit.fields) for edit in found.edits] == [
        (EditKind.REWORDED, "question", "age", ("help",)),
        (EditKind.REWORDED, "rule", "sepsis", ("because",)),
    ]
    assert list(comparison_lines(found, ("old", "new")))[2:] == [
        "",
        "Changed in words only: the same answers still give the same results",
        "  question 'age' (help): Age",
        "  rule 'sepsis' (because): Other words.",
        "",
        NOBODY,
    ]


def test_another_way_to_say_the_same_moves_nobody() -> None:
    """A condition that is written differently and holds of the same people."""
    again = rewrite("rules", "sepsis", lambda when: Not(Not(when)))
    old, new = build_program(shipped()), build_program(again(shipped()))

    found = compare(old, new, seconds=SECONDS)

    assert found.moves_nobody
    assert [edit.kind for edit in found.edits] == [EditKind.CHANGED]
