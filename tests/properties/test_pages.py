"""Result pages, for whatever somebody answers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backtriage.check.words import BANNED
from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.render.answer_lines import answer_lines
from backtriage.render.as_markdown import as_markdown
from backtriage.render.as_text import as_text, lines_of, text_of
from backtriage.render.card_lines import call_lines
from backtriage.render.cells import cell_len, wrapped
from backtriage.render.line import Line
from backtriage.render.page import Audience, page_for
from backtriage.render.page.answer import answer_of, blocks_of
from backtriage.render.page.card import card_of
from backtriage.render.page.patient import action_of, steps_of
from backtriage.render.page.phrasing import as_sentence
from backtriage.render.page.private import without_private
from backtriage.render.page.sections import sections_of
from backtriage.render.palette import PALETTE
from backtriage.shell.written import Wanted
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.protocols import SHIPPED, TINY, cases_in, program_in
from tests.support.strategies import partial_sheets

NUMBERS_ABOUT_ONE_PERSON = re.compile(r"\d ?%|per ?cent|probab|likelihood|diagnosed")


class Person(NamedTuple):
    """Somebody's answers, which print shorter than an assessment."""

    protocol: Path
    answers: Answers
    country: str | None
    ref: str | None

    def assessed(self) -> Assessment:
        return assess(program_in(self.protocol), self.answers, self.country, self.ref)


@cache
def well(protocol: Path) -> Answers:
    """The sheet of somebody with nothing wrong."""
    return next(case.sheet for case in cases_in(protocol) if case.id == "all_clear")


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Sheets of the tiny and of the shipped protocol.

    Most random sheets are emergencies, whose pages are short, so most of these people are well but
    for a few answers.
    """
    protocol = draw(st.sampled_from([TINY, SHIPPED]))
    country = draw(st.sampled_from([None, "GB"]))
    ref = draw(st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=100))
    answers = draw(partial_sheets(program_in(protocol)))
    if draw(st.sampled_from([True, True, False])):
        ids = st.sets(st.sampled_from(sorted(answers)), min_size=1, max_size=3)
        module_results = {id_: answers[id_] for id_ in draw(ids)} if answers else {}
        answers = Answers({**well(protocol), **module_results})
    return Person(protocol, answers, country, ref)


def test_the_strategy_draws_more_than_emergencies() -> None:
    urgencies: set[Urgency] = set()

    @settings(max_examples=80, database=None, derandomize=True, phases=[Phase.generate])
    @given(people())
    def collect(person: Person) -> None:
        if person.protocol == SHIPPED:
            urgencies.add(person.assessed().urgency)

    collect()
    assert urgencies >= {Urgency.SELF_CARE, Urgency.SAME_DAY, Urgency.EMERGENCY}


audiences = st.sampled_from(["patient", "clinician"])
widths = st.integers(20, 120)
wanted = st.sampled_from([Wanted(), Wanted(full=True), Wanted(why=True), Wanted(section="why")])


def lines_for(
    a: Assessment, audience: Audience, width: int, want: Wanted, *, stacked: bool = True
) -> tuple[Line, ...]:
    """What somebody reads: the patient an answer, the clinician a hand-over sheet."""
    if audience == "clinician":
        return lines_of(page_for(a, audience, why=want.why).sections, width, stacked=stacked)
    answer = answer_of(a, full=want.full, section=want.section, why=want.why)
    return answer_lines(answer, width, stacked=stacked)


@given(people(), audiences, widths, wanted, st.booleans())
def test_no_line_is_wider_than_it_may_be(
    person: Person, audience: Audience, width: int, want: Wanted, stacked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """No line of text ends in a blank; the text ends in one newline."""
    lines = lines_for(person.assessed(), audience, width, want, stacked=stacked)
    text = text_of(lines)

    assert all(cell_len(line.text) <= width for line in lines)
    assert all(line.text == "".join(part.text for part in line.parts) for line in lines)
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@given(people(), widths, wanted)
def test_the_action_is_first_and_last(person: Person, width: int, want: Wanted) -> None:
    """Whatever the urgency, nothing but notices comes before it; a screen shows it at once."""
    a = person.assessed()
    lines = lines_for(a, "patient", width, want)
    card = card_of(without_private(a))
    call = call_lines(card, width, stacked=True)
    notices = [wrapped(text, width) for text in card.notices]
    before = sum(map(len, notices))
    action = action_of(without_private(a))

    assert lines[before : before + len(call)] == call
    shown = " ".join("".join(f"{line.text} " for line in call).split())
    what = f": {as_sentence(card.band.headline)}" if card.band.headline else "."
    said = f"{action.word}{what} {card.band.where}"
    assert shown == f"{PALETTE[a.urgency].sign} {' '.join(said.split())}".rstrip()
    assert len(lines) <= 23 or lines[-len(call) :] == call
    assert action.word == a.words.fill(a.program.levels[a.urgency].word)


@given(people())
def test_the_notices_say_what_no_result_may_hide(person: Person) -> None:
    """That the result is incomplete, contradictory, out of scope, or rests on a doubt."""
    a = person.assessed()
    card = card_of(a)
    does_not_fit = "INCOMPLETE: some of your answers do not fit together."

    assert ("INCOMPLETE: this is not yet a result." in " ".join(card.notices)) is (
        a.certain < a.possible and bool(a.missing or not a.contradictions)
    )
    assert (does_not_fit in (*card.notices, *card.remarks)) is bool(a.contradictions)
    if a.urgency is Urgency.EMERGENCY:  # a list without end must not stand above it
        assert does_not_fit not in card.notices
    is_above = a.status is Status.OUT_OF_SCOPE and a.certain is not Urgency.EMERGENCY
    assert any(text.startswith("These questions may not fit") for text in card.notices) is is_above
    if not card.notices:
        assert a.certain == a.possible or (a.contradictions and a.urgency is Urgency.EMERGENCY)


@given(people(), audiences)
def test_no_page_claims_what_nobody_can_know(person: Person, audience: Audience) -> None:
    """A diagnosis, an all-clear or a probability, apart from the disclaimer and from sources.

    How far the pain has come down by a journal is no probability.
    """
    a = person.assessed()
    exempt = [a.program.protocol.disclaimer]
    exempt += [word for e in a.program.evidence.values() for word in (e.title, e.says)]
    text = " ".join(text_of(lines_for(a, audience, 9999, Wanted(full=True))).split()).lower()
    for phrase in exempt:
        text = text.replace(" ".join(phrase.split()).lower(), "")
    for question in a.program.protocol.questions:
        if question.unit == "percent":
            text = re.sub(rf"{re.escape(question.short.lower())}: \d+ percent", "", text)

    assert not [phrase for phrase in BANNED if phrase in text]
    if a.ref is None:
        assert not NUMBERS_ABOUT_ONE_PERSON.search(text)


def read_out(markdown: str) -> str:
    """Return Markdown with its tables a row after the other, as text has them.

    Markdown draws a table below its head. Text, which may be listened to, has no columns: a row
    needs no head where one cell follows the first, and says which is which where several do. So
    by design a head is only in Markdown, or in text once for each row.
    """
    return re.sub(
        r"(?:^\| .* \|\n)+", lambda table: _rows_of(table[0]), markdown, flags=re.MULTILINE
    )


def _rows_of(table: str) -> str:
    head, rule, *rows = (row[2:-2].split(" | ") for row in table.splitlines())
    assert set(rule) == {"---"}
    said = ""
    for first, *cells in rows:
        named = [f"{name}, {cell}" for name, cell in zip(head[1:], cells, strict=True)]
        said += f"{first}: {'; '.join(named if len(cells) > 1 else cells)}\n"
    return said


@given(people(), audiences)
def test_markdown_has_the_words_of_the_text(person: Person, audience: Audience) -> None:
    a = person.assessed()
    if a.ref is not None:
        return
    marks = re.compile(r"\\(?=\W|_)|^#+ |\*\*|^ *\d+\. |^ *- |\s|:", re.MULTILINE)
    sections = (
        page_for(a, audience).sections
        if audience == "clinician"
        else blocks_of(answer_of(a, full=True))
    )
    text, markdown = as_text(sections, 9999), read_out(as_markdown(sections))

    assert marks.sub("", markdown).casefold() == marks.sub("", text).casefold()


@given(people())
def test_an_emergency_page_has_no_distractions(person: Person) -> None:
    """Its page has no advice, no module and no list of when to come back."""
    a = person.assessed()
    card = card_of(a)
    behind = {section.id for section in sections_of(a)}

    if a.urgency is Urgency.EMERGENCY:
        assert (card.stops, card.medicine, card.modules, card.nets) == ((), "", (), ())
        assert card.book == ("", "")
        assert card.do_now == steps_of(a)
        assert behind <= {"why", "about"}
    else:
        assert "about" in behind
        assert card.disclaimer.startswith("Not a diagnosis.")
