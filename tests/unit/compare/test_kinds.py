"""Two major versions of a small protocol: which kinds of people move, by what a table says."""

from __future__ import annotations

import json
from dataclasses import replace as with_fields
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.compare import kinds
from backtriage.compare.example import NEW, OLD
from backtriage.compare.kinds import KindComparison, compare_kinds, is_compared_by_kind
from backtriage.compare.kinds_to_json import kinds_json
from backtriage.compare.kinds_to_text import kind_lines
from backtriage.compare.to_case import moved_sheets
from backtriage.exchange.migration_table import NARROWER, PART, WIDER, Migration
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import Choice, Question, Rule
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.terms.condition import Compare, Condition, Includes, Is, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support.strategies import everybody, frame

OVER = "It was over long ago."


def question(id_: str, kind: str, *ids: str, **fields: Any) -> Question:  # noqa: ANN401
    choices = tuple(Choice(id=each, text=f"{each}.", short=each) for each in ids)
    return Question(id=id_, section="main", kind=kind, text=f"What of {id_}?", short=id_,
                    why="A test.", choices=choices, **fields)  # fmt: skip


def rule(
    id_: str, when: Condition, urgency: Urgency = Urgency.EMERGENCY, unsure: Urgency | None = None
) -> Rule:
    return Rule(id=id_, urgency=urgency, when=when, if_unsure=unsure, because=f"It is {id_}.")


def version(number: str, questions: list[Question], *rules: Rule) -> Program:
    protocol = frame(
        questions=tuple(questions), facts=(), scores=(), advice=(), modules=(),
        rules=(*rules, everybody()),
        risk=tuple(Risk(question=q.id, direction="none", reason="A test.") for q in questions),
    )  # fmt: skip
    return build_program(replace(protocol, version=number))


FIRST = version(
    "1.0.0", [question("was", SOME_OF, "a", "b")],
    rule("a", Includes("was", "a"), unsure=Urgency.SAME_DAY),
)  # fmt: skip
SECOND = version(
    "2.0.0", [question("now", SOME_OF, "x", "y")],
    rule("x", Includes("now", "x"), unsure=Urgency.SAME_DAY),
    rule("y", Includes("now", "y"), Urgency.SOON),
)  # fmt: skip

A_TO_X = Migration(question="now", item="x", was=(("was", "a"),))
A_TO_Y = with_fields(A_TO_X, item="y")

LOWERED = {
    "nothing is known": ([], [("a", "self_care", "rules"), ("a?", "self_care", "rules")]),
    "the same": ([A_TO_X], []),
    "another answer": ([A_TO_Y], [("a", "soon", "rules"), ("a?", "self_care", "rules")]),
    "more is asked for": ([with_fields(A_TO_X, how=WIDER)], []),
    "a part of it": (
        [with_fields(A_TO_X, how=PART)],
        [("a", "self_care", "rules"), ("a?", "self_care", "rules")],
    ),
    "one part or the other": (
        [with_fields(A_TO_X, how=PART), with_fields(A_TO_Y, how=PART)],
        [("a", "soon", "rules"), ("a?", "self_care", "rules")],
    ),
    "less is asked for": (
        [with_fields(A_TO_X, how=NARROWER)],
        [("a", "self_care", "rules"), ("a?", "self_care", "rules")],
    ),
    "who says one part says the other": (
        [with_fields(A_TO_X, how=PART), with_fields(A_TO_Y, how=PART, also=(("now", "x"),))],
        [("a?", "self_care", "rules")],
    ),
    "no longer said": (
        [with_fields(A_TO_X, unless=OVER)],
        [("a", "self_care", "words"), ("a?", "self_care", "words")],
    ),
    "something else is said": (
        [with_fields(A_TO_X, how=WIDER, unless=OVER, then=(("now", "y"),))],
        [("a", "soon", "words"), ("a?", "self_care", "words")],
    ),
    "one of two": ([with_fields(A_TO_X, was=(("was", "a"), ("was", "b")))], []),
    "of an older version alone": (
        [with_fields(A_TO_X, was=(("gone", ""),))],
        [("a", "self_care", "rules"), ("a?", "self_care", "rules")],
    ),
    "one of an older version": ([with_fields(A_TO_X, was=(("was", "a"), ("gone", "")))], []),
}  # fmt: skip
"""Who of version 1 is lowered to what, and why, by some tables."""


def moves(comparison: KindComparison, which: int = OLD) -> list[tuple[str, str, str]]:
    found = (move for move in comparison.moves if move.kind.version == which)
    return [
        (f"{m.kind.rule.id}{'?' * m.kind.in_doubt}", m.least.id, m.cause.value) for m in found
    ]  # fmt: skip


@pytest.mark.parametrize("name", LOWERED)
def test_who_is_lowered(name: str) -> None:
    table, expected = LOWERED[name]

    comparison = compare_kinds(FIRST, SECOND, table)

    assert moves(comparison) == expected
    assert comparison.undecided == ()
    told = {words for move in comparison.lowered for words in move.withdrawn}
    assert told == {entry.unless for entry in table if entry.unless}


def test_who_is_raised() -> None:
    """A new question that asks for more raises people who said no before."""
    wider = compare_kinds(FIRST, SECOND, [with_fields(A_TO_X, how=WIDER)])
    same = compare_kinds(FIRST, SECOND, [A_TO_X])

    y = ("y", "self_care", "rules")
    assert moves(wider, NEW) == [("x", "self_care", "words"), ("x?", "self_care", "words"), y]
    assert moves(same, NEW) == [y]
    assert [(kind.rule.id, kind.in_doubt) for kind in same.unmoved if kind.version == NEW] == [
        ("x", False), ("x", True),
    ]  # fmt: skip


def test_a_question_that_is_not_asked() -> None:
    """Its answer does not count, and that is said apart from what the rules changed."""
    gate, now = SECOND.protocol.questions[0], question("more", SOME_OF, "z")
    now = replace(now, ask_when=Includes("now", "y"), if_skipped=Ticks())
    new = version("2.0.0", [gate, now], rule("z", Includes("more", "z"), Urgency.SAME_DAY))

    found = compare_kinds(FIRST, new, [with_fields(A_TO_X, question="more", item="z")])

    assert moves(found)[:2] == [("a", "self_care", "not_asked"), ("a", "same_day", "rules")]
    assert found.lowered[0].unasked == ("more",)
    assert found.lowered[1].unasked == ()
    text = "\n".join(kind_lines(found, ("", "")))
    assert "  Only for those whom the new version does not ask 'more'.\n" in text


FALL = rule("fell", Is("began", ("fall",)))
BEGAN = version("1.0.0", [question("began", ONE_OF, "fall", "else")], FALL)
STARTED = version(
    "2.0.0", [question("started", ONE_OF, "trip", "stairs", "else")],
    rule("fell", Is("started", ("trip",))),
)  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"choices": (("fall", "trip"),)}, []),
        ({"choices": (("fall", "trip"),), "how": WIDER}, [("fell", "self_care", "words")]),
        ({"choices": (("fall", "trip"),), "how": WIDER, "widened": ("else",)}, []),
        ({"choices": (("fall", "trip"),), "unless": OVER}, [("fell", "self_care", "words")]),
        ({}, [("fell", "self_care", "rules")]),
    ],
)
def test_choices(entry: dict[str, Any], expected: object) -> None:
    """A new line may fit better only where more is asked for."""
    migration = Migration(question="started", was=(("began", ""),), **entry)

    assert moves(compare_kinds(BEGAN, STARTED, [migration])) == expected


@pytest.mark.parametrize(
    ("most", "step", "expected"),
    [
        (9, "1", []),
        (4, "1", [("old", "self_care", "rules")]),
        (9, "2", [("old", "self_care", "rules")]),
    ],
)
def test_numbers(most: int, step: str, expected: object) -> None:
    """A number that the new question does not take says nothing."""
    fields: dict[str, Any] = {"least": 0, "allows_not_sure": False}
    at_five = Decimal(5)
    old = version("1.0.0", [question("weeks", NUMBER, most=9, **fields)],
                  rule("old", Compare("weeks", ">=", at_five)))  # fmt: skip
    new = version("2.0.0", [question("time", NUMBER, most=most, step=step, **fields)],
                  rule("old", Compare("time", ">=", min(at_five, Decimal(most)))))  # fmt: skip

    found = compare_kinds(old, new, [Migration(question="time", was=(("weeks", ""),))])

    assert moves(found) == expected


@pytest.mark.parametrize(
    ("old", "new", "is_by_kind"),
    [("1.0.0", "2.0.0", True), ("1.0.0", "1.1.0", False), ("2.0.0", "1.0.0", False)],
)
def test_only_a_later_major_version_is_compared_by_kind(
    old: str, new: str, is_by_kind: bool,  # noqa: FBT001
) -> None:  # fmt: skip
    assert is_compared_by_kind(version(old, []), version(new, [])) == is_by_kind


def test_what_is_undecided_stands_before_what_is_raised() -> None:
    """No kind is silently taken for unchanged."""
    comparison = compare_kinds(FIRST, SECOND, [A_TO_X], seconds=0)

    text = "\n".join(kind_lines(comparison, ("old", "new")))
    assert {kind.rule.id for kind, _ in comparison.undecided} == {"a", "x", "y"}
    assert not comparison.moves
    assert not comparison.unmoved
    assert "UNDECIDED: who is lowered, of the old rules 'a'; 'a', in doubt." in text
    assert text.index("UNDECIDED") < text.index("0 raised; 3 undecided; 0")


def test_only_what_is_undecided_is_listed() -> None:
    comparison = compare_kinds(FIRST, SECOND, [A_TO_X], seconds=0)
    old = tuple(each for each in comparison.undecided if each[0].version == OLD)

    text = "\n".join(kind_lines(with_fields(comparison, undecided=old), ("old", "new")))

    assert text.count("UNDECIDED") == 1
    assert "who is lowered" in text


def test_a_yes_or_no_is_said_instead() -> None:
    sure = Yes("sure")
    new = version(
        "2.0.0", [*SECOND.protocol.questions, question("sure", YES_NO)],
        rule("x", Includes("now", "x")), rule("sure", sure, Urgency.SOON),
    )  # fmt: skip
    instead = with_fields(A_TO_X, how=WIDER, unless=OVER, then=(("sure", ""),))

    assert moves(compare_kinds(FIRST, new, [instead])) == [
        ("a", "soon", "words"), ("a?", "self_care", "rules"),
    ]  # fmt: skip


def test_a_lowered_example_is_confirmed_by_the_interpreter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kinds._Pairs, "_urgency", lambda *_: Urgency.EMERGENCY)

    with pytest.raises(SpuriousCounterexample, match="does not agree on a"):
        compare_kinds(FIRST, SECOND)


def test_one_kind_leaves_time_for_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "_SHARE", 0)

    comparison = compare_kinds(FIRST, SECOND, [A_TO_X])

    assert len(comparison.undecided) == 5


def test_an_example_is_confirmed_by_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kinds, "T", 1)

    with pytest.raises(SpuriousCounterexample, match="does not agree on a"):
        compare_kinds(FIRST, SECOND)


def test_the_text_says_who_and_why() -> None:
    entry = with_fields(A_TO_X, unless=OVER, then=(("now", "y"),))
    comparison = compare_kinds(FIRST, SECOND, [entry])

    text = "\n".join(kind_lines(comparison, ("one", "two")))

    assert text.startswith("Old: small 1.0.0 (one)\nNew: small 2.0.0 (two)\n\nThese versions ask")
    assert (
        "\nLOWERED: emergency -> soon\n"
        "  The old rule 'a': It is a.\n"
        "  Only for those who would no longer say so: It was over long ago.\n"
        "  This person, everything else being normal:\n"
        "      (asked by the old version only) What of was? -> a\n"
        "      (asked by the new version only) What of now? -> y\n"
        "  Old: emergency. Rules that fired: a (emergency).\n"
        "  New: soon. Rules that fired: y (soon).\n"
    ) in text
    assert "\nRAISED: self_care -> soon\n  The new rule 'y': It is y.\n" in text
    assert "Fix the rules, or release them" in " ".join(text.split())


def test_json_and_cases() -> None:
    comparison = compare_kinds(FIRST, SECOND, [with_fields(A_TO_X, unless=OVER)])

    record = json.loads(json.dumps(kinds_json(comparison, ({}, {}), "So.")))

    assert record["schema"] == "backtriage.rules_kinds/1"
    assert record["accepted"] == "So."
    first = record["lowered"][0]
    assert (first["rule"], first["before"], first["after"]) == ("a", "emergency", "self_care")
    assert (first["cause"], first["unless"]) == ("words", [OVER])
    assert first["example"]["old"]["answers"] == {"was": ["a"]}
    assert [sheet.after for sheet in moved_sheets(comparison)][:2] == [Urgency.SELF_CARE] * 2
    assert {entry["rule"] for entry in record["unmoved"]} == {"x"}
    assert record["undecided"] == []
