"""What somebody checked is echoed, and changes nothing else."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.decide.receipt import receipt_of
from backtriage.exchange.assessment_record import record
from backtriage.program.program import Program
from tests.support.strategies import any_programs, checked_names, partial_sheets


@given(data=st.data(), program=any_programs())
def test_what_is_checked_changes_no_result(data: st.DataObject, program: Program) -> None:
    """Urgency, status, reasons, advice and all else are those of the sheet without it."""
    sheet, checked = data.draw(partial_sheets(program)), data.draw(checked_names(program))

    without, with_it = assess(program, sheet), assess(program, sheet, checked=checked)

    assert set(with_it.checked) == checked
    assert replace(with_it, checked=()) == without
    assert (receipt_of(with_it) == receipt_of(without)) == (not checked)
    own = {"checked", "receipt"}
    assert {k: v for k, v in record(with_it).items() if k not in own} == {
        k: v for k, v in record(without).items() if k not in own
    }
