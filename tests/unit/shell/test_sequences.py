"""What a terminal sends, character by character, and the keys that it means."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from backtriage.shell.sequences import (
    MAX_PASTE,
    PASTE_KEY,
    PATIENCE_SECONDS,
    TYPING_PAUSE_SECONDS,
    UNDO_ESCAPE,
    Key,
    Reader,
    pause,
    read,
)
from tests.support.terminal_noise import CUT, MEANINGLESS, noise
from tests.support.tier import examples

LATE = PATIENCE_SECONDS + 0.3
TYPING = TYPING_PAUSE_SECONDS
PAUSE = None
"""A pause after which an Escape by itself counts."""


def keys_of(*typed: str | float | None) -> list[str]:
    """The names of the keys in texts, with pauses and seconds between; a paste is its text."""
    reader, now, found = Reader(), 0.0, list[Key]()
    for each in typed:
        if isinstance(each, float):
            now += each
            continue
        reader, keys = pause(reader) if each is None else read(reader, each, now)
        found += keys
    return [f"paste:{key.text}" if key.name == PASTE_KEY else key.name for key in found]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("aé1?", ["a", "é", "1", "?"]),
        ("\r\n\t\x7f\x08\x02\x03\x04", ["c-m", "c-j", "c-i", "c-h", "c-h", "c-b", "c-c", "c-d"]),
        ("\x1c\x1b[92;5u\x1b[27;5;92~", ["c-\\"] * 3),
        ("\x1b[A\x1b[B\x1b[C\x1b[D", ["up", "down", "right", "left"]),
        ("\x1bOA\x1bOB\x1bOC\x1bOD", ["up", "down", "right", "left"]),
        ("\x9bA\udc9bA\x8fA\udc8fA", ["up"] * 4),
        ("\x1b[H\x1b[F\x1b[1~\x1b[4~\x1b[7~\x1b[8~", ["home", "end"] * 3),
        ("\x1b[3~\x1b[5~\x1b[6~\x1b[Z", ["delete", "pageup", "pagedown", "s-tab"]),
        ("\x1bOP\x1b[11~\x1b[P\x1b[1;1P", ["f1"] * 4),
        # The keypad in application mode.
        ("".join(f"\x1bO{final}" for final in "pqrstuvwxy"), list("0123456789")),
        ("\x1bOM\x1bOn\x1bOm\x1bOI\x1bO ", ["c-m", ".", "-", "c-i", " "]),
        # The kitty protocol.
        ("\x1b[13u\x1b[13;1u\x1b[13;1:1u\x1b[13;1:2u", ["c-m"] * 4),
        ("\x1b[27u\x1b[9u\x1b[127u\x1b[32u\x1b[49u", ["escape", "c-i", "c-h", " ", "1"]),
        ("\x1b[99;5u\x1b[100;5u\x1b[98;5:1u\x1b[1089::99;5u", ["c-c", "c-d", "c-b", "c-c"]),
        ("\x1b[9;2u\x1b[1;2Z\x1b[13;2u", ["s-tab", "s-tab", "c-m"]),
        ("\x1b[97;2u\x1b[97:65;2u\x1b[47:63;2u\x1b[47;2;63u", ["A", "A", "?", "?"]),
        ("\x1b[1;129A\x1b[97;65u\x1b[5;1:2~", ["up", "a", "pageup"]),
        ("".join(f"\x1b[{57399 + digit}u" for digit in range(10)), list("0123456789")),
        ("\x1b[57414u\x1b[57409u\x1b[57417u\x1b[57420;129u", ["c-m", ".", "left", "down"]),
        # modifyOtherKeys of xterm.
        ("\x1b[27;5;99~\x1b[27;2;63~\x1b[27;2;65~\x1b[27;2;9~", ["c-c", "?", "A", "s-tab"]),
        ("\x1b[27;2;13~\x1b[27;1;49~", ["c-m", "1"]),
    ],
)  # fmt: skip
def test_keys(sent: str, keys: list[str]) -> None:
    assert keys_of(sent, PAUSE) == keys


@pytest.mark.parametrize("sent", MEANINGLESS)
def test_replies_reports_and_unknown_keys_are_no_key(sent: str) -> None:
    assert keys_of(sent, PAUSE) == []
    assert keys_of(sent, PAUSE, "y") == ["y"]


@pytest.mark.parametrize("sent", CUT)
def test_a_sequence_without_its_end_is_no_key(sent: str) -> None:
    """And after it keys count again: Ctrl-C at once, the others in time."""
    assert keys_of(sent, PAUSE) == []
    assert keys_of(sent, PAUSE, "\x03") == ["c-c"]
    if "200~" in sent:
        sent += "\x1b[201~"  # nothing else ends a paste, in whatever time
    for cut in ((sent, PAUSE), (sent,)):
        assert keys_of(*cut, LATE, "y", PAUSE, TYPING, "y1\r")[-3:] == ["y", "1", "c-m"]


PASTE = "\x1b[200~2\ry\x1b[201~"


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        (PASTE, ["paste:2 y"]),
        ("\x1b]11;rgb:1e1e/2y1q\r/1\x1b\\", []),
        ("\x1bP1$r2 q\x1b\\", []),
        ("\x1b[<35;1;2M", []),
        ("\x1b[1;5D", []),
        ("\x1b[M !!", []),
    ],
)
def test_the_rest_of_a_sequence_is_no_key_however_late(sent: str, keys: list[str]) -> None:
    for at in range(2, len(sent)):
        late = keys_of(sent[:at], PAUSE, LATE, sent[at:], PAUSE)
        assert late in ([], keys)
        assert keys_of(sent[:at], PAUSE, LATE, sent[at:], PAUSE, TYPING, "y") == [*late, "y"]
    assert keys_of("\x1b", PAUSE, LATE, "[A2\r", PAUSE) == ["escape", UNDO_ESCAPE]


def test_a_paste_is_waited_for_without_end() -> None:
    """Also if its start mark was cut; only Ctrl-C leaves it."""
    for start in ("\x1b[200~", "\x1b[200~1", "\x1b[200~1\x1b[201"):
        assert keys_of(start, PAUSE, LATE, "2", PAUSE, 0.2, "\r", PAUSE, 99.0, "y") == []
        assert keys_of(start, PAUSE, LATE, "2", PAUSE, LATE, "\x03") == ["c-c"]
    assert keys_of("\x1b[20", PAUSE, LATE, "0~2", PAUSE, LATE, "\r", PAUSE, 99.0, "y") == []
    assert keys_of("\x1b[200~2", PAUSE, LATE, "\x1b[201~", PAUSE, "y") == ["paste:2", "y"]


@pytest.mark.parametrize("sent", [cut for cut in CUT if "200~" not in cut])
def test_what_follows_late_counts_after_a_pause_in_typing(sent: str) -> None:
    """Ctrl-C at once."""
    assert keys_of(sent, PAUSE, LATE, "2", PAUSE, 0.2, "\r", PAUSE) == []
    assert keys_of(sent, PAUSE, LATE, "2", PAUSE, TYPING, "1\r") == ["1", "c-m"]
    assert keys_of(sent, PAUSE, LATE, "2", PAUSE, 0.2, "\x03") == ["c-c"]


@pytest.mark.parametrize("sent", [cut for cut in CUT if "200~" not in cut])
def test_a_control_character_ends_what_was_cut(sent: str) -> None:
    assert keys_of(sent, PAUSE, "\r") == ["c-m"]
    assert keys_of(sent, PAUSE, "\x7f", PAUSE, "1") == ["c-h", "1"]


@pytest.mark.parametrize("sent", [cut for cut in CUT if "200~" not in cut and cut[-1] != "\x1b"])
def test_an_escape_begins_another_sequence(sent: str) -> None:
    assert keys_of(f"{sent}\x1b[Ay", PAUSE) == ["up", "y"]
    assert keys_of(sent, PAUSE, "\x1b[A", PAUSE, "y") == ["up", "y"]


def test_escape_by_itself_is_a_key() -> None:
    assert keys_of("\x1b") == []
    assert keys_of("\x1b", PAUSE) == ["escape"]
    assert keys_of("\x1b", PAUSE, PAUSE) == ["escape"]
    assert keys_of("\x1b", PAUSE, "\x1b", PAUSE) == ["escape", "escape"]
    assert keys_of("\x1b", PAUSE, "y") == ["escape", "y"]
    assert keys_of("\x1b", PAUSE, "\x1b[A") == ["escape", "up"]


@pytest.mark.parametrize(
    "sent", ["\x1b\x1b", "\x1by", "\x1b1", "\x1b\r", "\x1b\t", "\x1b\x7f", "\x1b ", "\x1bé",
             "\x1b[I\x1b", "\x1b[1\x1b"],
)  # fmt: skip
def test_escape_with_anything_at_once_is_no_key(sent: str) -> None:
    """Alt and a character is not the character."""
    assert keys_of(sent, PAUSE) == []


def test_escape_after_another_key_is_a_key() -> None:
    assert keys_of("1\x1b", PAUSE) == ["1", "escape"]
    assert keys_of("\x1b[Z", "\x1b", PAUSE) == ["s-tab", "escape"]


@pytest.mark.parametrize("cut", ["\x1b[M", "\x1b[M!", "\x9bM!!"])
def test_a_reply_after_a_cut_mouse_report_is_no_key(cut: str) -> None:
    """Its first byte could be a place too, and then the digits after it would be keys."""
    assert keys_of(cut, PAUSE, "\udc9d11;rgb:1/1/1\x07", PAUSE, "1") == ["1"]


def test_ctrl_c_counts_within_a_sequence() -> None:
    for sent in ("\x1b\x03", "\x1b[\x03", "\x1b[1;\x03", "\x1bO\x03", "\x1b[M!\x03", "\x1b(\x03"):
        assert keys_of(sent, PAUSE) == ["c-c"]


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[A", ["up"]), ("\x1bOB", ["down"]), ("\x1b[1;129D", ["left"]),
        ("\x1b[6~", ["pagedown"]), ("\x1b[13u", ["c-m"]), ("\x1bOq", ["1"]), ("\x1b[O", []),
        ("\x1b]11;rgb:1/1/1\x1b\\", []),
        ("\x1bP1$r2 q\x1b\\", []), ("\x1b[M !!", []), ("\x1b[27;5;13~", []),
        ("\x1b[200~1\ry\x1b[201~", ["paste:1 y"]),
    ],
)  # fmt: skip
def test_a_pause_within_a_sequence_changes_nothing(sent: str, keys: list[str]) -> None:
    """After its Escape the key Esc is reported, and then undone."""
    for seconds in (0.15, 1.0, PATIENCE_SECONDS * 0.9):
        pauses = [part for character in sent for part in (character, PAUSE, seconds)]
        assert keys_of(*pauses) == ["escape", UNDO_ESCAPE, *keys]
        for at in range(2, len(sent)):
            assert keys_of(sent[:at], PAUSE, seconds, sent[at:], PAUSE) == keys


def test_a_key_after_the_key_escape_is_not_taken_for_the_rest_of_a_sequence() -> None:
    for typed in ("y", "1", "N", "\r", "\x03", " "):
        assert keys_of("\x1b", PAUSE, typed)[0] == "escape"
        assert UNDO_ESCAPE not in keys_of("\x1b", PAUSE, typed, PAUSE)
    assert keys_of("\x1b", PAUSE, "[", PAUSE, "\r") == ["escape", "c-m"]


@pytest.mark.parametrize(
    ("pasted", "text"),
    [
        ("44", "44"),
        ("44\r\n1\n y\t", "44 1 y"),
        ("\x1b[A", ""),
        ("1\x1b[B2", ""),
        ("1\x03", ""),
        ("\N{RIGHT-TO-LEFT OVERRIDE}a", ""),
        ("a" * MAX_PASTE, "a" * MAX_PASTE),
        ("a" * (MAX_PASTE + 1), ""),
        ("a" * 9 * MAX_PASTE, ""),
    ],
)
def test_a_paste(pasted: str, text: str) -> None:
    assert keys_of(f"\x1b[200~{pasted}\x1b[201~", PAUSE, "y") == [f"paste:{text}", "y"]


def test_an_end_mark_in_the_pasted_text_sets_nothing_free() -> None:
    assert keys_of("\x1b[200~1\x1b[201~y\r\x1b[201~", PAUSE, "2") == ["paste:1", "2"]
    assert keys_of("\x1b[201~", PAUSE) == []


@st.composite
def chunked(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A text, and the same text in pieces."""
    text = draw(
        st.one_of(noise(), st.text(), st.text("\x1b[]OPM12;~AuRy\r\x07\\\x9b\udc9b é\x03"))
    )
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=9)))
    return text, [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@settings(max_examples=examples(1000))
@given(chunked())
@example((f"\x1b[{'1' * 99} 1y", ["\x1b[", *"1" * 99, " ", "1", "y"]))
@example((f"\x1b]{'1' * 99}\x1b\\y", ["\x1b]", *"1" * 99, "\x1b", "\\y"]))
@example((f"\x1b[200~{'1' * 3000}\x1b[201~", ["\x1b[200~", *["1" * 10] * 300, *"\x1b[201~"]))
def test_pieces_of_a_text_mean_the_same_keys(case: tuple[str, list[str]]) -> None:
    text, pieces = case
    assert keys_of(*pieces, PAUSE) == keys_of(text, PAUSE)


@settings(max_examples=examples(1000))
@given(noise())
def test_no_unknown_sequence_is_a_key(sent: str) -> None:
    assert keys_of(sent, PAUSE) in ([], ["paste:"])


@pytest.mark.parametrize(
    "start", ["\x1b", "\x1b[", "\x1b[1", "\x1bO", "\x1b]", "\x1bP", "\x1b[200~", "\x1b("]
)
@pytest.mark.parametrize("more", ["1", ";", " ", "\x1b", "x"])
def test_little_is_kept_of_a_sequence_that_does_not_end(start: str, more: str) -> None:
    reader = Reader()
    for piece in (start, *[more * 512] * 20):
        reader, _ = read(reader, piece, 0.0)
        assert len(reader.unfinished) < 2 * MAX_PASTE
