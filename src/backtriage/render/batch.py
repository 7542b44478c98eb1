"""What became of a batch, for people: who needs help first, what was refused, and how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from backtriage.batch.decisions import Reject, Result, Tally
from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.program.program import Program
from backtriage.program.validate import MAX_REF
from backtriage.render.as_text import MIN_WIDTH
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.line import Line, Span, line_of
from backtriage.render.page.card import card_of
from backtriage.render.page.phrasing import lower_first, pluralise
from backtriage.render.page.private import without_private
from backtriage.render.palette import PALETTE
from backtriage.terms.printable import without_middle
from backtriage.terms.problem import Problem
from backtriage.terms.urgency import Urgency

MAX_REJECTS: Final = 20
"""How many rejects are shown."""
MAX_RULES: Final = 5
MIN_TABLE: Final = 60
"""With fewer cells, why stands below who."""
_UNREAD: Final = "NOT READ"
_ALL: Final = "--output FILE writes all."
_NOT_YET: Final = "Not complete"
_NOT_FOR: Final = "The questions may not fit"
_STATUS: Final = {
    Status.COMPLETE: "", Status.INCOMPLETE: _NOT_YET, Status.OUT_OF_SCOPE: _NOT_FOR,
}  # fmt: skip


class Person(Struct, frozen=True, kw_only=True):
    """One person in the table of a day."""

    urgency: Urgency
    word: str
    who: str
    where: str
    why: str
    """With what is wrong with the result, such as that it is not complete."""


def people_of(
    program: Program, results: Iterable[Result], country: str | None, id_: str | None
) -> Iterator[Person]:
    """Yield the person behind each result, without private answers.

    Args:
        program: The protocol that was applied.
        results: The results, in the order of the table.
        country: Whose phone numbers to show.
        id_: The column that tells people apart.
    """
    for result in results:
        sheet = result.row.validated
        found = assess(program, sheet.answers, country, sheet.ref, sheet.checked)
        assessment = without_private(found)
        yield _person(result, assessment, id_)


def _person(result: Result, assessment: Assessment, id_: str | None) -> Person:
    band, note = card_of(assessment).band, _STATUS[assessment.status]
    return Person(
        urgency=assessment.urgency, word=band.word, who=_who(result, id_), where=band.where,
        why=f"{note}. {band.why}" if note else band.why,
    )  # fmt: skip


def people_lines(
    people: Iterable[Person], counts: Mapping[Urgency, int], width: int, *, is_plain: bool
) -> Iterator[Line]:
    """Yield the lines of the table: those who must go to the same place stand together.

    Args:
        people: The most urgent first.
        counts: How many people there are of each urgency, also those who are not shown.
        width: Cells of a line.
        is_plain: Whether it is read without colours, as in a pipe.
    """
    width = max(width, MIN_WIDTH)
    groups: dict[tuple[Urgency, str, str], list[Person]] = {}
    for person in people:
        groups.setdefault((person.urgency, person.word, person.where), []).append(person)
    shown = Counter(person.urgency for those in groups.values() for person in those)
    first = True
    for (urgency, word, where), those in groups.items():
        if not first:
            yield Line("text", "")
        first = False
        title = f"{PALETTE[urgency].sign} {word}: {pluralise(len(those), 'person', 'people')}"
        if shown[urgency] < counts[urgency]:  # how many of the rest go to this place is not known
            title = f"{title} here, of {counts[urgency]:,} in all"
        for line in wrapped(title, width - 1):
            yield _band(line, urgency, width, is_plain=is_plain)
        yield from (Line("text", line) for line in wrapped(where, width))
        for person in those:
            yield from person_lines(person.who, person.why, width)
    if more := sum(counts.values()) - shown.total():
        yield Line("text", "")
        text = f"{pluralise(more, 'more person is', 'more people are')} not shown. {_ALL}"
        yield from (Line("strong", line) for line in wrapped(text, width))


def _band(text: str, urgency: Urgency, width: int, *, is_plain: bool) -> Line:
    if is_plain:
        return Line("heading", text)
    padding = " " * (width - 1 - cell_len(text))
    return line_of("heading", Span("edge", " ", urgency), Span("band", text + padding, urgency))


def person_lines(who: str, why: str, width: int) -> Iterator[Line]:
    """Yield who it is, and why beside it or, where there is too little room, below."""
    column = width * 2 // 5
    if cell_len(who) + 4 > column or width < MIN_TABLE:
        yield from (Line("strong", line) for line in wrapped(who, width, "- ", "  "))
        yield from (Line("text", line) for line in wrapped(why, width, "    ", "    "))
        return
    name = f"- {who}".ljust(column)
    first, *rest = wrapped(why, width, " " * column, " " * column)
    yield line_of("text", Span("strong", name), Span("text", first[column:]))
    yield from (Line("text", line) for line in rest)


def _who(each: Result | Reject, id_: str | None) -> str:
    row = each.row
    where = row.source if row.is_alone else place_of(row.source, row.number)
    return name_of((row.kept.get(id_) if id_ else None, row.validated.ref), where)


def name_of(names: Iterable[object], where: str) -> str:
    """Return what a person is called: the first name that is not blank, or where the row is."""
    named = (str(name) for name in names if name)
    return next((without_middle(name, MAX_REF) for name in named if name.strip()), where)


def place_of(source: str, row: int) -> str:
    """Return where a row is."""
    return f"{source}, row {row:,}"


def summary_lines(program: Program, tally: Tally, seconds: float) -> Iterator[str]:
    """Yield what became of all rows."""
    rate = f", {tally.rows / seconds:,.0f} a second" if seconds >= 1 else ""
    yield f"{pluralise(tally.rows, 'row', 'rows')}{rate}:"
    for urgency in sorted(Urgency, reverse=True):
        count = tally.urgencies[urgency]
        if count:
            yield f"  {count:>9,}  {program.levels[urgency].word}"
    for status in (Status.INCOMPLETE, Status.OUT_OF_SCOPE):
        count = tally.statuses[status.value]
        if count:
            yield f"  {count:>9,}  of these: {lower_first(_STATUS[status])}"
    rejected = sum(tally.rejects.values())
    if rejected:
        codes = ", ".join(f"{code} {count:,}" for code, count in tally.rejects.most_common())
        yield f"  {rejected:>9,}  rejected ({codes}): no result was made for them"
    most = ", ".join(f"{rule} {count:,}" for rule, count in tally.rules.most_common(MAX_RULES))
    if most:
        yield f"Most frequent rules: {most}."


def emergency_lines(
    program: Program, results: Iterable[Result], rejects: Iterable[Reject], tally: Tally,
    id_: str | None,
) -> Iterator[str]:  # fmt: skip
    """Yield who certainly is an emergency, could not be read or could be one.

    It is for where results are not shown.
    """
    results, rejects = [*results], [*rejects]
    certain = [each for each in results if each.outcome.certain is Urgency.EMERGENCY]
    refused = [each for each in rejects if each.is_emergency]
    every = tally.certain_emergencies + tally.rejected_emergencies
    word = program.levels[Urgency.EMERGENCY].word
    if every:
        yield _ended(f"{word}, by what could be read: {_names([*certain, *refused], every, id_)}")
    if tally.unread:
        names = _names([each for each in rejects if each.is_unread], tally.unread, id_)
        yield _ended(f"{_UNREAD}, so look now, because it may be an emergency: {names}")
    possible = [
        each
        for each in results
        if each.outcome.possible is Urgency.EMERGENCY is not each.outcome.certain
    ]
    every = tally.urgencies[Urgency.EMERGENCY] - tally.certain_emergencies
    if every:
        yield _ended(f"{word}, unless more answers rule it out: {_names(possible, every, id_)}")


def _ended(sentence: str) -> str:
    """Return a sentence with one full stop: a name may end with its own."""
    return sentence if sentence.endswith(".") else f"{sentence}."


def _names(people: Sequence[Result | Reject], count: int, id_: str | None) -> str:
    """Return the names of the first of some people, and how many they are."""
    names = [_who(each, id_) for each in people[:MAX_REJECTS]]
    more = count - len(names)
    if not names:
        return pluralise(count, "row", "rows")
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")


def reject_lines(
    program: Program, rejects: list[Reject], tally: Tally, id_: str | None,
    others_are: str = "--rejects FILE lists all",
) -> Iterator[str]:  # fmt: skip
    """Yield the first rejects, emergencies first. They quote no answer.

    Args:
        program: The protocol that was applied.
        rejects: The rejects that were kept.
        tally: Counts all.
        id_: The column that tells people apart.
        others_are: Where to find those that are not shown.
    """
    if tally.rejected_emergencies:
        count = pluralise(tally.rejected_emergencies, "rejected row is", "rejected rows are")
        word = program.levels[Urgency.EMERGENCY].word
        yield f"{word}: {count} certainly an emergency by what can be read."
    if tally.unread:
        count = pluralise(tally.unread, "rejected row", "rejected rows")
        yield f"{_UNREAD}: {count} could not be read in full, so look now: it may be an emergency."
    for reject in rejects[:MAX_REJECTS]:
        mark = f"{program.levels[Urgency.EMERGENCY].word}: " if reject.is_emergency else ""
        mark = f"{_UNREAD}: " if reject.is_unread else mark
        first = reject.problems[0]
        yield f"{mark}{_who(reject, id_)}: {_text(first)}{_more(reject)}"
    others = sum(tally.rejects.values()) - min(len(rejects), MAX_REJECTS)
    if others:
        shown = f"And {others:,} more" if rejects else f"{others:,}"
        yield f"{shown} rejected; {others_are}."


def _text(problem: Problem) -> str:
    line = f"line {problem.location.line:,}: " if problem.location.line else ""
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{line}{problem.code} {problem.message}{hint}"


def _more(reject: Reject) -> str:
    more = len(reject.problems) - 1
    return f" and {pluralise(more, 'more problem', 'more problems')}" if more else ""
