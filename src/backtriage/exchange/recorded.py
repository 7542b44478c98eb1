"""Results that were recorded as JSON earlier, by this version or an older one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, TypeVar
from unicodedata import normalize

import msgspec

from backtriage.decide.assessment import Assessment, assess
from backtriage.exchange.assessment_record import SCHEMA, record
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.program.words import DEFAULT_COUNTRY
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.problem import Location, Problem
from backtriage.terms.urgency import URGENCIES, Urgency

SCHEMAS: Final = ("backtriage.assessment/1", SCHEMA)
"""The forms of a result that can be read. The first has no `parts` and no `checked`."""


class _Identity(msgspec.Struct, frozen=True):
    id: str
    version: str
    digest: str


class _Range(msgspec.Struct, frozen=True):
    certain: str
    possible: str


class _Action(msgspec.Struct, frozen=True):
    country: str | None


class _Record(msgspec.Struct, frozen=True):
    """What all forms of a result have in common, as far as it is compared."""

    schema: str
    protocol: _Identity
    status: str
    range: _Range
    action: _Action
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
    country: str | None
    """Whose wording it has."""
    record: Mapping[str, Any]
    """All that it says, as JSON values."""

    def is_by(self, program: Program) -> bool:
        """Return whether these rules decided it. Otherwise the rules have changed since."""
        return self.digest == program.digest

    def is_reproduced_by(self, program: Program) -> bool:
        """Return whether these rules say all that it says for the same answers.

        Its reference is the caller's own, and what `--why-not` or `--since` added is not compared.
        """
        validated = validate(program, Sheet(values=self.sheet))
        countries = {None, *program.countries} - {DEFAULT_COUNTRY}
        if validated.problems or self.country not in countries:
            return False
        again = assess(program, validated.answers, self.country, self.ref, validated.checked)
        # The receipt alone does not tell that the rest of the record was changed.
        said = {k: v for k, v in self.record.items() if k not in {"why_not", "since"}}
        return said == _as_written(again, str(said["schema"]))


def _as_written(assessment: Assessment, schema: str) -> dict[str, Any]:
    """Return what can be read of a result that was written in a form."""
    said = record(assessment) if schema == SCHEMA else _first_form(assessment)
    text = msgspec.json.encode({**said, "ref": None}).decode()
    return {**_decode(normalize("NFC", text).encode(), dict[str, Any]), "ref": assessment.ref}


def _first_form(assessment: Assessment) -> dict[str, Any]:
    """Return a result as the first form had it, which the same rules gave."""
    said: dict[str, Any] = record(assessment)
    modules = {
        result.module.id: said["modules"][result.module.id]
        if result.verdict
        else said["modules"][result.module.id]
        | {
            "counts": dict(result.counts), "text": None,
            "why_not": assessment.words.fill(result.module.why_not),
        }
        for result in assessment.module_results
    }  # fmt: skip
    come_back = [
        {key: value for key, value in entry.items() if key != "group"}
        for entry in said["come_back_if"]
    ]
    advice = [
        {key: value for key, value in entry.items() if key not in {"table", "rows"}}
        for entry in said["advice"]
    ]
    later = {"parts", "safety_net", "checked", "advice_missing", "contradictions", "tables"}
    return {
        **{key: value for key, value in said.items() if key not in later},
        "schema": SCHEMAS[0], "modules": modules, "come_back_if": come_back, "advice": advice,
    }  # fmt: skip


_Form = TypeVar("_Form")


def _decode(data: bytes, form: type[_Form]) -> _Form:
    """Decode JSON with exact numbers. Raises `MsgspecError` or `ValueError`."""
    return msgspec.json.Decoder(form, float_hook=Decimal).decode(data)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON. Raises `KeyError` for a key that appears twice: it says both."""
    values = dict(pairs)
    if len(values) < len(pairs):
        raise KeyError
    return values


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
        record, whole = _decode(data, _Record), _decode(data, dict[str, Any])
        json.loads(data, object_pairs_hook=_once)
        certain, possible = URGENCIES[record.range.certain], URGENCIES[record.range.possible]
        rules = tuple(str(reason["rule"]) for reason in record.reasons)
    except (msgspec.MsgspecError, ArithmeticError, LookupError, ValueError, RecursionError):
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
        country=record.action.country,
        record=whole,
    )
