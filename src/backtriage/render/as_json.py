"""An assessment as versioned JSON, byte for byte the same for the same sheet."""

from __future__ import annotations

from typing import Final
from unicodedata import normalize

import msgspec

from backtriage.decide.assessment import Assessment
from backtriage.exchange.assessment_record import record

_REF: Final = '  "ref": '
"""How the line of the reference begins; deeper keys are indented by more."""


def as_json(assessment: Assessment, **added: object) -> str:
    """Return text in NFC, indented by two, with the keys in schema order and `added` keys last.

    The reference is the caller's own: it stays as it is, or no system that compares it finds it.
    """
    # msgspec indents ten times faster than the standard library.
    indented = msgspec.json.format(msgspec.json.encode(record(assessment) | added), indent=2)
    lines = indented.decode().split("\n")
    return "".join(
        f"{line if line.startswith(_REF) else normalize('NFC', line)}\n" for line in lines
    )
