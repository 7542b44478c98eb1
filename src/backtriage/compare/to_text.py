"""A comparison as lines that a clinician reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from textwrap import shorten
from typing import Final

from backtriage.compare.comparison import Comparison, Difference
from backtriage.compare.edits import Edit, EditKind
from backtriage.compare.example import told_to
from backtriage.compare.example_text import findings, normal_text, reason
from backtriage.compare.urgency_changes import AffectedGroup, Aspect
from backtriage.program.program import Program
from backtriage.prove.phrasing import fired_rules
from backtriage.prove.to_text import wrapped

NOBODY: Final = "No answer sheet gets another result."

_TITLE: Final = 60
_MANY: Final = 5
"""So many undecided things are named; JSON has all of them."""

_EXACT: Final = 1_000_000
"""A share is said exactly while its numbers are no larger."""

_ROUND: Final = 10**12
"""A share is said as a power of ten when it is smaller than one in so many."""

_NOUNS: Final = {
    Aspect.SCOPE: "SCOPE",
    Aspect.ADVICE: "ADVICE",
    Aspect.VERDICT: "VERDICT OF",
    Aspect.SERVICE: "WHERE TO GO AT",
    Aspect.COUNT: "COUNT",
    Aspect.COME_BACK: "WHEN TO COME BACK FOR",
}
_DIFFERS: Final = (
    "From here on, some answer is one that only one version takes. What its person would say to "
    "the other version is not known, so every answer to it is looked at. Only urgencies are "
    "compared for them, and advice against which the old version speaks."
)
_COUNTS: Final = (
    "Counts are of answer sheets: every way to answer all questions, asked or not. No patient "
    "gives most of them, so they say nothing about how many patients there are. The exact "
    "numbers stand in --format json."
)
_WRITTEN: Final = {
    EditKind.ADDED: "Added",
    EditKind.REMOVED: "Removed",
    EditKind.CHANGED: "Changed",
    EditKind.REWORDED: "Changed in words only: the same answers still give the same results",
}


def comparison_lines(
    comparison: Comparison, names: tuple[str, str], accepted: str = ""
) -> Iterator[str]:
    """The whole comparison: who is moved, who is told something else, what was written.

    `names` says where each version is from.
    """
    if comparison.old.digest == comparison.new.digest:
        yield NOBODY
        return
    for word, program, name in zip(
        ("Old", "New"), (comparison.old, comparison.new), names, strict=True
    ):
        yield f"{word}: {program.protocol.id} {program.protocol.version} ({name})"
    yield from _differences(comparison)
    yield from _undecided(comparison)
    yield from _written(comparison.edits)
    yield ""
    yield from _verdict(comparison, accepted)


def _undecided(comparison: Comparison) -> Iterator[str]:
    for why in dict.fromkeys(comparison.undecided.values()):
        own = [what for what, ran_out in comparison.undecided.items() if ran_out == why]
        more = f", and {len(own) - _MANY} more" if len(own) > _MANY else ""
        yield ""
        yield from wrapped(f"UNDECIDED: {', '.join(own[:_MANY])}{more}. The comparison {why}.")


def _differences(comparison: Comparison) -> Iterator[str]:
    is_said = False
    for difference in (*comparison.lowered, *comparison.raised, *comparison.others):
        yield ""
        if difference.group.differs and not is_said:
            is_said = True
            yield from (*wrapped(_DIFFERS), "")
        yield from _difference(comparison, difference)


def _difference(comparison: Comparison, difference: Difference) -> Iterator[str]:
    group, example = difference.group, difference.example
    yield from wrapped(_head(comparison, group))
    if group.by:
        for line in reason(difference):
            yield from wrapped(line, "  ")
    yield f"  {share_text(difference.sheets, comparison.domain.count(differs=group.differs))}" + (
        " pairs of answer sheets." if group.differs else " answer sheets."
    )
    said = list(findings(comparison, example))
    yield "  This person, everything else being normal:" if said else "  The normal person:"
    for question, answer in said:
        yield from wrapped(f"{question} -> {answer}", "      ")
    for end, (page, sheet) in enumerate(zip(example.pages, example.sheets, strict=True)):
        word, rules = ("Old", "New")[end], ", ".join(fired_rules(page.program, sheet)) or "none"
        sent = f"{word}: {page.urgency.id}{_told(difference, end)}"
        yield from wrapped(f"{sent}. Rules that fired: {rules}.", "  ")


def _told(difference: Difference, end: int) -> str:
    """What one version tells this person beside the urgency."""
    group = difference.group
    if group.aspect is Aspect.URGENCY:
        return ""
    told = told_to(difference.example, group, end)
    return f", promised {told}" if group.aspect is Aspect.FLOOR else f", {told}"


def _head(comparison: Comparison, group: AffectedGroup) -> str:
    ends = f"{group.before} -> {group.after}"
    if group.is_lowered or group.is_raised:
        word = "LOWERED" if group.is_lowered else "RAISED"
        what = " the promise of red flags" if group.aspect is Aspect.FLOOR else ""
        pair = ", if another answer is given" if group.differs else ""
        return f"{word}{what}{pair}: {ends}"
    subject = f" '{group.subject}'" if group.subject else ""
    if group.aspect is Aspect.SERVICE:
        subject = f" {group.subject}"
    title = f" ({_title(comparison, group)})" if _title(comparison, group) else ""
    if group.is_harmful:
        name = f"'{group.after}' of '{group.subject}'" if group.aspect is Aspect.VERDICT else ""
        name = name or f"{subject.strip()}{title}"
        return f"ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: {name}"
    ends = group.after if group.aspect is Aspect.COUNT else ends
    return f"{_NOUNS[group.aspect]}{subject}{title}: {ends}"


def _title(comparison: Comparison, group: AffectedGroup) -> str:
    """What an advice or a rule is about, in a few words."""
    if group.aspect not in {Aspect.ADVICE, Aspect.COME_BACK}:
        return ""
    programs = (comparison.new, comparison.old)
    return next(text for program in programs if (text := _text_of(program, group)))


def _text_of(program: Program, group: AffectedGroup) -> str:
    if group.aspect is Aspect.ADVICE:
        found = (a.short or a.text for a in program.advice if a.id == group.subject)
    else:
        found = (r.come_back or r.because for r in program.rules if r.id == group.subject)
    return shorten(next(found, ""), _TITLE, placeholder=" ...")


def share_text(sheets: int, of: int) -> str:
    """A count as a share: exact while it is short, otherwise as one in so many."""
    share = Fraction(sheets, of)
    if share == 1:
        return "All"
    if share.denominator <= _EXACT:
        return f"{share.numerator:,} in {share.denominator:,}"
    one_in = of // sheets
    if one_in <= _ROUND:
        return f"About 1 in {one_in:,}"
    return f"About 1 in 10^{len(str(one_in)) - 1}"


# -- what was written ---------------------------------------------------------------------


def _written(edits: Sequence[Edit]) -> Iterator[str]:
    for change, head in _WRITTEN.items():
        own = [edit for edit in edits if edit.change is change]
        if own:
            yield from ("", head)
        for edit in own:
            yield from _edit(edit)


def _edit(edit: Edit) -> Iterator[str]:
    name = f"{edit.what} '{edit.id}'"
    if edit.change is EditKind.CHANGED:
        yield from wrapped(f"{name}: {'; '.join(edit.fields) or edit.title}", "  ")
        return
    fields = f" ({', '.join(edit.fields)})" if edit.fields else ""
    room = max(_TITLE // 3, 80 - len(f"  {name}{fields}: "))
    yield f"  {name}{fields}: {shorten(edit.title, room, placeholder=' ...')}"


def _verdict(comparison: Comparison, accepted: str) -> Iterator[str]:
    if comparison.moves_nobody:
        yield NOBODY
        return
    counts = (len(comparison.lowered), len(comparison.raised), len(comparison.others))
    yield "Kinds of people: {} lowered, {} raised, {} told something else.".format(*counts)
    if comparison.differences:
        yield from wrapped(_COUNTS)
        normal = normal_text(comparison)
        yield from wrapped(f"Normal is, where no answer is worse: {normal}." if normal else "")
    if not comparison.lowered:
        return
    if accepted:
        yield from wrapped(f"The lowering is accepted: {accepted}")
    else:
        yield from wrapped(
            "Somebody is sent lower or promised less. Mend the rules, or release them with "
            "--accept-lower REASON."
        )
