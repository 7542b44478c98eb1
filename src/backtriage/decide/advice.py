"""What is advised, withheld and concluded for one person."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from backtriage.decide import outcome
from backtriage.decide.contradictions import ActedOn
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F
from backtriage.decide.outcome import Reached
from backtriage.decide.reasons import supporting_answers
from backtriage.protocol.protocol import Advice, Module, Verdict
from backtriage.terms.answers import Answers


class WhyNot(StrEnum):
    """Why a module has no verdict."""

    NOT_ASKED = "not_asked"
    """It depends on a missing answer."""
    URGENCY = "urgency"
    """The urgency is too high to discuss it."""
    OUT_OF_SCOPE = "out_of_scope"


class Withheld(Struct, frozen=True, kw_only=True):
    """Advice that is withheld, and the answers responsible."""

    advice: Advice
    because: Answers


class ModuleResult(Struct, frozen=True, kw_only=True):
    """The result of a module: a verdict, or why there is none."""

    module: Module
    verdict: Verdict | None
    why_not: WhyNot | None
    counts: Mapping[str, int]
    because: Answers


def advice_of(
    acted: ActedOn[Evaluation],
) -> tuple[tuple[Advice, ...], tuple[Withheld, ...], tuple[Advice, ...]]:
    """Return the advice that is given, withheld and undecided."""
    evaluation = acted.kernel
    given, withheld, undecided = [], [], []
    for advice in evaluation.program.advice:
        is_given, is_withheld, is_undecided = outcome.advice(
            evaluation, advice, acted.possible, acted.counting, acted.contradicted
        )
        if is_given:
            given.append(advice)
        elif is_withheld and advice.withhold_if is not None:
            because = supporting_answers(evaluation, advice.withhold_if, end=0)
            if acted.counting is not None and evaluation.interval(advice.withhold_if)[0] == F:
                because = supporting_answers(acted.counting, advice.withhold_if, end=0)
            withheld.append(Withheld(advice=advice, because=because))
        elif is_undecided:
            undecided.append(advice)
    return tuple(given), tuple(withheld), tuple(undecided)


def module_result(evaluation: Evaluation, module: Module, reached: Reached) -> ModuleResult:
    """Return the verdict of a module, or why there is none."""
    counts = {score: evaluation.score(score)[0] for score in module.counts}
    out_of_scope = outcome.surely_out_of_scope(evaluation)
    for verdict, applies in outcome.verdicts(evaluation, module, reached, out_of_scope):
        if applies:
            because = supporting_answers(evaluation, verdict.when, end=0)
            return ModuleResult(
                module=module, verdict=verdict, why_not=None, counts=counts, because=because
            )
    why_not = WhyNot.URGENCY if reached[module.show_up_to + 1] else WhyNot.NOT_ASKED
    return ModuleResult(
        module=module, verdict=None, why_not=WhyNot.OUT_OF_SCOPE if out_of_scope else why_not,
        counts=counts, because=Answers(),
    )  # fmt: skip
