"""`backtriage rules diff`: who gets a different result from two versions of a protocol."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from backtriage.cli import exits
from backtriage.cli.options import Force, Rules, result_file, warn_reviewers
from backtriage.cli.rules.loading import program_of
from backtriage.cli.rules.reports import (
    CASES,
    FormatOption,
    budget_option,
    case_extra,
    report_text,
    write_results,
)
from backtriage.shell.output import progress
from backtriage.shell.rules_folder import MEANINGS
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.compare.comparison import Comparison
    from backtriage.compare.kinds import KindComparison
    from backtriage.program.program import Program

_Record: TypeAlias = Callable[[Sequence[Mapping[str, str | None]], str], object]
_Lines: TypeAlias = Callable[[Sequence[str], str], Iterable[str]]


@exits.guarded
def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="The old version: a rules folder or revision.")
    ],
    new: Annotated[
        str | None,
        typer.Argument(metavar="[NEW]", help="The new version: a rules folder or revision."),
    ] = None,
    accept_lower: Annotated[
        str | None,
        typer.Option(
            "--accept-lower", metavar="REASON", help="Accept lower urgencies for REASON."
        ),
    ] = None,
    budget: Annotated[float, budget_option("the whole comparison")] = 300.0,
    save_case: Annotated[
        str | None,
        typer.Option(
            "--save-case", metavar="FILE", help="Write the examples as cases to a new file."
        ),
    ] = None,
    force: Force = False,
    format_: FormatOption = "text",
    rules: Rules = None,
) -> None:
    """Show who gets a different result from two versions of a protocol.

    People are grouped by what changes for them. Each group comes with its simplest example, in
    the words of the questions, and with an exact count of answer sheets. Groups with a lowered
    urgency come first. A revision is REV or REV:FOLDER, such as HEAD~3, in the git repository of
    the current folder. A name that is both a revision and a folder is refused: ./FOLDER is the
    folder, and REV:FOLDER is the revision.

    NEW defaults to the folder that --rules names. Without --rules, it is what FOLDER holds in the
    working tree if OLD is a revision, and the rules that come with backtriage if OLD is a folder.

    Complete answer sheets are compared; of answers that contradict each other, only the urgency.
    Answers count as the same if their question, kind, unit and id are the same, whatever the
    words. An answer that only one version accepts is compared with every answer of the other,
    and those people are listed separately. A question that only one version asks has no effect on
    the other.

    Between two major versions most questions differ, so people are compared by kind: everybody
    whom one rule concerns. 'migrations.yaml' of NEW says how their answers to both go together.
    Each kind comes with the least that the other version gives its people, which is proved for
    all of them, and with an example. Lowered kinds come first, and what is undecided before what
    is raised or unchanged. Advice is not compared then.

    Exits 78 when an urgency is lowered, a safety floor promises less, or the journal loses a sign
    of an emergency, unless --accept-lower gives a reason, and when something is undecided. Exits 0
    otherwise.
    """
    from backtriage.compare.edits import lost_signs
    from backtriage.compare.to_case import case_file, moved_sheets
    from backtriage.shell.output import say
    from backtriage.shell.versions import read_versions

    reason = _reason(accept_lower)
    cases = result_file(save_case, "--save-case", CASES, force=force)
    versions = read_versions(old, new, rules, also=MEANINGS)
    programs = program_of("old", versions[0]), program_of("new", versions[1])
    warn_reviewers(programs[1])
    found, record, lines = _compared(programs, versions[1].beside, budget)
    moved = moved_sheets(found)
    sources = [{"from": version.name, "commit": version.commit} for version in versions]
    write_results(
        report_text(
            format_,
            lambda: record(sources, reason),
            lambda: lines([version.source for version in versions], reason),
        ),
        case_extra(
            cases, len(moved), lambda: case_file(programs[1], moved, reason),
            if_none="No urgency changes",
        ),
    )  # fmt: skip
    lost = lost_signs(*(program.protocol for program in programs))
    if lost:
        cure = "That is accepted." if reason else "Put it back, or use --accept-lower REASON."
        where = ", ".join(lost)
        say("backtriage: the journal no longer goes by these signs, doubts or rules, or opens "
            f"fewer questions for them: {where}. {cure}")  # fmt: skip
    is_lowered = bool(found.lowered or found.clears or lost) and not reason
    raise typer.Exit(exits.UNSOUND if is_lowered or found.undecided else exits.OK)


def _compared(
    programs: "tuple[Program, Program]", beside: dict[str, str], seconds: float
) -> "tuple[Comparison | KindComparison, _Record, _Lines]":
    """Compare two versions, and return what writes the result. Raises `Unsound`."""
    from backtriage.compare.kinds import compare_kinds, is_compared_by_kind

    on_progress = progress()

    def report(done: int, of: int) -> None:
        on_progress(f"{done} of {of} comparisons")

    if is_compared_by_kind(*programs):
        from backtriage.compare.kinds_to_json import kinds_json
        from backtriage.compare.kinds_to_text import kind_lines
        from backtriage.shell.older_sheets import meanings_in

        meanings = meanings_in(programs[1], beside.get)
        if beside and meanings.error:
            raise meanings.error
        kinds = compare_kinds(*programs, meanings.table, seconds=seconds, on_progress=report)
        return kinds, partial(kinds_json, kinds), partial(kind_lines, kinds)

    from backtriage.compare.comparison import compare
    from backtriage.compare.to_json import comparison_json
    from backtriage.compare.to_text import comparison_lines

    found = compare(*programs, seconds=seconds, on_progress=report)
    return found, partial(comparison_json, found), partial(comparison_lines, found)


def _reason(accept_lower: str | None) -> str:
    """Return why a lower urgency is accepted, or "" when it is not."""
    if accept_lower is None:
        return ""
    reason = visible(" ".join(accept_lower.split()))
    if not reason:
        raise typer.BadParameter("--accept-lower needs a reason in words")
    return reason
