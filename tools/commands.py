"""The commands of the program and their parameters, as its documents list them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


# typer carries a click of its own and types little of it, hence `Any` for a command.
def walk(words: str, command: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401
    """Yield a command and its subcommands, each with the words to type."""
    if command.hidden:
        return
    yield words, command
    for name, subcommand in getattr(command, "commands", {}).items():
        yield from walk(f"{words} {name}", subcommand)


def meaning(parameter: Any) -> str:  # noqa: ANN401
    """Return the help of a parameter, with its choices if it has a fixed list of them."""
    choices = getattr(parameter.type, "choices", ())
    listed = ", ".join(f"`{getattr(choice, 'value', choice)}`" for choice in choices)
    return f"{parameter.help or ''} One of: {listed}." if listed else parameter.help or ""
