"""Results that were recorded as JSON earlier, by this version or an older one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec

from backtriage.decide.assessment import assess, receipt_of
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.problem import Location, Problem
from backtriage.terms.urgency import URGENCIES, Urgency

SCHEMAS: Final = ("backtriage.assessment/1", "backtriage.assessment/2")
"""The forms of a result that can be read. The first has no `parts` and no `checked`."""


class _Identity(msgspec.Struct, frozen=True):
    id: str
    version: str
    digest: str


class _Range(msgspec.Struct, frozen=True):
    certain: str
    possible: str


class _Record(msgspec.Struct, frozen=True):
    """What all forms of a result have in common, as far as it is compared."""

    schema: str
    protocol: _Identity
    status: str
    range: _Range
    reasons: list[dict[str, Any]]
    answers: dict[str, Any]
    set_aside: dict[str, Any]
    receipt: str
    ref: str | None = None
    checked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAssessment:
    """A recorded result, as far as results are compared."""

    protocol: str
    """Id and version, such as `back_pain 1.0.0`."""
    digest: str
    """The digest of that protocol."""
    ref: str | None
    status: str
    certain: Urgency
    possible: Urgency
    rules: tuple[str, ...]
    """The ids of the rules that counted, most urgent first."""
    sheet: dict[str, Raw]
    """Every answer, counted or set aside, and which doubts were checked."""
    receipt: str

    def is_by(self, program: Program) -> bool:
        """Return whether these rules decided it. Otherwise the rules have changed since."""
        return self.digest == program.digest

    def is_reproduced_by(self, program: Program) -> bool:
        """Return whether these rules decide the same for the same answers, with this receipt."""
        validated = validate(program, Sheet(values=self.sheet))
        if validated.problems:
            return False
        again = assess(program, validated.answers, checked=validated.checked)
        # The receipt alone does not tell that the rest of the record was changed.
        return (
            receipt_of(again) == self.receipt
            and f"{program.protocol.id} {program.protocol.version}" == self.protocol
            and (again.status, again.certain, again.possible)
            == (self.status, self.certain, self.possible)
            and tuple(reason.rule.id for reason in again.reasons) == self.rules
        )


def read_recorded(data: bytes, file: str) -> RecordedAssessment | Problem:
    """Read a result that `assess --format json` has written, in any version.

    Args:
        data: The contents of the file.
        file: Its name for messages.

    Returns:
        The result, or why this is none.
    """
    location = Location(file=file)
    try:
        record = msgspec.json.Decoder(_Record, float_hook=Decimal).decode(data)
        certain, possible = URGENCIES[record.range.certain], URGENCIES[record.range.possible]
        rules = tuple(str(reason["rule"]) for reason in record.reasons)
    except (msgspec.MsgspecError, LookupError, UnicodeDecodeError, RecursionError):
        message = f"{file} is not a result"
        hint = "a result is what 'backtriage assess --format json' writes"
        return Problem(code="A118", message=message, location=location, hint=hint)
    if record.schema not in SCHEMAS:
        message = f"{file} is a result of a version that this program does not know"
        hint = f"it can read: {', '.join(SCHEMAS)}"
        return Problem(code="A118", message=message, location=location, hint=hint)
    checked = {"checked": list(record.checked)} if record.checked else {}
    return RecordedAssessment(
        protocol=f"{record.protocol.id} {record.protocol.version}",
        digest=record.protocol.digest,
        ref=record.ref,
        status=record.status,
        certain=certain,
        possible=possible,
        rules=rules,
        sheet={**record.answers, **record.set_aside, **checked},
        receipt=record.receipt,
    )
