"""The outcome of one sheet, as far as a case can express it, before and after a change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backtriage.cases.case import NOT_CONSIDERED
from backtriage.decide.assessment import assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.problem import listed
from backtriage.terms.urgency import Urgency

GIVEN: Final = "given"
WITHHELD: Final = "withheld"
WITHOUT: Final = "without"
"""What happens to a piece of advice, as a case calls it; "without" means neither of the others."""

SHOWN: Final = "lines"
NOT_SHOWN: Final = "without_lines"
"""Whether a line of the safety net is shown, as a case calls it."""

_WORDS: Final = {WITHOUT: "not there", SHOWN: "shown", NOT_SHOWN: "not shown"}

_LABELS: Final = {
    "advice": "The advice",
    "lines": "The line",
    "verdicts": "The verdict on",
    "counts": "The count of",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeSnapshot:
    """The parts of an assessment that a case can expect."""

    certain: Urgency
    possible: Urgency
    status: str
    advice: Mapping[str, str]
    """Whether each piece of advice is given, withheld or neither."""
    lines: Mapping[str, str]
    """Whether each line of the safety net is shown."""
    contradictions: tuple[str, ...]
    """The questions whose answers are set aside and contradict others."""
    verdicts: Mapping[str, str]
    counts: Mapping[str, str]

    @property
    def is_open(self) -> bool:
        """Whether a missing answer can still change the urgency."""
        return self.certain is not self.possible


def snapshot(program: Program, sheet: Answers) -> OutcomeSnapshot:
    """Assess a sheet, and return the parts of the result that a case can expect."""
    result = assess(program, sheet)
    advice = dict.fromkeys((advice.id for advice in program.advice), WITHOUT)
    advice |= {advice.id: GIVEN for advice in result.advice}
    advice |= {entry.advice.id: WITHHELD for entry in result.withheld}
    return OutcomeSnapshot(
        certain=result.certain, possible=result.possible, status=result.status.value,
        advice=advice,
        lines={
            **dict.fromkeys((group.id for group in program.protocol.safety_net), NOT_SHOWN),
            **dict.fromkeys((line.group.id for line in result.net), SHOWN),
        },
        contradictions=tuple(each.question for each in result.contradictions),
        verdicts={
            entry.module.id: entry.verdict.id if entry.verdict else NOT_CONSIDERED
            for entry in result.module_results
        },
        counts={score: str(n) for f in result.module_results for score, n in f.counts.items()},
    )  # fmt: skip


def differences(before: OutcomeSnapshot, after: OutcomeSnapshot) -> Iterator[str]:
    """Yield a sentence for each difference. What follows from another urgency is not repeated."""
    if before.possible is not after.possible:
        yield f"With the change it is {after.possible.id}."
    if before.certain is not after.certain and (before.is_open or after.is_open):
        yield f"Certain is {before.certain.id}, and {after.certain.id} with the change."
    if before.status != after.status:
        yield f"The status is {before.status}, and {after.status} with the change."
    if before.contradictions != after.contradictions:
        old, new = (listed(each.contradictions) or "none" for each in (before, after))
        yield f"Answers that contradict others: {old}, and {new} with the change."
    for section, changes in other_changes(before, after).items():
        for id_, (old, new) in changes.items():
            label = f"{_LABELS[section]} '{id_}'"
            yield f"{label} is {_word(old)}, and {_word(new)} with the change."


def _word(value: str) -> str:
    return _WORDS.get(value, value)


def other_changes(
    before: OutcomeSnapshot, after: OutcomeSnapshot
) -> Mapping[str, Mapping[str, tuple[str, str]]]:
    """Return the old and new values by section and id, if urgency and status are the same."""
    sections = {
        "advice": (before.advice, after.advice),
        "lines": (before.lines, after.lines),
        "verdicts": (before.verdicts, after.verdicts),
        "counts": (before.counts, after.counts),
    }
    is_same = (before.possible, before.certain, before.status) == (
        after.possible, after.certain, after.status,
    )  # fmt: skip
    return {
        section: {id_: (value, new[id_]) for id_, value in old.items() if new[id_] != value}
        for section, (old, new) in sections.items()
        if is_same
    }
