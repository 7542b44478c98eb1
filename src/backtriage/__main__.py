"""`python -m backtriage`, and the `backtriage` command."""

import gc
import sys

# A run that ends in a tenth of a second leaves nothing worth collecting, and looking for it
# takes a twentieth of the time. Commands that live longer turn it on again (`cli.app`).
gc.disable()

try:
    from backtriage.cli.app import main
except KeyboardInterrupt:  # Ctrl-C while it starts is no fault to trace back
    sys.exit(130)

if __name__ == "__main__":
    main()
