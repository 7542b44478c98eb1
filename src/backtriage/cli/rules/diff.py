"""`backtriage rules diff`: who gets a different result from two versions of a protocol."""

from typing import Annotated

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
from backtriage.terms.printable import visible


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

    Answers count as the same if their question, kind, unit and id are the same, whatever the
    words. An answer that only one version accepts is compared with every answer of the other,
    and those people are listed separately. A question that only one version asks has no effect on
    the other. If most questions are new, compare what becomes of the same people instead, with
    'rules simulate --against'.

    Exits 78 when an urgency is lowered or a safety floor promises less, unless --accept-lower
    gives a reason, and when something is undecided. Exits 0 otherwise.
    """
    from backtriage.compare.comparison import compare
    from backtriage.compare.to_case import case_file, urgency_differences
    from backtriage.compare.to_json import comparison_json
    from backtriage.compare.to_text import comparison_lines
    from backtriage.shell.versions import read_versions

    reason = _reason(accept_lower)
    cases = result_file(save_case, "--save-case", CASES, force=force)
    before, after = read_versions(old, new, rules)
    programs = program_of("old", before), program_of("new", after)
    warn_reviewers(programs[1])
    on_progress = progress()
    comparison = compare(
        *programs, seconds=budget,
        on_progress=lambda done, of: on_progress(f"{done} of {of} comparisons"),
    )  # fmt: skip
    versions = before, after
    write_results(
        report_text(
            format_,
            lambda: comparison_json(
                comparison, [{"from": v.name, "commit": v.commit} for v in versions], reason
            ),
            lambda: comparison_lines(comparison, [v.source for v in versions], reason),
        ),
        case_extra(
            cases, len(urgency_differences(comparison)), lambda: case_file(comparison, reason),
            if_none="No urgency changes",
        ),
    )  # fmt: skip
    is_lowered = bool(comparison.lowered) and not reason
    raise typer.Exit(exits.UNSOUND if is_lowered or comparison.undecided else exits.OK)


def _reason(accept_lower: str | None) -> str:
    """Return why a lower urgency is accepted, or "" when it is not."""
    if accept_lower is None:
        return ""
    reason = visible(" ".join(accept_lower.split()))
    if not reason:
        raise typer.BadParameter("--accept-lower needs a reason in words")
    return reason
