"""The full-screen interview as a person uses it, at every size."""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

import pytest

from tests.terminal.conftest import Look
from tests.terminal.glass import DROPPED, KEYS, Glass, tiny, widest
from tests.terminal.panes import pane
from tests.terminal.teletype import ANSWER, PATIENCE, TINY, Teletype, drafts_in

GOLDEN = Path(__file__).parent / "screens"
RESET = os.environ.get("BACKTRIAGE_RESET_GOLDEN") == "1"
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])m")
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Album:
    """The screens of a walk, one after the other, as prose to be reviewed."""

    def __init__(self, glass: Glass) -> None:
        """Empty."""
        self.glass = glass
        self.pages: list[str] = []

    def keep(self, title: str) -> None:
        """Put the screen of now into the album, and where its cursor stands."""
        glass = self.glass
        line = glass.screen.cursor.y + 1
        rule = "=" * glass.screen.columns
        self.pages.append(f"{title} (cursor in line {line})\n{rule}\n{glass.text}\n{rule}\n")

    def text(self) -> str:
        """The whole album."""
        return "\n".join(self.pages)


def to_an_emergency(glass: Glass, album: Album) -> None:
    """A number, a list with a tick and a doubt, why, the keys, and what follows from doubt."""
    glass.wait("Enter begin")
    glass.go("enter")
    album.keep("A number")
    glass.press("4", "4")
    glass.go("enter")
    album.keep("A list, nothing chosen")
    glass.press("enter")
    album.keep("Enter without an answer")
    glass.press("down", "space", "down", "u")
    album.keep("One ticked, one in doubt")
    for key, title in (("?", "Why we ask"), ("h", "Keys")):
        glass.go(key)
        album.keep(title)
        glass.go("left")
    glass.press("end", "enter")
    glass.wait("Which ones are you not sure about?")
    glass.press("1")
    album.keep("Which ones are in doubt")
    glass.press("enter")
    glass.wait("I have read this")
    album.keep("An emergency that rests on doubt")


def to_the_review(glass: Glass, album: Album) -> None:
    """The alarming answer changed, and the other kinds of question."""
    glass.press("c")
    glass.wait("Enter keeps it")
    album.keep("The same answer again")
    glass.press("0")
    glass.go("enter")
    glass.press("2")
    album.keep("One of")
    glass.go("enter")
    glass.press("y")
    album.keep("Yes or no")
    glass.go("enter")
    glass.press("9", "9", "enter")
    album.keep("A number that does not fit")
    glass.press("backspace", "backspace", "2")
    glass.go("enter")
    album.keep("The review")


def to_the_end(glass: Glass, album: Album) -> None:
    """An answer changed in the review, the result, and a file."""
    glass.press("home", "down", "down", "down")
    glass.go("enter")
    glass.press("n")
    glass.go("enter")
    album.keep("The review with an answer kept aside")
    glass.press("y")
    glass.wait("AT HOME", "Left answers")
    album.keep("The result")
    glass.press("s")
    glass.wait("Type a file name")
    glass.press(*"a.md")
    album.keep("A file name")
    glass.press("enter")
    glass.wait("Saved in a.md")
    glass.press("end")
    album.keep("The end of the result")


@pytest.mark.parametrize("columns", [80, 40])
def test_every_page_is_as_it_was_reviewed(look: Look, home_of_its_own: Path, columns: int) -> None:
    """A whole walk; one alternate screen, no colour, and the card stays when it is gone."""
    with look("--fresh", columns=columns) as glass:
        album = Album(glass)
        for part in (to_an_emergency, to_the_review, to_the_end):
            part(glass, album)
        assert drafts_in(home_of_its_own)
        glass.press("enter")
        glass.wait("File name:")  # what was saved is for the nurse; the page may be kept too
        code, last = glass.end("enter")
    assert code == 0
    assert "AT HOME" in last
    assert drafts_in(home_of_its_own) == []
    assert (home_of_its_own / "a.md").read_text().startswith("# AT HOME")
    assert (glass.raw.count(ENTER), glass.raw.count(LEAVE)) == (1, 1)
    assert "AT HOME" in glass.raw.partition(LEAVE)[2].decode()
    assert COLOUR.search(glass.raw.partition(LEAVE)[0]) is None
    assert b"\x1b[6n" not in glass.raw  # it never asks where the cursor is, so none answers late
    file = GOLDEN / f"walk_{columns}.txt"
    if RESET:
        file.parent.mkdir(exist_ok=True)
        file.write_text(album.text())
    assert album.text() == file.read_text()


def test_back_from_a_half_typed_number_shows_the_old_answers(look: Look) -> None:
    """From anywhere, by three keys; Left moves in the field first."""
    with look("--fresh") as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        for keys in (("4", "4"), ("0",), ("1",), ("y",)):
            glass.press(*keys)
            glass.go("enter")
        glass.press("9", "9", "9", "left", "left")
        assert "[999" in glass.text
        glass.press("left")
        assert "Do you have a fever?" in glass.go("left")
        assert glass.cursor_line.startswith("> y. Yes")
        assert "How long have you had it?" in glass.go("c-b")
        assert glass.cursor_line.startswith("> 1.")
        assert "0 [x] None of these" in glass.go("s-tab")
        assert "[44" in glass.go("escape")
        glass.press("b")
        assert "This is the first question." in glass.text


def test_a_paste_gives_one_answer_at_most(look: Look, home_of_its_own: Path) -> None:
    """Without bracketed paste the lines are typed keys, and the second page drops them."""
    with look("--fresh") as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.send("1\r1\r1\r1\r")
        glass.wait("Question 2.")
        assert "Question 2." in glass.text
        code, _ = glass.end("c-c")
    assert code == 130
    (draft,) = drafts_in(home_of_its_own)
    assert '"years": 1' in draft.read_text()
    assert '"airway": [' not in draft.read_text()


def test_an_arrow_that_a_slow_line_splits_is_still_an_arrow(look: Look) -> None:
    """Its bytes come one by one; Escape alone leads back, after a tenth of a second."""
    with look("--fresh") as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("4", "4")
        glass.go("enter")
        for byte in "\x1b[B":
            glass.send(byte)
            time.sleep(0.03)
        glass.until(lambda: glass.cursor_line.startswith(">1"), "the first line")
        assert "Question 2." in glass.text
        glass.send("\x1b")
        glass.until(lambda: "Question 1." in glass.text, "the question before")


def test_type_ahead_is_dropped_and_that_is_said(look: Look) -> None:
    """Keys that come as soon as the page is there were not meant for it."""
    with look("--fresh") as glass:
        glass.wait("Enter begin")
        glass.send("\r")
        glass.until(lambda: "How old are you?" in glass.text, "the first question")
        glass.send("4")
        glass.until(lambda: DROPPED in glass.words or "[4" in glass.text, "either")
        glass.read_page()
        time.sleep(1)  # a dropped key begins the wait anew
        glass.press("7")
        assert "7 " in glass.cursor_line


def test_any_size_and_a_resize_in_the_middle(look: Look) -> None:
    """Every line fits, and nothing of the old size stays."""
    with look("--fresh") as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("4", "4")
        glass.go("enter")
        glass.press("2")
        for columns, rows in ((40, 24), (40, 14), (30, 12), (200, 60), (20, 8), (80, 24)):
            glass.resize(columns, rows)
            glass.wait("2 [x] You cannot")
            assert widest(glass.text) <= columns
            assert glass.text.count("You cannot") == 1
            assert glass.cursor_line.startswith(">2 [x]")


def test_fourteen_rows_are_enough_and_thirteen_are_plain(look: Look) -> None:
    """Below that too little of a question would be seen at once."""
    with look("--fresh", columns=40, rows=14) as glass:
        glass.wait("Enter begin")
    assert ENTER in glass.raw
    with look("--fresh", rows=13) as glass:
        glass.wait(ANSWER)
    assert ENTER not in glass.raw


def test_no_colour_is_ever_sent(look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    """Light or dark, with or without NO_COLOR: bold and reverse are all there is."""
    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        with look("--fresh") as glass:
            glass.wait("Enter begin")
            glass.go("enter")
            glass.press("4")
            glass.go("enter")
            glass.press("1", "enter")
            glass.wait("I have read this")
            glass.end("y")
        assert COLOUR.search(glass.raw) is None
        assert b"\x1b[0;1;7m" in glass.raw or b"\x1b[0;7;1m" in glass.raw or b"7m" in glass.raw


def test_wide_letters_fit(home_of_its_own: Path, tmp_path: Path) -> None:
    """Chinese, and pictures: two cells each, and no line runs over."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    wide = "\N{CJK UNIFIED IDEOGRAPH-5598}\N{CJK UNIFIED IDEOGRAPH-6C14}" * 12
    text = text.replace("It is hard to breathe.", f"{wide} \N{FACE WITH MEDICAL MASK} {wide}.")
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--rules", str(rules), "--country", "GB")
    with Glass(*arguments, home=home_of_its_own, columns=40) as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("4")
        glass.go("enter")
        glass.press("2")
        lines = [line.rstrip() for line in glass.screen.display]
        assert glass.cursor_line.startswith(">2 [x] You cannot swallow")
        assert sum(line.count("\N{CJK UNIFIED IDEOGRAPH-5598}") for line in lines) == 24


def test_a_helper_sees_on_every_page_whom_it_is_about(home_of_its_own: Path) -> None:
    """Also on a small screen, and where a row is marked as in doubt."""
    arguments = ("ask", "--country", "GB", "--fresh")
    with Glass(*arguments, home=home_of_its_own, columns=40, rows=14) as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("2")
        assert "About the person with the pain." in glass.go("enter")
        glass.press("4", "4")
        assert "About the person with the pain." in glass.go("enter")
        glass.press("1")
        assert "About the person with the pain." in glass.go("enter")
        glass.press("end")
        assert "About the person with the pain." in glass.text
        glass.press("enter")
        glass.wait("Which ones are you not sure about?")
        assert "About the person with the pain." in glass.text


def test_a_sheet_is_gone_on_with(look: Look, tmp_path: Path) -> None:
    """Only what is open is asked, and the answers so far can be saved as such a sheet."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": [], "days": "longer"}')
    saved = tmp_path / "so_far.json"
    with look("--from", str(sheet)) as glass:
        glass.wait("Enter begin")
        assert "Do you have a fever?" in glass.go("enter")
        glass.press("s")
        glass.wait("Save your answers so far")
        glass.send(str(saved))
        glass.until(lambda: saved.name in glass.words, "the name")
        glass.press("enter")
        glass.wait("Saved in", "Do you have a fever?")
        glass.end("q")
    with look("--from", str(saved)) as glass:
        glass.wait("Enter begin")
        assert "Do you have a fever?" in glass.go("enter")


def test_the_hand_over_sheet_is_the_result_for_a_clinician(look: Look) -> None:
    """On the screen and on the card, also after an emergency."""
    with look("--fresh", "--for", "clinician") as glass:
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("4", "4")
        glass.go("enter")
        glass.press("1", "enter")
        glass.wait("I have read this")
        _, last = glass.end("y")
    assert "RECORD" in last
    assert "YES:" in glass.raw.decode()


def test_the_country_is_asked_before_the_screen(home_of_its_own: Path) -> None:
    """Enter alone takes no country, and what follows it in the same read answers nothing."""
    with Glass("ask", "--rules", str(TINY), home=home_of_its_own) as glass:
        glass.wait("2) United Kingdom")
        glass.send("\r\r44\r1\r")
        glass.wait("Enter begin")
        glass.go("enter")
        glass.press("4", "4")
        glass.go("enter")
        glass.press("1", "enter")
        glass.wait("your local emergency number")
        assert glass.end("y")[0] == 0


def to_the_result(glass: Glass) -> None:
    """A short walk."""
    glass.wait("Enter begin")
    glass.go("enter")
    for keys in (("4", "4"), ("0",), ("1",), ("n",)):
        glass.press(*keys)
        glass.go("enter")
    glass.press("y")
    glass.wait("AT HOME", "Left answers")
    glass.press("end")
    glass.wait("Enter finish")


@pytest.mark.parametrize("typed", ["", "b.txt", "\x03"])
def test_a_result_that_was_not_saved_may_be_kept(
    look: Look, home_of_its_own: Path, typed: str
) -> None:
    """Asked once, below the card. Enter alone and Ctrl-C keep nothing."""
    with look("--fresh") as glass:
        to_the_result(glass)
        glass.press("enter")
        glass.wait("For no file, press Enter.", "File name:")
        assert glass.raw.count(LEAVE) == 1
        code, last = glass.end(*typed, *(() if typed == "\x03" else ("enter",)))
    assert code == 0
    assert ("The result is saved in b.txt." in last) == (typed == "b.txt")
    assert (home_of_its_own / "b.txt").exists() == (typed == "b.txt")
    assert drafts_in(home_of_its_own) == []


@pytest.mark.parametrize("option", ["--no-save", "--output=b.txt"])
def test_nothing_is_asked_when_it_was_said_before(look: Look, option: str) -> None:
    """Nothing may be kept, or where is known."""
    with look(option, *(() if option == "--no-save" else ("--fresh",))) as glass:
        to_the_result(glass)
        code, last = glass.end("enter")
    assert code == 0
    assert "File name:" not in last


def test_a_walk_in_a_terminal_within_a_terminal(home_of_its_own: Path, tmp_path: Path) -> None:
    """The same in tmux, which is resized on the way."""
    ask = " ".join((f"HOME={home_of_its_own}", sys.executable, "-m", "backtriage", *tiny()))
    command = f"{ask}; sleep {PATIENCE}"
    with pane(command, home_of_its_own, tmp_path, 80, 24) as terminal:
        terminal.wait("Enter begin")
        terminal.send("\r")
        terminal.wait("Question 1.")
        for key in ("4", "4", "\r"):
            terminal.send(key)
        terminal.wait("Question 2.")
        for key in (KEYS["down"], " "):
            terminal.send(key)
        terminal.wait(">1 [x]")
        terminal.resize(40, 16)
        shown = terminal.wait(">1 [x] It is hard to breathe.", "Question 2.")
        assert shown.count("hard to breathe") == 1
        terminal.send("\r")
        terminal.wait("c. Change this answer", "I have read this")
        terminal.send("\x1b")
        terminal.wait("Enter keeps it")
        terminal.send("\r")
        terminal.wait("y. I have read this")
        terminal.send("y")
        terminal.wait("EMERGENCY: Call 999 now")


def test_plain_mode_is_there_for_the_asking(home_of_its_own: Path) -> None:
    """On the same terminal, with one option."""
    with Teletype(*tiny("--plain"), home=home_of_its_own) as tty:
        tty.wait(ANSWER)
        assert tty.control_codes == []
