"""How the safety questions of the shipped rules are put on screens, read from the rules."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from typing import Final, TypeAlias

import pytest

from backtriage.cases.simulation import simulate
from backtriage.decide.assessment import assess
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import T
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Question
from backtriage.protocol.texts import TRIAGE
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, SOME_OF, Ticks
from tests.support.protocols import shipped
from tests.support.sheets import STRAIN

Range: TypeAlias = tuple[Urgency, Urgency]
"""The least and the greatest urgency, whatever the questions that follow from an item bring."""

EMERGENCY: Final = Urgency.EMERGENCY
MOST: Final = 13
"""Screens before the result of a plain strain."""
MAN: Final[dict[str, object]] = STRAIN
WOMAN: Final[dict[str, object]] = STRAIN | {
    "sex": "female", "pregnancy": "not_likely", "early_signs": [],
}  # fmt: skip
PREGNANT: Final = WOMAN | {
    "pregnancy": "is_pregnant", "pregnancy_danger": [], "baby_signs": [],
    "pregnancy_stage": "from_13", "pregnancy_seen": "yes_unchanged",
}  # fmt: skip
PEOPLE: Final[dict[str, dict[str, object]]] = {
    "a man": MAN, "a man of 55": MAN | {"age": 55}, "a man of 70": MAN | {"age": 70},
    "a woman": WOMAN, "a pregnant woman": PREGNANT,
}  # fmt: skip

ALWAYS: Final = {
    "danger_signs.throb": "From 50 it is an emergency, before that for today; the words are one.",
    "nerve_signs.old": "Who has an older trouble looks for it here. Its own question settles it.",
}
TICKED: Final = ALWAYS | {
    "early_signs.heavy_bleeding": "How much bleeding is much is clear only beside the next line.",
    "early_signs.bleeding": "From 13 weeks it is an emergency, before that for today.",
}
IN_DOUBT: Final = ALWAYS | dict.fromkeys(
    ("nerve_signs.walk", "nerve_signs.foot", "nerve_signs.band", "nerve_signs.sex"),
    "Doubt of the other four is an emergency by their sources. All are one subject and window.",
)
"""Items that stand beside others of another urgency, and why; the fewer, the better."""
LATER: Final = {
    "temples.sight": "Who has a headache at the temples is asked here if the sight fails.",
    "upper_signs.food": "From 40 it is an emergency, before that for today; the words are one.",
    "illness_signs.fever": "In pregnancy it is an emergency, otherwise for today.",
}
"""Emergencies by themselves in the lists that come after the safety screens."""


def lists() -> list[Question]:
    return [q for q in shipped().protocol.questions if q.kind == SOME_OF and q.section == TRIAGE]


@cache
def ranges(person: str, list_: str, *, doubt: bool = False) -> dict[str, Range]:
    """Return what each item of a list leads to if it is the only finding; nothing if not asked."""
    program = shipped()
    question = program.questions[list_]
    sheet = asked(person, question)
    found: dict[str, Range] = {}
    if sheet is None:
        return found
    for choice in question.choices:
        item = frozenset({choice.id})
        value = Ticks(unsure=item) if doubt else Ticks(yes=item)
        a = assess(program, sheet.with_(list_, value))
        found[choice.id] = (a.certain, a.possible)
    return found


def asked(person: str, question: Question) -> Answers | None:
    """Return answers of which at most one is a finding, and after which a list is asked."""
    program = shipped()
    well = validate(program, Sheet(values=PEOPLE[person])).answers
    earlier = takewhile(lambda other: other != question, program.protocol.questions)
    ticked = (
        well.with_(other.id, Ticks(yes=frozenset({choice.id})))
        for other in earlier
        if other.kind == SOME_OF
        for choice in other.choices
    )
    candidates = (well, *ticked)
    return next((s for s in candidates if Evaluation(program, s).guard(question.id)[0] == T), None)


def is_harmless(range_: Range) -> bool:
    return range_ == (Urgency.SELF_CARE, Urgency.SELF_CARE)


def safety_screens() -> Iterator[Question]:
    """Yield the lists before the first that has an item which alone is for home: the place."""
    return takewhile(
        lambda q: not any(is_harmless(r) for p in PEOPLE for r in ranges(p, q.id).values()),
        lists(),
    )


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(("doubt", "exceptions"), [(False, TICKED), (True, IN_DOUBT)])
def test_no_safety_screen_mixes_urgencies(
    person: str, *, doubt: bool, exceptions: dict[str, str]
) -> None:
    """Each item alone leads to the same least and greatest urgency, ticked and in doubt."""
    mixed = {}
    for question in safety_screens():
        found = {
            item: range_
            for item, range_ in ranges(person, question.id, doubt=doubt).items()
            if f"{question.id}.{item}" not in exceptions
        }
        if len(set(found.values())) > 1:
            mixed[question.id] = found

    assert mixed == {}


def test_every_safety_screen_is_asked_of_somebody() -> None:
    screens = [question.id for question in safety_screens()]

    assert {"collapse", "danger_signs", "nerve_signs", "harm_signs"} < set(screens)
    assert [id_ for id_ in screens if not any(ranges(person, id_) for person in PEOPLE)] == []


@pytest.mark.parametrize(("doubt", "exceptions"), [(False, TICKED), (True, IN_DOUBT)])
def test_no_exception_is_superfluous(*, doubt: bool, exceptions: dict[str, str]) -> None:
    for name in exceptions:
        list_, _, item = name.partition(".")
        assert any(
            range_ != found[item]
            for person in PEOPLE
            if (found := ranges(person, list_, doubt=doubt))
            for other, range_ in found.items()
            if f"{list_}.{other}" not in exceptions
        ), name


def test_after_the_safety_screens_hardly_any_item_is_an_emergency_by_itself() -> None:
    """There degrees stand side by side, since the result comes only after the last question."""
    safety = {question.id for question in safety_screens()}
    emergencies = {
        f"{question.id}.{item}"
        for question in lists()
        if question.id not in safety
        for person in PEOPLE
        for item, range_ in ranges(person, question.id).items()
        if range_[0] is Urgency.EMERGENCY
    }

    assert emergencies == set(LATER)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_a_plain_strain_takes_few_screens(sex: str) -> None:
    sheet = validate(shipped(), Sheet(values=MAN if sex == "male" else WOMAN)).answers

    screens = simulate(shipped(), sheet).sections

    assert dict(screens)[TRIAGE] <= MOST + (sex == "female") * 2  # pregnancy, and bleeding


UNTESTED: Final = {
    "suicide_safety": "Nobody can try how safe they are. A doubt is reason enough to call.",
}
"""Doubts that alone are an emergency and have no second question, and why."""


def test_whoever_is_in_doubt_is_asked_once_more_before_that_alone_is_an_emergency() -> None:
    alarming = {
        name
        for person in PEOPLE
        for question in shipped().protocol.questions
        if question.allows_not_sure and question.section == TRIAGE
        for name in alarming_doubts(person, question)
    }
    confirmed = {
        f"{question.id}.{choice.id}" if question.kind == SOME_OF else question.id
        for question in shipped().protocol.questions
        for choice in question.choices
        if choice.confirm
    } | {question.id for question in shipped().protocol.questions if question.confirm}

    assert alarming == confirmed | UNTESTED.keys()


def alarming_doubts(person: str, question: Question) -> Iterator[str]:
    """Yield each item, or the question itself, whose doubt alone makes an emergency certain."""
    if question.kind == SOME_OF:
        found = ranges(person, question.id, doubt=True)
        yield from (f"{question.id}.{id_}" for id_, (low, _) in found.items() if low is EMERGENCY)
    elif (sheet := asked(person, question)) is not None:
        a = assess(shipped(), sheet.with_(question.id, NOT_SURE))
        yield from (question.id,) if a.certain is EMERGENCY else ()
