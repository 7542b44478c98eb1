"""`rules check --record` and `rules migrate`: what questions mean, and older sheets."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backtriage.cli import exits
from backtriage.shell.files import WriteError
from backtriage.shell.rules_folder import (
    FINGERPRINTS,
    MIGRATIONS,
    SIMULATED,
    write_fingerprints,
)
from tests.support.edited_rules import edit, edited_tiny, rules_command
from tests.support.process import backtriage, invoke
from tests.support.protocols import SHIPPED

TEXT = ("text: How long have you had it?", "text: For how long have you had it?")


def rules(*arguments: str, folder: Path) -> tuple[int, str, str]:
    return rules_command(*arguments, "--rules", folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the tiny protocol, of which the fingerprints are recorded."""
    copy = edited_tiny(tmp_path)
    assert rules("check", "--record", folder=copy)[0] == exits.OK
    return copy


def test_nothing_is_checked_that_is_not_recorded(tmp_path: Path) -> None:
    assert rules("check", folder=edited_tiny(tmp_path, TEXT))[0] == exits.OK


def test_a_changed_question_needs_a_new_id_or_a_reason(folder: Path) -> None:
    edit(folder / "protocol.yaml", TEXT)
    before = (folder / FINGERPRINTS).read_text(encoding="utf-8")

    for arguments in (("check",), ("check", "--record")):
        code, _, err = rules(*arguments, folder=folder)
        assert code == exits.UNSOUND
        assert "P701 'days' no longer means what is recorded under this id" in err
        assert (folder / FINGERPRINTS).read_text(encoding="utf-8") == before
    reason = ("check", "--record", "--reason", 'Clearer: "for".')
    assert rules(*reason, folder=folder)[0] == exits.OK
    assert rules("check", folder=folder)[0] == exits.OK
    assert 'reason: "Clearer: \\"for\\"."' in (folder / FINGERPRINTS).read_text(encoding="utf-8")


def test_a_table_that_nothing_is_recorded_for(tmp_path: Path) -> None:
    """It would be read by nobody."""
    copy = edited_tiny(tmp_path)
    (copy / MIGRATIONS).write_text("nonsense", encoding="utf-8")

    code, out, err = rules("check", folder=copy)

    assert (code, out) == (exits.NO_INPUT, "")
    assert f"there is no {FINGERPRINTS} beside {MIGRATIONS}" in err


def test_a_reason_belongs_to_recording(folder: Path) -> None:
    assert rules("check", "--reason", "None.", folder=folder)[0] == exits.USAGE


def test_a_folder_that_cannot_be_written(folder: Path) -> None:
    (folder / FINGERPRINTS).unlink()
    (folder / FINGERPRINTS).mkdir()

    code, out, err = rules("check", "--record", folder=folder)

    assert code == exits.NO_INPUT
    assert not out
    assert FINGERPRINTS in err


def test_what_was_recorded_is_not_cut_off(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk leaves what was there before, and nothing else."""
    before = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    def write_half(path: Path, text: str, **_: object) -> None:
        path.write_bytes(text.encode()[: len(text) // 2])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", write_half)
    with pytest.raises(WriteError):
        write_fingerprints(folder, "fingerprints: []\n")

    assert {path: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before


def test_the_shipped_questions_are_recorded() -> None:
    assert (SHIPPED / FINGERPRINTS).is_file()
    assert rules("check", folder=SHIPPED)[0] == exits.OK


def next_version(folder: Path) -> None:
    """Split the list of the tiny protocol: what was one item is now a question."""
    edit(folder / "protocol.yaml", ("  version: 0.1.0", "  version: 1.0.0"))
    text = (folder / "protocol.yaml").read_text(encoding="utf-8")
    (folder / "protocol.yaml").write_text(text.replace("airway", "throat"), encoding="utf-8")
    for file in (*(folder / "cases").iterdir(), *(folder / name for name in SIMULATED)):
        file.unlink()
    table = "migrations:\n  - to: throat.breathing\n    was:\n      - airway.breathing\n"
    (folder / MIGRATIONS).write_text(table, encoding="utf-8")
    assert rules("check", "--record", folder=folder)[0] == exits.OK


def test_sheets_are_carried(folder: Path, tmp_path: Path) -> None:
    next_version(folder)
    one, other = tmp_path / "one.json", tmp_path / "other.yaml"
    one.write_text('{"protocol": "sore_throat/0", "years": 44, "airway": ["breathing"]}')
    other.write_text("years: 30\nfeverish: yes\n")

    code, out, err = rules("migrate", str(one), str(other), folder=folder)

    assert code == exits.INCOMPLETE
    assert [json.loads(line) for line in out.splitlines()] == [
        {"protocol": "sore_throat/1", "years": 44},
        {"protocol": "sore_throat/1", "years": 30, "feverish": True},
    ]
    lines = err.splitlines()
    assert lines[0].startswith("EMERGENCY: ")  # it stands in the list that is not carried
    assert f"This is about the sheet {one}." in lines
    assert str(other) not in err
    assert lines[-2:] == [
        f"{one}: ask again: throat.",
        f"{one}: ticked or in doubt, but not carried over: throat.",
    ]


def test_a_sheet_of_which_nothing_is_lost(folder: Path, tmp_path: Path) -> None:
    next_version(folder)
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"years": 44, "airway": []}')

    code, _, err = rules("migrate", str(sheet), folder=folder)

    assert (code, err) == (exits.OK, f"{sheet}: ask again: throat.\n")


def test_a_sheet_with_a_problem(folder: Path, tmp_path: Path) -> None:
    """Nothing is written, and no answer is quoted."""
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"airway": ["braething"]}')
    next_version(folder)

    code, out, err = rules("migrate", str(sheet), folder=folder)

    assert (code, out) == (exits.DATA, "")
    assert "A104" in err
    assert "braething" not in err.replace(str(sheet), "")


@pytest.mark.parametrize(
    ("content", "is_unread"),
    [
        ("[1]", True),
        ('{"answers": {"a": ["breathing"]}}', True),
        ('{"years": 999}', False),
        ('{"airway": ["breathing"], "longer": 4}', False),
    ],
)
def test_what_could_not_be_read_may_be_an_emergency(
    folder: Path, tmp_path: Path, content: str, *, is_unread: bool
) -> None:
    sheet, well = tmp_path / "sheet.json", tmp_path / "well.json"
    sheet.write_text(content)
    well.write_text("{}")
    next_version(folder)

    code, _, err = rules("migrate", str(sheet), str(well), folder=folder)

    assert code == exits.DATA
    assert (f"{sheet}: {exits.UNREAD}\n" in err, err.count("NOT READ")) == (is_unread, is_unread)


def test_an_emergency_is_said_before_the_problems(folder: Path, tmp_path: Path) -> None:
    """Of every sheet, because nothing is written of any."""
    edit(folder / "protocol.yaml", ("  version: 0.1.0", "  version: 1.0.0"))
    sound, refused, well = (tmp_path / f"{name}.json" for name in ("sound", "refused", "well"))
    sound.write_text('{"years": 30, "airway": ["breathing"]}')
    refused.write_text('{"years": 999, "airway": ["drooling"], "checked": ["gone"]}')
    well.write_text('{"years": 30, "airway": []}')

    sheets = [str(sheet) for sheet in (sound, refused, well)]
    code, out, err = rules("migrate", *sheets, folder=folder)

    assert (code, out) == (exits.DATA, "")
    lines = err.splitlines()
    first, second = (lines.index(f"This is about the sheet {name}.") for name in (sound, refused))
    problem = next(at for at, line in enumerate(lines) if "A103" in line)
    assert lines[0].startswith("EMERGENCY: ")
    assert first < second < problem
    assert "A104" in err
    assert str(well) not in err


@pytest.mark.parametrize(
    ("table", "code"),
    [
        (None, exits.NO_INPUT),
        ("migrations:\n  - to: zzz\n    was:\n      - days\n", exits.UNSOUND),
    ],
)
def test_without_a_table_that_fits(folder: Path, table: str | None, code: int) -> None:
    if table is None:
        (folder / FINGERPRINTS).unlink()
    else:
        (folder / MIGRATIONS).write_text(table, encoding="utf-8")

    assert rules("migrate", str(folder / "protocol.yaml"), folder=folder)[0] == code


MISFITS: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "a question reworded": ("protocol.yaml", lambda text: text.replace(*TEXT)),
    "an entry that does not fit": (
        MIGRATIONS,
        lambda text: f"{text}  - to: x\n    was:\n      - y\n",
    ),
    "a word that is not known": (MIGRATIONS, "{}    as: widr\n".format),
    "an entry without a kind": (FINGERPRINTS, "{}  - question: x\n".format),
    "a quote without its end": (MIGRATIONS, '{}  - to: "x\n'.format),
    "a tab before an entry": (MIGRATIONS, lambda text: text.replace(":\n  -", ":\n\t- x\n  -", 1)),
    "no YAML at all": (FINGERPRINTS, "{}  - [\n".format),
}


@pytest.mark.parametrize("misfit", MISFITS)
def test_what_fits_is_read_for_an_emergency(folder: Path, tmp_path: Path, misfit: str) -> None:
    """Whoever edits rules of their own may forget to record it."""
    next_version(folder)
    file, spoil = MISFITS[misfit]
    (folder / file).write_text(
        spoil((folder / file).read_text(encoding="utf-8")), encoding="utf-8"
    )
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"airway": ["breathing"]}')

    for command in (("assess", sheet), ("rules", "migrate", sheet)):
        ran = invoke(*command, "--rules", folder)
        assert ran.err.startswith("EMERGENCY: ")
        assert ran.code == (exits.DATA if "assess" in command else exits.UNSOUND)


UNREAD = "so an emergency in them would not be noticed here."


SPOILT = [(name, content) for name in (FINGERPRINTS, MIGRATIONS) for content in ("a: [", None)]


@pytest.mark.parametrize("spoilt", SPOILT)
def test_it_is_said_when_nobody_can_tell_what_older_answers_meant(
    folder: Path, tmp_path: Path, spoilt: tuple[str, str | None]
) -> None:
    err = refused({"airway": ["breathing"]}, folder, tmp_path, spoilt)

    assert UNREAD in err


@pytest.mark.parametrize(
    ("edition", "is_other"),
    [("sore_throat/9", True), ("sore_throat/0", True), ("sore_throat/1", False), (None, False)],
)
def test_nobody_can_tell_what_a_question_of_another_version_means(
    folder: Path, tmp_path: Path, edition: str | None, *, is_other: bool
) -> None:
    """One that was never recorded is of a newer version, where the sheet is of another one."""
    next_version(folder)
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps({"protocol": edition, "danger": ["x"]}))

    ran = invoke("assess", sheet, "--rules", folder)

    assert (UNREAD in ran.err) is is_other


@pytest.mark.parametrize(
    ("given", "is_misread"),
    [
        ({"airway": ["breathing"]}, True),
        ({"airway": ["breathing?"]}, True),
        ({"airway": ["breathless"]}, False),
        ({"airway": ["breathless"], "protocol": "sore_throat/7"}, True),
        ({"airway": "not_sure", "years": 44, "protocol": "sore_throat/7"}, False),
        ({"airway": [], "feverish": 7, "years": "breathing"}, False),
    ],
)
def test_nobody_can_tell_what_an_item_meant_that_has_another_id_now(
    folder: Path, tmp_path: Path, given: dict[str, object], *, is_misread: bool
) -> None:
    text = (folder / "protocol.yaml").read_text(encoding="utf-8")
    (folder / "protocol.yaml").write_text(text.replace("breathing", "zzqx"), encoding="utf-8")
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in given.items())
    sheets = {"sheet.json": json.dumps(given), "sheet.yaml": lines}
    for name, written in sheets.items():
        (tmp_path / name).write_text(written)
        ran = invoke("assess", tmp_path / name, "--rules", folder)
        assert (ran.code, UNREAD in ran.err) == (exits.DATA, is_misread)


@pytest.mark.parametrize("given", [{"airway": []}, {"throat": ["x"]}, {"throta": ["drooling"]}])
def test_nothing_is_said_of_older_answers_where_there_are_none(
    folder: Path, tmp_path: Path, given: dict[str, object]
) -> None:
    err = refused(given, folder, tmp_path, SPOILT[0])

    assert UNREAD not in err


def refused(
    given: dict[str, object], folder: Path, tmp_path: Path, spoilt: tuple[str, str | None]
) -> str:
    """Return what is said of a sheet when a file beside the rules is damaged or missing."""
    next_version(folder)
    name, content = spoilt
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_text(content, encoding="utf-8")
    sheet = tmp_path / "sheet.json"
    sheet.write_text(json.dumps(given))

    ran = invoke("assess", sheet, "--rules", folder)

    assert (ran.code, ran.out) == (exits.DATA, b"")
    return ran.err


@pytest.mark.parametrize("content", [None, '{"airway": ["breathing"], "throat": []}'])
def test_what_is_wrong_with_one_sheet_hides_no_emergency_in_another(
    folder: Path, tmp_path: Path, content: str | None
) -> None:
    """Nor does an older answer give way to a newer one that says less."""
    next_version(folder)
    wrong, ill = tmp_path / "wrong.json", tmp_path / "ill.json"
    if content is not None:
        wrong.write_text(content)
    ill.write_text('{"airway": ["breathing?"]}')

    code, out, err = rules("migrate", str(wrong), str(ill), folder=folder)

    assert (code, out) == (exits.NO_INPUT if content is None else exits.DATA, "")
    lines = err.splitlines()
    assert lines[0].startswith("EMERGENCY: ")
    assert f"This is about the sheet {ill}." in lines


@pytest.mark.parametrize("streams", ['exec "$@" >/dev/full', 'exec "$@" >&-', '"$@" | true'])
def test_an_emergency_is_said_whatever_becomes_of_the_sheets(
    folder: Path, tmp_path: Path, streams: str
) -> None:
    next_version(folder)
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"airway": ["breathing"]}')

    ran = backtriage("rules", "migrate", sheet, "--rules", folder, streams=streams)

    assert ran.err.startswith("EMERGENCY: ")
    assert ran.code == (0 if "|" in streams else exits.CANNOT_WRITE)  # that of the reader


def test_a_sheet_that_is_written_nowhere_is_an_error(folder: Path, tmp_path: Path) -> None:
    """Also after an emergency that neither stream has taken."""
    next_version(folder)
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"throat": ["breathing"]}')

    ran = backtriage("rules", "migrate", sheet, "--rules", folder,
                     streams='exec "$@" >/dev/full 2>/dev/full')  # fmt: skip

    assert ran.code == exits.CANNOT_WRITE


def test_an_emergency_in_a_sheet_that_is_carried_whole(folder: Path, tmp_path: Path) -> None:
    next_version(folder)
    sheet = tmp_path / "sheet.json"
    sheet.write_text('{"throat": ["breathing"]}')

    code, out, err = rules("migrate", str(sheet), folder=folder)

    assert code == exits.INCOMPLETE
    assert json.loads(out) == {"protocol": "sore_throat/1", "throat": ["breathing"]}
    assert err.startswith("EMERGENCY: ")


def test_what_is_said_of_a_sheet_tells_no_private_answer(tmp_path: Path) -> None:
    """It may end up in a log. An emergency is said all the same, whatever it tells."""
    sheet = tmp_path / "sheet.json"
    said: set[str] = set()
    for danger in ([], ["suicide"]):
        for start in ("strain", "person"):
            sheet.write_text(json.dumps({"danger": danger, "harm": [], "start": start}))
            said.add(rules("migrate", str(sheet), folder=SHIPPED)[2].splitlines()[-1])

    assert len(said) == 1
    assert "ask again: collapse" in said.pop()
