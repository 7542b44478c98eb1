"""One run of the interview, with a stub in place of the terminal or of the disk."""

from __future__ import annotations

import errno
import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from time import time_ns

import pytest

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import Stopped, assessment_of
from backtriage.interview.state import Interview
from backtriage.render.by_extension import EXTENSIONS
from backtriage.shell import draft_times, drafts, older_drafts, output, prompts, terminal
from backtriage.shell.beginning import AnotherTimeError, Beginning
from backtriage.shell.files import ReadError, WriteError
from backtriage.shell.full import app
from backtriage.shell.full.state import EndReason, UiState, first_screen
from backtriage.shell.paths import drafts_folder
from backtriage.shell.private import PrivateFolder
from backtriage.shell.questionnaire import wording
from backtriage.shell.result import BeginJournal
from backtriage.shell.result_file import ResultFile
from backtriage.shell.session import Session
from backtriage.shell.sheets import InvalidSheetError
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support.interviews import SPIT, after, confirming
from tests.support.protocols import shipped, tiny
from tests.support.ui_states import pressed, words


def session(
    *, plain: bool = True, sheet: Path | None = None, output: Path | None = None,
    prepare: Callable[[], None] = lambda: None,
) -> Session:  # fmt: skip
    """An interview that resumes what is saved, unless it continues a sheet."""
    file = ResultFile(name=str(output), extensions=EXTENSIONS) if output else None
    return Session(
        program=tiny(), country="GB", plain=plain, audience="patient",
        resume=None if sheet else True, is_saved=True, output=file, rules=None,
        sheet=str(sheet) if sheet else None, prepare=prepare,
    )  # fmt: skip


def saved() -> list[Path]:
    """The drafts on disk."""
    folder = drafts_folder()
    assert folder
    return sorted(folder.iterdir()) if folder.exists() else []


def save(*answers: object, ref: str | None = None) -> None:
    """Save an interview that somebody has left."""
    store = drafts.DraftStore(drafts.new_name(tiny()))
    assert store.save(after(*answers), "GB", ref)
    store._hold(None)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[tuple[str, int]]]:
    """Type lines; return each prompt with the number of drafts that were there."""

    def type_(*lines: str) -> list[tuple[str, int]]:
        seen: list[tuple[str, int]] = []
        rest = iter(lines)

        def ask_line(prompt: str) -> str:
            seen.append((prompt, len(saved())))
            return next(rest)

        for module in (terminal, prompts):
            monkeypatch.setattr(module, "ask_line", ask_line)
        return seen

    return type_


def test_answers_are_gone_once_the_result_is_shown(
    typed: Callable[..., list[tuple[str, int]]],
) -> None:
    """The question for a file may stay there for hours."""
    save("44", "none", "longer", "no")
    seen = typed("y", "q", "")

    session().run()

    assert seen == [("Your answer:", 1), ("Your letter:", 1), ("For whom:", 0)]


@pytest.mark.parametrize("is_shown", [False, True])
def test_answers_are_gone_if_the_window_is_closed_once_the_result_is_shown(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch, *, is_shown: bool
) -> None:
    save("44", "none", "longer", "no")
    typed("y")

    def close(*_: object) -> None:
        raise terminal.Terminated(signal.SIGHUP)

    def show(*_: object) -> None:
        if not is_shown:
            close()
        monkeypatch.setattr(terminal, "ask_line", close)

    monkeypatch.setattr(terminal, "_print", show)
    with pytest.raises(Stopped) as stopped:
        session().run()

    assert stopped.value.signal == signal.SIGHUP
    assert len(saved()) == (not is_shown)


def test_answers_stay_if_the_terminal_is_gone_before_the_result(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    save("44", "none", "longer", "no")
    typed("y")

    def fail(_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(output, "detach_output", lambda: None)
    monkeypatch.setattr(terminal, "_print", fail)
    with pytest.raises(WriteError, match="cannot write the result to standard output"):
        session().run()

    assert len(saved()) == 1


@pytest.fixture
def full_screen(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[UiState], UiState]], None]:
    """Put a function in place of the full screen."""

    def use(run: Callable[[UiState], UiState]) -> None:
        monkeypatch.setattr(terminal, "is_full_screen_capable", lambda: True)
        monkeypatch.setattr(app, "run", lambda state, *_: run(state))

    return use


@pytest.mark.parametrize("was_seen", [True, False])
def test_answers_are_gone_if_the_window_is_closed_at_the_result(
    full_screen: Callable[[Callable[[UiState], UiState]], None],
    *,
    was_seen: bool,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save("44", "none", "longer", "no")

    def close(state: UiState) -> UiState:
        raise Stopped(state.interview, signal.SIGHUP, was_result_seen=was_seen)

    full_screen(close)
    with pytest.raises(Stopped):
        session(plain=False).run()

    assert len(saved()) == (0 if was_seen else 1)
    assert ("Your answers are kept" in capsys.readouterr().out) is not was_seen


@pytest.mark.parametrize("lines", [("x",), ("y", "x"), ("1", "x")])
def test_leaving_at_once_says_nothing(
    lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the review, at the end of the result, and from a question."""
    save("44", "none", "longer", "no")
    rest = iter(lines)
    monkeypatch.setattr(terminal, "read_line", lambda: next(rest))
    monkeypatch.setenv("TERM", "dumb")

    with pytest.raises(Stopped) as stopped:
        session().run()

    assert stopped.value.is_hidden
    assert capsys.readouterr().out.endswith("\n" * terminal.height())
    assert len(saved()) == ("y" not in lines)


def test_answers_are_gone_before_the_full_screen_offers_a_file(
    full_screen: Callable[[Callable[[UiState], UiState]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    save("44", "none", "longer", "no")
    left: list[list[Path]] = []

    def read(state: UiState) -> UiState:
        result = pressed(first_screen(state), "enter", "y")
        ended = pressed(result, "q")
        assert ended.end is EndReason.FINISHED
        return ended

    full_screen(read)
    monkeypatch.setattr(prompts, "choose_file", lambda *_, **__: left.append(saved()))
    session(plain=False).run()

    assert left == [[]]


def test_the_journal_that_an_interview_comes_from_is_known_when_it_is_gone_on_with(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be somebody else's, and the result goes there."""
    typed("44", "q")
    with pytest.raises(Stopped):
        replace(session(), resume=False, journal="/mother.jsonl").run()
    (draft,) = saved()
    left = draft.read_bytes()
    draft.unlink()  # its window may still hold the lock
    draft.touch(mode=0o600)
    draft.write_bytes(left)
    assert json.loads(left)["journal"] == "/mother.jsonl"
    typed("0", "2", "n", "y", "q")
    named: list[object] = []
    monkeypatch.setattr(
        "backtriage.shell.beginning.begin_journal", lambda journal, _: named.append(journal)
    )

    def save(
        assessment: Assessment, *_: object, begin_journal: BeginJournal, **__: object
    ) -> None:
        begin_journal(assessment)

    monkeypatch.setattr("backtriage.shell.session.save_result", save)

    session().run()

    assert named == ["/mother.jsonl"]


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return what lets two days go by."""

    def let_go_by() -> None:
        now = time_ns() + 2 * 24 * 60 * 60 * 10**9
        for module in (draft_times, drafts):
            monkeypatch.setattr(module, "time_ns", lambda: now)

    return let_go_by


def test_what_an_entry_has_answered_brings_no_advice_before_the_card(
    typed: Callable[..., list[tuple[str, int]]],
) -> None:
    """The pain of today is asked by entries and by the advice part."""
    typed("q")
    known = Answers({"pain_now": Decimal(4), "journal_weeks": Decimal(3)})

    with pytest.raises(Stopped) as stopped:
        replace(session(), program=shipped(), resume=None, known=known).run()

    assert stopped.value.interview.answers == known
    assert not stopped.value.interview.has_gone_on


def test_a_result_of_another_day_is_no_entry_of_today(later: Callable[[], None]) -> None:
    """The question where to save it may stand there for days."""
    beginning = Beginning(interview=after("44"), store=drafts.DraftStore("x.json"), country=None)
    beginning.store.heed_time()
    later()

    with pytest.raises(ReadError, match="this result is of another day"):
        beginning.begin_journal(assessment_of(after("44", "none", "longer", "no")))


def test_what_answers_meant_is_kept_though_none_is_left() -> None:
    begun = replace(after(), meant=Urgency.SAME_DAY)
    current = session()
    beginning = Beginning(interview=begun, store=drafts.DraftStore("x-0.json"), country=None)

    assert "kept" in current._keep(begun, beginning)
    assert len(saved()) == 1


@pytest.mark.parametrize("is_saved", [True, False])
@pytest.mark.parametrize(
    "lines", [("44", "0", "2", "-", "n"), ("44", "0", "2", "n", "-", "y")], ids=["asked", "review"]
)
def test_a_window_that_is_left_open_for_days_asks_each_question_again(
    lines: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, later: Callable[[], None],
    capsys: pytest.CaptureFixture[str], *, is_saved: bool,
) -> None:  # fmt: skip
    """From a question, or from the review, with what was said; but a "none" is not offered."""
    rest = iter([*lines, "=", "=", "1", "q"])

    def ask_line(_: str) -> str:
        line = next(rest)
        if line == "-":
            later()
            line = next(rest)
        return line

    for module in (terminal, prompts):
        monkeypatch.setattr(module, "ask_line", ask_line)
    with pytest.raises(Stopped) as stopped:
        replace(session(), resume=False, is_saved=is_saved).run()

    printed = " ".join(capsys.readouterr().out.split())
    asked_again = printed.partition("no longer count")[2]
    assert "each question comes again" in asked_again
    assert "EMERGENCY" in asked_again
    assert stopped.value.interview.answers.keys() == {"years", "airway"}
    assert len(saved()) == is_saved


def test_who_leaves_while_it_begins_again_is_told_how_to_go_on(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    def late(beginning: Beginning, interview: Interview) -> None:
        del beginning
        raise AnotherTimeError(interview)

    def leave(*_: object) -> str:
        raise KeyboardInterrupt

    typed("44")
    monkeypatch.setattr(Beginning, "heed_time", late)
    monkeypatch.setattr(Beginning, "again", leave)
    with pytest.raises(Stopped):
        replace(session(), resume=False).run()

    printed = " ".join(capsys.readouterr().out.split())
    assert "You stopped before the end." in printed
    assert "Your answers are kept." in printed
    assert json.loads(saved()[0].read_text())["answers"] == {"years": 44}


@pytest.mark.parametrize(
    ("answers", "screens"), [(("44", "none", "longer", "no"), 2), (("44", "breathing"), 1)]
)
def test_a_full_screen_that_is_left_open_for_days_begins_again(
    answers: tuple[str, ...], screens: int, monkeypatch: pytest.MonkeyPatch,
    later: Callable[[], None],
) -> None:  # fmt: skip
    """Also where nothing but the result is still to come, but not where an emergency stands."""
    save(*answers)
    shown: list[str] = []

    def run(state: UiState, save_draft: Callable[[Interview], str], *_: object) -> UiState:
        shown.append(words(first_screen(state)))
        if len(shown) == 1:
            later()
            save_draft(state.interview)
        raise Stopped(state.interview, signal.SIGINT)

    monkeypatch.setattr(app, "run", run)
    with pytest.raises(Stopped) as stopped:
        session(plain=False).run()

    assert json.loads(saved()[0].read_text())["answers"]  # nothing was given since
    assert len(shown) == screens
    assert ("each question comes again" in shown[-1]) is (screens > 1)
    assert bool(stopped.value.interview.answers) is (screens == 1)


def test_an_emergency_of_a_sheet_waits_for_no_disk(
    typed: Callable[..., list[tuple[str, int]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": ["breathing"]}')
    seen = typed("y")
    looks: list[int] = []
    folder = drafts._folder

    def look(**options: bool) -> PrivateFolder:
        looks.append(len(seen))
        return folder(**options)

    monkeypatch.setattr(drafts, "_folder", look)
    session(sheet=sheet).run()

    assert 0 not in looks


def test_an_emergency_in_a_sheet_of_an_older_version_is_known(tmp_path: Path) -> None:
    """It is said before what is wrong with the sheet."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"danger": ["chest"]}')

    with pytest.raises(InvalidSheetError) as raised:
        replace(session(), program=shipped(), sheet=str(sheet)).run()

    assert raised.value.partial.certain is Urgency.EMERGENCY


def test_an_emergency_waits_for_no_check_of_a_file(
    typed: Callable[..., list[tuple[str, int]]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Then the file is checked once it has been read."""
    save("44", "breathing")
    typed("y")
    last = tmp_path / "result.pdf"

    with pytest.raises(WriteError, match=r"end the name in .*The result is above"):
        session(output=last, prepare=lambda: pytest.fail("checked")).run()

    assert "EMERGENCY: Call 999 now" in capsys.readouterr().out
    assert not last.exists()


def test_what_comes_before_the_first_question_is_checked_before_it(
    typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    save("44", "none")
    typed()

    def prepare() -> None:
        raise WriteError("cannot write it")

    with pytest.raises(WriteError, match="cannot write it"):
        session(prepare=prepare).run()

    assert capsys.readouterr().out == ""
    assert len(saved()) == 1


@pytest.fixture
def doubtful_sheet(tmp_path: Path) -> Path:
    """A sheet with a doubt that alone is an emergency."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": ["drooling?"]}')
    return sheet


def test_a_doubt_that_is_pending_comes_after_the_opening(
    typed: Callable[..., list[tuple[str, int]]],
    doubtful_sheet: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The emergency is not shown yet, so what comes before every question does so here."""
    typed("q")
    checked: list[bool] = []

    with pytest.raises(Stopped):
        confirming_session(doubtful_sheet, lambda: checked.append(True)).run()

    printed = capsys.readouterr().out
    assert checked == [True]
    assert printed.index("Your answers stay") < printed.index(SPIT.text)
    assert "EMERGENCY: Call 999 now" in printed


def test_a_doubt_that_is_pending_is_told_whatever_fails(
    typed: Callable[..., list[tuple[str, int]]],
    doubtful_sheet: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Until it is confirmed the emergency stands."""
    typed()
    errors: tuple[BaseException, ...] = (WriteError("cannot write it"), KeyboardInterrupt())
    for error in errors:

        def prepare(error: BaseException = error) -> None:
            raise error

        with pytest.raises((WriteError, Stopped)):
            confirming_session(doubtful_sheet, prepare).run()

        assert "EMERGENCY: Call 999 now" in capsys.readouterr().out


def confirming_session(sheet: Path, prepare: Callable[[], None]) -> Session:
    return replace(session(sheet=sheet, prepare=prepare), program=confirming())


@pytest.mark.parametrize("name", ["{emergency_number}", "a b", "\x1b[31mX"])
def test_the_name_of_a_folder_is_said_as_it_can_be_typed(
    name: str, typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """No placeholder in it is filled, and no control character reaches the terminal."""
    save("44")
    typed("0", "q")

    with pytest.raises(Stopped):
        replace(session(), rules=Path(name)).run()

    printed = capsys.readouterr().out
    assert f"--rules '{name.replace(chr(27), '<U+001B>')}'" in printed
    assert "\x1b" not in printed


def test_the_way_of_asking_stays_when_the_window_changes(
    full_screen: Callable[[Callable[[UiState], UiState]], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A screen that was drawn is gone at its end, so the whole result is printed below."""
    save("44", "breathing")

    def shrink(state: UiState) -> UiState:
        monkeypatch.setattr(terminal, "is_full_screen_capable", lambda: False)
        return state

    full_screen(shrink)
    session(plain=False).run()

    assert "Sit up. Do not lie down." in capsys.readouterr().out


def test_a_reference_survives_a_break(
    typed: Callable[..., list[tuple[str, int]]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"ref": "A-7", "years": 44}')
    store = drafts.DraftStore("sore_throat-0123456789ab.json")
    typed("0", "q")
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "DraftStore", lambda _: store)
        with pytest.raises(Stopped):
            session(sheet=sheet).run()
    store._hold(None)  # as at the end of the process

    typed("2", "n", "y", "q", "")

    assert session().run().ref == "A-7"


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Make the file system read-only."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    def use() -> None:
        open_ = os.open

        def open_to_read(path: str, flags: int, *args: int, **options: int) -> int:
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                refuse()
            return open_(path, flags, *args, **options)

        monkeypatch.setattr(os, "open", open_to_read)
        for name in ("unlink", "replace", "mkdir", "fchmod"):
            monkeypatch.setattr(os, name, refuse)

    return use


def test_a_saved_emergency_is_shown_from_a_disk_that_cannot_be_written(
    typed: Callable[..., list[tuple[str, int]]],
    read_only: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    save("44", "breathing")
    read_only()
    seen = typed("y")

    assert session().run().answers == after("44", "breathing").answers

    out, err = capsys.readouterr()
    assert "EMERGENCY: Call 999 now" in out
    assert seen == [("Type y or c:", 1)]
    assert err == (
        "New answers cannot be saved: read-only file system.\n"
        f"Your saved answers are still in {drafts_folder()}, because they cannot be removed: "
        "read-only file system.\n"
    )


def test_answers_that_cannot_be_saved_again_are_not_said_to_be_kept(
    typed: Callable[..., list[tuple[str, int]]],
    read_only: Callable[[], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    save("44")
    read_only()
    typed("0", "q")

    with pytest.raises(Stopped):
        session().run()

    out, err = capsys.readouterr()
    assert err == "New answers cannot be saved: read-only file system.\n"
    assert (
        "Your last answers could not be saved: read-only file system. "
        "What was saved before is kept: 1 answer."
    ) in " ".join(out.split())


def test_of_several_saved_interviews_none_is_shown_unasked(
    typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Not even an emergency: the person may be another one."""
    save("44", "breathing")
    save("45", "drooling")
    seen = typed("3", "q")

    with pytest.raises(Stopped):
        session().run()

    out = capsys.readouterr().out
    assert seen[0] == ("Your answer:", 2)
    assert "Call 999" not in out.partition("Begin again")[0]
    assert "about 4 questions left" in out.partition("Begin again")[2]


def test_who_goes_on_reads_what_this_is_and_how_to_begin_again(
    typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    save("44")
    typed("q")

    with pytest.raises(Stopped):
        session().run()

    first = " ".join(capsys.readouterr().out.split()).partition("Is any of this true")[0]
    for said in ("1 answer kept.", "begin again with: backtriage ask --fresh", "Not a diagnosis."):
        assert said in first
    assert tiny().protocol.emergency_line.partition("{")[0] in first


def test_who_goes_on_reads_whose_the_answers_are(
    typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    """As the list of saved interviews says it, and no sign."""
    save("44", "none", "longer")
    typed("q")

    with pytest.raises(Stopped):
        session().run()

    first = " ".join(capsys.readouterr().out.split())
    assert "They say: age 44 years; a week or longer. Not yours? Leave, and begin" in first


def test_of_too_many_saved_interviews_it_is_said_that_there_are_more(
    typed: Callable[..., list[tuple[str, int]]],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """And `--resume` alone means none of them."""
    monkeypatch.setattr(drafts, "MOST_READ", 1)
    save("44")
    save("45")
    typed("2", "q")

    with pytest.raises(Stopped):
        session().run()

    shown = capsys.readouterr()
    assert "Left out: 1 older file of saved answers." in " ".join(shown.err.split())
    assert "There are saved answers." in shown.out


def note_above() -> str:
    (draft,) = drafts.find_drafts(tiny()).free
    return f"These answers were saved on {draft.when}. Not yours?"


def test_above_a_saved_emergency_stands_when_it_was_saved(
    typed: Callable[..., list[tuple[str, int]]], capsys: pytest.CaptureFixture[str]
) -> None:
    save("44", "breathing")
    note = note_above()
    typed("y")

    session().run()

    assert capsys.readouterr().out.startswith(note)


def test_above_a_saved_emergency_on_the_full_screen_stands_when_it_was_saved(
    full_screen: Callable[[Callable[[UiState], UiState]], None],
) -> None:
    """Until it is answered anew."""
    save("44", "breathing")
    note = note_above()
    shown: list[str] = []

    def read(state: UiState) -> UiState:
        first = first_screen(state)
        again = pressed(first, "c", "enter")
        shown.extend(map(words, (first, again)))
        return pressed(again, "y")

    full_screen(read)
    session(plain=False).run()

    assert [page.startswith(note) for page in shown] == [True, False]
    assert all("EMERGENCY: Call 999 now" in page for page in shown)


def conceal() -> None:
    """Save the interview of somebody who went on for another person, up to the last review."""
    store = drafts.DraftStore(drafts.new_name(tiny()))
    given = replace(after("44", "none", "longer", "no"), concealed=frozenset({"airway"}))
    assert store.save(given, "GB")
    store._hold(None)


def test_no_file_that_is_asked_for_is_a_full_record_of_what_is_concealed(
    typed: Callable[..., list[tuple[str, int]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    conceal()
    typed("y", "q", "1", str(tmp_path / "r.json"), str(tmp_path / "r.md"))

    session().run()

    said = " ".join(capsys.readouterr().out.split())
    assert said.count(wording.CONCEALED) == 2
    assert "it is the full record" not in said
    assert [path.name for path in tmp_path.glob("r.*")] == ["r.md"]


@pytest.mark.parametrize("private", [True, False])
def test_no_output_file_is_one_either(
    typed: Callable[..., list[tuple[str, int]]], tmp_path: Path, *, private: bool
) -> None:
    conceal()
    typed("y", "q")
    path = tmp_path / "r.json"
    run = replace(session(output=path), private=private)

    if private:
        run.run()
    else:
        with pytest.raises(WriteError, match=wording.CONCEALED):
            run.run()

    assert path.exists() is private


def test_ctrl_c_while_leaving_hides_no_emergency(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """A program that starts this one may pass it on once more."""
    before = Session._say_goodbye

    def interrupted(run: Session, interview: Interview, beginning: Beginning, kept: str) -> None:
        signal.raise_signal(signal.SIGINT)  # to this thread
        before(run, interview, beginning, kept)

    monkeypatch.setattr(Session, "_say_goodbye", interrupted)
    save("44", "breathing")
    typed("q")

    with pytest.raises(KeyboardInterrupt):
        session().run()

    assert "Your answers are kept." in " ".join(capsys.readouterr().out.split())
    assert saved()


def test_an_emergency_of_earlier_questions_comes_first_and_when_leaving(
    typed: Callable[..., list[tuple[str, int]]], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    save("44", "none")
    (path,) = saved()
    record = json.loads(path.read_text())
    path.write_text(json.dumps(record | {"answers": {"years": 44, "gone": True}}))
    meant = assessment_of(after("44", "breathing"), "GB")
    monkeypatch.setattr(older_drafts, "assess_as_older", lambda *_: meant)
    monkeypatch.setattr(older_drafts, "recalling", lambda restored, _: restored)
    typed("q")

    with pytest.raises(Stopped):
        session().run()

    out = " ".join(capsys.readouterr().out.split())
    first, asked, left = out.partition("Is any of this true right now?")
    assert asked
    for part in (first, left):
        assert "EMERGENCY: Call 999 now" in part
        assert "That is what your saved answers meant, and it still holds." in part
    assert first.startswith("EMERGENCY")
    assert "There is no result yet" not in left
