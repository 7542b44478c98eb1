"""Laws of the page: they hold for whatever somebody answers."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from backtriage.cases.loader import load_cases
from backtriage.check.words import BANNED
from backtriage.decide.assessment import Assessment, assess
from backtriage.render.as_markdown import as_markdown
from backtriage.render.as_text import as_text
from backtriage.render.cells import cell_len
from backtriage.render.page import Audience, page_for, patient_page
from backtriage.shell.files import read_rules
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.protocols import SHIPPED, TINY, program_in
from tests.support.strategies import partial_sheets
from tests.support.tier import examples

NUMBERS_ABOUT_ONE_PERSON = re.compile(r"\d ?%|per ?cent|probab|likelihood|diagnosed")


class Person(NamedTuple):
    """Somebody's answers. Short to print, which an assessment is not."""

    protocol: Path
    answers: Answers
    country: str | None
    ref: str | None

    def assessed(self) -> Assessment:
        """What the answers come to."""
        return assess(program_in(self.protocol), self.answers, self.country, self.ref)


@cache
def well(protocol: Path) -> Answers:
    """The sheet of somebody with whom nothing is wrong."""
    texts = read_rules(protocol / "cases")
    cases, _ = load_cases(program_in(protocol), texts)
    return next(case.sheet for case in cases if case.id == "all_clear")


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Any sheet of one of our protocols, for any of its countries.

    Most sheets drawn at random are emergencies, so most people here are well but for a few
    answers: theirs are the long pages.
    """
    protocol = draw(st.sampled_from([TINY, SHIPPED]))
    country = draw(st.sampled_from([None, "GB"]))
    ref = draw(st.none() | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=100))
    answers = draw(partial_sheets(program_in(protocol)))
    if draw(st.sampled_from([True, True, False])):
        other = (
            draw(st.sets(st.sampled_from(sorted(answers)), min_size=1, max_size=3))
            if answers
            else set()
        )
        answers = Answers({**well(protocol), **{id_: answers[id_] for id_ in other}})
    return Person(protocol, answers, country, ref)


def test_many_pages_are_long() -> None:
    """These laws see the pages of those who may stay at home, not emergencies alone."""
    seen: set[tuple[Path, Urgency]] = set()

    @settings(max_examples=examples(400), database=None, derandomize=True, phases=[Phase.generate])
    @given(people())
    def look(person: Person) -> None:
        seen.add((person.protocol, person.assessed().urgency))

    look()
    shipped = {urgency for protocol, urgency in seen if protocol == SHIPPED}
    assert shipped >= {Urgency.SELF_CARE, Urgency.SAME_DAY, Urgency.EMERGENCY}


audiences = st.sampled_from(["patient", "clinician"])
widths = st.integers(20, 120)


@given(people(), audiences, widths, st.booleans())
def test_no_line_is_wider_than_it_may_be(
    person: Person, audience: Audience, width: int, why: bool  # noqa: FBT001
) -> None:  # fmt: skip
    """And none ends in a blank; the text ends in one new line."""
    a = person.assessed()
    text = as_text(page_for(a, audience, why=why).sections, width)

    assert all(cell_len(line) <= width for line in text.splitlines())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@given(people(), widths, st.booleans())
def test_the_action_is_first_and_last(person: Person, width: int, why: bool) -> None:  # noqa: FBT001
    """Whatever the urgency; only what has to be known before it stands before it."""
    a = person.assessed()
    page = patient_page(a)
    blocks = as_text(page_for(a, why=why).sections, width).rstrip("\n").split("\n\n")
    action = f"{page.action.call} {page.action.where}"

    assert " ".join(blocks[len(page.lead)].split()) == action
    assert blocks[-1] == blocks[len(page.lead)]
    assert page.action.word == a.words.fill(a.program.levels[a.urgency].word)


@given(people())
def test_only_three_things_may_stand_before_the_action(person: Person) -> None:
    """That it is no result yet, was not made for this case, or rests on a doubt."""
    a = person.assessed()
    lead = [block.paragraphs[0] for block in patient_page(a).lead]
    begins = (
        "INCOMPLETE: this is not yet a result.",
        "If they cannot be answered, act on:",
        "These questions may not fit this case.",
        "You were not sure about ",
    )

    assert all(says.startswith(begins) for says in lead)
    if not lead:
        assert a.certain == a.possible


@given(people(), audiences)
def test_nothing_is_said_that_none_can_know(person: Person, audience: Audience) -> None:
    """No diagnosis, no all-clear, no probability; the disclaimer and titles of sources may."""
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
def test_markdown_says_what_the_text_says(person: Person, audience: Audience) -> None:
    """Letter for letter, but for marks of layout."""
    a = person.assessed()
    if a.ref is not None:
        return
    marks = re.compile(r"\\(?=\W|_)|^#+ |\*\*|^ *\d+\. |^ *- |\s", re.MULTILINE)
    sections = page_for(a, audience).sections
    text, markdown = as_text(sections, 9999), as_markdown(sections)

    assert marks.sub("", markdown) == marks.sub("", text)


@given(people())
def test_an_emergency_is_not_distracted_from(person: Person) -> None:
    """No advice, no module and no list stands on the page of an emergency."""
    a = person.assessed()
    headings = [block.heading for block in patient_page(a).blocks]

    if a.urgency is Urgency.EMERGENCY:
        assert headings[-2:] == ["Why", "While you wait"]
        # The one without a heading says whom it is about.
        assert set(headings) <= {"", "Why", "While you wait", "A check that you can do now"}
    else:
        assert headings[-1] == "About this page"
