"""Private answers stand on no page that others may read, whatever somebody answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as replace_context

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, Status, assess
from backtriage.decide.receipt import receipt_of
from backtriage.interview.transitions import start
from backtriage.program.private import visible_answers
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Question
from backtriage.render.as_json import as_json
from backtriage.render.by_extension import render_by_extension
from backtriage.render.card_lines import card_lines
from backtriage.render.page import Audience, page_for
from backtriage.render.page.card import card_of
from backtriage.render.page.private import visible_part as visible_assessment
from backtriage.render.page.private import without_private
from backtriage.shell.questionnaire.pages import PageContext, action_page, leaving_page
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NotSure, Ticks, Value
from tests.support.html_reader import HtmlReader
from tests.support.protocols import SHIPPED, cases_in, shipped
from tests.support.strategies import Draw, partial_sheets, programs

AUDIENCES: tuple[Audience, ...] = ("patient", "clinician")
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
    for audience in AUDIENCES:
        for extension in (".txt", ".md"):
            yield render_by_extension(extension, a, audience)
        yield HtmlReader(render_by_extension(".html", a, audience)).text
        yield repr(page_for(a, audience, why=True))


def is_told(word: str, page: str) -> bool:
    return word.casefold() in " ".join(page.casefold().split())


@given(answers=partial_sheets(shipped()), country=st.sampled_from([None, "GB"]))
def test_no_private_word_of_the_shipped_rules(answers: Answers, country: str | None) -> None:
    a = assess(shipped(), answers, country)
    secrets = [word for q in shipped().protocol.questions for word in words_of(q) if word]
    shown = without_private(a)
    told = [reason.rule for reason in shown.reasons]
    hidden = [reason.rule for reason in a.reasons if reason.rule not in told]
    services = {rule.service for rule in hidden} - {rule.service for rule in told}
    places = [a.program.services[id_].where for id_ in services - {"", shown.service}]
    telling = [*(rule.because for rule in hidden), *map(a.words.fill, places)]
    assert shipped().questions["harm_signs"].is_private  # so that there is something to find

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


def others(draw: Draw, program: Program, answers: Answers) -> Answers:
    """The same answers, except for what is private in them."""
    changed = dict(answers)
    for question in program.protocol.questions:
        secret = frozenset(choice.id for choice in question.choices if choice.private)
        value = answers.get(question.id)
        if question.private:
            new = draw(partial_sheets(program)).get(question.id)
            changed.pop(question.id, None)
            changed |= {} if new is None else {question.id: new}
        elif isinstance(value, Ticks):
            yes = draw(st.frozensets(st.sampled_from(sorted(secret)))) if secret else frozenset()
            left = sorted(secret - yes)
            unsure = draw(st.frozensets(st.sampled_from(left))) if left else frozenset()
            changed[question.id] = Ticks(
                (value.yes - secret) | yes, value.unsure - secret | unsure
            )
        elif value in secret:
            changed[question.id] = draw(st.sampled_from(sorted(secret)))
    return Answers(changed)


def urgency_of(a: Assessment) -> object:
    return a.status is Status.OUT_OF_SCOPE, a.certain, a.possible


def shown_to_others(a: Assessment) -> list[str]:
    """Everything that others may read, to the byte."""
    context = PageContext(words=a.words, width=80, height=24)
    return [
        *pages_of(a),
        *(render_by_extension(".html", a, audience) for audience in AUDIENCES),
        action_page(context, a),
        *(line.text for line in card_lines(card_of(without_private(a)), 80, rows=23)),
    ]


@st.composite
def pairs(draw: Draw, drawn: st.SearchStrategy[tuple[Program, Answers]]) -> tuple[Assessment, ...]:
    """People who differ only in private answers, and have the same urgency."""
    program, answers = draw(drawn)
    first = assess(program, answers)
    rest = [assess(program, others(draw, program, answers)) for _ in range(4)]
    return first, *(a for a in rest if urgency_of(a) == urgency_of(first))


def shipped_sheets() -> st.SearchStrategy[tuple[Program, Answers]]:
    full = [case.sheet for case in cases_in(SHIPPED)]
    sheets = st.one_of(st.sampled_from(full), partial_sheets(shipped()))
    return sheets.map(lambda answers: (shipped(), answers))


@given(people=st.one_of(pairs(secretive()), pairs(shipped_sheets())))
def test_pages_of_people_who_differ_only_in_private_answers_are_the_same(
    people: tuple[Assessment, ...],
) -> None:
    """What is on a page depends on nothing private, except for the urgency."""
    first, *rest = people

    for other in rest:
        assert shown_to_others(other) == shown_to_others(first)


HURT = {"began": "person", "safe_now": "safe"}
DESPAIR = {"harm_signs": ["suicide?"], "suicide_safety": False}
DESPAIR_NOW = {"harm_signs": ["suicide"], "suicide_safety": True}
HELPED = {"answering_for": "with_me"}
FALL = {"age": 66, "began": "small_fall"}
DOUBT = {"nerve_signs": ["saddle?"]}
FEVER = {"age": 66, "illness_signs": ["fever"], "temples": []}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (HURT, {"began": "person", "safe_now": "talk"}),
        (HURT, HURT | DESPAIR),
        (HURT, DESPAIR),
        (FEVER | HURT, FEVER | DESPAIR),
        ({"nerve_signs": ["sex"]}, {"harm_signs": ["suicide"], "suicide_safety": True}),
        ({"nerve_signs": ["sex"]}, {"began": "person", "safe_now": "not_safe"}),
        (HELPED | DESPAIR_NOW, HELPED | {"began": "person", "safe_now": "not_safe"}),
        (FALL, FALL | {"health": ["drugs"]}),
        (DOUBT, DOUBT | {"harm_signs": ["suicide"], "suicide_safety": True}),
    ],
)
@pytest.mark.parametrize("country", [None, "GB"])
def test_a_page_does_not_tell_one_private_answer_from_another(
    one: dict[str, object], other: dict[str, object], country: str | None
) -> None:
    first, second = (assess(shipped(), sheet(changes), country) for changes in (one, other))

    assert urgency_of(first) == urgency_of(second)
    assert shown_to_others(first) == shown_to_others(second)


@pytest.mark.parametrize("started", ["crept", "not_sure", "small_fall", "person"])
def test_a_sheet_has_no_row_for_an_answer_that_may_be_private(started: str) -> None:
    text = render_by_extension(".txt", assess(shipped(), sheet({"began": started})), "clinician")
    rows = " ".join(text.partition("\nYES\n")[2].partition("TOLD THE PATIENT")[0].split())

    assert rows.count("How it started") == 1
    assert "LEFT OUT: How it started, whatever was answered: please ask" in rows
    assert "it began" not in rows


def test_a_reason_may_name_a_choice_that_is_not_private() -> None:
    """A nurse should hear of a fall."""
    fell = assess(shipped(), sheet({"age": 66, "began": "small_fall"}))

    assert "it began with a slip, trip, small fall or bump" in " ".join(
        render_by_extension(".txt", fell, "clinician").split()
    )


def sheet(changes: dict[str, object]) -> Answers:
    """The answers of somebody without any sign, but for some."""
    well = next(case.sheet for case in cases_in(SHIPPED) if case.id == "all_clear")
    changed = validate(shipped(), Sheet(values=changes))
    assert not changed.problems
    return Answers({**well, **changed.answers})


def test_no_help_line_stays_behind() -> None:
    """The place to turn to stands on the person's own screen, and on nothing that stays."""
    answers = sheet({"began": "person", "safe_now": "not_safe"})
    a = assess(shipped(), answers, "GB")
    helped = a.words.fill(shipped().services[a.service].where)
    context = PageContext(words=a.words, width=10_000, height=24)
    wanted = replace_context(context, private=True)

    line = a.words.fill("{violence_line}")

    assert line in repr(page_for(a, own=True))
    assert line in helped
    assert helped in action_page(wanted, a)
    assert helped not in action_page(context, a)
    assert helped not in leaving_page(context, start(shipped(), answers), "")
    assert not any(line in page for page in pages_of(a))


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"harm_signs": ["suicide"], "suicide_safety": True}, "{crisis_line}"),
        ({"harm_signs": ["suicide"], "suicide_safety": False}, "{crisis_line}"),
        ({"harm_signs": ["not_safe"], "safe_now": "not_safe"}, "{violence_line}"),
        ({"harm_signs": ["not_safe"], "safe_now": "safe"}, "{violence_line}"),
        ({"began": "person", "safe_now": "talk"}, "{violence_line}"),
    ],
)
@pytest.mark.parametrize("country", [None, "GB", "US"])
def test_the_help_line_is_the_first_thing_to_do_on_ones_own_card(
    changes: dict[str, object], line: str, country: str | None
) -> None:
    a = assess(shipped(), sheet(changes), country)
    number = a.words.fill(line)[1:]  # a sentence may begin with it

    assert number in card_of(visible_assessment(a, own=True)).do_now[0]
    assert number not in repr(card_of(visible_assessment(a)))
    assert not any(number in page for page in pages_of(a))


def test_a_sheet_without_private_answers_has_no_receipt() -> None:
    """Whoever has one could try which private answer gives it."""
    a = assess(shipped(), sheet({}))

    assert receipt_of(a) in render_by_extension(".txt", a, "clinician", private=True)
    assert "Receipt" not in render_by_extension(".txt", a, "clinician")


@given(drawn=secretive())
def test_what_to_do_stays(drawn: tuple[Program, Answers]) -> None:
    """The urgency does not depend on it, nothing is advised for it, and no danger is left out."""
    a = assess(*drawn)
    shown = without_private(a)

    for key in ("urgency", "certain", "status", "level"):
        assert getattr(shown, key) == getattr(a, key)
    assert a.urgency in {reason.urgency for reason in shown.reasons}
    assert {each.rule.id for each in a.come_back} <= {each.rule.id for each in shown.come_back}
    assert {line.group.id for line in a.net} <= {line.group.id for line in shown.net}
    assert {each.id for each in shown.advice} <= {each.id for each in a.advice}
    assert page_for(a).action.headline == page_for(a, private=True).action.headline
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
    if question.private or (secret and isinstance(value, str | NotSure)):
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
