"""Run `backtriage` so that a page takes keys as soon as it is drawn.

The interview ignores keys for a moment after it has drawn a page, and nothing on the screen shows
when that moment is over. Without it, a test can wait for what it sees and need not sleep.
`tests/unit/shell/full/test_app.py` tests the real times with a clock of its own.
"""

import sys

from backtriage.cli.app import run
from backtriage.shell.full import app

app.QUIET_SECONDS = 0.0  # type: ignore[misc]
app.EMERGENCY_QUIET_SECONDS = 0.0  # type: ignore[misc]
# On a loaded machine the bytes of an arrow key may arrive further apart than usual.
app._ESCAPE_SECONDS = 0.5  # type: ignore[misc]

sys.argv[0] = "backtriage"
run()
