"""An assessment for a page that others may read, without the answers that are marked private.

The urgency and the action stay. All else is what holds, or may come to hold, whatever the private
answers are: so two people who differ in nothing else have the same page. A danger to come back
for stays as long as it is possible, and advice is given only if it certainly is. Where nothing
that is shown explains the urgency, one reason says that it is not on the page. That a private
answer contradicts another is not said either: few can, so it would tell which one it is.

If one choice of several is private, the answer is left out whatever it is, or it would be known
by that. A reason or a piece of advice may still name one of the other choices: that most are not
there tells nothing.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from backtriage.decide.advice import ModuleResult, WhyNot, advice_of, module_result
from backtriage.decide.assessment import (
    Assessment,
    Status,
    doubts_in,
    is_surely_in_scope,
    notes_of,
    service_of,
    status_of,
)
from backtriage.decide.contradictions import ActedOn, Contradiction, acted_on, contradictions
from backtriage.decide.evaluate import Evaluation, counted
from backtriage.decide.open_questions import open_questions
from backtriage.decide.outcome import Reached
from backtriage.decide.public_evaluation import PublicEvaluation
from backtriage.decide.reasons import CERTAIN, MISSING, Reason, come_back_if, reasons_of
from backtriage.program.private import (
    is_left_out,
    may_be_private,
    public_answers,
    reads_private,
    visible_answers,
)
from backtriage.program.program import Program
from backtriage.protocol.protocol import Rule
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always
from backtriage.terms.urgency import Urgency

_ID: Final = ""
"""No rule or question has it."""
_BECAUSE: Final = "Part of the reason is not on this page."


def without_private(assessment: Assessment) -> Assessment:
    """Return an assessment without private answers, and without what would give them away."""
    a = assessment
    if a.is_public or not any(question.is_private for question in a.program.protocol.questions):
        return a
    every = Answers({**a.answers, **a.set_aside})
    # A choice that is not private may be a reason; nothing else depends on its question.
    named = PublicEvaluation(a.program, public_answers(a.program, every))
    visible = PublicEvaluation(a.program, visible_answers(a.program, every))
    against = contradictions(acted_on(Evaluation(a.program, named.answers)))
    acted, by_name = (_acted_on(a, each, against) for each in (visible, named))
    reasons = _reasons(a, by_name)
    come_back, net = come_back_if(visible, acted.possible)
    given, withheld, _ = advice_of(by_name)
    known = {each.id for each in (*given, *(each.advice for each in withheld))}
    in_scope = a.status is not Status.OUT_OF_SCOPE
    status = status_of(a.certain, a.possible, in_scope=in_scope, is_contradicted=bool(against))
    missing = [id_ for id_ in acted.open(open_questions) if _may_be_named(a.program, every, id_)]
    counting = counted(visible)
    return replace(
        a,
        program=_without_private_words(a.program),
        status=status,
        service=service_of(a.program, reasons, a.possible),
        reasons=reasons,
        come_back=come_back,
        net=net,
        module_results=tuple(_module_result(a, each, acted) for each in a.module_results),
        advice=given if is_surely_in_scope(visible) else (),
        withheld=withheld if in_scope else (),
        undecided=tuple(e for e in advice_of(acted)[2] if e.id not in known and in_scope),
        checked=tuple(name for name in a.checked if not may_be_private(a.program, *_part(name))),
        not_sure=doubts_in(a.program, counting),
        missing=tuple(id_ for id_ in missing if id_ not in a.program.advice_questions),
        advice_missing=tuple(id_ for id_ in missing if id_ in a.program.advice_questions),
        notes=notes_of(visible),
        answers=counting,
        set_aside=Answers({id_: v for id_, v in visible.answers.items() if id_ not in counting}),
        contradictions=against,
        is_public=True,
    )


def visible_part(
    assessment: Assessment, *, private: bool = False, own: bool = False
) -> Assessment:
    """Return what a page may say.

    Args:
        assessment: The result.
        private: Whether to show private answers, and what would give them away.
        own: Whether this is the person's own screen. It shows them too, unless one of them is set
            aside: somebody else may look on by now.
    """
    if private or (own and not is_privately_contradicted(assessment)):
        return assessment
    return without_private(assessment)


def is_privately_contradicted(a: Assessment) -> bool:
    """Return whether a private answer is set aside and counts: somebody else may look on now."""
    return not all(_is_told(a.program, each) for each in a.contradictions)


def _is_told(program: Program, contradiction: Contradiction) -> bool:
    """Return whether both sides of a contradiction may stand on a page."""
    told = Answers({**contradiction.guard, contradiction.question: contradiction.answer})
    return public_answers(program, told) == told


def _part(name: str) -> tuple[str, str]:
    """Return the question and the item, or "", of a name such as `list.item`."""
    question, _, item = name.partition(".")
    return question, item


def _may_be_named(program: Program, every: Answers, question: str) -> bool:
    """Return whether a page may say that a question is open."""
    asked = program.questions[question]
    return not (asked.private or (is_left_out(asked) and question in every))


def _without_private_words(program: Program) -> Program:
    """Return a program that lists no question whose answers are left out, and no private item."""
    questions = tuple(  # a rule may still look up the others by id
        replace(question, choices=tuple(c for c in question.choices if not c.private))
        for question in program.protocol.questions
        if not is_left_out(question)
    )
    return replace(program, protocol=replace(program.protocol, questions=questions))


def _acted_on(
    a: Assessment, evaluation: PublicEvaluation, against: tuple[Contradiction, ...]
) -> ActedOn[Evaluation]:
    """Return what to act on: the urgency of all answers, and for all else those of a page."""
    counting = evaluation.counting_all() if against else None
    return ActedOn(
        certain=_up_to(a.certain), possible=_up_to(a.possible), kernel=evaluation,
        counting=counting, contradicted=int(counting is not None),
    )  # fmt: skip


def _up_to(highest: Urgency) -> Reached:
    return (*(int(urgency <= highest) for urgency in Urgency), 0)


def _reasons(a: Assessment, acted: ActedOn[Evaluation]) -> tuple[Reason, ...]:
    """Return the reasons that are certain whatever is private, and one for what they leave open.

    It neither says what it is, nor where to turn, because a help line names what it is for. It
    stands last among those of its urgency: its place would tell which rule it is.
    """
    reasons = [
        reason
        for reason in reasons_of(acted.kernel, a.certain, a.possible, acted.counting)
        if reason.certainty != MISSING or not reads_private(a.program, reason.rule.when)
    ]
    told = {reason.urgency for reason in reasons if reason.certainty != MISSING}
    hidden = []
    if a.possible not in {reason.urgency for reason in reasons}:
        hidden.append(_nameless(a.possible, CERTAIN if a.possible is a.certain else MISSING))
    if Urgency.SELF_CARE < a.certain < a.possible and a.certain not in told:
        hidden.append(_nameless(a.certain, CERTAIN))
    if hidden:
        reasons = [each for each in reasons if not isinstance(each.rule.when, Always)]
    return tuple(sorted((*reasons, *hidden), key=lambda reason: -reason.urgency))


def _nameless(urgency: Urgency, certainty: str) -> Reason:
    rule = Rule(id=_ID, urgency=urgency, when=Always(), if_unsure=None, because=_BECAUSE)
    return Reason(rule=rule, urgency=urgency, certainty=certainty, because=Answers())


def _module_result(
    a: Assessment, result: ModuleResult, acted: ActedOn[Evaluation]
) -> ModuleResult:
    found = module_result(acted.kernel, result.module, acted.possible)
    if a.status is not Status.OUT_OF_SCOPE:
        return found
    return replace(found, verdict=None, why_not=WhyNot.OUT_OF_SCOPE, because=Answers())
