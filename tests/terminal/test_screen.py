"""The full-screen interview on a terminal, page by page and at every size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.golden import golden_text
from tests.support.line_driver import ANSWER, PATIENCE, LineDriver, drafts_in
from tests.support.protocols import TINY, note_of
from tests.support.screen_driver import BEGUN, DROPPED, EAGER, KEYS, ScreenDriver, tiny, widest
from tests.support.tmux_driver import pane
from tests.terminal.conftest import StartScreen

pytestmark = pytest.mark.usefixtures("warm_cache")

SCREENS = Path(__file__).parent / "screens"
COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
ENTER, LEAVE = b"\x1b[?1049h", b"\x1b[?1049l"


class Album:
    """The screens of a walk in order, as text to be reviewed."""

    def __init__(self, screen: ScreenDriver) -> None:
        self.screen = screen
        self.pages: list[str] = []

    def add(self, title: str) -> None:
        """Add the current screen and the position of its cursor."""
        screen = self.screen
        line = screen.emulator.cursor.y + 1
        rule = "=" * screen.emulator.columns
        self.pages.append(f"{title} (cursor in line {line})\n{rule}\n{screen.text}\n{rule}\n")

    def text(self) -> str:
        return "\n".join(self.pages)


def to_an_emergency(screen: ScreenDriver, album: Album) -> None:
    """Enter a number, and a list with a tick and a doubt that makes an emergency."""
    screen.wait(BEGUN)
    screen.press("4", "4")
    screen.go("enter")
    album.add("A list, nothing chosen")
    screen.press("enter")
    album.add("Enter without an answer")
    screen.press("down", "space", "down", "u")
    album.add("One ticked, one in doubt")
    for key, title in (("?", "Why we ask"), ("h", "Keys")):
        screen.go(key)
        album.add(title)
        screen.go("left")
    screen.press("end", "enter")
    screen.wait("Which ones are you not sure about?")
    screen.press("1")
    album.add("Which ones are in doubt")
    screen.press("enter")
    screen.wait("I have read this")
    album.add("An emergency that rests on doubt")


def to_the_review(screen: ScreenDriver, album: Album) -> None:
    """Change the answer that made it, and answer the other kinds of question."""
    screen.press("c")
    screen.wait("Enter keeps it")
    album.add("The same answer again")
    screen.press("0")
    screen.go("enter")
    screen.press("2")
    album.add("One of")
    screen.go("enter")
    screen.press("y")
    album.add("Yes or no")
    screen.go("enter")
    screen.press("9", "9", "enter")
    album.add("A number that does not fit")
    screen.press("backspace", "backspace", "2")
    screen.go("enter")
    album.add("The review")


def to_the_end(screen: ScreenDriver, album: Album) -> None:
    """Change an answer in the review, see the result and save it."""
    screen.press("home", "down", "down", "down")
    screen.go("enter")
    screen.press("n")
    screen.go("enter")
    album.add("The review with an answer kept aside")
    screen.press("y")
    screen.wait("AT HOME", "q leave")
    album.add("The result")
    screen.press("w")
    screen.wait("Why we say this")
    album.add("Why")
    screen.press("left")
    screen.wait("q leave")
    screen.press("s")
    screen.wait("Save this result")
    screen.press("1")
    album.add("Who reads it")
    screen.press("enter")
    screen.wait("Type a file name")
    screen.press(*"a.md")
    album.add("A file name")
    screen.press("enter")
    screen.wait("Saved in a.md")
    album.add("The result, saved")


@pytest.mark.parametrize("columns", [80, 40])
def test_pages_equal_their_golden_files(
    start_screen: StartScreen, isolated_home: Path, columns: int
) -> None:
    """On one alternate screen; the card stays when it is left."""
    with start_screen("--fresh", columns=columns) as screen:
        album = Album(screen)
        for part in (to_an_emergency, to_the_review, to_the_end):
            part(screen, album)
        assert drafts_in(isolated_home)
        code, last = screen.end("q")  # it is saved, so nothing is asked any more
    assert code == 0
    assert "AT HOME" in last
    assert drafts_in(isolated_home) == []
    assert "AT HOME" in (isolated_home / "a.md").read_text()
    assert (screen.raw.count(ENTER), screen.raw.count(LEAVE)) == (1, 1)
    assert "AT HOME" in screen.raw.partition(LEAVE)[2].decode()
    assert b"\x1b[6n" not in screen.raw  # it never asks for the cursor position
    assert album.text() == golden_text(SCREENS / f"walk_{columns}.txt", album.text())


def test_back_from_a_half_typed_number_shows_the_old_answers(start_screen: StartScreen) -> None:
    """By any of three keys; Left first moves the cursor in the field."""
    with start_screen("--fresh") as screen:
        screen.wait(BEGUN)
        for keys in (("4", "4"), ("0",), ("1",), ("y",)):
            screen.press(*keys)
            screen.go("enter")
        screen.press("9", "9", "9", "left", "left")
        assert "[999" in screen.text
        screen.press("left")
        assert "Do you have a fever?" in screen.go("left")
        assert screen.cursor_line.startswith("> y. Yes")
        assert "How long have you had it?" in screen.go("c-b")
        assert screen.cursor_line.startswith("> 1.")
        assert "0 [x] None of these" in screen.go("s-tab")
        assert "[44" in screen.go("escape")
        screen.press("left")
        assert "This is the first question." in screen.text
        screen.press("b")
        assert "press Down first" in screen.text


def test_a_paste_gives_one_answer_at_most(start_screen: StartScreen, isolated_home: Path) -> None:
    """Without bracketed paste its lines are single keys, which the next page drops."""
    with start_screen("--fresh") as screen:
        screen.wait(BEGUN)
        screen.send("1\r1\r1\r1\r")
        screen.wait("about 2 questions left")
        code, _ = screen.end("c-c")
    assert code == 130
    (draft,) = drafts_in(isolated_home)
    assert '"years": 1' in draft.read_text()
    assert '"airway": [' not in draft.read_text()


def test_an_arrow_key_may_arrive_byte_by_byte(start_screen: StartScreen) -> None:
    """Escape alone goes back."""
    with start_screen("--fresh") as screen:
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        for byte in "\x1b[B":
            screen.send(byte)
        screen.until(lambda: screen.cursor_line.startswith(">1"), "the first line")
        assert "about 3 questions left" in screen.text
        screen.send("\x1b")
        screen.until(lambda: "about 4 questions left" in screen.text, "the question before")


def test_type_ahead_is_dropped_with_a_notice(start_screen: StartScreen) -> None:
    with start_screen("--fresh") as screen:
        screen.wait(BEGUN)
        screen.send("44\r2")
        screen.wait("about 3 questions left", DROPPED)
        screen.press("1")
        assert screen.cursor_line.startswith(">1 [x]")
        assert "2 [ ]" in screen.text


def test_a_resize_redraws_the_page(start_screen: StartScreen) -> None:
    """Every line fits, and nothing of the old size remains."""
    with start_screen("--fresh") as screen:
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        screen.press("2")
        for columns, rows in ((40, 24), (40, 14), (30, 12), (200, 60), (20, 8), (80, 24)):
            screen.resize(columns, rows)
            screen.wait("2 [x] You cannot")
            assert widest(screen.text) <= columns
            assert screen.text.count("You cannot") == 1
            assert screen.cursor_line.startswith(">2 [x]")


def test_fewer_than_fourteen_rows_fall_back_to_plain_mode(start_screen: StartScreen) -> None:
    with start_screen("--fresh", columns=40, rows=14) as screen:
        screen.wait("Enter begin")  # no room for the first question
    assert ENTER in screen.raw
    with start_screen("--fresh", rows=13) as screen:
        screen.wait(ANSWER)
    assert ENTER not in screen.raw


def test_no_colour_is_sent_where_none_is_wanted(
    start_screen: StartScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With NO_COLOR: bold and reverse are all it uses. Without, a band has its colour."""
    for value in ("", "1"):
        monkeypatch.setenv("NO_COLOR", value)
        with start_screen("--fresh") as screen:
            screen.wait(BEGUN)
            screen.press("4")
            screen.go("enter")
            screen.press("1", "enter")
            screen.wait("I have read this")
            screen.end("y")
        assert (COLOUR.search(screen.raw) is None) is bool(value)
        if not value:
            continue
        assert b"\x1b[0;1;7m" in screen.raw or b"\x1b[0;7;1m" in screen.raw or b"7m" in screen.raw


def test_wide_characters_fit(isolated_home: Path, tmp_path: Path) -> None:
    """Chinese characters and emoji take two cells each."""
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (TINY / "protocol.yaml").read_text()
    wide = "\N{CJK UNIFIED IDEOGRAPH-5598}\N{CJK UNIFIED IDEOGRAPH-6C14}" * 12
    text = text.replace("It is hard to breathe.", f"{wide} \N{FACE WITH MEDICAL MASK} {wide}.")
    (rules / "protocol.yaml").write_text(text)
    arguments = ("ask", "--rules", str(rules), "--country", "GB")
    with ScreenDriver(*arguments, home=isolated_home, columns=40) as screen:
        screen.wait(BEGUN)
        screen.press("4")
        screen.go("enter")
        screen.press("2")
        lines = [line.rstrip() for line in screen.emulator.display]
        assert screen.cursor_line.startswith(">2 [x] You cannot swallow")
        assert sum(line.count("\N{CJK UNIFIED IDEOGRAPH-5598}") for line in lines) == 24


def test_a_helper_sees_on_every_page_whom_it_is_about(isolated_home: Path) -> None:
    """Also on a small screen, which shows its first sentence, and on the page about doubts."""
    about, _, _ = note_of("helper_here").partition(". ")
    arguments = ("ask", "--country", "GB", "--fresh")
    with ScreenDriver(*arguments, home=isolated_home, columns=40, rows=14) as screen:
        screen.wait("Enter begin")
        screen.go("enter")
        screen.go("2")
        assert about in screen.words
        screen.go("2")
        assert about in screen.words
        screen.press("4", "4")
        screen.go("enter")
        assert about in screen.words
        screen.press("end")
        assert about in screen.words
        screen.press("enter")
        screen.wait("Which ones are you not sure about?")
        assert about in screen.words


def test_an_interview_continues_a_sheet(start_screen: StartScreen, tmp_path: Path) -> None:
    """Only open questions are asked, and the answers so far can be saved as a sheet again."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": [], "days": "longer"}')
    saved = tmp_path / "so_far.json"
    with start_screen("--from", str(sheet)) as screen:
        screen.wait("Enter begin")
        assert "Do you have a fever?" in screen.go("enter")
        screen.press("s")
        screen.wait("Save your answers so far")
        screen.send(str(saved))
        screen.until(lambda: saved.name in screen.words, "the name")
        screen.press("enter")
        screen.wait("Saved in", "Do you have a fever?")
        screen.end("q")
    with start_screen("--from", str(saved)) as screen:
        screen.wait("Enter begin")
        assert "Do you have a fever?" in screen.go("enter")


def test_a_clinician_gets_the_handover_page(start_screen: StartScreen) -> None:
    """On the screen and below it, also after an emergency."""
    with start_screen("--fresh", "--for", "clinician") as screen:
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        screen.press("1", "enter")
        screen.wait("I have read this")
        _, last = screen.end("y")
    assert "RECORD" in last
    assert "OTHER ANSWERS" in screen.raw.decode()


def test_the_country_is_asked_before_the_screen(isolated_home: Path) -> None:
    """Enter alone chooses no country, and keys that arrive together with it answer nothing."""
    with ScreenDriver("ask", "--rules", str(TINY), home=isolated_home) as screen:
        screen.until(lambda: "2) United Kingdom" in screen.text, "the list of countries")
        screen.send("\r\r44\r1\r")
        screen.wait(BEGUN)
        screen.press("4", "4")
        screen.go("enter")
        screen.press("1", "enter")
        screen.wait("your local emergency number")
        assert screen.end("y")[0] == 0


def to_the_result(screen: ScreenDriver) -> None:
    """Walk to the result in a few keys."""
    screen.wait(BEGUN)
    for keys in (("4", "4"), ("0",), ("1",), ("n",)):
        screen.press(*keys)
        screen.go("enter")
    screen.press("y")
    screen.wait("AT HOME", "q leave")


@pytest.mark.parametrize("typed", ["", "b.txt", "\x03"])
def test_an_unsaved_result_may_be_saved_at_the_end(
    start_screen: StartScreen, isolated_home: Path, typed: str
) -> None:
    """Enter alone and Ctrl-C save nothing."""
    with start_screen("--fresh") as screen:
        to_the_result(screen)
        screen.send("q")
        screen.until(lambda: "3) For the person who treats" in screen.words, "the offer of a file")
        assert screen.raw.count(LEAVE) == 1
        if typed == "b.txt":
            screen.send(f"{KEYS['down']}\r")
            screen.wait("File name:")
        code, last = screen.end(*typed, *(() if typed == "\x03" else ("enter",)))
    assert code == 0
    assert ("The result is saved in b.txt." in last) == (typed == "b.txt")
    assert (isolated_home / "b.txt").exists() == (typed == "b.txt")
    assert drafts_in(isolated_home) == []


@pytest.mark.parametrize("option", ["--no-save", "--output=b.txt"])
def test_no_file_name_is_asked_when_an_option_decides(
    start_screen: StartScreen, option: str
) -> None:
    with start_screen(option, *(() if option == "--no-save" else ("--fresh",))) as screen:
        to_the_result(screen)
        code, last = screen.end("q")
    assert code == 0
    assert "Save this result" not in last


def test_a_walk_in_tmux(isolated_home: Path, tmp_path: Path) -> None:
    """The terminal is resized on the way."""
    ask = " ".join((f"HOME={isolated_home}", *EAGER, *tiny()))
    command = f"{ask}; sleep {PATIENCE}"
    with pane(command, isolated_home, tmp_path, 80, 24) as terminal:
        terminal.wait("about 4 questions left")
        for key in ("4", "4", "\r"):
            terminal.send(key)
        terminal.wait("about 3 questions left")
        for key in (KEYS["down"], " "):
            terminal.send(key)
        terminal.wait(">1 [x]")
        terminal.resize(40, 16)
        shown = terminal.wait(">1 [x] It is hard to breathe.", "about 3 questions left")
        assert shown.count("hard to breathe") == 1
        terminal.send("\r")
        terminal.wait("c. Change this answer", "I have read this")
        terminal.send("\x1b")
        terminal.wait("Enter keeps it")
        terminal.send("\r")
        terminal.wait("y. I have read this")
        terminal.send("y")
        terminal.wait("EMERGENCY: Call 999 now")


def test_an_option_chooses_plain_mode(isolated_home: Path) -> None:
    with LineDriver(*tiny("--plain"), home=isolated_home) as tty:
        tty.wait(ANSWER)
        assert tty.control_codes == []
