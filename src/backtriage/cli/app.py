"""The command line: every command by name. Heavy things are imported by what uses them."""

from __future__ import annotations

from typing import Annotated

import typer

from backtriage import __version__
from backtriage.cli.ask import ask
from backtriage.cli.assess import assess
from backtriage.cli.forget import forget
from backtriage.cli.rules import rules_app

_EPILOG = "Not a diagnosis, not a medical device. In an emergency call for help first."

app = typer.Typer(
    name="backtriage",
    help="Asks about back pain and says how soon to get help, where, and why.",
    epilog=_EPILOG,
    # Plain help texts: they do not load rich, so --help starts fast.
    rich_markup_mode=None,
    # A traceback is never what a person in pain should read.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - the shape typer calls
    if wanted:
        typer.echo(f"backtriage {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _main(
    context: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Ask about back pain and say how soon to get help, where, and why.

    Without a command this is the interview, the same as 'backtriage ask'.
    """
    del version
    if context.invoked_subcommand is None:
        ask()


app.command("ask")(ask)
app.command("assess")(assess)
app.command("forget")(forget)
app.add_typer(rules_app, name="rules")


def main() -> None:
    """Run the command line."""
    app()
