"""Whatever the protocol and the answers, the card keeps its promises."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Status, assess
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Question
from backtriage.render.page.card import MAX_DO_NOW, card_of
from backtriage.render.page.say import sentence_to_say
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.strategies import any_programs, partial_sheets, programs

HUSHED = "hush"


@st.composite
def people(draw: st.DrawFn) -> tuple[Program, Answers]:
    """A protocol and some answers to it."""
    program = draw(any_programs())
    return program, draw(partial_sheets(program))


@given(people())
def test_the_card_of_anybody(person: tuple[Program, Answers]) -> None:
    a = assess(*person)
    card = card_of(a)
    lines = {line for net in card.nets for line in net.lines}

    assert card.band.word
    assert card.band.where
    assert card.disclaimer.startswith("Not a diagnosis.")
    # What does not fit stands below what to do in an emergency.
    is_below = a.urgency is Urgency.EMERGENCY and bool(a.contradictions)
    told = (*card.notices, *card.remarks) if is_below else card.notices
    assert told or a.status is Status.COMPLETE or a.certain is Urgency.EMERGENCY
    assert all(net.urgency > a.urgency and net.lines for net in card.nets)
    for line in a.net:
        if line.group.urgency >= Urgency.SAME_DAY:
            assert a.words.fill(line.group.text) in lines
    if a.urgency is Urgency.EMERGENCY:
        assert (card.stops, card.medicine, card.modules, card.book) == ((), "", (), ("", ""))
    else:
        assert len(card.do_now) <= MAX_DO_NOW
    assert len({*card.stops}) == len(card.stops)


@given(people())
def test_each_verdict_is_a_line_or_a_stop(person: tuple[Program, Answers]) -> None:
    a = assess(*person)
    card = card_of(a)

    for result in a.module_results:
        if result.verdict is not None and a.urgency < Urgency.SAME_DAY:
            text = a.words.fill(result.verdict.short or result.verdict.text)
            own_stops = {x.card.stop for x in a.program.advice if x.kind == result.module.id}
            assert (a.words.fill(result.module.title), text) in card.modules or (
                {text, *map(a.words.fill, own_stops)} & {*card.stops}
            )


@given(programs())
def test_nothing_is_forbidden_without_an_answer(program: Program) -> None:
    assert card_of(assess(program, Answers())).stops == ()


def hushed(question: Question) -> Question:
    """Return a question whose private answers are all called the same."""
    choices = tuple(
        replace(choice, short=HUSHED) if choice.private or question.private else choice
        for choice in question.choices
    )
    return replace(question, choices=choices, short=HUSHED if question.private else "it")


@given(people())
def test_no_private_answer_is_read_out(person: tuple[Program, Answers]) -> None:
    program, sheet = person
    questions = tuple(map(hushed, program.protocol.questions))
    quiet = build_program(replace(program.protocol, questions=questions), "sha256:quiet")

    assert HUSHED not in sentence_to_say(assess(quiet, sheet))
