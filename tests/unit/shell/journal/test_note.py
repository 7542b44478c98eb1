"""A note in the person's own words."""

from __future__ import annotations

import pytest

from backtriage.journal.entries import MAX_NOTE
from backtriage.shell import terminal
from backtriage.shell.journal import note
from backtriage.shell.terminal import HIDE, Hidden

pytestmark = pytest.mark.first_only


def asked(monkeypatch: pytest.MonkeyPatch, *lines: str, more: int = 0) -> str:
    """Return the note of what is typed in plain mode, of which the last lines are pasted."""
    rest = iter(lines)
    waiting = iter([bool(more), *[True] * (more - 1)])
    monkeypatch.setattr(note, "ask_line", lambda *_: next(rest))
    monkeypatch.setattr(note, "read_line", lambda: next(rest))
    monkeypatch.setattr(note, "is_waiting", lambda **_: next(waiting, False))
    return note.ask_note(plain=True)


def test_a_note_is_typed_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "  Dug the\tgarden. ", "") == "Dug the garden."


def test_a_note_may_have_several_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also a blank line, as in a paste: an empty line ends it once nothing more comes."""
    assert asked(monkeypatch, "Slept.", "", "Calf hot.", "", more=1) == "Slept. Calf hot."
    assert "An empty line ends it." in capsys.readouterr().out
    assert asked(monkeypatch, "") == ""


def test_a_line_that_the_terminal_may_have_cut_is_typed_again(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = iter(["\u044f" * 2048, "x" * 4001, "Fine."])
    monkeypatch.setattr(terminal, "read_line", lambda: next(typed))

    assert terminal.ask_line("Note:", MAX_NOTE) == "Fine."
    assert capsys.readouterr().out.count("That line is too long") == 2


@pytest.mark.parametrize("odd", ["\u8a00" * 1365, "x" * 4095])
def test_each_line_of_a_paste_may_have_been_cut(odd: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(monkeypatch, "One", odd, "", "Fine.", "") == "Fine."


def test_the_end_of_input_ends_several_lines_and_x_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def ended_by(*lines: str) -> str:
        rest = iter(lines[:-1])

        def read_line() -> str:
            for line in rest:
                return line
            raise EOFError(lines[-1])

        monkeypatch.setattr(note, "ask_line", lambda *_: "One.")
        monkeypatch.setattr(note, "read_line", read_line)
        return note.ask_note(plain=True)

    assert ended_by("Two.", "Three") == "One. Two. Three"
    with pytest.raises(Hidden):
        ended_by(" X ")
    with pytest.raises(Hidden):
        asked(monkeypatch, "One", "x")


def test_a_note_can_be_left_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Hidden):
        asked(monkeypatch, HIDE, "")


def test_a_note_has_no_characters_that_do_not_print_and_not_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typed = iter(["a\u202eb", "x" * (MAX_NOTE + 1), "Fine."])
    monkeypatch.setattr(note, "ask_text", lambda _: next(typed))
    assert note.ask_note(plain=False) == "Fine."
