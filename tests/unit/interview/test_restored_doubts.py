"""A restored interview goes back over its confirmations as the one that was interrupted."""

from __future__ import annotations

import pytest

from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.transitions import back, confirm
from tests.support.interviews import after, confirming


@pytest.mark.parametrize("finding", list(Finding))
def test_going_back_returns_to_the_doubt(finding: Finding) -> None:
    """Not to a cleared list, which nobody has given as an answer."""
    program = confirming()
    state = confirm(after("44", ["drooling?"], program=program), finding)
    restored = restore(program, serialise(state).encode())
    assert isinstance(restored, Restored)

    undone, again = back(state), back(restored.interview)

    assert view(undone).confirmation is not None
    assert view(again).confirmation == view(undone).confirmation
    assert (again.answers, again.checked) == (undone.answers, undone.checked)
    assert view(again).is_emergency
    assert back(again).remembered == back(undone).remembered
