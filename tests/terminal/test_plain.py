"""The interview in plain mode on a terminal, line by line."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.support.line_driver import (
    ANSWER,
    FILE,
    LETTER,
    NAME,
    NUMBERS,
    PAUSE,
    READ,
    SHELL,
    LineDriver,
    drafts_in,
    one_line,
)
from tests.support.protocols import SHIPPED, TINY, note_of, shipped
from tests.support.screen_driver import tiny
from tests.support.sheets import ULCER
from tests.terminal.conftest import StartPlain

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

WIDTHS = pytest.mark.parametrize("columns", [80, 40])


@WIDTHS
def test_a_whole_interview(start_plain: StartPlain, isolated_home: Path, columns: int) -> None:
    """Every line fits, and no cursor is moved."""
    with start_plain("--fresh", columns=columns) as tty:
        intro = tty.wait(ANSWER)
        assert "Sore throat" in intro
        assert "Not a diagnosis. No clinician has checked this tool." in one_line(intro)
        assert "drafts" in intro
        assert "about 4 questions left" in intro

        second = tty.type("44")
        assert "You chose: 44 years." in second
        assert "about 3 questions left" in second
        assert drafts_in(isolated_home)
        tty.answer("0", "2")
        review = tty.type("n")
        assert "You chose: No." in review
        assert "Fever: No" in review
        assert "because of your other answers: Days of fever." in one_line(review)
        assert "look at your answers once more" in one_line(review)

        result = tty.result()
        assert "AT HOME" in result
        tty.child.sendline("")
        assert tty.end()[0] == 0
        assert tty.control_codes == []
        # Only the folder's own name may be wider than a narrow terminal.
        assert tty.widest <= max(columns, len(str(isolated_home)) + 40)
    assert drafts_in(isolated_home) == []


@pytest.mark.parametrize("stream", ["2>&-", "2>/dev/full"])
def test_an_interview_needs_no_standard_error(isolated_home: Path, stream: str) -> None:
    words = (sys.executable, "-m", "backtriage", *tiny("--plain", "--fresh"))
    command = ("sh", "-c", f'exec "$@" {stream}', "sh", *words)

    with LineDriver(home=isolated_home, command=command) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2", "n")
        assert "AT HOME" in tty.result()


@WIDTHS
def test_back_shows_the_old_answer(start_plain: StartPlain, columns: int) -> None:
    """`=` keeps it; Enter alone does not."""
    with start_plain("--fresh", columns=columns) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0")
        again = tty.type("b")
        assert "Before, you chose: None of these." in one_line(again)
        assert "Type numbers with spaces" in tty.type("")
        kept = tty.type("=")
        assert "You kept: None of these." in kept
        assert "about 2 questions left" in kept


def test_back_works_after_a_bad_number(start_plain: StartPlain) -> None:
    """Also when typed after digits."""
    with start_plain("--fresh") as tty:
        assert "Type a number from 0 to 120 (years)." in tty.wait(ANSWER)
        assert "'4x' is not a number that fits here." in tty.type("4x")
        assert "nothing to go back to" in tty.type("b")
        tty.answer("44", "0", "1", "y")
        assert "'999' is not a number that fits here." in tty.type("999")
        assert "Do you have a fever?" in tty.type("9b")


def test_why_we_ask_lists_sources(start_plain: StartPlain) -> None:
    """Then the question is shown again."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        for key in ("?", "w"):
            why = tty.type(key)
            assert "Why we ask: A swollen throat can block the air." in why
            assert "Not sure? Try to say a whole sentence in one breath." in why
            assert "This rests on 1 source, of which we read none ourselves." in why
            assert "about 3 questions left" in why
        assert "stop now and keep your answers" in tty.type("h")


def test_not_sure_about_some_items_of_a_list(start_plain: StartPlain) -> None:
    """It asks which items are in doubt, then which are true, and shows the check for a doubt."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        assert "not sure about?" in tty.type("u", NUMBERS)
        assert "no 7 here" in tty.type("7", NUMBERS).replace("'", "")
        assert "surely true?" in tty.type("1", NUMBERS)
        page = tty.type("0", READ)
        assert "Not sure about: It is hard to breathe." in page
        assert "not sure about hard to breathe: this must be checked now" in one_line(page)
        assert "Try to say a whole sentence in one breath." in page


def test_an_answer_is_changed_from_the_review(start_plain: StartPlain) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "y")
        review = tty.type("r")
        assert "1. Age: 44 years" in review
        assert "4. Fever: Yes" in review
        assert "Still to come: 1 question." in review
        assert "That is none of them." in tty.type("9")
        changing = tty.type("4")
        assert "You are changing this answer." in changing
        assert "Before, you chose: Yes." in changing
        done = tty.type("n")
        assert "Fever: No" in done
        assert "Do you have a fever?" in tty.type("b")


def test_an_answer_that_no_longer_applies_is_set_aside(start_plain: StartPlain) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "y", "2")
        tty.type("4")
        review = tty.type("n")
        assert "Kept aside and not counted" in review
        assert "Days of fever: 2 days" in review
        assert "AT HOME" in tty.result()


def test_an_answer_that_a_change_contradicts_is_asked_for_again(start_plain: StartPlain) -> None:
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "1", "y", "5")
        tty.type("4")
        again = one_line(tty.type("n"))
        assert "You gave this answer before. Now it does not fit your other answers." in again
        review = tty.type("5")
        assert "Days of fever: 5 days" in review
        result = one_line(tty.result())
        assert "INCOMPLETE: some of your answers do not fit together." in result
        assert "You said: days of fever 5 days. But also: no to fever." in result


@WIDTHS
def test_an_emergency_comes_at_once_and_can_be_changed(
    start_plain: StartPlain, isolated_home: Path, columns: int
) -> None:
    """Its page asks nothing more, and a changed answer continues the interview."""
    with start_plain("--fresh", columns=columns) as tty:
        tty.wait(ANSWER)
        tty.type("44")
        page = tty.type("1", READ)
        assert "EMERGENCY: Call 999 now" in page
        assert "I have read this" in page
        assert "Change this answer" in page
        assert "EMERGENCY" in tty.screen
        assert "Type y when you have read this" in one_line(tty.type("7", READ))
        again = tty.type("c")
        assert "Before, you chose: It is hard to breathe." in one_line(again)
        tty.type("b", READ)
        tty.type("c")
        assert "about 2 questions left" in tty.type("0")
        tty.type("b")
        tty.type("2", READ)
        assert drafts_in(isolated_home)
        tty.child.sendline("y")
        code, last = tty.end()
        assert code == 0
        assert "EMERGENCY: Call 999 now" in last
    assert drafts_in(isolated_home) == []


def test_a_child_is_out_of_scope(start_plain: StartPlain) -> None:
    """Only questions that matter for the urgency are asked."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("3", "0", "1")
        assert "look at your answers once more" in tty.type("y") + tty.type("1")
        tty.result()
        tty.child.sendline("")
        assert tty.end()[0] == 4


def test_a_paste_gives_one_answer_at_most(start_plain: StartPlain) -> None:
    """The other lines are dropped with a notice."""
    with start_plain("--fresh", waits=True) as tty:
        tty.wait(ANSWER)
        pasted = tty.type("1\n1\n1")
        assert "You chose: 1 year." in pasted
        assert "do not count" in pasted
        assert "about 2 questions left" in pasted
        assert "about 1 question left" not in pasted
        assert "1. Age: 1 year" in tty.type("r")


def test_a_paste_does_not_confirm_an_emergency(start_plain: StartPlain) -> None:
    with start_plain("--fresh", waits=True) as tty:
        tty.wait(ANSWER)
        tty.type("44")
        assert "do not count" in tty.type("1\ny\ny", READ)


def test_the_shipped_protocol_from_start_to_end(isolated_home: Path) -> None:
    """A man of 44 whose back hurts, and who says no to all else."""
    asked = {question.id: question for question in shipped().protocol.questions}
    where = asked["where"]
    replies = {
        asked["age"].text: "44",
        asked["sex"].text: "2",
        where.text: str(len(where.choices)),
    }
    with LineDriver("ask", "--plain", "--country", "GB", home=isolated_home) as tty:
        seen = tty.wait(ANSWER)
        for _ in range(60):
            if "once more" in one_line(seen):
                break
            usual = "0" if "0." in seen or "from 0" in seen else "1"
            own = (reply for text, reply in replies.items() if text in one_line(seen))
            seen = tty.go_on("y" if "Type y for yes" in seen else next(own, usual))
        result = tty.result()
        tty.child.sendline("")
        assert tty.end()[0] == 0
    assert "Magnesium" in result


@pytest.mark.cold_cache
def test_the_shipped_protocol_at_forty_columns(isolated_home: Path) -> None:
    """Chest pain is an emergency right after age and sex."""
    arguments = ("ask", "--plain", "--country", "US", "--no-save")
    with LineDriver(*arguments, home=isolated_home, columns=40) as tty:
        tty.wait(ANSWER)
        tty.answer("1", "2", "44")
        page = tty.type("1", READ)
        assert "911" in page
        assert "EMERGENCY" in tty.screen
        tty.child.sendline("y")
        assert tty.end()[0] == 0
    assert list(isolated_home.iterdir()) == []


def test_an_interview_continues_a_sheet(start_plain: StartPlain, tmp_path: Path) -> None:
    """A bad sheet is an error that names the emergency first."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": [], "days": "longer"}')
    with start_plain("--from", str(sheet)) as tty:
        assert "Do you have a fever?" in tty.wait(ANSWER)

    sheet.write_text('{"airway": ["breathing"]}')
    with start_plain("--from", str(sheet)) as tty:
        page = tty.wait(READ)
        assert "Sore throat" not in page.split("EMERGENCY")[0]

    sheet.write_text('{"airway": ["breathing"], "days": "often"}')
    with start_plain("--from", str(sheet)) as tty:
        code, printed = tty.end()
        assert code == 65
        assert printed.lstrip().startswith("EMERGENCY")
        assert "often" not in printed


def test_why_we_ask_frightens_nobody_with_the_title_of_a_source(isolated_home: Path) -> None:
    assert SHIPPED.is_dir()
    arguments = ("ask", "--plain", "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.answer("1", "44", "1")
        why = tty.type("?")
        assert "Why we ask: " in why
        assert "This rests on " in why
        assert "backtriage rules show age" in " ".join(why.split())
        assert not [source.title for source in shipped().evidence.values() if source.title in why]


def test_input_that_cannot_be_encoded_or_decoded_is_refused(
    isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "ascii:strict")
    arguments = ("ask", "--plain", "--rules", str(TINY), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        tty.wait(ANSWER)
        assert "Please type it again." in tty.type("4\N{LATIN SMALL LETTER E WITH ACUTE}")
        assert "about 3 questions left" in tty.type("44")
    monkeypatch.setenv("PYTHONIOENCODING", "utf-8:strict")
    with LineDriver(*arguments, "--fresh", home=isolated_home) as tty:
        tty.wait(ANSWER)
        os.write(tty.child.child_fd, b"4\xff\n")
        assert "Please type it again." in tty.wait(ANSWER)
        assert "about 3 questions left" in tty.type("44")


def test_a_helper_sees_on_every_page_whom_it_is_about(isolated_home: Path) -> None:
    """In full once, and then in a sentence."""
    about, _, rest = note_of("helper_here").partition(". ")
    arguments = ("ask", "--plain", "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        tty.wait(ANSWER)
        assert note_of("helper_here") in one_line(tty.type("2"))
        for line in ("2", "44"):
            page = one_line(tty.type(line))
            assert f"{about}." in page
            assert rest not in page


def test_the_result_is_offered_when_only_advice_is_still_open(
    start_plain: StartPlain, tmp_path: Path
) -> None:
    """It says what was left unanswered."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 30, "feverish": false}')
    with start_plain("--from", str(sheet)) as tty:
        tty.wait(ANSWER)
        assert "There is no result yet" in tty.type("e")
        offer = tty.type("0")
        assert "type e to see your result now" in one_line(offer)
        assert "e result now" in offer
        review = tty.type("e")
        assert "What is left is about what may help." in review
        assert "How long have you had it?" in tty.type("b")
        tty.type("e")
        result = one_line(tty.result())
        assert "AT HOME" in result


@WIDTHS
def test_a_long_result_is_paged(isolated_home: Path, columns: int) -> None:
    """Enter continues, and `e` goes to the action at the end."""
    sheet = isolated_home / "sheet.json"
    sheet.write_text(json.dumps(ULCER))
    arguments = ("ask", "--plain", "--from", str(sheet), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home, columns=columns) as tty:
        tty.wait(ANSWER)
        first = tty.type("y", PAUSE)
        assert "LOOK AFTER IT AT HOME" in first
        assert "LOOK AFTER IT AT HOME" in tty.screen
        last = tty.type("e", LETTER)
        assert "LOOK AFTER IT AT HOME" in last
        assert "Not a diagnosis" not in last
        tty.type("q", FILE)
        tty.child.sendline("no")
        assert tty.end()[0] == 0
    assert not (isolated_home / "no").exists()


def test_ctrl_c_in_a_long_result_shows_the_action(isolated_home: Path) -> None:
    """The result counts as seen."""
    sheet = isolated_home / "sheet.json"
    sheet.write_text(json.dumps(ULCER))
    arguments = ("ask", "--plain", "--from", str(sheet), "--country", "GB")
    with LineDriver(*arguments, home=isolated_home) as tty:
        tty.wait(ANSWER)
        tty.type("y", PAUSE)
        tty.child.sendcontrol("c")
        assert "LOOK AFTER IT AT HOME" in tty.wait(LETTER)
        tty.child.sendcontrol("c")
        assert "LOOK AFTER IT AT HOME" in tty.wait(FILE)
        tty.child.sendcontrol("c")
        assert tty.end()[0] == 0
    assert drafts_in(isolated_home) == []


def test_a_stopped_job_resumes(isolated_home: Path) -> None:
    script = f"{sys.executable} -m backtriage ask --plain --country GB --rules {TINY}"
    with LineDriver(home=isolated_home, command=("bash", "--norc", "-i")) as tty:
        tty.child.sendline(f"{script}; echo {SHELL}")
        tty.wait("years).")
        tty.wait(ANSWER)
        tty.child.sendcontrol("z")
        tty.wait("Stopped")
        tty.child.sendline("fg")
        tty.wait("--rules")
        tty.child.sendline("44")
        assert "You chose: 44 years." in tty.wait(ANSWER)


def test_the_pages_behind_the_card_are_printed_on_request(
    start_plain: StartPlain, isolated_home: Path
) -> None:
    """And the result can be saved for whoever treats this person, then left."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2", "n")
        card = one_line(tty.type("y", LETTER))
        assert "Type w for why, h for honey, a for what helps" in card
        assert "s to save it, c to change an answer, or q to leave." in card
        assert "Why we say this" in tty.type("w", LETTER)
        assert "That is none of them." in tty.type("g", LETTER)
        assert "2. For the person who treats you" in tty.type("s", FILE)
        tty.type("2", NAME)
        assert "The result is saved in n.txt." in tty.type("n.txt", LETTER)
        assert "Type the number of an answer to change it" in one_line(tty.type("c", ANSWER))
        assert "= AT HOME" in tty.type("y", LETTER)
        tty.child.sendline("q")
        code, last = tty.end()
        assert tty.control_codes == []
    assert (code, FILE in last) == (0, False)
    assert "RULES FIRED" in (isolated_home / "n.txt").read_text()


def test_an_emergency_can_be_saved(start_plain: StartPlain, isolated_home: Path) -> None:
    """For the person, before it is confirmed."""
    with start_plain("--fresh") as tty:
        tty.wait(ANSWER)
        tty.type("44")
        assert "s. Save this page" in tty.type("1", READ)
        tty.type("s", FILE)
        tty.type("1", NAME)
        assert "saved in mine.txt" in tty.type("mine.txt", READ)
        tty.child.sendline("y")
        assert tty.end()[0] == 0
    assert "Call 999" in (isolated_home / "mine.txt").read_text()


@pytest.mark.parametrize("audience", ["patient", "clinician"])
def test_a_dash_is_standard_output(start_plain: StartPlain, audience: str) -> None:
    """Below the card comes the whole page."""
    with start_plain("--fresh", "--output", "-", "--for", audience) as tty:
        tty.wait(ANSWER)
        tty.answer("44", "0", "2", "n")
        tty.child.sendline("y")
        tty.read_on(LETTER)
        tty.child.sendline("q")
        code, last = tty.end()
    assert code == 0
    assert "is saved in" not in last
    assert ("RULES FIRED" in last) == (audience == "clinician")
    assert ("Not a diagnosis" in last) == (audience == "patient")
