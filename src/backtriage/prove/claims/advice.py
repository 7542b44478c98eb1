"""Claims on advice: none contradicts another, none reaches those it may harm."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.protocol import Advice, NeverWith
from backtriage.prove.claims.claim import Claim, Conjunction, universal
from backtriage.prove.outcomes import SymbolicProgram


def advice_claims(symbolic: SymbolicProgram) -> Iterator[Claim]:
    """Yield the claims conflict and contraindicated."""
    by_id = {advice.id: advice for advice in symbolic.program.advice}
    for conflict in symbolic.program.protocol.conflicts:
        pair = [by_id[id_] for id_ in conflict.advice]
        sentence = f"Nobody is given both '{pair[0].id}' and '{pair[1].id}'."
        yield universal("conflict", conflict.id, sentence, _both_given, symbolic, *pair)
    for never in symbolic.program.protocol.never_with:
        for id_ in never.advice:
            subject = f"{never.id}: {id_}"
            sentence = f"Nobody who has '{never.id}', or may have it, is given '{id_}'."
            yield universal("contraindicated", subject, sentence, _harmed, symbolic, never, id_)


def _both_given(symbolic: SymbolicProgram, left: Advice, right: Advice) -> Iterator[Conjunction]:
    complete = symbolic.complete
    shown = complete.shown(min(left.show_up_to, right.show_up_to))
    yield complete.given(left), complete.given(right), shown


def _harmed(symbolic: SymbolicProgram, never: NeverWith, id_: str) -> Iterator[Conjunction]:
    yield symbolic.complete.encode(never.when).lo.maybe, *given(symbolic, id_)


def given(symbolic: SymbolicProgram, id_: str) -> Conjunction:
    """Encode that advice is given or that a verdict, written `module.verdict`, is reached."""
    complete = symbolic.complete
    name, _, verdict = id_.partition(".")
    if not verdict:
        advice = next(advice for advice in symbolic.program.advice if advice.id == name)
        return complete.given(advice), complete.shown(advice.show_up_to)
    module = next(module for module in symbolic.program.modules if module.id == name)
    index = [own.id for own in module.verdicts].index(verdict)
    return complete.verdict(module, index), complete.shown(module.show_up_to)
