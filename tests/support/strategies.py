"""Random small protocols and random sheets for them.

A protocol is drawn as nouns, in the very form in which `from_text` would hand it out, so that
`from_text(to_text(protocol))` must give it back. Small means that every answer sheet can be
tried: a few questions of every kind, guards that hang on guards, facts and scores, and rules
with every operator.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any as Anything
from typing import Final, TypeAlias, TypeVar

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import (
    Advice,
    Choice,
    Country,
    Evidence,
    Level,
    Module,
    NamedFact,
    Points,
    Protocol,
    Question,
    Risk,
    Rule,
    Score,
    Service,
    Titled,
    Verdict,
)
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import (
    KINDS,
    NOT_SURE,
    NUMBER,
    ONE_OF,
    SOME_OF,
    YES_NO,
    Ticks,
    Value,
)

Draw: TypeAlias = Callable[..., Anything]
Thing = TypeVar("Thing")

MOST_SHEETS: Final = 300
"""A protocol with more complete sheets than this is cut shorter."""

URGENCY: Final = st.sampled_from(list(Urgency))
NUMBERS: Final = ((0, 3, "1"), (0, 2, "0.5"), (1, 9, "4"))
"""Least, most and step of the number questions."""


# -- one question ----------------------------------------------------------------------------


def domain(question: Question) -> tuple[Value, ...]:
    """Every answer that can be given to a question."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == YES_NO:
        return (False, True, *unsure)
    if question.kind == ONE_OF:
        return (*(choice.id for choice in question.choices), *unsure)
    if question.kind == SOME_OF:
        return tuple(_tickings(question))
    return (*numbers(question), *unsure)


def numbers(question: Question) -> tuple[Decimal, ...]:
    """Every number that can be given to a number question."""
    found, number = [], Decimal(question.least)
    while number <= question.most:
        found.append(number)
        number += Decimal(question.step)
    return tuple(found)


def _tickings(question: Question) -> list[Value]:
    ids = [choice.id for choice in question.choices]
    marks = (0, 2, 1) if question.allows_not_sure else (0, 2)
    found: list[Value] = []
    for row in product(marks, repeat=len(ids)):
        pairs = list(zip(ids, row, strict=True))
        yes, unsure = ({id_ for id_, mark in pairs if mark == want} for want in (2, 1))
        found.append(Ticks(frozenset(yes), frozenset(unsure)))
    return found


def answers_to(question: Question) -> st.SearchStrategy[Value]:
    """One answer to a question, also to one with far too many to list."""
    if question.kind != SOME_OF:
        return st.sampled_from(domain(question))
    marks = st.sampled_from((0, 2, 1) if question.allows_not_sure else (0, 2))
    ids = [choice.id for choice in question.choices]
    return st.tuples(*(marks for _ in ids)).map(
        lambda row: Ticks(
            frozenset(id_ for id_, mark in zip(ids, row, strict=True) if mark == 2),
            frozenset(id_ for id_, mark in zip(ids, row, strict=True) if mark == 1),
        )
    )


def atoms_on(question: Question) -> list[Condition]:
    """Every condition on one question that can vary."""
    if question.kind == YES_NO:
        return [Yes(question.id)]
    ids = [choice.id for choice in question.choices]
    if question.kind == ONE_OF:
        pairs = [(one, two) for one in ids for two in ids if one != two]
        chosen = [(id_,) for id_ in ids] + (pairs if len(ids) > 2 else [])
        return [Is(question.id, choices) for choices in chosen]
    if question.kind == SOME_OF:
        return [Includes(question.id, id_) for id_ in ids]
    signs = {"<": question.least, ">=": question.least, ">": question.most, "<=": question.most}
    return [
        Compare(question.id, sign, number)
        for number in numbers(question)
        for sign, constant in signs.items()
        if number != constant
    ]


# -- conditions ------------------------------------------------------------------------------


def pick(draw: Draw, things: Sequence[Thing]) -> Thing:
    """One of several. Drawn by number: a strategy for each sequence would cost ten times more."""
    return things[draw(st.integers(0, len(things) - 1))]


def condition(draw: Draw, atoms: Sequence[Condition], depth: int = 2) -> Condition:
    """A condition over these atoms, with any operator, to a small depth."""
    kind = pick(draw, ("atom", "atom", "not", "all", "any", "at_least")) if depth else "atom"
    if kind == "atom":
        return pick(draw, atoms)
    if kind == "not":
        return Not(condition(draw, atoms, depth - 1))
    count = draw(st.integers(2, 4))
    parts = tuple(dict.fromkeys(condition(draw, atoms, depth - 1) for _ in range(count)))
    if len(parts) == 1:
        return parts[0]
    if kind == "at_least" and len(parts) > 2:
        return AtLeast(draw(st.integers(2, len(parts) - 1)), parts)
    return All(parts) if kind == "all" else Any(parts)


conditions = st.composite(condition)
"""Conditions over some atoms, as a strategy."""


# -- protocols -------------------------------------------------------------------------------


class _Maker:
    """Draws one protocol, part by part, each from what was drawn before."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.questions: list[Question] = []
        self.facts: list[NamedFact] = []
        self.scores: list[Score] = []

    def protocol(self) -> Protocol:
        for at in range(self.draw(st.integers(2, 4))):
            question = self.question(at)
            if prod(len(domain(q)) for q in (*self.questions, question)) > MOST_SHEETS:
                break
            self.questions.append(question)
            if self.draw(st.booleans()):
                self.name_something(at)
        rules = [self.rule(at) for at in range(self.draw(st.integers(1, 4)))]
        rules.insert(self.draw(st.integers(0, len(rules))), everybody())
        return frame(
            questions=tuple(self.questions),
            facts=tuple(self.draw(st.permutations(self.facts))),
            scores=tuple(self.scores),
            rules=tuple(rules),
            advice=tuple(self.advice(at) for at in range(self.draw(st.integers(0, 3)))),
            modules=tuple(self.module(at) for at in range(self.draw(st.integers(0, 1)))),
            risk=tuple(
                Risk(question=q.id, direction="none", reason="a test") for q in self.questions
            ),
        )

    def question(self, at: int) -> Question:
        kind = pick(self.draw, KINDS)
        id_ = f"q{at}"
        asked = Question(
            id=id_, section="main", kind=kind, text=f"Question {at}?", short=f"Answer {at}",
            why="A test.", allows_not_sure=self.draw(st.integers(0, 4)) > 0,
            can_change=self.draw(st.booleans()),
        )  # fmt: skip
        if kind == NUMBER:
            least, most, step = pick(self.draw, NUMBERS)
            unit = pick(self.draw, ("", "years"))
            asked = replace(asked, least=least, most=most, step=step, unit=unit)
        elif kind in {ONE_OF, SOME_OF}:
            count = self.draw(st.integers(2, 3 if kind == ONE_OF else 2))
            rows = [Choice(id=f"{id_}{c}", text=f"Row {c}.", short=c) for c in "abc"[:count]]
            asked = replace(asked, choices=tuple(rows), none="None" if kind == SOME_OF else "")
        return self.guarded(asked)

    def guarded(self, question: Question) -> Question:
        """Give a question what it reads as, and perhaps a guard over what came before it."""
        guard: Condition = Always()
        if self.questions and self.draw(st.booleans()):
            guard = self.condition()
        if isinstance(guard, Always):
            unread = {YES_NO: False, SOME_OF: Ticks()}.get(question.kind, NOT_SURE)
            return replace(question, if_skipped=unread)
        sure = replace(question, allows_not_sure=False)
        return replace(question, ask_when=guard, if_skipped=pick(self.draw, domain(sure)))

    def name_something(self, at: int) -> None:
        """A fact or a score over the questions so far, which later guards may use."""
        if self.draw(st.booleans()):
            self.facts.append(NamedFact(id=f"f{at}", when=self.condition()))
            return
        points = [p for q in self.questions if self.draw(st.booleans()) for p in self.points(q)]
        if most_points(points, self.questions):
            self.scores.append(Score(id=f"s{at}", points=tuple(points)))

    def points(self, question: Question) -> list[Points]:
        some = st.integers(0, 3)
        if question.kind == NUMBER:
            return self.bands(question)
        answers = ["yes", "no"] if question.kind == YES_NO else [c.id for c in question.choices]
        counted = [answer for answer in answers if self.draw(st.booleans())]
        return [Points(question=question.id, answer=a, points=self.draw(some)) for a in counted]

    def bands(self, question: Question) -> list[Points]:
        """Bands from the bottom to the top, with gaps or without."""
        cuts = self.draw(st.lists(st.integers(question.least, question.most), max_size=3))
        ends = sorted({*cuts, question.most})
        found, least = [], question.least
        for end in ends:
            answers = [number for number in numbers(question) if least <= number <= end]
            if answers and self.draw(st.integers(0, 3)):
                found.append(Points(question=question.id, answer="", least=least, most=end,
                                    points=self.draw(st.integers(0, 3))))  # fmt: skip
            least = end + 1
        return found

    def atoms(self) -> list[Condition]:
        found = [atom for question in self.questions for atom in atoms_on(question)]
        found += [Fact(fact.id) for fact in self.facts] * 3
        for score in self.scores:
            most = most_points(score.points, self.questions)
            found += [Scores(score.id, least) for least in range(1, most + 1)]
        return found

    def condition(self) -> Condition:
        return condition(self.draw, self.atoms())

    def rule(self, at: int) -> Rule:
        urgency = pick(self.draw, tuple(Urgency))
        lower: list[Urgency | None] = [u for u in Urgency if u <= urgency]
        scope = urgency > Urgency.SELF_CARE and self.draw(st.integers(0, 3)) == 0
        lower = [u for u in lower if u] if scope else [*lower, None]
        return Rule(
            id=f"r{at}", urgency=urgency, when=self.condition(),
            if_unsure=pick(self.draw, lower), because=f"Rule {at}.",
            come_back=f"You find {at}." if urgency >= Urgency.SAME_DAY else "",
            out_of_scope=scope, service=pick(self.draw, ("", "clinic")),
            evidence=("book",),
        )  # fmt: skip

    def advice(self, at: int) -> Advice:
        held = self.condition() if self.draw(st.booleans()) else None
        when = self.condition() if self.draw(st.booleans()) else Always()
        return Advice(
            id=f"a{at}", kind="comfort", text=f"Advice {at}.",
            short=self.draw(st.sampled_from(["", "Advice"])), when=when, withhold_if=held,
            show_up_to=pick(self.draw, tuple(Urgency)), strength="a test",
        )  # fmt: skip

    def module(self, at: int) -> Module:
        verdicts = [
            Verdict(id=f"v{v}", when=self.condition(), text=f"Verdict {v}.")
            for v in range(self.draw(st.integers(0, 2)))
        ]
        return Module(
            id=f"m{at}", title="Module", why_not="Not now.",
            show_up_to=pick(self.draw, tuple(Urgency)),
            counts=tuple(score.id for score in self.scores),
            verdicts=(*verdicts, Verdict(id="last", when=Always(), text="Ask.")),
        )  # fmt: skip


def most_points(points: Sequence[Points], questions: Sequence[Question]) -> int:
    """The most points that can be reached: items of a list add up, other answers exclude."""
    lists = {question.id for question in questions if question.kind == SOME_OF}
    best: dict[tuple[str, str], int] = {}
    for one in points:
        key = (one.question, one.answer if one.question in lists else "")
        best[key] = max(best.get(key, 0), one.points)
    return sum(best.values())


def everybody() -> Rule:
    """The rule for everybody."""
    return Rule(
        id="everybody", urgency=Urgency.SELF_CARE, when=Always(), if_unsure=None, because="Home."
    )


def frame(**parts: Anything) -> Protocol:  # noqa: ANN401 - passed on to Protocol
    """A protocol around these parts: levels, services, a country, a source."""
    levels = tuple(
        Level(
            urgency=urgency, word=urgency.id.upper(), headline=f"Do {urgency.id}",
            within="a time", service="clinic", come_back_heading="Come back if",
        )
        for urgency in Urgency
    )  # fmt: skip
    whole: dict[str, Anything] = {
        "sections": (Titled(id="main", title="Main"),),
        "advice_kinds": (Titled(id="comfort", title="Comfort"),),
        "services": (Service(id="clinic", where="Go to {clinic}."),),
        "countries": (Country(id="default", name="Any", words=(("clinic", "a clinic"),)),),
        "notes": (),
        "evidence": (
            Evidence(id="book", title="Book", publisher="Us", checked="primary", says="So."),
        ),
        "waivers": (),
        **parts,
    }
    return Protocol(
        id="small", version="0.1.0", title="Small", effective="2026-11-24",
        review_due="2030-01-01", reviewed_by=None, about="A test.", disclaimer="A test.",
        emergency_line="Call.", levels=levels, **whole,
    )  # fmt: skip


@st.composite
def protocols(draw: Draw) -> Protocol:
    """A small protocol whose every complete sheet can be tried."""
    return _Maker(draw).protocol()


def programs() -> st.SearchStrategy[Program]:
    """A small protocol made ready to run."""
    # Its digest is not worked out: that costs more than many a law.
    return protocols().map(lambda protocol: build_program(protocol, "sha256:small"))


# -- sheets ----------------------------------------------------------------------------------


@st.composite
def complete_sheets(draw: Draw, program: Program) -> Answers:
    """An answer to every question, asked or not."""
    return Answers({q.id: draw(answers_to(q)) for q in program.protocol.questions})


@st.composite
def partial_sheets(draw: Draw, program: Program) -> Answers:
    """An answer to some questions."""
    return Answers({
        q.id: draw(answers_to(q)) for q in program.protocol.questions if draw(st.booleans())
    })  # fmt: skip


def completions(program: Program, sheet: Answers) -> list[Answers]:
    """Every complete sheet that agrees with a partial one, "not sure" answers included."""
    absent = [q for q in program.protocol.questions if q.id not in sheet]
    return [
        Answers({**sheet, **dict(zip([q.id for q in absent], row, strict=True))})
        for row in product(*(domain(q) for q in absent))
    ]
