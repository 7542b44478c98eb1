"""`python -m backtriage`, and the `backtriage` command."""

from backtriage.cli.app import main

if __name__ == "__main__":
    main()
