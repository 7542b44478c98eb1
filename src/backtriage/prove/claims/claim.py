"""A claim: a statement about every answer sheet, and the formulas that decide it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from backtriage.prove.circuit import Formula

Conjunction: TypeAlias = tuple[Formula, ...]
"""Conjuncts; engines start with the first, which should be the most specific."""


class ClaimKind(NamedTuple):
    """What all claims of one kind assert."""

    title: str
    severity: str
    """"error" if a protocol must not be used when such a claim is false, else "warning"."""


CLAIM_KINDS: Final = {
    "gap": ClaimKind("Everybody gets an urgency", "error"),
    "unsafe": ClaimKind("A red flag always gets at least its minimum urgency", "error"),
    "hidden": ClaimKind("No red flag is hidden by a question that is left out", "error"),
    "lowered": ClaimKind("A worse answer never lowers the urgency", "error"),
    "unsure": ClaimKind("Not sure counts between the best and the worst answer", "error"),
    "unsound-stop": ClaimKind("Once an interview stops, no missing answer matters", "error"),
    "conflict": ClaimKind("Advice never contradicts advice", "error"),
    "contraindicated": ClaimKind("Advice never reaches those it may harm", "error"),
    "unlisted": ClaimKind("Whatever may come stands in a line of the safety net", "error"),
    "crowded": ClaimKind("No page has more lines of the safety net than fit", "error"),
    "repeated": ClaimKind("No line of the safety net tells people what they have", "error"),
    "dead-question": ClaimKind("Every question is asked of somebody", "error"),
    "dead-rule": ClaimKind("Every rule fires for somebody", "error"),
    "dead-advice": ClaimKind("Every piece of advice is given to somebody", "error"),
    "dead-line": ClaimKind("Every line of the safety net is shown to somebody", "error"),
    "dead-confirm": ClaimKind("Every confirmation settles an emergency of somebody", "error"),
    "dead-urgency": ClaimKind("Every urgency is reached by somebody", "error"),
    "redundant-rule": ClaimKind("Every rule changes some result", "warning"),
    "tier-redundant": ClaimKind("Every out-of-scope rule changes some urgency", "warning"),
    "idle-question": ClaimKind("Every answer changes some result", "warning"),
    "vacuous-guard": ClaimKind("Every question with a guard is left out for somebody", "warning"),
    "vacuous-clause": ClaimKind("Every clause of a rule changes what the rule gives", "warning"),
}
"""By slug, in the order of a report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim about one subject."""

    kind: str
    subject: str
    """The rule, floor, question, item, advice or clause it is about."""
    sentence: str
    disjuncts: Callable[[], Iterable[Conjunction]]
    """Lazily built disjuncts of a query for a counterexample, or for a witness."""
    is_existential: bool = False
    """True if a model of the query proves the claim; otherwise it disproves it."""

    @property
    def key(self) -> tuple[str, str]:
        """The identity of the claim."""
        return self.kind, self.subject

    @property
    def is_error(self) -> bool:
        """Whether a protocol must not be used when the claim is false."""
        return CLAIM_KINDS[self.kind].severity == "error"


def universal(
    kind: str, subject: str, sentence: str,
    query: Callable[..., Iterable[Conjunction]], *arguments: object,
) -> Claim:  # fmt: skip
    """Return a universal claim: the query for a counterexample has no model."""
    disjuncts = partial(query, *arguments)
    return Claim(kind=kind, subject=subject, sentence=sentence, disjuncts=disjuncts)


def existential(
    kind: str, subject: str, sentence: str,
    query: Callable[..., Iterable[Conjunction]], *arguments: object,
) -> Claim:  # fmt: skip
    """Return an existential claim: the query for a witness has a model."""
    return replace(universal(kind, subject, sentence, query, *arguments), is_existential=True)
