"""What each key does, page by page."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backtriage.check import checked_protocol
from backtriage.interview.interview import Interview, view
from backtriage.interview.transitions import start
from backtriage.program.program import Program, build_program
from backtriage.program.words import Words
from backtriage.render.page.phrasing import answer_label
from backtriage.shell.cache import load_program
from backtriage.shell.full.entry import LONGEST, PASTE, Entry, Field, typed
from backtriage.shell.full.press import press
from backtriage.shell.full.scene import Over, Scene, Showing, Size
from backtriage.terms.answers import Answers
from backtriage.terms.value import SOME_OF, Ticks
from tests.support.interviews import after
from tests.support.protocols import TINY, tiny
from tests.unit.shell.full.scenes import USUAL, at, pressed, scene_of, text, words

LIST = ("44",)
ONE_OF = ("44", "none")
YES_NO = ("44", "none", "longer")
NUMBER = ("44", "none", "longer", "yes")
REVIEW = ("44", "none", "longer", "no")
ALARM = ("44", "breathing")


def answers(scene: Scene) -> dict[str, object]:
    """What was answered so far."""
    return dict(scene.interview.answers)


def last_answer(scene: Scene) -> str:
    """The last answer, in words."""
    step = scene.interview.trail[-1]
    question = scene.interview.program.questions[step.question]
    return answer_label(question, scene.interview.answers[step.question])


@pytest.mark.parametrize("given", [(), LIST, ONE_OF, YES_NO, NUMBER])
def test_nothing_is_chosen_and_enter_says_so(given: tuple[str, ...]) -> None:
    """On every kind of question, as often as one likes."""
    scene = pressed(at(*given), "enter", "enter", "enter")

    assert scene.interview == at(*given).interview
    assert scene.said.startswith("Choose an answer first.")


@pytest.mark.parametrize(
    ("given", "keys", "says"),
    [
        ((), ("4", "4"), "44 years"),
        ((), ("4", "5", "backspace", "6"), "46 years"),
        ((), ("4", "5", "home", "delete", "1"), "15 years"),
        ((), ("4", "5", "left", "right", "left", "0"), "405 years"),
        (LIST, ("1", "1", "2"), "You cannot swallow your own spit"),
        (LIST, ("down", " ", "down", " "), "It is hard to breathe; You cannot swallow"),
        (LIST, ("1", "u"), "Not sure about: It is hard to breathe"),
        (LIST, ("down", "u", "down", " "), "You cannot swallow your own spit. Not sure"),
        (LIST, ("1", "0"), "None of these"),
        (LIST, ("0", "2"), "You cannot swallow your own spit"),
        (LIST, ("end", "up"), "None of these"),
        (LIST, ("u", "a"), "Not sure about all 2"),
        (LIST, ("u", "up"), "Not sure about all 2"),
        (LIST, ("u", "up", " "), "Not sure about all 2"),
        (LIST, ("1", "u", "u", "u", "u", "end", "enter", "2"), "Not sure about: You cannot"),
        (LIST, ("1", "end", "enter", "down", "down", " "), "It is hard to breathe. Not sure"),
        (ONE_OF, ("2",), "A week or longer"),
        (ONE_OF, ("down", "down", "up"), "Less than a week"),
        (ONE_OF, ("up",), "Not sure"),
        (ONE_OF, ("u",), "Not sure"),
        (YES_NO, ("y",), "Yes"),
        (YES_NO, ("2",), "No"),
        (YES_NO, ("tab", "tab"), "No"),
        (YES_NO, ("home",), "Yes"),
        (NUMBER, ("0",), "0 days"),
        (NUMBER, ("u",), "Not sure"),
        (NUMBER, ("7", "down"), "Not sure"),
        (NUMBER, ("down", "down", "7"), "7 days"),
    ],
)  # fmt: skip
def test_keys_give_an_answer(given: tuple[str, ...], keys: tuple[str, ...], says: str) -> None:
    """The keys, and then Enter."""
    scene = pressed(at(*given), *keys, "enter")

    if "405" in says:
        assert "'405' is not a number that fits here." in scene.said
    else:
        assert last_answer(scene).startswith(says)


@pytest.mark.parametrize(
    ("given", "keys", "says"),
    [
        (LIST, ("down", "enter"), "Nothing is ticked yet. Press Space to tick this line."),
        (LIST, (" ",), "Press Down to go to a line, or type its number."),
        (LIST, ("9",), "There is no line 9 here."),
        (ONE_OF, ("1", " "), "Press Enter to give this answer."),
        (ONE_OF, ("7",), "There is no line 7 here."),
        (ONE_OF, ("x",), ""),
        (ONE_OF, (f"{PASTE}1\n",), "Pasted text is no answer."),
        ((), (f"{PASTE}4 4",), "Pasted text is no answer."),
        ((), ("u",), "This question needs a definite answer."),
        ((), ("x",), "Type a number from 0 to 120 years."),
        ((), ("left",), "This is the first question."),
        (NUMBER, ("9", "9", "enter"), "'99' is not a number that fits here."),
        (LIST, ("u", "enter"), "Mark a line first: go to it and press Space."),
        (LIST, ("u", "x"), ""),
        (LIST, ("u", " "), ""),
        (REVIEW, ("enter",), "Press y to go on, or go to an answer with Up and Down."),
        (REVIEW, ("up", "up", "enter"), "This was not asked, so there is nothing to change."),
        (ALARM, ("enter",), "Press y when you have read this, or c to change the answer."),
        (REVIEW, ("y", "s", "enter"), "Type a name first, or press Esc to go back."),
    ],
)  # fmt: skip
def test_what_is_said(given: tuple[str, ...], keys: tuple[str, ...], says: str) -> None:
    """One remark, and the interview is where it was."""
    scene = pressed(at(*given), *keys)

    assert scene.said.startswith(says)
    assert bool(scene.said) == bool(says)
    assert scene.interview == at(*given).interview
    assert scene.said in words(scene)


@pytest.mark.parametrize("key", ["left", "s-tab", "c-b", "escape", "b"])
@pytest.mark.parametrize("given", [LIST, ONE_OF, YES_NO, NUMBER, REVIEW])
def test_back_shows_the_old_answer(given: tuple[str, ...], key: str) -> None:
    """From any page of the interview, by any of its keys; Enter keeps it, to the same state."""
    scene = at(*given)

    back = press(scene, key, USUAL)

    assert back.interview.answers == at(*given[:-1]).interview.answers
    assert back.said == "Your answer from before is shown. Enter keeps it."
    assert back.entry != Entry()
    assert press(back, "enter", USUAL).interview == scene.interview


@pytest.mark.parametrize("key", ["left", "s-tab", "c-b", "escape", "b"])
def test_back_from_an_emergency_keeps_it(key: str) -> None:
    """Its answer counts until another is given, so leaving there still says what cannot wait."""
    scene = at(*ALARM)

    back = press(scene, key, USUAL)

    assert back.question.id == "airway"
    assert back.entry.ticked | back.entry.unsure
    assert back.interview.answers == scene.interview.answers
    assert view(back.interview).is_emergency
    assert press(back, key, USUAL).showing is Showing.EMERGENCY
    assert press(back, "enter", USUAL).showing is Showing.EMERGENCY
    assert not view(pressed(back, "0", "enter").interview).is_emergency


def test_no_line_of_a_list_is_a_no_unseen() -> None:
    """On a small screen a list is given only when each of its lines was there to be read."""
    small = Size(columns=40, rows=14)
    scene = scene_of(start(load_program(save=False), Answers({"answering_for": "self"})))
    scene = pressed(scene, "7", "1", "enter", size=small)
    while scene.question.kind != SOME_OF:
        scene = pressed(scene, "1", "enter", size=small)
    question = scene.question.id

    early = pressed(scene, "0", "enter", size=small)

    assert early.question.id == question
    assert early.said.startswith("There are lines that you have not seen yet.")
    seen = pressed(early, *("down",) * 11, "0", "enter", size=small)
    assert seen.question.id != question
    assert pressed(scene, *("down",) * 11, "0", "enter").question.id != question


def test_left_moves_within_a_number_first() -> None:
    """Back is only at its start; a number from before is passed over at once."""
    half = pressed(at(*NUMBER), "9", "9")

    assert pressed(half, "left").entry.field == Field("99", 1)
    assert pressed(half, "left", "left", "left").question.id == "feverish"
    assert pressed(half, "c-b").question.id == "feverish"
    old = pressed(at(*NUMBER, "12"), "left")
    assert old.entry.field == Field("12", 2, is_old=True)
    assert pressed(old, "left").question.id == "feverish"
    assert pressed(old, "5").entry.field == Field("5", 1)
    assert pressed(old, "right", "5").entry.field == Field("125", 3)


@pytest.mark.parametrize("key", ["?", "w", "f1", "h"])
def test_a_page_to_read_leads_back_to_what_was_entered(key: str) -> None:
    """Nothing of a half-given answer is lost."""
    scene = pressed(at(*LIST), "1", "down", "u")

    there = press(scene, key, USUAL)
    assert there.showing in {Showing.WHY, Showing.KEYS}

    for way in ("left", "enter", "b", "escape", key):
        assert press(there, way, USUAL).entry == scene.entry
        assert press(there, way, USUAL).showing is Showing.QUESTION
    assert pressed(there, "x", "down", "home").showing is there.showing


def test_doubts_leave_the_other_rows_alone() -> None:
    """Going back from the page keeps the marks, and a tick stays a tick."""
    scene = pressed(at(*LIST), "2", "end", "enter", "1", "left")

    assert scene.showing is Showing.QUESTION
    assert scene.entry.ticked == {"drooling"}
    assert scene.entry.unsure == {"breathing"}
    assert "[?] It is hard to breathe." in text(scene)
    assert "[x] You cannot" in text(scene)


def test_an_emergency_is_final_only_when_it_was_read() -> None:
    """By y, or by Enter on that line; c changes the answer that it rests on."""
    scene = at(*ALARM)

    assert scene.showing is Showing.EMERGENCY
    read = press(scene, "y", USUAL)
    assert (read.over, read.may_offer) == (Over.FINISHED, False)
    assert pressed(scene, "down", "enter").over is Over.FINISHED
    for keys in (("c",), ("down", "down", "enter")):
        changing = pressed(scene, *keys)
        assert changing.over is None
        assert changing.question.id == "airway"
        assert changing.entry.ticked == {"breathing"}
        assert pressed(changing, "left").showing is Showing.EMERGENCY
        assert pressed(changing, "0", "enter").question.id == "days"
    up = pressed(scene, "down", "down", "up", "up", "up")
    assert up.row is None


def test_an_emergency_that_rests_on_several_answers_lets_one_pick() -> None:
    """The review opens, and leads back to the emergency."""
    program = with_two_alarms()
    scene = scene_of(after("44", "drooling", program=program))
    assert scene.showing is Showing.EMERGENCY

    picking = press(scene, "c", USUAL)

    assert picking.showing is Showing.REVIEW
    assert press(picking, "y", USUAL).showing is Showing.EMERGENCY
    assert press(picking, "left", USUAL).showing is Showing.EMERGENCY
    assert pressed(picking, "enter").question.id == "years"
    assert "Several answers decided." in words(picking)


def with_two_alarms() -> Program:
    """The tiny protocol with an emergency that rests on two questions."""
    old = "airway includes any of (breathing, drooling)"
    text_ = (TINY / "protocol.yaml").read_text().replace(old, f"{old} and years >= 5 years")
    return build_program(checked_protocol({"protocol.yaml": text_}))


def test_an_answer_changed_in_the_review_may_set_others_aside() -> None:
    """They are marked, never counted, and come back when the change is undone."""
    scene = at("44", "none", "longer", "yes", "2")
    assert scene.showing is Showing.REVIEW

    changed = pressed(scene, "down", "down", "down", "down", "enter", "n", "enter")
    assert "Kept aside and not counted" in words(changed)
    assert "Days of fever: 2 days" in text(changed)

    undone = pressed(changed, "left")
    assert undone.question.id == "feverish"
    undone = pressed(undone, "y", "enter")
    assert "Kept aside" not in text(undone)
    assert undone.interview.answers == scene.interview.answers


def test_the_result_can_be_had_before_the_last_question() -> None:
    """Only when no question that is left can change how soon; one can go back, and change."""
    assert pressed(at(*LIST), "e").said.startswith("There is no result yet")

    scene = at(*SETTLED, program=with_advice_at_the_end())
    assert scene.seen.can_end
    assert scene.said.startswith("How soon you need help is settled.")
    assert "e result" in text(scene)
    ending = press(scene, "e", USUAL)
    assert "What is left is about what may help." in words(ending)
    assert pressed(ending, "left").entry == scene.entry
    assert pressed(ending, "left", "r", "y").showing is Showing.QUESTION
    assert pressed(ending, "down", "enter").question.id == "years"
    result = press(ending, "y", USUAL)
    assert result.showing is Showing.RESULT
    assert pressed(result, "left", "y").showing is Showing.RESULT
    assert pressed(result, "left", "left").question == scene.question
    assert pressed(result, "end", "enter").interview == scene.interview


SETTLED = ("44", "none", "under_1_week", "no")


def with_advice_at_the_end() -> Program:
    """The tiny protocol with a last question that only advice rests on."""
    text_ = (TINY / "protocol.yaml").read_text()
    text_ = text_.replace(
        "facts:\n",
        "  - id: hoarse\n    section: main\n    kind: yes_no\n    text: Are you hoarse?\n"
        "    short: Hoarse\n    why: Steam may help.\nfacts:\n",
        1,
    )
    text_ = text_.replace(
        "advice:\n",
        "advice:\n  - id: steam\n    kind: comfort\n    text: Breathe steam.\n    when: hoarse\n"
        "    strength: everyday advice\n",
        1,
    )
    text_ = text_.replace(
        "risk:\n",
        "risk:\n  - question: hoarse\n    direction: none\n    reason: It decides nothing.\n",
        1,
    )
    return build_program(checked_protocol({"protocol.yaml": text_}))


def test_the_review_in_the_middle_leads_back_to_what_was_entered() -> None:
    """Go on, or change an answer."""
    scene = pressed(at(*LIST), "1")

    there = press(scene, "r", USUAL)
    assert "Still to come: 4 at most." in text(there)
    for keys in (("y",), ("left",), ("up", "enter")):
        assert pressed(there, *keys).entry == scene.entry
    assert pressed(there, "down", "enter").question.id == "years"
    assert "You have given no answer yet." in text(pressed(at(), "r"))
    assert pressed(there, "pagedown", "pageup").row == 0
    assert pressed(there, "x") == replace(there, top=0)


def test_the_result_is_left_by_enter_at_its_end() -> None:
    """Before it, Enter shows more; back leads to the review and from there to any answer."""
    scene = pressed(at(*REVIEW), "y")
    assert scene.showing is Showing.RESULT
    assert "AT HOME" in text(scene)

    small = Size(columns=40, rows=14)
    pages = [scene]
    while pages[-1].over is None:
        pages.append(press(pages[-1], "enter", small))
    assert len(pages) > 4
    assert pages[-1].over is Over.FINISHED
    assert pages[-1].may_offer
    assert not replace(pages[-1], may_save=False).may_offer
    assert not replace(pages[-1], is_kept=True).may_offer
    for key in ("q", "c-c"):
        hurried = press(scene, key, USUAL)
        assert (hurried.over, hurried.may_offer) == (Over.SEEN, False)
    assert pressed(scene, "left").showing is Showing.REVIEW
    assert pressed(scene, "left", "left").question.id == "feverish"
    for_nurse = pressed(scene_of(after(*REVIEW), audience="clinician"), "y")
    assert "RULES FIRED" in text(for_nurse, Size(columns=80, rows=200))


@pytest.mark.parametrize("key", ["q", "c-c", "c-d"])
def test_leaving_before_the_end(key: str) -> None:
    """From every page; q is a letter where a name is typed."""
    for scene in (at(), at(*LIST), at(*ALARM), at(*REVIEW), pressed(at(*LIST), "?")):
        assert press(scene, key, USUAL).over is Over.LEFT
    naming = pressed(at(*LIST), "s")
    there = press(naming, key, USUAL)
    assert (there.over, there.name.text) == ((None, "q") if key == "q" else (Over.LEFT, ""))


def test_a_file_name_is_typed_and_can_be_given_up() -> None:
    """Letters that lead elsewhere on other pages are letters here."""
    scene = pressed(at(*LIST), "s", *"bu?.json")
    assert scene.showing is Showing.SAVE
    assert scene.name.text == "bu?.json"
    assert pressed(scene, "enter").saving == "bu?.json"
    assert pressed(scene, "pageup", "f1", "tab").name.text == "bu?.json"
    assert pressed(scene, "escape").showing is Showing.QUESTION
    assert pressed(scene, "home", "left").showing is Showing.QUESTION
    assert "> bu?.json" in text(scene)
    result = pressed(at(*REVIEW), "y", "s", "q")
    assert pressed(result, "c-b").showing is Showing.RESULT
    assert pressed(at(*ALARM), "s", "s-tab").showing is Showing.EMERGENCY
    never = replace(at(*LIST), may_save=False)
    assert pressed(never, "s").showing is Showing.QUESTION


def test_a_field_takes_so_much_and_no_more() -> None:
    """Pasted text becomes one line; names of keys and control characters are no text."""
    assert typed(Field(), f"{PASTE}a\nb  c") == Field("a b c", 5)
    assert typed(Field(), PASTE) is None
    assert typed(Field(), "\x07") is None
    assert typed(Field(), "pageup") is None
    assert typed(Field("a", 1), "x") == Field("ax", 2)
    assert typed(Field("a" * LONGEST, 3), "x") == Field("a" * LONGEST, 3)
    assert typed(Field("ab", 2), "4", "0123456789") == Field("ab4", 3)
    assert typed(Field("ab", 2), "x", "0123456789") is None


def test_notes_of_the_protocol_stay() -> None:
    """Such as whom it is about."""
    assert "Take your time." in text(at("101"))
    assert "Take your time." not in text(at("44"))


def test_a_country_fills_the_words() -> None:
    """Without one, neutral words."""
    interview: Interview = after(*ALARM)
    assert "Call 999 now" in text(scene_of(interview))
    assert "Call your local emergency number now" in text(scene_of(interview, country=None))
    assert Words(tiny(), None).country is None


def test_ticks_from_before_are_shown() -> None:
    """Ticked, in doubt, or none."""
    scene = scene_of(after("44", "breathing;drooling?"))
    back = press(scene, "left", USUAL)
    assert back.entry.ticked == {"breathing"}
    assert back.entry.unsure == {"drooling"}
    assert Ticks(frozenset({"breathing"}), frozenset({"drooling"})) == back.seen.remembered
