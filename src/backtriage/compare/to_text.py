"""A comparison as text for clinicians."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import shorten
from typing import Final

from backtriage.compare.affected_group import AffectedGroup, Aspect
from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.edits import Edit, EditKind
from backtriage.compare.example import NEW, OLD, Example, shown_value
from backtriage.compare.example_text import abnormal_answers, baseline_text, cause_lines
from backtriage.compare.paired_domain import PairedDomain
from backtriage.program.program import Program
from backtriage.prove.domain import Assignment
from backtriage.prove.phrasing import reason_texts
from backtriage.prove.to_text import wrapped

NOBODY: Final = "No complete answer sheet gets another result."

_TITLE_WIDTH: Final = 60
_MOST_UNDECIDED: Final = 5
"""How many undecided comparisons are named; JSON has all of them."""

_MOST_EXACT: Final = 1_000_000
"""The largest denominator of a share that is exact."""

_MOST_ROUNDED: Final = 10**12
"""The largest denominator that is not a power of ten."""

_NOUNS: Final = {
    Aspect.SCOPE: "SCOPE",
    Aspect.ADVICE: "ADVICE",
    Aspect.VERDICT: "VERDICT OF",
    Aspect.SERVICE: "WHERE TO GO AT",
    Aspect.COUNT: "COUNT",
    Aspect.COME_BACK: "WHEN TO COME BACK FOR",
    Aspect.LINE: "LINE OF THE SAFETY NET",
}
_LOWERED_OR_RAISED: Final = {
    Aspect.FLOOR: " the promise of red flags",
    Aspect.CONTRADICTED: " where answers contradict each other",
}
_MISMATCHED: Final = (
    "From here on, some answer is one that only one version takes. What its person would say to "
    "the other version is not known, so every answer to it is looked at. Only urgencies are "
    "compared for them, and advice against which the old version speaks."
)
_COUNTS: Final = (
    "Counts are of answer sheets: every way to answer all questions, asked or not. No patient "
    "gives most of them, so they say nothing about how many patients there are. The exact "
    "numbers stand in --format json."
)
_EDIT_HEADINGS: Final = {
    EditKind.ADDED: "Added",
    EditKind.REMOVED: "Removed",
    EditKind.CHANGED: "Changed",
    EditKind.REWORDED: "Changed in words only: the same answers still give the same results",
}


def comparison_lines(
    comparison: Comparison, sources: Sequence[str], accepted: str = ""
) -> Iterator[str]:
    """Yield every affected group, then every edit of the text.

    Args:
        comparison: The comparison.
        sources: Where each version is from.
        accepted: Why an urgency may be lowered, or "".
    """
    yield from version_lines((comparison.old, comparison.new), sources)
    if comparison.old.digest == comparison.new.digest:
        yield from ("", NOBODY)
        return
    yield from _differences(comparison)
    yield from clears_lines(comparison.clears)
    yield from _undecided(comparison)
    yield from edit_lines(comparison.edits)
    yield ""
    yield from _summary(comparison, accepted)


def version_lines(programs: Sequence[Program], sources: Sequence[str]) -> Iterator[str]:
    """Yield which versions are compared."""
    for word, program, source in zip(("Old", "New"), programs, sources, strict=True):
        yield f"{word}: {program.protocol.id} {program.protocol.version} ({source})"


def clears_lines(doubts: Sequence[str]) -> Iterator[str]:
    """Yield which doubts a "no" clears now."""
    if doubts:
        yield ""
        yield from wrapped(
            "CLEARED BY A CONFIRMATION: in an interview, somebody who is not sure and then finds "
            f"that it is not so is no longer in doubt about: {', '.join(doubts)}."
        )


def _undecided(comparison: Comparison) -> Iterator[str]:
    for ran_out in dict.fromkeys(comparison.undecided.values()):
        names = [name for name, why in comparison.undecided.items() if why == ran_out]
        rest = len(names) - _MOST_UNDECIDED
        more = f", and {rest} more" if rest > 0 else ""
        yield ""
        yield from wrapped(
            f"UNDECIDED: {', '.join(names[:_MOST_UNDECIDED])}{more}. The comparison {ran_out}."
        )


def _differences(comparison: Comparison) -> Iterator[str]:
    is_explained = False
    for difference in (*comparison.lowered, *comparison.raised, *comparison.others):
        yield ""
        if difference.group.is_mismatched and not is_explained:
            is_explained = True
            yield from (*wrapped(_MISMATCHED), "")
        yield from _difference(comparison, difference)


def _difference(comparison: Comparison, difference: Difference) -> Iterator[str]:
    group, example = difference.group, difference.example
    yield from wrapped(_heading(comparison, group))
    if group.causes:
        for line in cause_lines(difference):
            yield from wrapped(line, "  ")
    share = share_text(difference.sheets, comparison.domain.count(mismatched=group.is_mismatched))
    yield f"  {share} {'pairs of ' if group.is_mismatched else ''}answer sheets."
    shown = [_shown(difference, version) for version in (OLD, NEW)]
    yield from example_lines(comparison.domain, comparison.baseline, example, shown)


def example_lines(
    domain: PairedDomain, baseline: Assignment, example: Example, shown: Sequence[str] = ("", "")
) -> Iterator[str]:
    """Yield how a person answers, and what each version makes of it.

    Args:
        domain: Both versions.
        baseline: The normal answers, which are not named.
        example: The person.
        shown: What else each version shows.
    """
    answers = list(abnormal_answers(domain, baseline, example))
    yield "  This person, everything else being normal:" if answers else "  The normal person:"
    for question, answer in answers:
        yield from wrapped(f"{question} -> {answer}", "      ")
    for word, more, assessment in zip(("Old", "New"), shown, example.assessments, strict=True):
        rules = ", ".join(reason_texts(assessment.reasons)) or "none"
        yield from wrapped(
            f"{word}: {assessment.urgency.id}{more}. Rules that fired: {rules}.", "  "
        )


def _shown(difference: Difference, version: int) -> str:
    """Return what a version shows of the aspect that differs, unless that is the urgency."""
    group = difference.group
    if group.aspect in {Aspect.URGENCY, Aspect.CONTRADICTED}:
        return ""
    value = shown_value(difference.example, group, version)
    return f", promised {value}" if group.aspect is Aspect.FLOOR else f", {value}"


def _heading(comparison: Comparison, group: AffectedGroup) -> str:
    change = f"{group.before} -> {group.after}"
    if group.is_lowered or group.is_raised:
        word = "LOWERED" if group.is_lowered else "RAISED"
        what = _LOWERED_OR_RAISED.get(group.aspect, "")
        condition = ", if another answer is given" if group.is_mismatched else ""
        return f"{word}{what}{condition}: {change}"
    subject = f" '{group.subject}'" if group.subject else ""
    if group.aspect is Aspect.SERVICE:
        subject = f" {group.subject}"
    title = _title(comparison, group)
    title = f" ({title})" if title else ""
    if group.is_harmful:
        name = f"{subject.strip()}{title}"
        if group.aspect is Aspect.VERDICT:
            name = f"'{group.after}' of '{group.subject}'"
        return f"ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: {name}"
    if group.aspect is Aspect.COUNT:
        change = group.after
    return f"{_NOUNS[group.aspect]}{subject}{title}: {change}"


def _title(comparison: Comparison, group: AffectedGroup) -> str:
    """Return what advice or a rule is about, in a few words."""
    for program in (comparison.new, comparison.old):
        if group.aspect is Aspect.ADVICE:
            texts = [a.short or a.text for a in program.advice if a.id == group.subject]
        elif group.aspect is Aspect.COME_BACK:
            texts = [r.come_back or r.because for r in program.rules if r.id == group.subject]
        elif group.aspect is Aspect.LINE:
            texts = [g.text for g in program.protocol.safety_net if g.id == group.subject]
        else:
            texts = []
        if texts:
            return shorten(texts[0], _TITLE_WIDTH, placeholder=" ...")
    return ""


def share_text(sheets: int, of: int) -> str:
    """Format a share: as an exact fraction while that is short, otherwise as one in so many."""
    share = Fraction(sheets, of)
    if share == 1:
        return "All"
    if share.denominator <= _MOST_EXACT:
        return f"{share.numerator:,} in {share.denominator:,}"
    one_in = of // sheets
    if one_in <= _MOST_ROUNDED:
        return f"About 1 in {one_in:,}"
    return f"About 1 in 10^{len(str(one_in)) - 1}"


def edit_lines(edits: Sequence[Edit]) -> Iterator[str]:
    """Yield the entries of the rules that differ."""
    for kind, heading in _EDIT_HEADINGS.items():
        own = [edit for edit in edits if edit.kind is kind]
        if own:
            yield from ("", heading)
        for edit in own:
            yield from _edit(edit)


def _edit(edit: Edit) -> Iterator[str]:
    name = f"{edit.noun} '{edit.id}'"
    if edit.kind is EditKind.CHANGED:
        yield from wrapped(f"{name}: {'; '.join(edit.fields) or edit.title}", "  ")
        return
    fields = f" ({', '.join(edit.fields)})" if edit.fields else ""
    width = max(_TITLE_WIDTH // 3, 80 - len(f"  {name}{fields}: "))
    yield f"  {name}{fields}: {shorten(edit.title, width, placeholder=' ...')}"


def _summary(comparison: Comparison, accepted: str) -> Iterator[str]:
    if comparison.moves_nobody:
        yield NOBODY
        return
    counts = (len(comparison.lowered), len(comparison.raised), len(comparison.others))
    yield "Kinds of people: {} lowered, {} raised, {} told something else.".format(*counts)
    if comparison.differences:
        yield from wrapped(_COUNTS)
        yield from normal_lines(comparison.domain, comparison.baseline)
    if comparison.lowered:
        yield from accepted_lines(accepted)


def accepted_lines(accepted: str) -> Iterator[str]:
    """Yield why it is accepted that somebody is lowered, or that it is not."""
    if accepted:
        yield from wrapped(f"The lowering is accepted: {accepted}")
    else:
        yield from wrapped(
            "Some urgency is lowered, or a floor promises less. Fix the rules, or release them "
            "with --accept-lower REASON."
        )


def normal_lines(domain: PairedDomain, baseline: Assignment) -> Iterator[str]:
    """Yield what the normal answers are where no answer is worse."""
    text = baseline_text(domain, baseline)
    yield from wrapped(f"Normal is, where no answer is worse: {text}." if text else "")
