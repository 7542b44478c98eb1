"""`backtriage rules ...`, for those who write and review a protocol: each command by name."""

import typer

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
rules_app.command("check")(check)
rules_app.command("prove")(prove)
rules_app.command("diff")(diff)
rules_app.command("test")(run_cases)
rules_app.command("simulate")(simulate)
rules_app.command("show")(show)
rules_app.command("graph")(graph)
rules_app.command("schema")(schema)
rules_app.command("template")(template)
rules_app.command("migrate")(migrate)
