"""What one person gets today, and what they would get after a change of the rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backtriage.cases.case import NOT_CONSIDERED
from backtriage.decide.assessment import assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

GIVEN: Final = "given"
WITHHELD: Final = "withheld"
WITHOUT: Final = "without"
"""Where a piece of advice stands, in the words of a case; without it is not there at all."""

_SAID: Final = {"advice": "The advice", "verdicts": "The verdict on", "counts": "The count of"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a result says, as far as a case can say it too."""

    certain: Urgency
    possible: Urgency
    status: str
    advice: Mapping[str, str]
    """Each piece of advice: given, withheld, or not there at all."""
    verdicts: Mapping[str, str]
    counts: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether an answer that is missing can still change the urgency."""
        return self.certain is not self.possible


def page(program: Program, sheet: Answers) -> Page:
    """What a result says."""
    found = assess(program, sheet)
    stands = {advice.id: GIVEN for advice in found.advice}
    stands |= {held.advice.id: WITHHELD for held in found.withheld}
    return Page(
        certain=found.certain, possible=found.possible, status=found.status.value,
        advice={advice.id: stands.get(advice.id, WITHOUT) for advice in program.advice},
        verdicts={
            f.module.id: f.verdict.id if f.verdict else NOT_CONSIDERED for f in found.findings
        },
        counts={score: str(n) for f in found.findings for score, n in f.counts.items()},
    )  # fmt: skip


def differences(before: Page, after: Page) -> Iterator[str]:
    """How the two differ, a sentence each. Advice follows the urgency, so it is not said again."""
    if before.possible is not after.possible:
        yield f"With the change it is {after.possible.id}."
    if before.certain is not after.certain and (before.is_open or after.is_open):
        yield f"Certain is {before.certain.id}, and {after.certain.id} with the change."
    if before.status != after.status:
        yield f"The status is {before.status}, and {after.status} with the change."
    for key, old, new in besides(before, after):
        what = _SAID[key]
        yield from (
            f"{what} '{id_}' is {_said(old[id_])}, and {_said(new[id_])} with the change."
            for id_ in moved(old, new)
        )


def _said(word: str) -> str:
    return "not there" if word == WITHOUT else word


def besides(
    before: Page, after: Page
) -> Iterator[tuple[str, Mapping[str, str], Mapping[str, str]]]:
    """What can differ where urgency and status are the same."""
    if (before.possible, before.certain, before.status) == (
        after.possible, after.certain, after.status,
    ):  # fmt: skip
        yield "advice", before.advice, after.advice
        yield "verdicts", before.verdicts, after.verdicts
        yield "counts", before.counts, after.counts


def moved(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """The names of what differs."""
    return [name for name, value in before.items() if after[name] != value]
