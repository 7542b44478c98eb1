"""The command line: every command by name. Slow imports happen where they are used."""

import gc
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final, NoReturn

import typer
from typer.core import TyperGroup

from backtriage.cli import completion, exits
from backtriage.cli.examples import examples_of
from backtriage.shell.output import hold_closed_streams, write_whole
from backtriage.shell.terminal_setup import leave_no_core_file
from backtriage.terms.version import __version__

_HELP: Final = "Ask about back pain and say how soon to get help, where, and why."
_EPILOG: Final = "Not a diagnosis, not a medical device. In an emergency call for help first."

COMMANDS: Final[Mapping[str, str]] = {
    "ask": "backtriage.cli.ask",
    "assess": "backtriage.cli.assess",
    "batch": "backtriage.cli.batch",
    "journal": "backtriage.cli.journal.app",
    "rules": "backtriage.cli.rules.app",
    "forget": "backtriage.cli.forget",
}
"""Each command and its module."""

_GROUPS: Final = frozenset({"journal", "rules"})
"""Those that have commands of their own."""

_TOP_LEVEL: Final = frozenset(
    {"-h", "--help", "--version", "--install-completion", "--show-completion"}
)
"""Options that belong to no command. Any other option without a command is one of `ask`."""


def _version(is_requested: bool) -> None:  # noqa: FBT001 - typer passes it by position
    if is_requested:
        typer.echo(f"backtriage {__version__}")
        raise typer.Exit


def _main(
    context: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Ask about back pain and say how soon to get help, where, and why.

    Without a command this is the interview, the same as 'backtriage ask'.
    """
    del version
    if context.invoked_subcommand is None:
        _command("ask")()


def _command(name: str) -> Callable[[], None]:
    command: Callable[[], None] = getattr(import_module(COMMANDS[name]), name)
    return command


class _Commands(TyperGroup):
    """A group of commands whose usage errors quote arguments safely: an argument is not ours."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - typer types neither
        with _visible_errors():
            return super().make_context(*args, **kwargs)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401
        with _visible_errors():
            return super().invoke(ctx)


@contextmanager
def _visible_errors() -> Iterator[None]:
    """Make the message of a usage error short, and safe on a terminal."""
    try:
        yield
    except typer.TyperException as error:
        from backtriage.terms.printable import without_middle

        error.message = without_middle(error.message)
        raise


def app_with(names: tuple[str, ...] = tuple(COMMANDS)) -> typer.Typer:
    """Build the command line with all of its commands, or only some."""
    app = typer.Typer(
        name="backtriage",
        cls=_Commands,
        help=_HELP,
        epilog=_EPILOG,
        # Plain help texts: they do not load rich, so --help starts fast.
        rich_markup_mode=None,
        # A person in pain should never have to read a traceback.
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback(invoke_without_command=True)(_main)
    for name in names:
        module = import_module(COMMANDS[name])
        if name in _GROUPS:
            app.add_typer(getattr(module, f"{name}_app"), name=name)
        else:
            app.command(name, epilog=examples_of(name))(getattr(module, name))
    return app


_LEAN: Final = frozenset({"assess", "journal"})
"""Commands that start fast, and make too little garbage to look for any."""


def _load_msgspec() -> None:
    """Load msgspec without typing_extensions, which takes half of its time to load.

    It looks there first for what `typing` has too, and does without the module if there is none.
    """
    name = "typing_extensions"
    if name not in sys.modules:
        sys.modules[name] = None  # type: ignore[assignment]  # which says that there is none
        try:
            import_module("msgspec")
        finally:
            del sys.modules[name]


def run() -> None:
    """Run the command line.

    Typer builds every command it knows, with all options, before it looks at the first argument.
    When that names a command, only this one is built, which makes a scripted run faster.
    """
    leave_no_core_file()
    arguments = sys.argv[1:]
    if completion.REQUEST in os.environ:
        completion.take_request(os.environ, arguments)
    if arguments and arguments[0].startswith("-") and arguments[0] not in _TOP_LEVEL:
        arguments.insert(0, "ask")
    first = arguments[0] if arguments else ""
    if first in _LEAN:
        _load_msgspec()
    else:
        gc.enable()
    hold_closed_streams()
    sys.stdout, sys.stderr = write_whole(sys.stdout), write_whole(sys.stderr, is_buffered=False)
    if sys.stderr is None:  # closed by the caller; typer would use standard output instead
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    out = sys.stdout
    try:
        app_with((first,) if first in COMMANDS else tuple(COMMANDS))(arguments)
    except SystemExit as stop:
        if out is None and not stop.code and _TOP_LEVEL.intersection(arguments):
            _cannot_write("it is closed")
        if sys.stdout is out:
            raise
        # Typer replaces it, and exits with 1, when the reader of a help text is gone.
        _cannot_write("")
    except OSError as error:  # --help and --version are written by typer
        if hasattr(error.__context__, "show"):  # a usage error that standard error did not take
            sys.exit(exits.USAGE)
        from backtriage.shell.files import reason

        is_unread = isinstance(error, BrokenPipeError)
        _cannot_write("" if is_unread else reason(error))


def _cannot_write(why: str) -> NoReturn:
    """Exit because standard output cannot be written; quietly if nobody wants to read it."""
    from backtriage.shell.output import detach_output, say

    detach_output()
    if why:
        say(f"backtriage: cannot write to standard output: {why}")
    sys.exit(exits.CANNOT_WRITE)
