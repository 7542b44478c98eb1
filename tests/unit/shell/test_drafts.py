"""Drafts: what is found, who may go on with one, and what is left of it."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import NoReturn

import pytest
from msgspec.structs import replace as replace_fields

from backtriage.decide.assessment import assess
from backtriage.interview.interview import view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import restore, serialise
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, change, start
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.program.words import Words
from backtriage.render.page.phrasing import pluralise
from backtriage.shell import drafts, locking, older_drafts, older_sheets
from backtriage.shell.drafts import (
    MOST_READ,
    Draft,
    DraftStore,
    find_drafts,
    new_name,
    take_over,
)
from backtriage.shell.forget import forget
from backtriage.shell.older_drafts import alarm_after
from backtriage.shell.paths import drafts_folder
from backtriage.shell.prompts import _label
from backtriage.shell.questionnaire.pages import PageContext, resumed_page
from backtriage.terms.answers import Answers
from backtriage.terms.value import Ticks
from tests.support.interviews import after
from tests.support.protocols import ANKLE, ROOT, TINY, program_in, shipped, tiny


@pytest.fixture
def folder(isolated_home: Path) -> Path:
    """The folder of drafts, which need not exist."""
    return isolated_home / ".local" / "state" / "backtriage" / "drafts"


def saved(*answers: object) -> DraftStore:
    """Save an interview that goes on."""
    store = DraftStore(new_name(tiny()))
    assert store.save(after(*answers), "GB")
    return store


def left(*answers: object) -> Path:
    """Save an interview that somebody has left; return its file."""
    store = saved(*answers)
    store._hold(None)
    folder = drafts_folder()
    assert folder
    return folder / store._name


def test_a_draft_is_offered_once_its_interview_was_left(folder: Path) -> None:
    store = saved("44", [])
    (path,) = folder.iterdir()

    running = find_drafts(tiny())
    assert (running.free, running.is_any_in_use, running.unreadable) == ((), True, {})

    store._hold(None)
    found = find_drafts(tiny())
    (draft,) = found.free
    assert not found.is_any_in_use
    assert draft.name == path.name
    assert draft.restored.interview == after("44", [])
    assert find_drafts(program_in(ANKLE)).free == ()


def test_of_two_windows_that_were_offered_a_draft_one_gets_it() -> None:
    left("44")
    (one,), (two,) = find_drafts(tiny()).free, find_drafts(tiny()).free

    store, restored = take_over(one, tiny())
    with pytest.raises(OSError, match="it is in use in another window"):
        take_over(two, tiny())
    assert find_drafts(tiny()).is_any_in_use

    assert restored.interview == after("44")
    assert store.save(after("44", []), "GB")
    with pytest.raises(OSError, match="it is in use in another window"):
        take_over(two, tiny())
    store.delete()
    with pytest.raises(FileNotFoundError):
        take_over(two, tiny())


def test_a_draft_is_read_again_when_it_is_taken_over() -> None:
    """Another window may have gone on with it, and left it, since it was found."""
    left("44")
    (draft,) = find_drafts(tiny()).free
    other, _ = take_over(draft, tiny())
    other.save(after("44", []), "GB")
    other._hold(None)

    _, restored = take_over(draft, tiny())

    assert restored.interview == after("44", [])


def test_a_draft_that_was_damaged_meanwhile_is_not_taken_over(folder: Path) -> None:
    left("44")
    (draft,) = find_drafts(tiny()).free
    (folder / draft.name).write_text("{")

    with pytest.raises(OSError, match="they have changed"):
        take_over(draft, tiny())
    assert (folder / draft.name).read_text() == "{"


def loose(path: Path) -> None:
    path.chmod(0o620)


def unpacked(path: Path) -> None:
    path.chmod(0o644)


def a_link(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def a_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


REFUSED: dict[Callable[[Path], None], str] = {
    loose: "other users can write to it",
    unpacked: "its mode is 0644 and not 0600",
    a_link: "it is a symbolic link",
    a_pipe: "not a regular file",
    a_folder: "is a directory",
}


@pytest.mark.parametrize(
    ("spoil", "why"), REFUSED.items(), ids=[spoil.__name__ for spoil in REFUSED]
)
def test_what_is_no_draft_of_ours_is_left_alone(spoil: Callable[[Path], None], why: str) -> None:
    """Also if it becomes so after it was found; other drafts are still offered."""
    path, other = left("44"), left("45")
    before = [draft for draft in find_drafts(tiny()).free if draft.name == path.name]
    spoil(path)

    found = find_drafts(tiny())

    assert found.unreadable == {path: why}
    assert [draft.name for draft in found.free] == [other.name]
    with pytest.raises(OSError, match=f"(?i){why}"):
        take_over(before[0], tiny())


def test_drafts_of_another_user_are_left_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the superuser runs with the home of somebody else."""
    path = left("44")
    before = path.read_text()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert find_drafts(tiny()).unreadable == {folder: "it belongs to another user"}
    store = DraftStore(new_name(tiny()))
    assert not store.save(after("45"), "GB")
    assert store.error == "it belongs to another user"
    assert next(removal.left for removal in forget()) == {folder: "it belongs to another user"}
    assert [entry.read_text() for entry in folder.iterdir()] == [before]


@pytest.mark.parametrize("part", ["drafts", "backtriage"])
def test_a_linked_folder_is_neither_read_nor_written(
    folder: Path, tmp_path: Path, part: str
) -> None:
    left("44")
    linked = folder if part == "drafts" else folder.parent
    linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(tmp_path / "elsewhere")
    names = sorted((tmp_path / "elsewhere").rglob("*"))

    assert find_drafts(tiny()).unreadable == {folder: "it is a symbolic link"}
    store = DraftStore(new_name(tiny()))
    assert not store.save(after("45"), "GB")
    assert store.error == "it is a symbolic link"
    assert store.delete() == ""
    assert sorted((tmp_path / "elsewhere").rglob("*")) == names


def test_no_folder_is_made_through_a_link(folder: Path, tmp_path: Path) -> None:
    folder.parent.parent.mkdir(parents=True)
    folder.parent.symlink_to(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    assert not DraftStore(new_name(tiny())).save(after("45"), "GB")
    assert sorted(tmp_path.rglob("*")) == before


def test_all_that_is_saved_is_private(folder: Path, isolated_home: Path) -> None:
    """Even where new files have every right, or the folders had."""
    before = os.umask(0)
    try:
        left("44")
        for path in (folder, folder.parent):
            path.chmod(0o777)
        left("45")
    finally:
        os.umask(before)

    made = list((isolated_home / ".local").rglob("*"))
    assert len(made) == 5
    assert {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in made} == {0}


@pytest.mark.parametrize("seconds", [-(2**62), -62135683200, 253402387200, 2**62])
def test_a_draft_of_a_time_in_no_calendar_is_offered(seconds: int) -> None:
    """Before the year 1, or after the year 9999."""
    left("44")
    (draft,) = find_drafts(tiny()).free

    assert _label(replace(draft, saved_ns=seconds * 10**9)) == "Go on (1 answer: age 44 years)"


@pytest.mark.parametrize("seconds", [-1, 0, 2**31])
def test_a_draft_of_an_unlikely_time_is_offered(seconds: int) -> None:
    os.utime(left("44"), (seconds, seconds))
    (draft,) = find_drafts(tiny()).free

    assert _label(draft) == f"Go on (1 answer, {draft.when}: age 44 years)"


def test_of_thousands_of_drafts_the_latest_are_read(folder: Path) -> None:
    """In no more time than a few take; those of another protocol are no concern."""
    one = left("44")
    text = one.read_bytes()
    for number in range(5_000):
        path = folder / f"sore_throat-{number:012x}.json"
        path.write_bytes(text)
        path.chmod(0o600)
        os.utime(path, (number, number))
    for number in range(MOST_READ):
        (folder / f"other-{number:012x}.json").write_bytes(b"{}")

    begun = perf_counter()
    found = find_drafts(tiny())

    assert perf_counter() - begun < 2
    names = [f"sore_throat-{number:012x}.json" for number in range(4_999, 5_000 - MOST_READ, -1)]
    assert [draft.name for draft in found.free] == [one.name, *names]
    assert found.older == 5_001 - MOST_READ
    assert not found.are_all_free


def test_people_are_told_apart_by_their_first_answers_and_no_sign() -> None:
    """Neither by an item of a list, nor by a yes, nor by a doubt."""
    for answers, told in (
        (("44", "none", "longer", "no"), ": age 44 years; a week or longer"),
        (("9", "none", "not_sure"), ": age 9 years"),
        ((), ""),
    ):
        restored = Restored(interview=after(*answers), country=None, ref=None, same_protocol=True)
        draft = Draft(name="a.json", saved_ns=2**99, restored=restored, is_in_use=False)
        assert _label(draft) == f"Go on ({pluralise(len(answers), 'answer', 'answers')}{told})"


def test_nobody_is_told_apart_by_what_is_private() -> None:
    years, *rest = tiny().protocol.questions
    questions = (replace_fields(years, private=True), *rest)
    program = build_program(replace_fields(tiny().protocol, questions=questions))
    interview = after("44", "none", "longer", program=program)
    restored = Restored(interview=interview, country=None, ref=None, same_protocol=True)
    draft = Draft(name="a.json", saved_ns=2**99, restored=restored, is_in_use=False)

    assert _label(draft) == "Go on (3 answers: a week or longer)"


def test_names_that_are_not_utf_8_do_no_harm(folder: Path) -> None:
    path = left("44")
    strange = os.fsencode(folder) + b"/sore_throat-\xff.json"
    os.link(path, strange)
    os.utime(strange)

    found = find_drafts(tiny())

    assert len(found.free) == 2
    assert found.unreadable == {}


def test_saving_again_after_the_folder_is_gone_makes_it_again(folder: Path) -> None:
    store = saved("44")
    (path,) = folder.iterdir()
    path.unlink()
    folder.rmdir()

    assert store.save(after("44", []), "GB")
    written = json.loads(path.read_text())
    assert written.pop("begun") > 0
    assert written == json.loads(serialise(after("44", []), "GB"))
    assert find_drafts(tiny()).is_any_in_use


def test_the_first_answer_is_saved_though_the_folder_is_removed_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By `forget` in another window, which finds it empty."""
    removed: list[object] = []

    def forgetting(*words: object) -> int:
        if not removed:
            removed.append(forget())
        return locking.replace(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(drafts, "replace", forgetting)
    store = drafts.DraftStore(drafts.new_name(tiny()))

    assert store.save(after("30"), "GB")
    assert removed
    assert len(find_drafts(tiny()).free) + find_drafts(tiny()).is_any_in_use == 1


def test_a_full_disk_keeps_what_was_saved_before(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = saved("44", [])
    (path,) = folder.iterdir()
    before = path.read_bytes()

    def full(_: int) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)

    assert not store.save(after("44", [], "longer"), "GB")
    assert (store.kept, store.error) == (2, "no space left on device")
    assert [(entry, entry.read_bytes()) for entry in folder.iterdir()] == [(path, before)]
    assert find_drafts(tiny()).is_any_in_use


def test_deleting_leaves_nothing_but_what_others_use(folder: Path) -> None:
    mine, theirs = saved("44"), saved("45")
    (folder / f".{mine._name}.0123abcd.backtriage").write_text("half")
    (folder / ".sore_throat-0123456789ab.json.0123abcd.backtriage").write_text("half")

    assert mine.delete() == ""

    assert [path.name for path in folder.iterdir()] == [theirs._name]
    assert find_drafts(tiny()).is_any_in_use


def test_a_draft_that_cannot_be_deleted_is_not_passed_over_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = saved("44")

    def refuse(*_: object, **__: object) -> NoReturn:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(os, "unlink", refuse)

    assert store.delete() == "read-only file system"


@pytest.mark.parametrize("home", ["home", ".", "{}/no/body"])
def test_without_a_home_nothing_is_saved_anywhere(
    home: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("HOME", home.format(tmp_path))
    store = DraftStore(new_name(tiny()))

    assert not store.save(after("44"), "GB")
    assert store.error in {"this user has no home", "no such file or directory"}
    assert find_drafts(tiny()).free == ()
    assert store.delete() == ""
    assert list((tmp_path / "here").iterdir()) == []
    assert not (tmp_path / "no").exists()


def test_forget_ends_well_where_all_folders_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    store = saved("44")
    store._hold(None)
    journals = tmp_path / "backtriage" / "journal"
    journals.mkdir()
    (journals / "back.jsonl").touch()

    assert [removal.left for removal in forget()] == [{}, {}]
    assert [*(tmp_path / "backtriage").iterdir()] == [journals]


def test_forget_leaves_what_another_window_uses(folder: Path) -> None:
    store = saved("44")
    path = left("45")
    (folder / f".{path.name}.0123abcd.backtriage").write_text("half")

    removal, _ = forget()

    assert removal.left == {folder / store._name: "it is in use in another window"}
    assert set(removal.removed) == {path, folder / f".{path.name}.0123abcd.backtriage"}
    store._hold(None)
    assert forget()[0].removed == (folder / store._name,)
    assert not folder.parent.exists()


def test_forget_goes_on_after_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, two = sorted((left("44"), left("45")))
    unlink = os.unlink

    def refuse(name: str, **options: int) -> None:
        if name == one.name:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        unlink(name, **options)

    monkeypatch.setattr(os, "unlink", refuse)

    removal, _ = forget()

    assert (removal.removed, removal.left) == ((two,), {one: "operation not permitted"})
    assert list(folder.iterdir()) == [one]


def test_names_are_those_that_forget_knows() -> None:
    assert re.fullmatch(drafts.NAMES, new_name(tiny()))
    assert re.fullmatch(drafts.NAMES, new_name(program_in(ANKLE)))


# -- emergencies of older rules ----------------------------------------------------------------

FIRST = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"


def left_under_version_1(*given: str, concealed: bool = False) -> Draft:
    """Return what is found of an interview that version 1 of the shipped rules began."""
    old = program_in(FIRST)
    state = after(*given, program=old)
    if concealed:
        state = replace(state, concealed=frozenset({"danger"}))
    store = DraftStore(new_name(old))
    assert store.save(state, "GB")
    store._hold(None)
    (draft,) = find_drafts(shipped()).free
    return draft


@pytest.mark.parametrize("danger", ["chest", "chest?", "chest;faint?"])
def test_an_emergency_of_version_1_is_shown_and_counts_until_it_is_answered_again(
    danger: str,
) -> None:
    draft = left_under_version_1("self", "44", "male", danger)
    state = draft.restored.interview

    assert draft.restored.dropped == ("danger",)
    assert _label(draft).startswith("EMERGENCY: go on")
    assert view(state).shows_emergency
    # The words of the first ones have changed, so they are asked again.
    assert state.outdated == {"answering_for", "sex", "age", "collapse"}
    _, taken = take_over(draft, shipped())
    assert taken.interview == state

    again = answer(change(state, "collapse"), "none")
    assert isinstance(again, Interview)
    assert not view(again).is_emergency


def test_what_older_questions_meant_is_read_once_for_many_drafts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody waits for it as often as there are saved interviews."""
    read: list[Path] = []
    before = older_sheets.read_meanings

    def counted(program: Program, folder: Path) -> older_sheets.Meanings:
        read.append(folder)
        return before(program, folder)

    old = program_in(FIRST)
    for _ in range(3):
        store = DraftStore(new_name(old))
        assert store.save(after("self", "44", "male", "none", program=old), "GB")
        store._hold(None)
    monkeypatch.setattr(older_sheets, "read_meanings", counted)

    assert len(find_drafts(shipped()).free) == 3
    assert len(read) == 1


def test_what_version_1_did_not_ask_is_not_offered_as_an_answer() -> None:
    """The alarm reads a whole list out of one line, of which the other lines are new."""
    first = left_under_version_1("self", "44", "male", "chest").restored.interview
    second = restore(shipped(), serialise(first).encode())
    assert isinstance(second, Restored)

    for state in (first, second.interview):
        assert view(state).shows_emergency
        assert view(change(state, "collapse")).remembered is None
        assert view(change(state, "sex")).remembered == "male"


def test_an_interview_of_version_1_without_one_is_begun_again() -> None:
    draft = left_under_version_1("self", "44", "male", "none")

    assert not draft.restored.is_emergency
    assert draft.restored.interview.answers == Answers()  # the words of all have changed
    assert _label(draft).startswith("Go on")


def test_what_was_concealed_under_version_1_stays_so() -> None:
    draft = left_under_version_1("self", "44", "male", "chest;suicide", concealed=True)
    state = draft.restored.interview

    assert view(state).shows_emergency
    private = {id_ for id_ in state.outdated if shipped().questions[id_].is_private}
    assert private <= state.concealed


def test_an_emergency_that_no_present_question_says_is_told_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may have counted for a question that is not known to be asked now."""
    meant = assess(shipped(), Answers({"collapse": Ticks(frozenset({"chest"}))}), "GB")
    told = replace_fields(meant, answers=Answers())
    monkeypatch.setattr(older_drafts, "assess_as_older", lambda *_: told)

    draft = left_under_version_1("self", "44", "male", "none")

    assert draft.restored.is_emergency
    assert not view(draft.restored.interview).is_emergency
    assert _label(draft).startswith("EMERGENCY: go on")
    context = PageContext(words=meant.words, width=80, height=24)
    page = " ".join(resumed_page(context, draft.restored).split())
    assert page.startswith("EMERGENCY: Get emergency help now. Call 999")
    assert "That is what your saved answers meant, and it still holds. Going on with" in page


@pytest.mark.parametrize(
    "given", [{"harm": ["op_trouble"]}, {"illnesses": ["cancer"], "limbs": ["leg_weak"]}]
)
def test_it_is_told_after_every_interruption_until_it_is_answered(
    given: dict[str, object],
) -> None:
    values = {"answering_for": "self", "age": 44, "sex": "male", **given}
    old = program_in(FIRST)
    first = start(old, validate(old, Sheet(values=values)).answers)
    assert view(first).is_emergency

    again = found_after(found_after(first).interview)
    assert again.is_emergency

    answered = answers_of({"health": ["operation"], "operation_trouble": False}, again.interview)
    assert found_after(answered).is_emergency is ("harm" not in given)
    # Nor is it said on leaving any more.
    assert alarm_after(again, again.interview.answers, None)
    assert (alarm_after(again, answered.answers, None) is None) is ("harm" in given)


def found_after(state: Interview) -> Restored:
    """Return what is found of an interview that somebody has left."""
    store = DraftStore(new_name(shipped()))
    assert store.save(state, "GB")
    store._hold(None)
    (draft,) = (each for each in find_drafts(shipped()).free if each.name == store._name)
    return draft.restored


def answers_of(given: dict[str, object], state: Interview) -> Interview:
    """Return an interview with some more answers."""
    more = validate(shipped(), Sheet(values=given))
    assert not more.problems
    outdated = state.outdated - more.answers.keys()
    return replace(state, answers=Answers({**state.answers, **more.answers}), outdated=outdated)


@pytest.mark.parametrize(
    ("gone", "is_misread"), [(True, True), (["x?"], True), ("not_sure", True), ([], False)]
)
def test_rules_that_do_not_say_what_older_answers_meant(gone: object, *, is_misread: bool) -> None:
    """There is nothing beside them that says so: then that is said, before anything calm."""
    path = left("44", "none")
    record = json.loads(path.read_text())
    record["answers"]["gone"] = gone
    path.write_text(json.dumps(record))

    (draft,) = find_drafts(tiny(), TINY).free

    assert draft.restored.dropped == ("gone",)
    assert not draft.restored.is_emergency
    page = resumed_page(
        PageContext(words=Words(tiny(), "GB"), width=80, height=24), draft.restored
    )
    warned = "If you told of a danger sign, do not wait for these questions. If you cannot breathe"
    before, _, after_it = " ".join(page.split()).partition(warned)
    assert ("Going on" in after_it, "Going on" in before) == (is_misread, not is_misread)
    (_, taken) = take_over(draft, tiny(), TINY)
    assert taken.is_misread is is_misread


@pytest.mark.parametrize("given", [["choking"], ["choking?"], "choking"])
def test_an_item_that_a_question_no_longer_has_may_have_been_an_emergency(given: object) -> None:
    path = left("44", "none")
    record = json.loads(path.read_text())
    record["answers"]["airway"] = given
    path.write_text(json.dumps(record))

    (draft,) = find_drafts(tiny(), TINY).free

    assert draft.restored.dropped == ("airway",)
    assert draft.restored.is_misread


def test_an_answer_to_a_question_of_newer_rules_is_not_understood_either() -> None:
    assert not left_under_version_1("self", "44", "male", "none").restored.is_misread
    newer = replace(start(shipped()), earlier='{"danger_of_version_3": ["chest"]}')

    assert found_after(newer).is_misread


def test_a_private_question_is_not_named_when_the_questions_have_changed() -> None:
    """Nor one that is gone: it may have been one. Nor can anybody count them."""
    restored = Restored(
        interview=after("44"), country=None, ref=None, same_protocol=False,
        reworded=("years", "airway"), dropped=("feverish", "secret_plan"), new=("days",),
    )  # fmt: skip
    protocol = tiny().protocol
    questions = tuple(
        replace_fields(q, private=q.id in {"airway", "feverish"}) for q in protocol.questions
    )
    program = build_program(replace_fields(protocol, questions=questions))
    restored = replace(restored, interview=replace(restored.interview, program=program))
    context = PageContext(words=Words(program), width=80, height=24)

    page = resumed_page(context, restored)

    assert "Airway" not in page
    assert "secret" not in page
    assert page.count("  - ") == 2
    assert f"- {program.questions['days'].short}" in page
    assert f"- {program.questions['years'].short}" in page
