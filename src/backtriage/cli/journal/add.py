"""`backtriage journal add`: one more entry, with the emergency signs first."""

import signal
import sys
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from backtriage.cli import completion, exits, options
from backtriage.cli.journal.reading import day_of, read_journal
from backtriage.shell.output import say

if TYPE_CHECKING:
    from pathlib import Path

    from backtriage.program.validate import ValidatedSheet
    from backtriage.shell.journal.adding import Added, Adding

_MAX_NOTE_BYTES = 65_536


@exits.guarded
def add(
    *,
    set_: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="ID=VALUE",
            autocompletion=completion.entry_answers,
            help="Give an answer instead of being asked. Other users of this machine and the "
            "shell history can see it.",
        ),
    ] = [],  # noqa: B006 - typer copies it
    note: Annotated[
        str,
        typer.Option("--note", metavar="TEXT", help="Add a note; - reads it from standard input."),
    ] = "",
    day: Annotated[
        str | None,
        typer.Option("--date", metavar="DAY", help="An earlier day, such as 2026-11-27."),
    ] = None,
    correct: Annotated[
        bool,
        typer.Option("--correct", help="Correct the last entry of that day; what is not told "
                     "again stays. Only --set takes back a sign that was ticked."),
    ] = False,
    result: Annotated[
        str | None,
        typer.Option("--result", metavar="FILE",
                     help="Begin with a result that was saved as .json: its pain and its plan."),
    ] = None,
    plain: options.Plain = False,
    country: options.Country = None,
    lang: options.Lang = "en",
    journal: options.Journal = None,
    rules: options.Rules = None,
    no_save: options.NoSave = False,
) -> None:  # fmt: skip
    """Add an entry to the journal: how the pain is today, and what you tried.

    Every time, two screens of emergency signs come first. If one of them is ticked, or the pain is
    getting worse, all questions follow that 'backtriage ask' asks. Nothing that was added is ever
    changed: --correct adds an entry that counts instead.

    With --set or without a terminal nothing is asked. Then this exits 3 if the emergency signs
    were not told, if one of them is ticked, or if the pain is getting worse; with --result, if
    that is or may be an emergency, or if the pain is getting worse.
    """
    program, country = options.program_for(rules, country, lang, save=not no_save)
    from backtriage.shell.files import ReadError
    from backtriage.shell.journal.adding import Adding
    from backtriage.shell.journal.told import (
        may_be_emergency,
        result_in,
        say_emergency,
        validated_entry,
    )

    told = validated_entry(program, options.settings(set_))
    if may_be_emergency(program, told):
        say_emergency(program, country)  # before anything that may fail
    begun = None
    if result is not None:
        with suppress(ReadError) if set_ or correct else nullcontext():
            begun = result_in(program, result, country)
    if result is not None and (set_ or correct):
        message = "add the result by itself, and what else there is to say without it"
        raise typer.BadParameter(message, param_hint="--result")
    if result is not None and day is None:
        _check_age(result)
    kept = read_journal(program, journal)
    adding = Adding(
        kept=kept, country=country, day=day_of(day, "--date", kept.today) or kept.here,
        corrects=correct, is_saved=not no_save,
    )  # fmt: skip
    if correct and kept.last_of(adding.day) is None:
        raise typer.BadParameter("there is no entry of that day", param_hint="--correct")
    text = _note(note)
    if begun is not None:
        added = adding.from_result(begun, text)
        _say_added(added)
        if added.opening.rules:
            say(added.why_triage())
        if added.opening.rules or added.is_emergency:
            raise typer.Exit(exits.INCOMPLETE)
        return
    from backtriage.shell.terminal import is_interactive

    if set_ or not is_interactive():
        _told(adding, told, text)
    else:
        _asked(adding, text, plain=plain, rules=rules)


def _check_age(result: str) -> None:
    """Refuse a result that was saved more than a day ago, unless its day is named."""
    from pathlib import Path

    from backtriage.shell.draft_times import in_words, is_of_another_time

    try:
        saved = Path(result).stat().st_mtime_ns
    except OSError:  # it has been read, so it is no plain file
        return
    if is_of_another_time(None, saved):
        message = f"its file is of {in_words(saved)}, so name its day: --date DAY"
        raise typer.BadParameter(message, param_hint="--result")


def _note(note: str) -> str:
    """Return the note, which may stand on standard input. No control character gets into it."""
    from backtriage.journal.entries import MAX_NOTE
    from backtriage.shell.files import ReadError, read_stdin
    from backtriage.terms.printable import visible

    is_cut = False
    if note == "-":
        if sys.stdin is None:
            raise ReadError("standard input is closed, so there is no note")
        data = read_stdin(_MAX_NOTE_BYTES)
        note, is_cut = data.decode(errors="replace"), len(data) == _MAX_NOTE_BYTES
    note = visible(" ".join(note.split()))
    if is_cut or len(note) > MAX_NOTE:
        message = f"it has more than {MAX_NOTE} characters, so nothing was added; say it in fewer"
        raise typer.BadParameter(message, param_hint="--note")
    return note


def _told(adding: "Adding", validated: "ValidatedSheet", note: str) -> None:
    """Add what the command line says, and say what it leaves open."""
    if not validated.is_valid:
        from backtriage.render.problems import problem_lines

        say(problem_lines(validated.problems, values=False).rstrip("\n"))
        say("Nothing was added to the journal.")
        raise typer.Exit(exits.DATA)
    if not (validated.answers or note):
        say("backtriage: there is nothing to add. Without a terminal: --set ID=VALUE or --note.")
        raise typer.Exit(exits.USAGE)
    added = adding.told(validated.answers, note)
    _say_added(added)
    reason = added.why_triage()
    if reason:
        say(f"{reason} This entry says nothing about how soon to get help. To find out: "
            "backtriage ask")  # fmt: skip
        raise typer.Exit(exits.INCOMPLETE)


def _asked(adding: "Adding", note: str, *, plain: bool, rules: "Path | None") -> None:
    """Ask for the entry on the terminal, and then all questions if there is a reason to."""
    from backtriage.interview.interview import Stopped
    from backtriage.shell import terminal
    from backtriage.shell.journal.told import say_emergency

    line_by_line = plain or not terminal.is_full_screen_capable()
    added = None
    try:
        with terminal.raising_on_termination():
            added = adding.asked(note, plain=line_by_line)
            _say_added(added)
            reason = added.why_triage()
            if not reason:
                return
            say(f"{reason} Now we ask all the safety questions.")
            from backtriage.shell.session import Session

            assessment = Session(
                program=adding.kept.program, country=adding.country, plain=line_by_line,
                audience="patient", resume=None, is_saved=adding.is_saved, output=None,
                rules=rules, sheet=None, known=added.known, journal=adding.kept.file.named,
            ).run()  # fmt: skip
    except (Stopped, KeyboardInterrupt, EOFError, terminal.Hidden) as left:
        if isinstance(left, terminal.Hidden) or getattr(left, "is_hidden", False):
            terminal.clear()
        elif added is None:
            say("Nothing was added to the journal.")
            say_emergency(adding.kept.program, adding.country)
        number = left.signal if isinstance(left, Stopped) else signal.SIGINT
        raise typer.Exit(128 + number) from None
    raise typer.Exit(exits.code_of(assessment, by_urgency=False))


def _say_added(added: "Added") -> None:
    """Say what is on disk now."""
    from backtriage.shell.output import fitted, write_out

    write_out(fitted("".join(f"{line}\n" for line in added.lines()), sys.stdout))
