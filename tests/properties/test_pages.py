"""Result pages, for whatever somebody answers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backtriage.check.words import BANNED
from backtriage.decide.assessment import Assessment, assess
from backtriage.render.as_markdown import as_markdown
from backtriage.render.as_text import as_text
from backtriage.render.cells import cell_len
from backtriage.render.page import Audience, page_for, patient_page
from backtriage.render.page.private import without_private
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


@given(people(), audiences, widths, st.booleans())
def test_no_line_is_wider_than_it_may_be(
    person: Person, audience: Audience, width: int, why: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """No line ends in a blank; the text ends in one newline."""
    a = person.assessed()
    text = as_text(page_for(a, audience, why=why).sections, width)

    assert all(cell_len(line) <= width for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@given(people(), widths, st.booleans())
def test_the_action_is_first_and_last(person: Person, width: int, why: bool) -> None:  # noqa: FBT001
    """Whatever the urgency, nothing but the lead comes before it."""
    a = person.assessed()
    page = patient_page(without_private(a))
    blocks = as_text(page_for(a, why=why).sections, width).rstrip("\n").split("\n\n")
    action = f"{page.action.call} {page.action.where}"

    assert " ".join(blocks[len(page.lead)].split()) == action
    assert blocks[-1] == blocks[len(page.lead)]
    assert page.action.word == a.words.fill(a.program.levels[a.urgency].word)


@given(people())
def test_the_lead_has_only_known_kinds_of_sentences(person: Person) -> None:
    """That the result is incomplete, contradictory, out of scope, or rests on a doubt."""
    a = person.assessed()
    lead = [block.paragraphs[0] for block in patient_page(a).lead]
    begins = (
        "INCOMPLETE: this is not yet a result.",
        "INCOMPLETE: some of your answers do not fit together.",
        "If they cannot be answered, act on:",
        "These questions may not fit this case.",
        "You were not sure about ",
    )

    assert all(says.startswith(begins) for says in lead)
    if not lead:
        assert a.certain == a.possible or (a.contradictions and a.urgency is Urgency.EMERGENCY)
    if a.urgency is Urgency.EMERGENCY:  # a list without end must not stand above it
        assert not any(says.startswith(begins[1]) for says in lead)


@given(people(), audiences)
def test_no_page_claims_what_nobody_can_know(person: Person, audience: Audience) -> None:
    """A diagnosis, an all-clear or a probability, apart from the disclaimer and from sources."""
    a = person.assessed()
    exempt = [a.program.protocol.disclaimer]
    exempt += [word for e in a.program.evidence.values() for word in (e.title, e.says)]
    text = " ".join(as_text(page_for(a, audience).sections).split()).lower()
    for phrase in exempt:
        text = text.replace(" ".join(phrase.split()).lower(), "")

    assert not [phrase for phrase in BANNED if phrase in text]
    if a.ref is None:
        assert not NUMBERS_ABOUT_ONE_PERSON.search(text)


@given(people(), audiences)
def test_markdown_has_the_words_of_the_text(person: Person, audience: Audience) -> None:
    a = person.assessed()
    if a.ref is not None:
        return
    marks = re.compile(r"\\(?=\W|_)|^#+ |\*\*|^ *\d+\. |^ *- |\s", re.MULTILINE)
    sections = page_for(a, audience).sections
    text, markdown = as_text(sections, 9999), as_markdown(sections)

    assert marks.sub("", markdown) == marks.sub("", text)


@given(people())
def test_an_emergency_page_has_no_distractions(person: Person) -> None:
    """Its page has no advice, no module and no list of when to come back."""
    a = person.assessed()
    headings = [block.heading for block in patient_page(a).blocks]

    if a.urgency is Urgency.EMERGENCY:
        assert headings[-2:] == ["Why", "While you wait"]
        # The block without a heading says whom it is about.
        assert set(headings) <= {"", "Why", "While you wait", "A check that you can do now"}
    else:
        assert headings[-1] == "About this page"
