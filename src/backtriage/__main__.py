"""Entry point of the `backtriage` command and of `python -m backtriage`."""

import gc
import sys

# Garbage collection takes 5 % of a run of 0.1 s and finds nothing worth collecting.
# Long-running commands enable it again (`cli.app`).
gc.disable()

try:
    from backtriage.cli.app import main
except KeyboardInterrupt:  # Ctrl-C during start-up needs no traceback
    sys.exit(130)

if __name__ == "__main__":
    main()
