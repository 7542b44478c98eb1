"""`backtriage journal ...`: each command by name."""

import typer

from backtriage.cli.examples import examples_of
from backtriage.cli.journal.add import add
from backtriage.cli.journal.export import export
from backtriage.cli.journal.forget import forget
from backtriage.cli.journal.show import show

journal_app = typer.Typer(
    name="journal",
    help="Keep a journal of the pain, and show it to whoever treats you.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _command in (add, show, export, forget):
    journal_app.command(_command.__name__, epilog=examples_of(f"journal {_command.__name__}"))(
        _command
    )
