"""Private answers that were given before somebody else may have taken over are not shown."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from msgspec import structs

from backtriage.interview.confirmations import Finding
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.marks import leave_open
from backtriage.interview.progress import Progress
from backtriage.interview.restored import Restored
from backtriage.interview.review import QuestionStatus, emergency_questions, review
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview, counted_answers, unasked
from backtriage.interview.transitions import answer, back, change, confirm, keep, start
from backtriage.program.program import Program, build_program
from backtriage.protocol.answer_parser import Raw
from backtriage.protocol.protocol import Choice
from backtriage.protocol.texts import Note
from backtriage.render.page import page_for
from backtriage.terms.answers import Answers
from backtriage.terms.condition import All, Any, Compare, Includes, Is, Not, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, Ticks, Value
from tests.support.builders import choices, emergency_program, question
from tests.support.interviews import HARD, SPIT

PROGRAM = emergency_program(
    question("who", ONE_OF, choices=choices("self", "helper", "friend")),
    question("age", NUMBER, most=120),
    question("signs", SOME_OF, choices=(
        *choices("chest"),
        Choice(id="despair", text="?", short="thoughts of ending your life", private=True),
    )),
    question("cause", ONE_OF, choices=(
        *choices("strain"), Choice(id="person", text="?", short="someone hurt you", private=True),
    )),
    question(
        "in_danger", private=True, ask_when=All((Is("who", ("self",)), Is("cause", ("person",))))
    ),
    when=Any((
        Includes("signs", "chest"),
        Includes("signs", "despair"),
        All((Compare("age", ">=", Decimal(18)), Yes("in_danger"))),
    )),
)  # fmt: skip
HURT: dict[str, Value] = {
    "who": "self",
    "cause": "person",
    "signs": Ticks(frozenset({"despair"})),
}


def said(state: Interview, raw: Raw) -> Interview:
    moved = answer(state, raw)
    assert isinstance(moved, Interview), moved
    return moved


def helped(answers: dict[str, Value]) -> Interview:
    """Return an interview that somebody began, and somebody else goes on with."""
    return said(change(start(PROGRAM, Answers(answers)), "who"), "helper")


def shown_in_review(state: Interview) -> dict[str, Value | None]:
    return {row.question.id: row.value for row in review(state)}


def test_they_count_and_are_not_in_the_review() -> None:
    state = helped(HURT)
    assert view(state).is_emergency
    assert state.answers["cause"] == "person"
    assert shown_in_review(state)["cause"] is None
    assert shown_in_review(state)["signs"] == Ticks()
    assert not {"cause", "signs"} & set(emergency_questions(state))
    status = {row.question.id: row.status for row in review(state)}
    assert status["cause"] is QuestionStatus.NOT_ASKED
    assert status["signs"] is QuestionStatus.ANSWERED


def test_whatever_they_are() -> None:
    state = helped({"who": "self", "cause": "strain"})
    assert shown_in_review(state)["cause"] is None


@pytest.mark.parametrize("cause", ["strain", "person", NOT_SURE])
def test_nor_does_the_progress_tell(cause: Value) -> None:
    """Somebody else sees the same numbers: they depend on the place of the question alone."""
    told = helped({"who": "self", "cause": cause})
    assert view(told).question == PROGRAM.questions["signs"]
    assert view(told).progress == Progress(title="Main", left=2, of=4, at_most=2)


def test_a_list_can_be_changed_and_loses_nothing_private() -> None:
    state = change(helped(HURT), "signs")
    assert view(state).remembered == Ticks()
    assert keep(state).answers["signs"] == HURT["signs"]
    more = said(state, "chest")
    assert more.answers["signs"] == Ticks(frozenset({"chest", "despair"}))
    assert shown_in_review(more)["signs"] == Ticks(frozenset({"chest"}))


def test_another_answer_cannot_be_changed() -> None:
    assert change(helped(HURT), "cause").changing is None


def returned(answers: dict[str, Value]) -> Interview:
    """Return an interview that a slip gave to somebody else, and that was taken back."""
    return said(change(helped(answers), "who"), "self")


def test_the_same_person_may_give_it_afresh_and_does_not_see_it() -> None:
    state = returned(HURT)
    rows = {row.question.id: row for row in review(state)}
    assert (rows["cause"].status, rows["cause"].value) == (QuestionStatus.ANSWERED, None)
    asked = change(state, "cause")
    assert view(asked).remembered is None
    assert keep(asked) == asked
    assert asked.answers["cause"] == "person"

    other = said(asked, "strain")
    assert other.answers["cause"] == "strain"
    assert shown_in_review(other)["cause"] == "strain"
    assert shown_in_review(back(other))["cause"] == "strain"
    assert back(other).answers == other.answers


def test_nobody_else_may_give_it_afresh() -> None:
    """Nor is there any other way to it but to say what the person had said."""
    third = said(change(helped(HURT), "who"), "friend")
    assert change(third, "cause").changing is None
    assert change(said(change(third, "who"), "self"), "cause").changing == "cause"


@pytest.mark.parametrize("is_resumed", [False, True])
@pytest.mark.parametrize("signs", ["despair?", "none"])
@pytest.mark.parametrize("cause", ["person", "strain"])
def test_nor_may_anybody_take_it_back(cause: str, signs: str, *, is_resumed: bool) -> None:
    """Whoever goes back passes it, whatever it is, and what is private in a list stays."""
    state = start(PROGRAM)
    for raw in ("self", "44", signs, cause):
        state = said(state, raw)
    state = said(change(state, "who"), "helper")
    if is_resumed:
        restored = restore(PROGRAM, serialise(state).encode())
        assert isinstance(restored, Restored)
        state = restored.interview
    given, stops = state.answers, []
    while state.trail:
        state = back(state)
        stops.append(state.changing)
        if state.changing == "signs":
            state = said(state, "none")
            assert state.answers["signs"] == given["signs"]
            break

    assert (stops[-1], state.answers["cause"]) == ("signs", cause)
    assert "cause" not in stops


def test_a_draft_knows_who_may_give_it_afresh() -> None:
    for state, changing in ((returned(HURT), "cause"), (helped(HURT), None)):
        restored = restore(PROGRAM, serialise(state).encode())
        assert isinstance(restored, Restored)
        assert change(restored.interview, "cause").changing == changing


# -- what only a concealed answer asks ----------------------------------------------------------

FOLLOWING = emergency_program(
    question("who", ONE_OF, choices=choices("self", "helper")),
    question("signs", SOME_OF, choices=(
        *choices("chest"),
        Choice(id="despair", text="?", short="thoughts of ending your life", private=True),
    )),
    question("plan", private=True, ask_when=All((
        Any((Is("who", ("self",)), Is("who", ("helper",)))), Includes("signs", "despair"),
    ))),
    question("steps", SOME_OF, ask_when=Yes("plan"), choices=choices("letter", "pills")),
    question("alone", SOME_OF, private=True, allows_not_sure=False, choices=choices("now"),
             ask_when=Includes("signs", "despair")),
    question("either", private=True, ask_when=Any((
        Includes("signs", "chest"), Includes("signs", "despair"),
    ))),
    question("days"),
    when=Any((Yes("plan"), Yes("either"), Includes("steps", "pills"), Includes("alone", "now"),
              All((Includes("signs", "despair"), Yes("days"))))),
)  # fmt: skip


def following(*items: str) -> Interview:
    """Return an interview that somebody else goes on with after the first list."""
    signs: Value = Ticks(frozenset(items))
    state = start(FOLLOWING, Answers({"who": "self", "signs": signs, "days": False}))
    return said(change(state, "who"), "helper")


def test_what_only_a_concealed_answer_asks_is_not_asked_and_counts_as_not_sure() -> None:
    state = following("despair")
    assert unasked(state) == unasked(following()) == {"plan", "steps", "alone", "either"}
    counted = counted_answers(state)
    assert counted["plan"] is counted["either"] is NOT_SURE
    assert counted["steps"] == Ticks(unsure=frozenset({"letter", "pills"}))
    assert "alone" not in counted  # an answer must be definite
    assert view(state).question is None
    assert view(state).certain is view(start(FOLLOWING, counted)).certain


def test_nothing_that_is_asked_or_listed_tells_a_concealed_answer() -> None:
    told, untold = following("despair"), following()
    assert counted_answers(untold) == untold.answers
    assert [(row.question.id, row.status) for row in review(told)] == [
        (row.question.id, row.status) for row in review(untold)
    ]
    assert emergency_questions(told) == ()


def test_no_note_tells_it_either() -> None:
    notes = (
        Note(id="despair", when=Includes("signs", "despair"), text="You can talk to us."),
        Note(id="helper", when=Is("who", ("helper",)), text="Ask them."),
    )
    program = build_program(structs.replace(FOLLOWING.protocol, notes=notes))
    own = start(program, Answers({"who": "self", "signs": Ticks(frozenset({"despair"}))}))

    assert view(own).notes == ("You can talk to us.",)
    assert view(said(change(own, "who"), "helper")).notes == ("Ask them.",)


def test_it_is_asked_where_another_answer_asks_it() -> None:
    state = said(change(following("despair", "chest"), "days"), "no")
    assert unasked(state) == {"plan", "steps", "alone"}


def test_it_is_asked_again_of_the_person_before_the_slip() -> None:
    state = back(back(following("despair")))
    assert unasked(state) == {"plan", "steps", "alone", "either"}  # somebody else may look on
    fresh = start(FOLLOWING, Answers({"who": "self", "signs": Ticks(frozenset({"despair"}))}))
    asked = view(fresh).question
    assert asked is not None
    assert asked.id == "plan"


def test_whoever_ticks_it_is_asked_about_it_whatever_was_ticked_before() -> None:
    """Also after a slip and back, and a second time, though it was answered before."""
    earlier: tuple[dict[str, Value], ...] = (
        {"signs": Ticks()},
        {"signs": Ticks(unsure=frozenset({"despair"}))},
        {"signs": Ticks(frozenset({"despair"})), "plan": False, "either": False},
    )
    for who in ("self", "helper"):
        shown = []
        for given in earlier:
            state = start(FOLLOWING, Answers({"who": "self", "alone": Ticks(), **given}))
            state = said(change(state, "who"), "helper")
            state = state if who == "helper" else said(change(state, "who"), "self")
            ticked = said(change(state, "signs"), "despair?")
            assert view(ticked).question == FOLLOWING.questions["plan"]
            assert not unasked(ticked)
            shown.append((shown_in_review(ticked)["signs"], view(ticked).max_remaining))
            asked = said(said(said(ticked, "no"), "none"), "no")
            assert asked.answers["plan"] is asked.answers["either"] is False
            assert shown_in_review(asked)["plan"] is False
            untick = said(change(ticked, "signs"), "none")
            assert (untick.answers, untick.outdated) == (state.answers, state.outdated)
            assert counted_answers(untick) == counted_answers(state)
            undone = back(back(back(asked)))
            assert (view(undone).question, unasked(undone)) == (view(ticked).question, frozenset())
        assert set(map(repr, shown)) == {repr(shown[0])}
        assert shown[0][0] == Ticks(unsure=frozenset({"despair"}))


def test_what_is_ticked_since_can_be_taken_back_and_what_lies_beneath_cannot() -> None:
    for given in ({"signs": Ticks()}, {"signs": Ticks(frozenset({"despair"}))}):
        state = helped({"who": "self", **given})
        ticked = said(change(state, "signs"), "despair")
        assert ticked.answers["signs"] == Ticks(frozenset({"despair"}))
        assert said(change(ticked, "signs"), "none").answers["signs"] == given["signs"]
        assert said(back(ticked), "none").answers["signs"] == given["signs"]
        other = said(change(ticked, "who"), "friend")
        assert shown_in_review(other)["signs"] == Ticks()
        assert said(change(other, "signs"), "none").answers["signs"] == ticked.answers["signs"]
        restored = restore(PROGRAM, serialise(ticked).encode())
        assert isinstance(restored, Restored)
        same = restored.interview
        assert (same.said, same.beneath) == (ticked.said, ticked.beneath)
        assert shown_in_review(same) == shown_in_review(ticked)


def test_going_back_stops_at_no_question_that_only_a_concealed_answer_asked() -> None:
    rule, *rest = FOLLOWING.protocol.rules
    rule = structs.replace(rule, when=Any((rule.when, Yes("days"))))
    program = build_program(structs.replace(FOLLOWING.protocol, rules=(rule, *rest)))
    for given in ("despair", "none"):
        state = said(start(program), "self")
        state = said(state, given)
        while (asked := view(state).question) is not None and asked.id != "days":
            state = said(state, "none" if asked.kind == SOME_OF else "no")
        state = said(change(state, "who"), "helper")
        stops = []
        while view(state).can_go_back:
            now = view(state)
            assert now.question is not None
            stops.append((now.question.id, now.max_remaining))
            state = back(state)
        assert stops == [("days", 0), ("who", 1), ("days", 0), ("signs", 1), ("days", 0)]


def test_a_follow_up_that_is_not_private_itself_is_not_shown_either() -> None:
    given: dict[str, Value] = {
        "who": "self", "signs": Ticks(frozenset({"despair"})), "plan": True,
        "steps": Ticks(frozenset({"letter"})), "days": False,
    }  # fmt: skip
    state = said(change(start(FOLLOWING, Answers(given)), "who"), "helper")

    assert shown_in_review(state)["steps"] is None
    assert shown_in_review(state) == shown_in_review(following())
    assert change(state, "steps").changing is None
    assert state.answers["steps"] == given["steps"]


# -- nobody knows who answered ------------------------------------------------------------------


def test_answers_of_nobody_knows_whom_are_concealed() -> None:
    """In a sheet to go on with, whoever then says that they answer."""
    state = start(PROGRAM, Answers({"signs": Ticks(), "cause": "person"}))

    for now in (state, said(state, "self"), said(state, "helper")):
        assert now.concealed == {"cause", "signs"}
        assert shown_in_review(now)["cause"] is None
        assert change(now, "cause").changing is None


def test_who_answers_is_not_known_while_it_is_set_aside() -> None:
    who, age, *rest = PROGRAM.protocol.questions
    guarded = structs.replace(who, ask_when=Compare("age", ">=", Decimal(18)))
    program = build_program(structs.replace(PROGRAM.protocol, questions=(age, guarded, *rest)))
    state = start(program, Answers({"age": Decimal(44), **HURT}))
    assert not state.concealed

    child = said(change(state, "age"), "9")

    assert child.concealed == {"cause", "signs"}
    again = said(change(child, "age"), "44")
    assert again.concealed == {"cause", "signs"}
    assert change(again, "cause").changing == "cause"  # the same person, by what they say


@pytest.mark.parametrize("change_", ["misfit", "reworded", "gone"])
def test_a_draft_that_lost_who_gave_it_is_concealed(change_: str) -> None:
    state = start(PROGRAM, Answers({**HURT, "signs": Ticks()}))
    record = json.loads(serialise(state))
    record["protocol"]["digest"] = "another"
    if change_ == "misfit":
        record["answers"]["who"] = "me_myself"
    elif change_ == "reworded":
        record["questions"]["who"] = "another"
    else:
        record["answers"]["whose"] = record["answers"].pop("who")
    restored = restore(PROGRAM, json.dumps(record).encode())
    assert isinstance(restored, Restored)

    assert restored.interview.concealed == {"cause", "signs"}
    assert shown_in_review(said(restored.interview, "helper"))["cause"] is None


def alarming() -> Program:
    """The same, where a doubt about the plan is an emergency, and can be tried."""
    protocol = FOLLOWING.protocol
    questions = tuple(
        structs.replace(each, confirm=HARD) if each.id == "plan" else each
        for each in protocol.questions
    )
    rule, *rest = protocol.rules
    alarm = structs.replace(rule, when=Yes("plan"), if_unsure=Urgency.EMERGENCY)
    return build_program(structs.replace(protocol, questions=questions, rules=(alarm, *rest)))


def test_no_test_is_asked_for_about_what_is_not_asked() -> None:
    given = Answers({"who": "self", "signs": Ticks(frozenset({"despair"}))})
    state = start(alarming(), given)
    helper = said(change(state, "who"), "helper")

    assert view(said(state, "not_sure")).confirmation is not None
    assert view(helper).confirmation is None
    assert view(helper).shows_emergency
    assert emergency_questions(helper) == ()


def test_a_draft_that_does_not_say_who_gave_an_answer() -> None:
    """Earlier versions of the program did not save it."""
    record = json.loads(serialise(returned(HURT)))
    del record["told_by"]
    restored = restore(PROGRAM, json.dumps(record).encode())
    assert isinstance(restored, Restored)
    assert change(restored.interview, "cause").changing is None


def test_going_back_to_who_answers_does_not_show_them_again() -> None:
    state = back(helped(HURT))
    assert (state.changing, state.answers["who"]) == ("who", helped(HURT).answers["who"])
    assert shown_in_review(state)["cause"] is None
    assert shown_in_review(said(state, "self"))["cause"] is None


def test_what_was_taken_back_is_forgotten() -> None:
    state = said(start(PROGRAM), "self")
    for raw in ("44", "none", "strain"):
        state = said(state, raw)
    while state.trail:
        state = back(state)
    assert "signs" in state.remembered
    same = said(state, "self")
    assert "signs" in same.remembered
    other = said(state, "helper")
    assert "signs" not in other.remembered
    assert "age" in other.remembered


def test_a_draft_keeps_them_from_sight() -> None:
    state = helped(HURT)
    restored = restore(PROGRAM, serialise(state).encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == state.concealed
    assert shown_in_review(restored.interview) == shown_in_review(state)


@pytest.mark.parametrize("saved", ['"cause"', "5", "null", '[5, {}, "nothing"]'])
def test_an_invalid_part_of_a_draft_conceals_nothing(saved: str) -> None:
    text = serialise(start(PROGRAM, Answers({"who": "self", "cause": "person"})))
    text = text.replace('"concealed": []', f'"concealed": {saved}')
    restored = restore(PROGRAM, text.encode())
    assert isinstance(restored, Restored)
    assert restored.interview.concealed == frozenset()


def test_an_answer_given_afresh_is_shown() -> None:
    state = start(PROGRAM)
    for raw in ("self", "44", "none"):
        state = said(state, raw)
    state = said(change(state, "who"), "helper")
    assert "signs" in state.concealed
    state = back(back(back(state)))
    assert (state.changing, view(state).remembered) == ("signs", Ticks())
    assert shown_in_review(said(state, "despair?"))["signs"] == Ticks(
        unsure=frozenset({"despair"})
    )


def test_the_page_of_a_helper_does_not_name_them() -> None:
    state = helped(HURT)
    assessment = assessment_of(state)
    assert "ending your life" not in repr(page_for(assessment, own=not state.concealed))
    assert "ending your life" in repr(page_for(assessment, own=True))


def tried_first() -> Program:
    """A doubt that can be tried decides whether something private is asked."""
    program = emergency_program(
        structs.replace(question("plan"), confirm=SPIT),
        question("hurt", private=True, ask_when=Not(Yes("plan"))),
        when=Any((Yes("plan"), Yes("hurt"))),
    )
    rule, *rest = program.protocol.rules
    alarm = structs.replace(rule, if_unsure=Urgency.EMERGENCY)
    return build_program(structs.replace(program.protocol, rules=(alarm, *rest)))


@pytest.mark.parametrize("finding", Finding)
def test_undoing_a_test_conceals_nothing(finding: Finding) -> None:
    state = start(tried_first(), Answers({"plan": NOT_SURE, "hurt": False}))
    assert view(state).confirmation is not None
    assert back(confirm(state, finding)) == state


def test_undoing_a_test_keeps_what_was_ticked_before_it() -> None:
    """Of a list that is concealed, by somebody who has taken over."""
    ticked = Answers({"signs": Ticks(frozenset({"despair"}))})
    state = replace(start(tried_first(), Answers({"plan": NOT_SURE, "hurt": False})), said=ticked)
    assert back(confirm(state, Finding.NO)).said == ticked


def test_undoing_a_test_shows_nothing_private_that_came_after_it() -> None:
    tried = confirm(start(tried_first(), Answers({"plan": NOT_SURE})), Finding.NO)
    once = back(said(tried, "no"))
    assert once.remembered["hurt"] is False
    assert back(once).remembered == Answers()


def test_a_mark_on_a_list_that_is_concealed_counts_as_not_sure() -> None:
    """What somebody else had ticked in it stays."""
    changing = change(helped(HURT | {"age": Decimal(30)}), "signs")

    left = leave_open(changing, Ticks(frozenset({"chest"})))

    assert left.answers["signs"] == Ticks(frozenset({"despair"}), frozenset({"chest"}))


@pytest.mark.parametrize("is_resumed", [False, True])
def test_a_mark_that_says_who_answers_hides_what_an_answer_would(*, is_resumed: bool) -> None:
    answers = HURT | {"age": Decimal(30), "signs": Ticks()}
    changing = change(start(PROGRAM, Answers(answers)), "who")

    left = leave_open(changing, "helper")
    if is_resumed:
        restored = restore(PROGRAM, serialise(left).encode())
        assert isinstance(restored, Restored)
        left = restored.interview

    assert (left.changing, view(left).remembered) == ("who", "self")
    assert said(left, "helper").concealed == said(changing, "helper").concealed
    assert said(left, "helper").concealed == {"cause", "signs"}


def tried_in_private() -> Program:
    """A doubt that only a private answer asks about can be tried."""
    return emergency_program(
        question("who", ONE_OF, choices=choices("self", "helper")),
        question("signs", SOME_OF, choices=(
            Choice(id="despair", text="?", short="thoughts of ending your life", private=True),
        )),
        structs.replace(question("plan", private=True, ask_when=All((
            Any((Is("who", ("self",)), Is("who", ("helper",)))), Includes("signs", "despair"),
        ))), confirm=SPIT),
        question("days"),
        when=Any((Yes("plan"), Yes("days"))),
    )  # fmt: skip


def test_going_back_stops_at_no_test_that_only_a_concealed_answer_asked() -> None:
    program = tried_in_private()
    rule, *rest = program.protocol.rules
    alarm = structs.replace(rule, if_unsure=Urgency.EMERGENCY)
    program = build_program(structs.replace(program.protocol, rules=(alarm, *rest)))
    state = start(program)
    for raw in ("self", "despair", "not_sure"):
        state = said(state, raw)
    assert view(state).confirmation is not None
    state = said(change(confirm(state, Finding.NO), "who"), "helper")
    stops = []

    while state.trail:
        state = back(state)
        now = view(state)
        stops.append(now.question.id if now.question else "")

    assert "plan" not in stops
    assert "signs" in stops
    assert state.answers["plan"] is not None


def test_what_was_given_once_more_and_taken_back_is_passed() -> None:
    state = start(FOLLOWING)
    for raw in ("self", "despair", "no", "none", "yes"):
        state = said(state, raw)
    state = said(change(state, "signs"), "none")
    state = back(back(change(said(change(state, "who"), "self"), "who")))
    state = back(back(back(said(state, "helper"))))
    state = back(said(change(said(state, "despair"), "alone"), "none"))
    assert "alone" not in state.answers
    assert "alone" in {step.question for step in state.trail}

    while state.trail:
        state = back(state)

    assert "alone" not in state.answers
    assert view(state).is_emergency  # by what was answered first
