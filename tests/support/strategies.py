"""Hypothesis strategies for small protocols and for answer sheets.

A protocol is drawn as the data that `parse_protocol` returns, so writing and parsing it must
give it back. Small means that every answer sheet can be enumerated: a few questions of every
kind, guards that depend on guards, facts, scores, and rules with every operator.
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

from backtriage.program.doubts import checked_question
from backtriage.program.program import Program, build_program
from backtriage.protocol.features import Feature
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import (
    Advice,
    Choice,
    Confirm,
    Module,
    NamedFact,
    Points,
    Protocol,
    Question,
    Rule,
    Score,
    Sign,
    SignGroup,
    Verdict,
)
from backtriage.protocol.texts import (
    ADVICE,
    AdviceCard,
    AdviceTable,
    Country,
    Evidence,
    Level,
    Section,
    Service,
    TableRow,
    Titled,
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
from tests.support.protocols import shipped, tiny

Draw: TypeAlias = Callable[..., Anything]
T = TypeVar("T")

MOST_SHEETS: Final = 300
"""The most complete sheets that a protocol may have."""

URGENCY: Final = st.sampled_from(list(Urgency))
NUMBERS: Final = ((0, 3, "1"), (0, 2, "0.5"), (1, 9, "4"))
"""Least, most and step of the number questions."""


# -- one question ----------------------------------------------------------------------------


_OF_JOURNAL: Final = {YES_NO: "kept", NUMBER: "weeks"}
"""Features that are taken from no question, by their kind."""


def domain(question: Question) -> tuple[Value, ...]:
    """Return every answer to a question."""
    unsure = (NOT_SURE,) if question.allows_not_sure else ()
    if question.kind == YES_NO:
        return (False, True, *unsure)
    if question.kind == ONE_OF:
        return (*(choice.id for choice in question.choices), *unsure)
    if question.kind == SOME_OF:
        rows = product(_marks(question), repeat=len(question.choices))
        return tuple(_ticks(question, row) for row in rows)
    return (*numbers(question), *unsure)


def numbers(question: Question) -> tuple[Decimal, ...]:
    """Return every number that answers a question."""
    values, number = [], Decimal(question.least)
    while number <= question.most:
        values.append(number)
        number += Decimal(question.step)
    return tuple(values)


def _marks(question: Question) -> tuple[int, ...]:
    """What an item of a list can be: no, yes and perhaps not sure."""
    return (0, 2, 1) if question.allows_not_sure else (0, 2)


def _ticks(question: Question, marks: Sequence[int]) -> Ticks:
    pairs = [(choice.id, mark) for choice, mark in zip(question.choices, marks, strict=True)]
    return Ticks(
        frozenset(id_ for id_, mark in pairs if mark == 2),
        frozenset(id_ for id_, mark in pairs if mark == 1),
    )


def answers_to(question: Question) -> st.SearchStrategy[Value]:
    """Answers to a question, also to one with too many to enumerate."""
    if question.kind != SOME_OF:
        return st.sampled_from(domain(question))
    mark = st.sampled_from(_marks(question))
    return st.tuples(*(mark for _ in question.choices)).map(lambda row: _ticks(question, row))


def atoms_on(question: Question) -> list[Condition]:
    """Return every atom on one question that is not constant."""
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


def pick(draw: Draw, values: Sequence[T]) -> T:
    """Draw one of several values by its index: `sampled_from` would cost ten times as much."""
    return values[draw(st.integers(0, len(values) - 1))]


def condition(draw: Draw, atoms: Sequence[Condition], depth: int = 2) -> Condition:
    """Draw a condition over some atoms, with any operator, to a small depth."""
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
"""The same as a strategy."""


# -- protocols -------------------------------------------------------------------------------


TABLES = (AdviceTable(id="tried", title="Tried", columns=("What", "Here", "There")),)


class _Maker:
    """Draws a protocol part by part, each over what was drawn before."""

    def __init__(self, draw: Draw, *, is_doubtful: bool = False, is_chained: bool = False) -> None:
        self.draw = draw
        self.is_doubtful = is_doubtful
        self.is_chained = is_chained
        self.questions: list[Question] = []
        self.facts: list[NamedFact] = []
        self.scores: list[Score] = []

    def protocol(self) -> Protocol:
        self.ask(4 if self.is_chained else self.draw(st.integers(2, 4)), "main")
        rules = [self.rule(at) for at in range(self.draw(st.integers(1, 4)))]
        safety_net = self.safety_net() if self.draw(st.booleans()) else ()
        rules = [self.with_signs(rule, safety_net) for rule in rules]
        self.ask(self.draw(st.integers(0, 2)), "later")  # no rule depends on these
        rules.insert(self.draw(st.integers(0, len(rules))), everybody())
        advice = tuple(self.advice(at) for at in range(self.draw(st.integers(0, 3))))
        return frame(
            tables=TABLES if any(each.rows for each in advice) else (),
            safety_net=safety_net,
            questions=tuple(self.questions),
            facts=tuple(self.draw(st.permutations(self.facts))),
            scores=tuple(self.scores),
            rules=tuple(rules),
            advice=advice,
            modules=tuple(self.module(at) for at in range(self.draw(st.integers(0, 1)))),
            risk=tuple(
                Risk(question=q.id, direction="none", reason="a test") for q in self.questions
            ),
        )

    def ask(self, count: int, section: str) -> None:
        """Add questions to a section, as many as keep the sheets few enough to enumerate."""
        for at in range(len(self.questions), len(self.questions) + count):
            question = self.question(at, section)
            if prod(len(domain(q)) for q in (*self.questions, question)) > MOST_SHEETS:
                break
            self.questions.append(question)
            if self.draw(st.booleans()):
                self.name_something(at)

    def question(self, at: int, section: str) -> Question:
        kind = pick(self.draw, (YES_NO, SOME_OF) if self.is_chained else KINDS)
        id_ = f"q{at}"
        asked = Question(
            id=id_, section=section, kind=kind, text=f"Question {at}?", short=f"Answer {at}",
            why="A test.", allows_not_sure=self.is_doubtful or self.draw(st.integers(0, 4)) > 0,
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
        if kind in _OF_JOURNAL and section == "main" and not self.draw(st.integers(0, 7)):
            return self.from_journal(asked)
        return self.guarded(self.confirmed(self.private(asked)))

    def from_journal(self, question: Question) -> Question:
        """Have the journal answer a question, with the answer that it has without one."""
        sure = replace(question, allows_not_sure=False)
        return replace(
            question, can_change=True, from_journal=Feature(name=_OF_JOURNAL[question.kind]),
            if_skipped=pick(self.draw, domain(sure)),
        )  # fmt: skip

    def private(self, question: Question) -> Question:
        """Mark some answers as private, in few protocols."""
        if self.draw(st.integers(0, 3)):
            return question
        choices = (replace(c, private=self.draw(st.booleans())) for c in question.choices)
        return replace(question, choices=tuple(choices), private=not self.draw(st.integers(0, 3)))

    def confirmed(self, question: Question) -> Question:
        """Add what confirms a doubt, perhaps, where the kind of the question can have it."""
        if not question.allows_not_sure or question.kind == NUMBER:
            return question
        if question.kind == YES_NO:
            return replace(question, confirm=self.confirm(question.id))
        confirms = [self.confirm(choice.id) for choice in question.choices]
        if question.kind == ONE_OF:
            first = next((at for at, confirm in enumerate(confirms) if confirm), None)
            confirms = [
                replace(confirm, clears=False) if at == first and confirm else None
                for at, confirm in enumerate(confirms)
            ]
        pairs = zip(question.choices, confirms, strict=True)
        choices = tuple(replace(choice, confirm=confirm) for choice, confirm in pairs)
        return replace(question, choices=choices)

    def confirm(self, of: str) -> Confirm | None:
        how = self.draw(st.integers(int(self.is_doubtful), 2))
        return Confirm(text=f"Try {of}.", clears=how == 2) if how else None

    def guarded(self, question: Question) -> Question:
        """Add the value read when it is skipped, and perhaps a guard over earlier questions."""
        guard: Condition = Always()
        if self.questions and self.is_chained:
            guard = pick(self.draw, atoms_on(self.questions[-1]))
        elif self.questions and self.draw(st.booleans()):
            guard = self.condition()
        if isinstance(guard, Always):
            unread = {YES_NO: False, SOME_OF: Ticks()}.get(question.kind, NOT_SURE)
            return replace(question, if_skipped=unread)
        sure = replace(question, allows_not_sure=False)
        return replace(question, ask_when=guard, if_skipped=pick(self.draw, domain(sure)))

    def name_something(self, at: int) -> None:
        """Add a fact or a score over the questions so far, for later guards to use."""
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
        """Bands in ascending order, with or without gaps."""
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

    def safety_net(self) -> tuple[SignGroup, ...]:
        lines = []
        for at in range(self.draw(st.integers(1, 3))):
            personal = self.condition() if self.draw(st.booleans()) else None
            lines.append(SignGroup(
                id=f"line{at}", urgency=pick(self.draw, tuple(Urgency)[1:]), text=f"Line {at}.",
                personal_when=personal,
            ))  # fmt: skip
        return tuple(lines)

    def with_signs(self, rule: Rule, lines: Sequence[SignGroup]) -> Rule:
        """Draw the lines of a rule, which need not be of its urgency: all laws hold anyway."""
        signs = tuple(
            Sign(
                group=line.id, words=("line",),
                names=self.condition() if self.draw(st.booleans()) else None,
            )
            for line in lines
            if self.draw(st.integers(0, 2))
        )  # fmt: skip
        return replace(rule, signs=signs)

    def advice(self, at: int) -> Advice:
        held = self.condition() if self.draw(st.booleans()) else None
        when = self.condition() if self.draw(st.booleans()) else Always()
        return Advice(
            id=f"a{at}", kind="comfort", text=f"Advice {at}.",
            short=self.draw(st.sampled_from(["", "Advice"])), when=when, withhold_if=held,
            show_up_to=pick(self.draw, tuple(Urgency)), strength="a test",
            card=self.card(at, when), **self.rows(at),
        )  # fmt: skip

    def rows(self, at: int) -> dict[str, Anything]:
        """Draw whether a piece of advice has rows in the table."""
        if not self.draw(st.booleans()):
            return {}
        count = self.draw(st.integers(1, 2))
        rows = tuple(
            TableRow(id=f"a{at}_{n}", cells=(f"Row {n}", "Same", "Same")) for n in range(count)
        )
        return {"table": "tried", "rows": rows}

    def card(self, at: int, when: Condition) -> AdviceCard:
        """Draw which places of the card speak of a piece of advice; a stop needs an answer."""
        places = [place for place in AdviceCard.__struct_fields__ if self.draw(st.booleans())]
        if isinstance(when, Always):
            places = [place for place in places if place != "stop"]
        return AdviceCard(**{place: f"{place} {at}" for place in places})

    def module(self, at: int) -> Module:
        verdicts = [
            Verdict(
                id=f"v{v}",
                when=self.condition(),
                text=f"Verdict {v}.",
                short=self.draw(st.sampled_from(["", f"V{v}."])),
                stop=self.draw(st.booleans()),
            )
            for v in range(self.draw(st.integers(0, 2)))
        ]
        return Module(
            id=f"m{at}", title="Module", why_not="Not now.",
            not_now=self.draw(st.sampled_from(["", "Later."])),
            unasked=self.draw(st.sampled_from(["", "Not asked."])),
            show_up_to=pick(self.draw, tuple(Urgency)),
            counts=tuple(score.id for score in self.scores),
            verdicts=(*verdicts, Verdict(id="last", when=Always(), text="Ask.")),
        )  # fmt: skip


def most_points(points: Sequence[Points], questions: Sequence[Question]) -> int:
    """Return the highest total: items of a list add up, other answers exclude each other."""
    lists = {question.id for question in questions if question.kind == SOME_OF}
    best: dict[tuple[str, str], int] = {}
    for entry in points:
        key = (entry.question, entry.answer if entry.question in lists else "")
        best[key] = max(best.get(key, 0), entry.points)
    return sum(best.values())


def everybody() -> Rule:
    """Return the rule that fires for everybody."""
    return Rule(
        id="everybody", urgency=Urgency.SELF_CARE, when=Always(), if_unsure=None, because="Home."
    )


def frame(**parts: Anything) -> Protocol:  # noqa: ANN401 - passed on to Protocol
    """Return a protocol of these parts with levels, a service, a country and a source."""
    levels = tuple(
        Level(
            urgency=urgency, word=urgency.id.upper(), headline=f"Do {urgency.id}",
            within="a time", service="clinic", come_back_heading="Come back if",
            come_back_short="Back if", book_if="It stays",
        )
        for urgency in Urgency
    )  # fmt: skip
    whole: dict[str, Anything] = {
        "sections": (
            Section(id="main", title="Main"),
            Section(id="later", title="Later", part=ADVICE),
        ),
        "advice_kinds": (Titled(id="comfort", title="Comfort"),),
        "services": (
            Service(
                id="clinic",
                where="Go to {clinic}.",
                short="To {clinic}.",
                steps=("Bring {clinic} a note.",),
                book_if="It hurts",
                not_beside=("clinic",),
            ),
        ),
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
    """Small protocols, whose complete sheets can be enumerated."""
    return _Maker(draw).protocol()


def programs() -> st.SearchStrategy[Program]:
    """Small protocols, ready to run."""
    # Computing the real digest would cost more than most tests.
    return protocols().map(lambda protocol: build_program(protocol, "sha256:small"))


@st.composite
def chained_programs(draw: Draw) -> Program:
    """Small protocols in which each question is asked for an answer to the one before."""
    return build_program(_Maker(draw, is_chained=True).protocol(), "sha256:small")


@st.composite
def doubtful_programs(draw: Draw) -> Program:
    """Small protocols in which a doubt can decide an emergency, and can be confirmed."""
    protocol = _Maker(draw, is_doubtful=True).protocol()
    rules = [rule for rule in protocol.rules if not isinstance(rule.when, Always)]
    lower = [
        replace(rule, urgency=min(rule.urgency, Urgency.SAME_DAY), if_unsure=None)
        for rule in rules
    ]
    alarm = replace(pick(draw, rules or [everybody()]), id="alarm", urgency=Urgency.EMERGENCY,
                    if_unsure=Urgency.EMERGENCY, when=draw(_alarms(protocol)))  # fmt: skip
    return build_program(replace(protocol, rules=(*lower, alarm, everybody())), "sha256:small")


@st.composite
def _alarms(draw: Draw, protocol: Protocol) -> Condition:
    """Conditions over many answers, any one or two of which are enough."""
    triage = [q for q in protocol.questions if q.id not in protocol.advice_questions]
    atoms = [atom for question in triage for atom in atoms_on(question)]
    count = draw(st.integers(1, 4))
    parts = tuple(dict.fromkeys(pick(draw, atoms) for _ in range(count)))
    if len(parts) == 1:
        return parts[0]
    kind = pick(draw, ("any", "any", "all", "at_least"))
    if kind == "at_least" and len(parts) > 2:
        return AtLeast(2, parts)
    return All(parts) if kind == "all" else Any(parts)


@st.composite
def doubtful_sheets(draw: Draw, program: Program) -> Answers:
    """Complete sheets with much doubt and few other findings."""
    values = {}
    for question in program.protocol.questions:
        value = draw(answers_to(question))
        if isinstance(value, Ticks) and draw(st.booleans()):
            unsure = value.yes if question.allows_not_sure else frozenset()
            value = Ticks(unsure=unsure | value.unsure)
        elif question.allows_not_sure and question.kind != NUMBER and draw(st.booleans()):
            value = Ticks(unsure=frozenset(c.id for c in question.choices[:1])) if (
                question.kind == SOME_OF) else NOT_SURE  # fmt: skip
        values[question.id] = value
    return Answers(values)


def any_programs() -> st.SearchStrategy[Program]:
    """Small protocols, and one time in ten the tiny or the shipped one, which are slow to walk."""
    return st.integers(0, 9).flatmap(
        lambda n: st.sampled_from((tiny(), shipped())) if n == 0 else programs()
    )


@st.composite
def additional_rules(draw: Draw, protocol: Protocol) -> Rule:
    """Rules with any condition over the questions of a protocol."""
    atoms = [atom for question in protocol.questions for atom in atoms_on(question)]
    urgency = draw(URGENCY)
    lower: list[Urgency | None] = [None, *(u for u in Urgency if u <= urgency)]
    return Rule(
        id="more", urgency=urgency, when=condition(draw, atoms), if_unsure=pick(draw, lower),
        because="More.",
    )  # fmt: skip


# -- sheets ----------------------------------------------------------------------------------


@st.composite
def complete_sheets(draw: Draw, program: Program) -> Answers:
    """Sheets with an answer to every question, asked or not."""
    return Answers({q.id: draw(answers_to(q)) for q in program.protocol.questions})


@st.composite
def partial_sheets(draw: Draw, program: Program) -> Answers:
    """Sheets with an answer to some questions."""
    return Answers({
        q.id: draw(answers_to(q)) for q in program.protocol.questions if draw(st.booleans())
    })  # fmt: skip


def checked_names(program: Program) -> st.SearchStrategy[frozenset[str]]:
    """Some of the doubts that a sheet may name as checked."""
    names = [choice.id for choice in checked_question(program).choices]
    return st.frozensets(st.sampled_from(names)) if names else st.just(frozenset())


def completions(program: Program, sheet: Answers) -> list[Answers]:
    """Return every complete sheet that extends a partial one, "not sure" answers included.

    What the journal does not answer has the answer that it has without one, and stays so.
    """
    absent = [
        q for q in program.protocol.questions if q.id not in sheet and q.from_journal is None
    ]
    return [
        Answers({**sheet, **dict(zip([q.id for q in absent], row, strict=True))})
        for row in product(*(domain(q) for q in absent))
    ]
