"""A strategy for two versions of a small protocol: one edited, or two that share some ids."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any as Anything
from typing import Final

from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.protocol.guarantees import NeverWith, SafetyFloor
from backtriage.protocol.protocol import Choice, Protocol, Question, Rule
from backtriage.terms.condition import (
    ATOMS,
    All,
    Always,
    Any,
    AtLeast,
    Condition,
    Includes,
    Is,
    Not,
)
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support.guarantees import guaranteed
from tests.support.strategies import Draw, atoms_on, condition, pick

Edit = Callable[["_Editor", Protocol], Protocol]


class _Editor:
    """Edits a protocol in one randomly drawn place."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw

    def index(self, values: tuple[object, ...]) -> int:
        return self.draw(st.integers(0, len(values) - 1))  # type: ignore[no-any-return]

    def condition(self, p: Protocol, *, before: int = 99) -> Condition:
        atoms = [atom for question in p.questions[:before] for atom in atoms_on(question)]
        return condition(self.draw, atoms) if atoms else Always()

    def edit(self, p: Protocol) -> Protocol:
        return pick(self.draw, EDITS)(self, p)

    # -- rules --------------------------------------------------------------------------------

    def rule(self, p: Protocol) -> Protocol:
        """Change the urgency, the condition, the doubt, the scope or the service of a rule."""
        at = self.index(p.rules)
        rule = p.rules[at]
        if isinstance(rule.when, Always):
            return replace(p, rules=put(p.rules, at, replace(rule, service=self.service())))
        urgency = pick(self.draw, tuple(Urgency))
        unsure = pick(self.draw, (None, *(u for u in Urgency if u <= urgency)))
        changed = pick(self.draw, (
            {"urgency": urgency, "if_unsure": unsure},
            {"when": self.condition(p)},
            {"out_of_scope": not rule.out_of_scope},
            {"service": self.service()},
            {"if_unsure": pick(self.draw, (None, *(u for u in Urgency if u <= rule.urgency)))},
        ))  # fmt: skip
        return replace(p, rules=put(p.rules, at, replace(rule, **changed)))  # type: ignore[arg-type]

    def service(self) -> str:
        return pick(self.draw, ("", "clinic", "elsewhere"))

    def drop_rule(self, p: Protocol) -> Protocol:
        remaining = [rule for rule in p.rules if not isinstance(rule.when, Always)]
        if not remaining:
            return self.add_rule(p)
        dropped = remaining[self.index(tuple(remaining))]
        return replace(p, rules=tuple(rule for rule in p.rules if rule != dropped))

    def add_rule(self, p: Protocol) -> Protocol:
        urgency = pick(self.draw, tuple(Urgency))
        rule = Rule(id=f"more{len(p.rules)}", urgency=urgency, when=self.condition(p),
                    if_unsure=None, because="New.", service=self.service())  # fmt: skip
        at = self.draw(st.integers(0, len(p.rules)))
        return replace(p, rules=(*p.rules[:at], rule, *p.rules[at:]))

    def reorder(self, p: Protocol) -> Protocol:
        return replace(p, rules=p.rules[::-1])

    def level(self, p: Protocol) -> Protocol:
        at = self.index(p.levels)
        return replace(p, levels=put(p.levels, at, replace(p.levels[at], service="elsewhere")))

    # -- questions ----------------------------------------------------------------------------

    def question(self, p: Protocol) -> Protocol:
        """Change whether a question allows doubt, whether it can change, or its guard."""
        at = self.index(p.questions)
        question = p.questions[at]
        changed = pick(self.draw, (
            {"allows_not_sure": not question.allows_not_sure},
            {"can_change": not question.can_change},
            {"ask_when": self.condition(p, before=at), **self.skipped(question)},
        ))  # fmt: skip
        return replace(p, questions=put(p.questions, at, replace(question, **changed)))  # type: ignore[arg-type]

    def skipped(self, question: Question) -> dict[str, object]:
        definite = {
            YES_NO: (False, True),
            SOME_OF: (Ticks(), *(Ticks(frozenset({c.id})) for c in question.choices)),
            ONE_OF: tuple(choice.id for choice in question.choices),
            NUMBER: (Decimal(question.least),),
        }
        return {"if_skipped": pick(self.draw, definite[question.kind])}

    def add_choice(self, p: Protocol) -> Protocol:
        at = self.index(p.questions)
        question = p.questions[at]
        if question.kind not in {ONE_OF, SOME_OF}:
            return self.number(p, at) if question.kind == NUMBER else self.rule(p)
        more = Choice(id=f"{question.id}{len(question.choices)}", text="New.", short="new")
        wider = replace(question, choices=(*question.choices, more))
        p = replace(p, questions=put(p.questions, at, wider), risk=tuple(
            replace(r, order=(*r.order, more.id)) if r.question == question.id and r.order else r
            for r in p.risk
        ))  # fmt: skip
        return self.rule(p) if self.draw(st.booleans()) else p

    def number(self, p: Protocol, at: int) -> Protocol:
        """Change the range, the step or the unit of a number."""
        question = p.questions[at]
        # Each bound that a condition uses must remain an answer.
        finer = {"4": "1", "1": "0.5", "0.5": "0.25", "0.25": "0.125"}
        apart = {"4": 4, "1": 1, "0.5": 1, "0.25": 1}
        changed = pick(self.draw, (
            {"most": question.most + 2}, {"least": question.least - apart.get(question.step, 1)},
            {"step": finer.get(question.step, question.step)}, {"unit": "weeks"},
        ))  # fmt: skip
        return replace(p, questions=put(p.questions, at, replace(question, **changed)))  # type: ignore[arg-type]

    def drop_choice(self, p: Protocol) -> Protocol:
        at = self.index(p.questions)
        question = p.questions[at]
        if question.kind not in {ONE_OF, SOME_OF} or len(question.choices) < 2:
            return self.drop_rule(p)
        *remaining, dropped = question.choices
        left = remaining[0].id
        skip = question.if_skipped
        if skip == dropped.id:
            skip = left
        if isinstance(skip, Ticks):
            skip = Ticks(skip.yes - {dropped.id}, skip.unsure - {dropped.id})
        narrower = replace(question, choices=tuple(remaining), if_skipped=skip)
        p = replace(p, questions=put(p.questions, at, narrower), risk=tuple(
            replace(risk, order=tuple(id_ for id_ in risk.order if id_ != dropped.id))
            for risk in p.risk
        ))  # fmt: skip

        def without(atom: Condition) -> Condition:
            if isinstance(atom, Includes) and atom.item == dropped.id:
                return Includes(atom.question, left)
            if isinstance(atom, Is) and dropped.id in atom.choices:
                rest = tuple(id_ for id_ in atom.choices if id_ != dropped.id)
                return Is(atom.question, rest or (left,))
            return atom

        return without_points(rewritten(p, without), question.id, dropped.id)

    def add_question(self, p: Protocol) -> Protocol:
        more = Question(
            id=f"more{len(p.questions)}", section="main", kind=YES_NO, text="More?",
            short="More", why="A test.", allows_not_sure=self.draw(st.booleans()),
        )  # fmt: skip
        return self.add_rule(replace(p, questions=(*p.questions, more)))

    def drop_question(self, p: Protocol) -> Protocol:
        """Drop a question; conditions on it read another one."""
        if len(p.questions) < 2:
            return self.rule(p)
        at = self.index(p.questions)
        dropped = p.questions[at]
        remaining = tuple(question for question in p.questions if question != dropped)
        other = atoms_on(remaining[0])[0]

        def without(atom: Condition) -> Condition:
            return other if getattr(atom, "question", None) == dropped.id else atom

        p = replace(p, questions=(replace(remaining[0], ask_when=Always()), *remaining[1:]))
        return without_points(rewritten(p, without), dropped.id)

    # -- the rest -----------------------------------------------------------------------------

    def advice(self, p: Protocol) -> Protocol:
        if not p.advice:
            return self.rule(p)
        at = self.index(p.advice)
        changed = pick(self.draw, (
            {"when": self.condition(p)}, {"withhold_if": None},
            {"withhold_if": self.condition(p)},
            {"show_up_to": pick(self.draw, tuple(Urgency))},
        ))  # fmt: skip
        return replace(p, advice=put(p.advice, at, replace(p.advice[at], **changed)))  # type: ignore[arg-type]

    def drop_advice(self, p: Protocol) -> Protocol:
        dangers = tuple(NeverWith(id=n.id, advice=("",), when=n.when, because="") for n in
                        p.never_with)  # fmt: skip
        return replace(p, advice=p.advice[1:], conflicts=(), never_with=dangers)

    def module(self, p: Protocol) -> Protocol:
        if not p.modules:
            return self.add_rule(p)
        (module,) = p.modules
        first = replace(module.verdicts[0], when=self.condition(p))
        changed = pick(self.draw, (
            {"show_up_to": pick(self.draw, tuple(Urgency))},
            {"verdicts": (first, *module.verdicts[1:])} if len(module.verdicts) > 1 else {},
            {"verdicts": module.verdicts[-1:]}, {"counts": ()},
        ))  # fmt: skip
        return replace(p, modules=(replace(module, **changed),))  # type: ignore[arg-type]

    def line(self, p: Protocol) -> Protocol:
        """Change for whom a line of the safety net is, or leave it out."""
        if not p.safety_net:
            return self.rule(p)
        line, *rest = p.safety_net
        if self.draw(st.booleans()):
            changed = replace(line, personal_when=self.condition(p))
            return replace(p, safety_net=(changed, *rest))
        rules = tuple(
            replace(rule, signs=tuple(sign for sign in rule.signs if sign.group != line.id))
            for rule in p.rules
        )
        return replace(p, safety_net=tuple(rest), rules=rules)

    def drop_module(self, p: Protocol) -> Protocol:
        return replace(p, modules=(), never_with=())

    def score(self, p: Protocol) -> Protocol:
        if not p.scores:
            return self.rule(p)
        score = p.scores[0]
        more = tuple(replace(points, points=points.points + 1) for points in score.points)
        return replace(p, scores=(replace(score, points=more), *p.scores[1:]))

    def floor(self, p: Protocol) -> Protocol:
        at = self.index(p.floors)
        changed = pick(self.draw, (
            {"at_least": pick(self.draw, tuple(Urgency)[1:])}, {"when": self.condition(p)},
            {"if_unsure": pick(self.draw, tuple(Urgency)[1:])},
        ))  # fmt: skip
        return replace(p, floors=put(p.floors, at, replace(p.floors[at], **changed)))  # type: ignore[arg-type]

    def drop_floor(self, p: Protocol) -> Protocol:
        more = SafetyFloor(
            id=f"more{len(p.floors)}",
            when=self.condition(p),
            at_least=Urgency.SOON,
            because="A test.",
        )
        return replace(p, floors=(more, *p.floors[1:]))


EDITS: Final[tuple[Edit, ...]] = (
    _Editor.rule, _Editor.rule, _Editor.rule, _Editor.drop_rule, _Editor.add_rule,
    _Editor.reorder, _Editor.level, _Editor.question, _Editor.question, _Editor.add_choice,
    _Editor.add_choice, _Editor.drop_choice, _Editor.drop_choice, _Editor.add_question,
    _Editor.drop_question, _Editor.advice, _Editor.advice, _Editor.drop_advice, _Editor.module,
    _Editor.line, _Editor.drop_module, _Editor.score, _Editor.floor, _Editor.drop_floor,
)  # fmt: skip


def put(values: tuple[object, ...], at: int, value: object) -> tuple[object, ...]:
    """Return values with one of them replaced."""
    return (*values[:at], value, *values[at + 1 :])


def rewritten(p: Protocol, change: Callable[[Condition], Condition]) -> Protocol:
    """Return a protocol with every atom replaced."""

    def walk(c: Condition) -> Condition:
        if isinstance(c, ATOMS):
            return change(c)
        if isinstance(c, Not):
            return Not(walk(c.of))
        if isinstance(c, All | Any):
            return type(c)(tuple(map(walk, c.of)))
        return AtLeast(c.least, tuple(map(walk, c.of))) if isinstance(c, AtLeast) else c

    def fields(noun: Anything, *names: str) -> dict[str, Condition]:  # noqa: ANN401
        return {name: walk(getattr(noun, name)) for name in names if getattr(noun, name)}

    def signs(rule: Rule) -> Rule:
        return replace(rule, signs=tuple(replace(s, **fields(s, "names")) for s in rule.signs))

    p = replace(p, rules=tuple(map(signs, p.rules)))
    return replace(
        p,
        questions=tuple(replace(q, **fields(q, "ask_when")) for q in p.questions),
        safety_net=tuple(replace(g, **fields(g, "personal_when")) for g in p.safety_net),
        advice=tuple(replace(a, **fields(a, "when", "withhold_if")) for a in p.advice),
        modules=tuple(
            replace(m, verdicts=tuple(replace(v, **fields(v, "when")) for v in m.verdicts))
            for m in p.modules
        ),
        **{
            section: tuple(replace(noun, **fields(noun, "when")) for noun in getattr(p, section))
            for section in ("facts", "rules", "floors", "impossible", "never_with", "risk")
        },
    )  # fmt: skip


def without_points(p: Protocol, question: str, answer: str = "") -> Protocol:
    """Return a protocol whose scores have no points for a question, or for one of its answers."""
    return replace(p, scores=tuple(
        replace(score, points=tuple(
            points for points in score.points
            if points.question != question or (answer and points.answer != answer)
        ))
        for score in p.scores
    ))  # fmt: skip


@st.composite
def versions(draw: Draw) -> tuple[Protocol, Protocol]:
    """Two versions of a small protocol, and sometimes two independent ones."""
    old: Protocol = draw(guaranteed())
    if draw(st.integers(0, 5)) == 0:
        return old, draw(guaranteed())
    new, editor = old, _Editor(draw)
    for _ in range(draw(st.integers(1, 3))):
        new = editor.edit(new)
    return (old, new) if draw(st.booleans()) else (new, old)
