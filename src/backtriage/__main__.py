"""Entry point of the `backtriage` command and of `python -m backtriage`."""

import gc
import os
import signal
import sys
from types import FrameType

_INTERRUPTED = 130


def _leave(_signal: int, _frame: FrameType | None) -> None:
    os._exit(_INTERRUPTED)


# Ctrl-C while the program is loaded, or while Python shuts down, needs no traceback. A program
# that was started without an interrupt key, as in the background of a script, stays without it.
_HAS_INTERRUPT = signal.getsignal(signal.SIGINT) is signal.default_int_handler
if _HAS_INTERRUPT:
    signal.signal(signal.SIGINT, _leave)

# Garbage collection takes 5 % of a run of 0.1 s and finds nothing worth collecting.
# Long-running commands enable it again (`cli.app`).
gc.disable()

from backtriage.cli.app import run  # noqa: E402 - after the handler


def main() -> None:
    """Run the command line. Ctrl-C exits with 130 wherever it comes."""
    try:
        if _HAS_INTERRUPT:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:  # before the command itself began
        sys.exit(_INTERRUPTED)
    finally:
        gc.freeze()  # or Python would look through all objects once more, on its way out
        if _HAS_INTERRUPT:
            signal.signal(signal.SIGINT, _leave)


if __name__ == "__main__":
    main()
