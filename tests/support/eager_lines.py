"""Run `backtriage` so that it reads a line as soon as it has asked for one.

Plain mode waits for the rest of a paste before each prompt, which a test that types one line at a
time need not do. A test of pastes starts the program itself.
"""

import sys

from backtriage.__main__ import main
from backtriage.shell import typed_ahead

typed_ahead._PASTE_SECONDS = 0.0  # type: ignore[misc]

sys.argv[0] = "backtriage"
main()
