"""What the shell offers when somebody presses Tab: countries, questions, answers, ids.

Nothing here fails or prints: the person is in the middle of a line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, MutableMapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

if TYPE_CHECKING:
    from backtriage.program.program import Program
    from backtriage.protocol.protocol import Question

    Completer = Callable[[typer.Context, str], list[str]]

REQUEST: Final = "_BACKTRIAGE_COMPLETE"
"""The environment variable by which a shell asks for completions."""

_BASH: Final = "complete_bash"

_QUESTION: Final = "_BACKTRIAGE_QUESTION"
"""The question whose answer is completed, in a shell that replaces the answer alone."""


def take_request(environment: MutableMapping[str, str], arguments: Sequence[str]) -> None:
    """Take what a shell asks when somebody presses Tab, and drop what was left behind.

    Every shell asks with nothing behind the name of the program: the line stands beside the
    request. With arguments somebody wants a result, and a request would take its place.
    """
    if arguments:
        del environment[REQUEST]
    else:
        join_words(environment)


def join_words(environment: MutableMapping[str, str]) -> None:
    """Join what bash has split at equals signs: `--set age=70` is four words to it.

    It replaces only the last of them, so the question before an answer is passed on apart.
    """
    try:
        at = int(environment["COMP_CWORD"])
        words = environment["COMP_WORDS"].split("\n")[: at + 1]
    except (KeyError, ValueError):  # another shell, or none
        if environment.get(REQUEST) == _BASH:
            del environment[REQUEST]  # left behind in the environment: nobody presses Tab
        return
    joined = [""]
    for word in words:
        if word == "=" or joined[-1].endswith("="):
            joined[-1] += word
        else:
            joined.append(word)
    if joined[-1].startswith("-"):
        joined[-1:] = joined[-1].split("=", 1)
    environment[_QUESTION], _, joined[-1] = joined[-1].rpartition("=")
    environment.update(COMP_WORDS="\n".join(joined[1:]), COMP_CWORD=str(len(joined) - 2))


def _completer(values: Callable[[Program, str], Iterable[str]]) -> Completer:
    """Return a completion function over the rules that the line names."""

    def complete(context: typer.Context, incomplete: str) -> list[str]:
        from backtriage.shell.cache import load_program

        rules = context.params.get("rules")
        try:
            program = load_program(Path(rules) if rules else None, save=False)
            return [*values(program, incomplete)]
        except Exception:  # noqa: BLE001 - rules with errors, or none: there is nothing to offer
            return []

    return complete


def _countries(program: Program, incomplete: str) -> Iterable[str]:
    from backtriage.program.words import DEFAULT_COUNTRY

    codes = (id_ for id_ in program.countries if id_ != DEFAULT_COUNTRY)
    return (code.lower() if incomplete.islower() else code for code in codes)


def _answers(program: Program, incomplete: str) -> Iterable[str]:
    """Offer the questions, and once one is named, its answers."""
    if question := os.environ.get(_QUESTION):
        return _values(program.questions[question], incomplete)
    name, equals, value = incomplete.partition("=")
    named = [id_ for id_ in program.questions if id_.startswith(name)]
    if equals or len(named) == 1:
        found = program.questions[name if equals else named[0]]
        return (f"{found.id}={each}" for each in _values(found, value))
    return (f"{id_}=" for id_ in named)


def _values(question: Question, incomplete: str) -> Iterable[str]:
    from backtriage.terms.value import NOT_SURE, NUMBER, SOME_OF, YES_NO

    if question.kind == NUMBER:
        values: tuple[str, ...] = (str(question.least), str(question.most))
    elif question.kind == YES_NO:
        values = ("yes", "no")
    else:
        values = tuple(choice.id for choice in question.choices)
    if question.kind == SOME_OF:
        *before, _ = incomplete.split(",")
        if not {*before} <= {*values}:  # what a shell may take for more than text
            return ()
        rest = [value for value in values if value not in before]
        return (",".join((*before, value)) for value in (*rest, *(() if before else ("none",))))
    return (*values, *((NOT_SURE.value,) if question.allows_not_sure else ()))


def _entry_answers(program: Program, incomplete: str) -> Iterable[str]:
    """Offer what an entry of the journal asks."""
    from backtriage.shell.journal.questions import entry_program

    return _answers(entry_program(program, program.protocol.entry_questions), incomplete)


def _entries(program: Program, _: str) -> Iterable[str]:
    from backtriage.cases.reference import entry_ids

    return entry_ids(program)


def _nodes(program: Program, _: str) -> Iterable[str]:
    from backtriage.render.graph.graph import build_graph, names

    return names(build_graph(program))


def _sections(program: Program, incomplete: str) -> Iterable[str]:
    from backtriage.render.page.sections import OWN

    ids = (*OWN, *(module.id for module in program.modules))
    return (id_ for id_ in ids if id_.startswith(incomplete))


countries, answers = _completer(_countries), _completer(_answers)
entry_answers = _completer(_entry_answers)
entries, nodes = _completer(_entries), _completer(_nodes)
sections = _completer(_sections)
