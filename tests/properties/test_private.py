"""Private answers stand on no page that others may read, whatever somebody answers."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess
from backtriage.interview.transitions import start
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Question
from backtriage.render.as_json import as_json
from backtriage.render.by_extension import render_by_extension
from backtriage.render.page import Audience, page_for
from backtriage.render.page.private import visible_answers, without_private
from backtriage.shell.questionnaire.pages import PageContext, leaving_page
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value
from tests.support.protocols import shipped
from tests.support.strategies import Draw, partial_sheets, programs

MARK = "Zq hidden"
"""Words that stand nowhere but with private answers."""


def words_of(question: Question) -> Iterator[str]:
    """Yield what gives a private answer to a question away."""
    if question.private:
        yield from (question.text, question.short)
    for choice in question.choices:
        if choice.private or question.private:
            yield from (choice.text, choice.short, choice.check, choice.help)


def pages_of(a: Assessment) -> Iterator[str]:
    """Yield every page that others may read."""
    audiences: tuple[Audience, ...] = ("patient", "clinician")
    for audience in audiences:
        for extension in (".txt", ".md"):
            yield render_by_extension(extension, a, audience)
        yield repr(page_for(a, audience, why=True))


def is_told(word: str, page: str) -> bool:
    return word.casefold() in " ".join(page.casefold().split())


@given(answers=partial_sheets(shipped()), country=st.sampled_from([None, "GB"]))
def test_no_private_word_of_the_shipped_rules(answers: Answers, country: str | None) -> None:
    a = assess(shipped(), answers, country)
    secrets = [word for q in shipped().protocol.questions for word in words_of(q) if word]
    shown = without_private(a)
    telling = [
        reason.rule.because
        for reason, other in zip(a.reasons, shown.reasons, strict=True)
        if reason.rule != other.rule
    ]
    assert shipped().questions["danger"].is_private  # so that there is something to find

    for page in pages_of(a):
        assert not [word for word in (*secrets, *telling) if is_told(word, page)]


@st.composite
def secretive(draw: Draw) -> tuple[Program, Answers]:
    """A protocol whose private questions and choices are called by a word of their own."""
    program: Program = draw(programs())
    questions = tuple(_renamed(question) for question in program.protocol.questions)
    renamed = build_program(replace(program.protocol, questions=questions))
    return renamed, draw(partial_sheets(renamed))


def _renamed(question: Question) -> Question:
    choices = tuple(
        replace(c, text=f"{MARK}.", short=MARK, check=MARK) if c.private else c
        for c in question.choices
    )
    named = {"text": f"{MARK}?", "short": MARK} if question.private else {}
    return replace(question, choices=choices, **named)


@given(drawn=secretive())
def test_no_private_word_of_any_rules(drawn: tuple[Program, Answers]) -> None:
    a = assess(*drawn)

    for page in pages_of(a):
        assert not is_told(MARK, page)


@given(drawn=secretive())
def test_what_to_do_stays(drawn: tuple[Program, Answers]) -> None:
    """Urgency, action, status, receipt and the number of reasons do not depend on it."""
    a = assess(*drawn)
    shown = without_private(a)

    for key in ("urgency", "certain", "status", "service", "level", "missing", "come_back"):
        assert getattr(shown, key) == getattr(a, key)
    assert [r.urgency for r in shown.reasons] == [r.urgency for r in a.reasons]
    assert page_for(a).action == page_for(a, private=True).action
    assert '"answers"' in as_json(a)


@given(drawn=secretive())
def test_only_what_is_private_is_left_out(drawn: tuple[Program, Answers]) -> None:
    program, answers = drawn
    for id_, value in answers.items():
        question = program.questions[id_]
        assert visible_answers(program, Answers({id_: value})) == visible_part(question, value)


def visible_part(question: Question, value: Value) -> Answers:
    """Say a second time what is left of one answer."""
    secret = [choice.id for choice in question.choices if choice.private]
    if question.private or (isinstance(value, str) and value in secret):
        return Answers()
    if isinstance(value, Ticks):
        value = Ticks(value.yes.difference(secret), value.unsure.difference(secret))
    return Answers({question.id: value})


@given(answers=partial_sheets(shipped()))
def test_leaving_says_nothing_private(answers: Answers) -> None:
    """The page on leaving, and so the name of a draft, gives away no more than the urgency."""
    interview = start(shipped(), answers)
    words = assess(shipped(), answers).words
    page = leaving_page(PageContext(words=words, width=80, height=24), interview, "")
    secrets = [word for q in shipped().protocol.questions for word in words_of(q) if word]

    assert not [word for word in secrets if is_told(word, page)]
    assert assess(shipped(), answers).certain in Urgency
