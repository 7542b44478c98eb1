"""Interviews are restored as saved, and what no longer fits is named."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.interview.interview import view
from backtriage.interview.restored import InvalidDraft, Restored
from backtriage.interview.review import emergency_questions
from backtriage.interview.serialisation import recalling, restore, serialise
from backtriage.interview.state import Interview, Step, counted_answers, shown_answer
from backtriage.interview.transitions import answer, back, change, start
from backtriage.journal.features import features
from backtriage.program.program import Program, build_program
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.protocol import Choice, Question
from backtriage.shell.questionnaire.pages import whose
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.interviews import after, confirming
from tests.support.journals import TODAY, course, days_in, diary
from tests.support.protocols import tiny


def saved(country: str | None = "GB") -> dict[str, object]:
    """The JSON record of an interview with three answers, the first one changed."""
    state = answer(change(after("30", "breathing?;drooling?"), "years"), "31")
    assert isinstance(state, Interview)
    record = json.loads(serialise(state, country))
    assert isinstance(record, dict)
    return record


def calm() -> dict[str, object]:
    """The same interview without a sign."""
    return {**saved(), "answers": {"years": 31, "airway": []}}


def restored(record: dict[str, object], program: Program | None = None) -> Restored:
    draft = restore(program or tiny(), json.dumps(record).encode())
    assert isinstance(draft, Restored)
    return draft


def with_questions(*questions: Question) -> Program:
    """The tiny protocol with other questions."""
    return build_program(replace(tiny().protocol, questions=questions))


def test_a_saved_interview_is_restored() -> None:
    draft = restored(saved())

    assert draft.interview.answers == Answers({
        "years": Decimal(31), "airway": Ticks(unsure=frozenset({"breathing", "drooling"}))
    })  # fmt: skip
    assert draft.interview.trail == (
        Step(question="airway", before=None, was_change=False),
        Step(question="years", before=None, was_change=False),
    )
    assert (draft.country, draft.same_protocol) == ("GB", True)


@pytest.mark.parametrize("country", [None, "XX", 7])
def test_an_unknown_country_is_dropped(country: object) -> None:
    assert restored({**saved(), "country": country}).country is None


@pytest.mark.parametrize(("saved_ref", "ref"), [("A-7", "A-7"), (None, None), (7, None)])
def test_the_reference_of_a_sheet_is_kept(saved_ref: object, ref: str | None) -> None:
    record = json.loads(serialise(after("44"), "GB", "A-7"))

    assert record["ref"] == "A-7"
    assert restored({**record, "ref": saved_ref}).ref == ref
    assert restored({**record, "ref": saved_ref}).interview == after("44")


def test_an_interview_that_was_saved_without_a_reference() -> None:
    record = saved()
    del record["ref"]

    assert restored(record).ref is None


def test_a_list_with_a_new_item_is_asked_again() -> None:
    years, airway, *rest = tiny().protocol.questions
    grown = replace(airway, choices=(*airway.choices, Choice(id="new", text="New.", short="new")))

    draft = restored(calm(), with_questions(years, grown, *rest))

    assert draft.reworded == ("airway",)
    assert "airway" not in draft.interview.answers
    assert [step.question for step in draft.interview.trail] == ["years"]
    assert "airway" not in draft.interview.remembered  # Enter alone would deny what is new
    assert not draft.same_protocol


def test_a_draft_of_the_same_rules_keeps_answers_whose_meaning_was_recorded_in_another_way() -> (
    None
):
    """An earlier version of the program may have saved it; the rules have one digest."""
    older = {**saved(), "questions": dict.fromkeys(tiny().questions, "0" * 16)}
    reworded = with_questions(*(replace(q, help="Other.") for q in tiny().protocol.questions))

    assert restored(older) == restored(saved())
    assert restored(older, reworded).reworded == ("years", "airway")


@pytest.mark.parametrize(
    "change", [{"help": "Only if."}, {"allows_not_sure": False}, {"none": "Nothing"}]
)
def test_an_answer_to_a_question_that_means_something_else_is_only_remembered(
    change: dict[str, object],
) -> None:
    years, airway, *rest = tiny().protocol.questions
    record = {**saved(), "answers": {"years": 31, "airway": ["breathing"]}}

    draft = restored(record, with_questions(years, replace(airway, **change), *rest))

    assert draft.reworded == ("airway",)


def test_what_a_journal_says_counts_whenever_it_was_saved() -> None:
    """Nobody is asked about it, so it could not come again; and it only ever raises."""
    program = diary()
    journal = features(program, days_in(course(*[2] * 7, *[6] * 7)), TODAY)
    interview = start(program, journal)

    restored = restore(program, serialise(interview).encode(), is_old=True)

    assert isinstance(restored, Restored)
    assert restored.interview.answers == journal
    assert whose(restored.interview) == ""


def test_what_a_journal_says_counts_whatever_has_changed_since() -> None:
    """Nobody can be asked it again, be it by a newer program or by other rules."""
    journal = features(diary(), days_in(course(*[2] * 7, *[6] * 7)), TODAY)
    record = json.loads(serialise(start(diary(), journal)))
    record["questions"] = dict.fromkeys(record["questions"], "0" * 16)
    record["protocol"]["digest"] = "sha256:0"

    draft = restored(record, diary())

    assert draft.interview.answers == journal
    assert not draft.reworded


def test_nothing_else_of_another_time_counts() -> None:
    """Whether it was asked, came from a sheet, or was set aside by another answer."""
    given = Answers({"feverish": True, "fever_days": Decimal(4)})
    states = (
        start(tiny(), given), after("44", [], "longer", True, "4"),  # noqa: FBT003 - an answer
        start(tiny(), given.with_("feverish", False)),  # noqa: FBT003 - the same
    )  # fmt: skip

    for state in states:
        restored = restore(tiny(), serialise(state).encode(), is_old=True)

        assert isinstance(restored, Restored)
        begun = restored.interview
        meant = view(state).certain
        assert dataclasses.replace(begun, remembered=Answers()) == dataclasses.replace(
            start(tiny()), meant=meant
        )
        assert begun.remembered.keys() <= {"years", "days", "feverish", "fever_days"}


def test_no_old_denial_is_offered_again() -> None:
    """Enter alone keeps what is offered, and would deny what has come since."""
    interview = after("44", [], "longer", False)  # noqa: FBT003 - an answer

    restored = restore(tiny(), serialise(interview).encode(), is_old=True)

    assert isinstance(restored, Restored)
    assert restored.interview.answers == Answers()
    assert restored.interview.remembered.keys() == {"years", "days"}


def test_of_another_time_an_emergency_counts_and_nothing_that_stood_beside_it() -> None:
    signs = Ticks(frozenset({"breathing"}), frozenset({"drooling"}))
    beside = Answers({"years": Decimal(44), "days": "longer", "feverish": False})
    interview = start(tiny(), beside.with_("airway", signs))

    draft = restore(tiny(), serialise(interview).encode(), is_old=True)

    assert isinstance(draft, Restored)
    assert view(draft.interview).is_emergency
    assert draft.interview.answers == Answers({"airway": signs})
    assert not view(said(change(draft.interview, "airway"), "none")).is_emergency


def test_what_is_remembered_is_saved_as_such() -> None:
    """A reworded question may come after the next interruption."""
    years, airway, *rest = tiny().protocol.questions
    reworded = with_questions(replace(years, text="Older?"), *rest, replace(airway, text="Now?"))
    doubted = {**calm(), "answers": {"years": 31, "days": "longer"}, "questions": {}}
    first = restored(doubted, reworded).interview
    again = answer(first, "40")
    assert isinstance(again, Interview)

    draft = restored(json.loads(serialise(again)), reworded)

    assert draft.interview.answers == Answers({"years": Decimal(40)})
    assert draft.interview.remembered == Answers({"days": "longer"})
    assert (draft.reworded, draft.dropped) == ((), ())


@pytest.mark.parametrize("remembered", [None, 7, {"years": -1, "gone": 1}, {"years": 44}])
def test_what_is_remembered_counts_for_nothing(remembered: object) -> None:
    """It may be missing, or no longer fit; an answer is never only remembered."""
    draft = restored({**saved(), "remembered": remembered})

    assert draft == restored(saved())


def test_invalid_answers_are_dropped_and_named() -> None:
    years, airway, *rest = tiny().protocol.questions
    older = replace(years, least=40)
    extra = replace(rest[0], id="extra")

    other = replace(airway, choices=(Choice(id="other", text="Other.", short="other"),))
    draft = restored(saved(), with_questions(older, other, *rest, extra))

    assert draft.dropped == ("years", "airway")
    assert draft.new == ("extra",)
    assert draft.interview.answers == Answers()
    assert airway.id not in draft.interview.remembered


def test_a_no_that_was_taken_back_is_not_offered_for_other_words() -> None:
    years, airway, *rest = tiny().protocol.questions
    record = json.loads(serialise(back(after("44", []))))
    assert "airway" in record["remembered"]

    same = restored(record).interview
    other = restored(record, with_questions(years, replace(airway, text="Now?"), *rest)).interview

    assert same.remembered == Answers({"airway": Ticks()})
    assert other.remembered == Answers()


def test_an_interview_of_another_protocol_is_not_restored() -> None:
    record = {**saved(), "protocol": {"id": "elbow", "version": "1", "digest": "sha256:0"}}

    assert restore(tiny(), json.dumps(record).encode()) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"{",
        b"[]",
        b"{}",
        b'{"schema": "backtriage.interview/2"}',
        b'{"order": [], "order": []}',
        *(
            json.dumps({**saved(), key: None}).encode()
            for key in ("protocol", "answers", "order", "questions")
        ),
    ],
)
def test_an_invalid_draft_says_why(data: bytes) -> None:
    draft = restore(tiny(), data)

    assert isinstance(draft, InvalidDraft)
    assert draft.message


def test_invalid_entries_of_the_order_are_ignored() -> None:
    draft = restored({**saved(), "order": [["years"], None, 7, "airway", "gone"]})

    assert [step.question for step in draft.interview.trail] == ["airway"]
    assert len(draft.interview.answers) == 2


# -- an emergency outlives a change of the rules ------------------------------------------------


def reworded(**changes: object) -> Program:
    """The tiny protocol with another first question, and another list of alarming signs."""
    years, airway, *rest = tiny().protocol.questions
    grown = (*airway.choices, Choice(id="new", text="New.", short="new"))
    airway = replace(airway, choices=grown)
    return with_questions(replace(years, text="Older?"), replace(airway, **changes), *rest)


def alarmed(*ticked: str) -> dict[str, object]:
    return {**saved(), "answers": {"years": 31, "airway": list(ticked)}}


def said(state: Interview, raw: Raw) -> Interview:
    moved = answer(state, raw)
    assert isinstance(moved, Interview), moved
    return moved


@pytest.mark.parametrize("ticked", ["breathing", "drooling?"])
def test_an_emergency_counts_until_it_is_answered_again(ticked: str) -> None:
    draft = restored(alarmed(ticked), reworded())
    state = draft.interview

    assert draft.reworded == ("years", "airway")
    assert view(state).shows_emergency
    assert view(state).confirmation is None
    assert emergency_questions(state) == ("airway",)

    again = change(state, "airway")
    assert view(again).is_emergency
    calmer = said(again, "none")
    now = view(calmer)
    assert now.question is not None
    assert (now.question.id, now.remembered, now.is_emergency) == ("years", Decimal(31), False)
    assert "years" not in counted_answers(calmer)
    assert said(calmer, "40").outdated == frozenset()
    assert "airway" not in back(calmer).answers
    assert view(said(again, "breathing")).shows_emergency


def test_a_test_is_not_asked_for_about_an_old_answer() -> None:
    years, airway, *rest = confirming().protocol.questions
    other = replace(airway, text="Now?")
    program = build_program(replace(confirming().protocol, questions=(years, other, *rest)))

    state = restored(alarmed("drooling?"), program).interview

    assert view(state).shows_emergency
    assert view(said(change(state, "airway"), "drooling?")).confirmation is not None


def test_it_is_kept_for_the_next_interruption() -> None:
    first = restored(alarmed("breathing"), reworded()).interview

    second = restored(json.loads(serialise(first)), reworded()).interview

    assert view(second).shows_emergency
    assert second.outdated == first.outdated == {"years", "airway"}
    assert not view(said(change(second, "airway"), "none")).is_emergency


def test_an_emergency_in_an_answer_that_no_longer_fits_is_recognised() -> None:
    """An item of the list is gone, and another is still there."""
    years, airway, *rest = tiny().protocol.questions
    record = alarmed("breathing", "gone")

    draft = restored(record, with_questions(years, replace(airway, text="Now?"), *rest))

    assert draft.dropped == ("airway",)
    assert view(draft.interview).shows_emergency


def test_what_somebody_else_gave_stays_concealed() -> None:
    years, airway, *rest = tiny().protocol.questions
    private = replace(airway.choices[0], private=True)
    airway = replace(airway, text="Now?", choices=(private, *airway.choices[1:]))
    record = {**alarmed("breathing"), "concealed": ["airway"]}

    state = restored(record, with_questions(years, airway, *rest)).interview

    assert view(state).shows_emergency
    assert shown_answer(state, "airway") == Ticks()
    assert view(change(state, "airway")).remembered is None  # nothing to keep with one key


def test_what_has_become_private_is_concealed_from_whoever_had_taken_over() -> None:
    """The mark is no part of what a question means, so the answer is kept."""
    years, airway, *rest = tiny().protocol.questions
    first, *others = airway.choices
    marked = replace(airway, choices=(replace(first, private=True), *others))
    program = with_questions(years, marked, *rest)
    record = {**saved(), "told_by": {"years": 44}}

    state = restored(record, program).interview

    assert restored(saved(), program).reworded == ()
    assert shown_answer(state, "airway") == Ticks(unsure=frozenset({"drooling"}))
    assert shown_answer(restored(saved(), program).interview, "airway") == state.answers["airway"]


def test_who_gave_an_answer_is_known_as_a_whole_or_not_at_all() -> None:
    record = {**saved(), "told_by": {"years": 44, "gone": "self"}}

    assert restored({**saved(), "told_by": {"years": 44}}).interview.told_by
    assert not restored(record).interview.told_by


def test_a_later_answer_is_never_recalled_as_it_was() -> None:
    draft = restored({**calm(), "answers": {"airway": []}})
    old = Answers({"airway": Ticks(frozenset({"breathing"})), "days": "longer"})

    assert recalling(draft, old) == draft


def test_an_answer_of_which_nothing_is_an_emergency_is_only_remembered() -> None:
    state = restored(alarmed(), reworded()).interview
    assert (state.answers, state.outdated) == (Answers(), frozenset())


@pytest.mark.parametrize("outdated", [None, 7, ["gone", 3]])
def test_unknown_names_of_outdated_answers_are_ignored(outdated: object) -> None:
    assert restored({**saved(), "outdated": outdated}) == restored(saved())


def test_a_number_to_a_question_that_is_gone_is_kept() -> None:
    record = json.loads(serialise(after("44")))
    record["answers"]["gone"] = 7.5
    interview = restored(record).interview

    assert json.loads(interview.earlier) == {"gone": 7.5}
    assert restored(json.loads(serialise(interview))).interview == interview


@pytest.mark.parametrize("odd", ["\ud800", {"\ud800": 1}, 10**400, [[float("nan")]], None])
def test_whatever_an_answer_to_a_question_that_is_gone_is_it_can_be_saved(odd: object) -> None:
    record = {**saved(), "answers": {"years": 44, "gone": odd}}

    again = serialise(restored(record).interview).encode()

    assert json.loads(again)["earlier"].keys() == {"gone"}
