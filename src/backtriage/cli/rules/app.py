"""`backtriage rules ...`, for those who write and review a protocol: each command by name."""

from collections.abc import Callable, Mapping

import typer

from backtriage.cli.examples import examples_of
from backtriage.cli.rules.check import check
from backtriage.cli.rules.diff import diff
from backtriage.cli.rules.graph import graph
from backtriage.cli.rules.migrate import migrate
from backtriage.cli.rules.prove import prove
from backtriage.cli.rules.schema import schema, template
from backtriage.cli.rules.show import show
from backtriage.cli.rules.simulate import simulate
from backtriage.cli.rules.test import run_cases

rules_app = typer.Typer(
    name="rules",
    help="Inspect, test and prove a protocol.",
    rich_markup_mode=None,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_COMMANDS: Mapping[str, Callable[..., None]] = {
    "check": check,
    "prove": prove,
    "diff": diff,
    "test": run_cases,
    "simulate": simulate,
    "show": show,
    "graph": graph,
    "schema": schema,
    "template": template,
    "migrate": migrate,
}
for _name, _command in _COMMANDS.items():
    rules_app.command(_name, epilog=examples_of(f"rules {_name}"))(_command)
