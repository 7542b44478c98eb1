"""The claims on advice: none contradicts another, none reaches those it may harm."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.protocol.protocol import Advice, NeverWith
from backtriage.prove.claims.claim import Claim, Conjunction
from backtriage.prove.claims.safety import late
from backtriage.prove.outcomes import SymbolicProgram


def advising(model: SymbolicProgram) -> Iterator[Claim]:
    """Claims conflict and contraindicated."""
    by_id = {advice.id: advice for advice in model.program.advice}
    for conflict in model.program.protocol.conflicts:
        one, two = (by_id[id_] for id_ in conflict.advice)
        yield Claim(
            kind="conflict", subject=conflict.id, disjuncts=late(_both, model, one, two),
            sentence=f"Nobody is given both '{one.id}' and '{two.id}'.",
        )  # fmt: skip
    for never in model.program.protocol.never_with:
        for id_ in never.advice:
            yield Claim(
                kind="contraindicated", subject=f"{never.id}: {id_}",
                disjuncts=late(_harmed, model, never, id_),
                sentence=f"Nobody who has '{never.id}', or may have it, is given '{id_}'.",
            )  # fmt: skip


def _both(model: SymbolicProgram, one: Advice, two: Advice) -> Iterator[Conjunction]:
    most = min(one.show_up_to, two.show_up_to)
    yield model.complete.given(one), model.complete.given(two), model.complete.shown(most)


def _harmed(model: SymbolicProgram, never: NeverWith, id_: str) -> Iterator[Conjunction]:
    yield model.complete.encode(never.when).lo.maybe, *given(model, id_)


def given(model: SymbolicProgram, id_: str) -> Conjunction:
    """An advice is given, or a verdict, written `module.verdict`, is reached."""
    name, _, verdict = id_.partition(".")
    if not verdict:
        advice = next(advice for advice in model.program.advice if advice.id == name)
        return model.complete.given(advice), model.complete.shown(advice.show_up_to)
    module = next(module for module in model.program.modules if module.id == name)
    at = next(at for at, found in enumerate(module.verdicts) if found.id == verdict)
    return model.complete.verdict(module, at), model.complete.shown(module.show_up_to)
