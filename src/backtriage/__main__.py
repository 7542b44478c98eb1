"""`python -m backtriage`, and the `backtriage` command."""

import gc

# A run that ends in a tenth of a second leaves nothing worth collecting, and looking for it
# takes a twentieth of the time. Commands that live longer turn it on again (`cli.app`).
gc.disable()

from backtriage.cli.app import main  # noqa: E402 - after the line above, which is why it is there

if __name__ == "__main__":
    main()
