"""The receipt of a result: the same sheet under the same rules has the same one."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from backtriage.decide.assessment import Assessment, Status
from backtriage.decide.reasons import Reason
from backtriage.program.program import Program
from backtriage.program.validate import plain_sheet
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


class Decision(Struct, frozen=True, kw_only=True):
    """What was decided of one sheet, without any words. The fields are those of `Assessment`."""

    status: Status
    certain: Urgency
    possible: Urgency
    reasons: tuple[Reason, ...]


def receipt_of(assessment: Assessment) -> str:
    """Return `sha256:...` over the protocol, the sheet and the result, but not its wording.

    A sheet that has nothing checked has the receipt that it had before there was such a key.
    """
    a = assessment
    decision = Decision(
        status=a.status, certain=a.certain, possible=a.possible, reasons=a.reasons
    )  # fmt: skip
    return receipt(a.program, Answers({**a.answers, **a.set_aside}), a.checked, decision)


def receipt(
    program: Program, answers: Answers, checked: Collection[str], decision: Decision
) -> str:  # fmt: skip
    """Return the receipt of a decision; see `receipt_of`.

    Args:
        program: The protocol that was applied.
        answers: Every answer of the sheet.
        checked: The names of doubts that the person has tried to settle.
        decision: What was decided.
    """
    record = _record(program, plain_sheet(program, answers, checked), decision)
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"sha256:{sha256(text.encode()).hexdigest()}"


def receipt_frame(program: Program, decision: Decision) -> tuple[bytes, bytes]:
    """Return what the receipt of a decision is taken over before and after the answers."""
    text = _ENCODE(_record(program, {}, decision))
    return _OPENING, text.removeprefix(_OPENING)


def _record(
    program: Program, sheet: Mapping[str, object], decision: Decision
) -> Mapping[str, object]:
    return {
        "protocol": program.digest,
        "answers": sheet,
        "status": decision.status.value,
        "certain": decision.certain.id,
        "possible": decision.possible.id,
        "fired": {reason.rule.id: reason.certainty for reason in decision.reasons},
    }


_ENCODE: Final = msgspec.json.Encoder(order="sorted").encode
"""Five times as fast as `json`, and equal without numbers."""

_OPENING: Final = b'{"answers":{'
"""The first key of those that are sorted."""
