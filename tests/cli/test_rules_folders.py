"""Whatever a rules folder holds: each file that somebody may take for rules is read or refused."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from backtriage.shell import rules_folder
from backtriage.shell.files import ReadError
from tests.support.process import invoke
from tests.support.protocols import TINY

pytestmark = pytest.mark.first_only

EMERGENCY: Final = """\
rules:
  - id: overlooked
    urgency: emergency
    when: feverish
    because: This must never be overlooked.
    come_back: You feel worse.
    evidence:
      - textbook
"""

FAILING: Final = """\
cases:
  - id: overlooked
    about: An adult whose case fails.
    like: all_clear
    expect:
      urgency: emergency
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A copy of the tiny protocol."""
    return shutil.copytree(TINY, tmp_path / "rules")


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


# Names of files with rules that nobody listed.
LOOK_LIKE_RULES: Final = (
    "more.yaml", "more.yml", "more.YAML", "More.Yml", "more.yaml ", "more.yaml.", "more.yaml.txt",
    "more.yml.bak", "more.yaml.orig", "more.yaml1", "more.ymal", "more.yalm", "more.yam",
    "cases.yaml", "sub/more.yaml", "sub/deep/er/more.yml", "Cases/more.yaml", "case/more.yaml",
    "sub/cases/more.yaml", "sub/protocol.yaml", "protocol.yml", "Protocol.yaml",
)  # fmt: skip


@pytest.mark.parametrize("name", LOOK_LIKE_RULES)
def test_rules_that_are_not_listed_are_a_problem(rules: Path, name: str) -> None:
    put(rules / name, EMERGENCY)

    for command in (("rules", "check"), ("rules", "test"), ("assess", "-")):
        ran = invoke(*command, "--rules", rules, given=b"{}")
        assert f"P122 '{name}' is in the folder but not listed" in ran.err
        assert (ran.code, ran.out) == (78, b"")


@pytest.mark.parametrize("name", ["more.yaml", "more.yml", "More.YAML", "sub/more.yaml"])
def test_rules_that_are_listed_are_read(rules: Path, name: str) -> None:
    put(rules / name, EMERGENCY)
    head = rules / "protocol.yaml"
    put(head, head.read_text(encoding="utf-8").replace("files: none", f"files:\n    - {name}"))

    ran = invoke("assess", "-", "--rules", rules, "--exit-code", given=b'{"feverish": true}')

    assert ran.code == 50


@pytest.mark.parametrize(
    ("listed", "hint"),
    [
        ("nowhere-to-be-found.yaml", "list files by their path in this folder"),
        ("./more.yaml", "did you mean 'more.yaml'?"),
        ("More.yaml", "did you mean 'more.yaml'?"),
        ("README.txt", "list files by their path in this folder"),
        ("sub\\\\more.yaml", "did you mean 'more.yaml'?"),
        ("../other/rules.yaml", "list files by their path in this folder"),
        ("/etc/passwd", "list files by their path in this folder"),
        (".hidden.yaml", "list files by their path in this folder"),
        ("notes.md", "list files by their path in this folder"),
    ],
)
def test_what_is_listed_but_is_no_rules_file(rules: Path, listed: str, hint: str) -> None:
    """Some of these exist, so it is not said that they do not."""
    for name in ("more.yaml", ".hidden.yaml", "notes.md", "README.txt", "../other/rules.yaml"):
        put(rules / name, EMERGENCY)
    head = rules / "protocol.yaml"
    put(head, head.read_text(encoding="utf-8").replace("files: none", f'files:\n    - "{listed}"'))

    ran = invoke("rules", "check", "--rules", rules)

    said = listed.replace("\\\\", "\\")
    assert f"P122 there is no rules file '{said}'\n" in ran.err
    assert f"help: {hint}" in ran.err
    assert ran.code == 78


def link_to_folder(rules: Path) -> None:
    (rules / "more").symlink_to(TINY)


def link_to_itself(rules: Path) -> None:
    (rules / "more").symlink_to(rules)


def dangling_link(rules: Path) -> None:
    (rules / "more.yaml").symlink_to("nowhere.yaml")


def looping_link(rules: Path) -> None:
    (rules / "more.yml").symlink_to("more.yml")


def dangling_link_without_ending(rules: Path) -> None:
    (rules / "more").symlink_to("nowhere")


def dangling_link_of_a_document(rules: Path) -> None:
    (rules / "README.md").symlink_to("nowhere.md")


def folder_with_a_name_of_rules(rules: Path) -> None:
    (rules / "more.yaml").mkdir()


def pipe(rules: Path) -> None:
    os.mkfifo(rules / "more.yml")


def not_utf_8(rules: Path) -> None:
    (rules / "more.yml").write_bytes(b"\xff")


def name_that_is_not_utf_8(rules: Path) -> None:
    (rules / os.fsdecode(b"more\xff.yaml")).touch()


def name_with_an_escape(rules: Path) -> None:
    (rules / "more\x1b[2J.yaml").touch()


def name_that_reads_backwards(rules: Path) -> None:
    (rules / "more\N{RIGHT-TO-LEFT OVERRIDE}lmay.yaml").touch()


def folder_with_a_line_break(rules: Path) -> None:
    put(rules / "mo\nre" / "more.yaml", EMERGENCY)


def huge_file(rules: Path) -> None:
    with (rules / "more.yml").open("wb") as file:
        file.truncate(10**9)


def many_large_files(rules: Path) -> None:
    for at in range(6):
        (rules / f"more{at}.yaml").write_bytes(b"#" * 3_000_000)


REFUSED: Final[dict[Callable[[Path], None], str]] = {
    link_to_folder: "more: it leads elsewhere, and is not followed: put the files here, or",
    link_to_itself: "more: it leads elsewhere, and is not followed: put the files here, or",
    dangling_link: "more.yaml: no such file or directory",
    dangling_link_without_ending: "more: it is a link that leads nowhere: remove it",
    dangling_link_of_a_document: "README.md: it is a link that leads nowhere: remove it",
    looping_link: "more.yml: too many levels of symbolic links",
    folder_with_a_name_of_rules: "more.yaml: is a directory",
    pipe: "more.yml: not a regular file",
    not_utf_8: "more.yml: it is not UTF-8 text",
    name_that_is_not_utf_8: "more<U+DCFF>.yaml: its name has a character that does not print",
    name_with_an_escape: "more<U+001B>[2J.yaml: its name has a character that does not print",
    name_that_reads_backwards: "more<U+202E>lmay.yaml: its name has a character that does not",
    folder_with_a_line_break: "mo<U+000A>re: its name has a character that does not print",
    huge_file: "more.yml: a rules file may have 4 MiB at most",
    many_large_files: "more5.yaml: all files of a rules folder may have 16 MiB at most",
}


@pytest.mark.parametrize("subfolder", ["", "sub", "cases"])
@pytest.mark.parametrize("make", REFUSED, ids=lambda make: make.__name__)
def test_what_cannot_be_read_is_refused(
    rules: Path, make: Callable[[Path], None], subfolder: str
) -> None:
    folder = rules / subfolder
    folder.mkdir(exist_ok=True)
    make(folder)

    ran = invoke("rules", "check", "--rules", rules)

    assert ran.err.startswith(f"backtriage: cannot read {folder}/{REFUSED[make]}")
    assert ran.err.removesuffix("\n").isprintable()
    assert (ran.code, ran.out) == (66, b"")


# Names that somebody may take for those of rules, or that say nothing about what is inside.
NEITHER: Final = (
    "more.yal", "more.ya", "more_yaml", "more-yml", "moreyaml", "more.json", "more.txt", "more",
    "more.md.bak", "rules.toml", "LICENSE.json", "READMEyaml", "more.htmlx",
    "more.\N{FULLWIDTH LATIN SMALL LETTER Y}aml", "more\N{FULLWIDTH FULL STOP}yaml",
    "more\N{ONE DOT LEADER}yaml", "more.y\N{COMBINING ACUTE ACCENT}aml",
)  # fmt: skip


@pytest.mark.parametrize("name", NEITHER)
def test_what_is_neither_rules_nor_a_document_is_refused(rules: Path, name: str) -> None:
    for subfolder, read in (
        ("", rules_folder.read_rules),
        ("sub", rules_folder.read_rules),
        ("cases", rules_folder.read_cases),
    ):
        folder = rules / subfolder
        put(folder / name, EMERGENCY)
        with pytest.raises(ReadError) as refused:
            read(rules)
        assert str(refused.value) == (
            f"cannot read {folder}/{name}: it is neither rules nor a document such as README.md, "
            "so nothing would read it: rename it to end in .yaml and list it, or move it out of "
            "the folder"
        )
        (folder / name).unlink()


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("more.ya\u200bml", "more.ya<U+200B>ml"),
        ("more.ya\u3164ml", "more.ya<U+3164>ml"),
        ("\u202elmay.erom", "<U+202E>lmay.erom"),
        (".more\u200b.yaml", ".more<U+200B>.yaml"),
        ("README.md\u2800", "README.md<U+2800>"),
        ("more\r", "more<U+000D>"),
    ],
)
def test_names_that_do_not_print_are_refused_first(rules: Path, name: str, shown: str) -> None:
    put(rules / name, EMERGENCY)

    ran = invoke("rules", "check", "--rules", rules)

    why = "its name has a character that does not print, so rename it"
    assert ran.err == f"backtriage: cannot read {rules}/{shown}: {why}\n"
    assert (ran.code, ran.out) == (66, b"")


def test_too_many_files(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_folder, "MAX_ENTRIES", 20)
    for at in range(20):
        put(rules / "sub" / f"{at}.md", "")

    ran = invoke("rules", "check", "--rules", rules)

    assert ran.err.startswith(f"backtriage: there are more than 20 files in {rules}: ")
    assert (ran.code, ran.out) == (66, b"")


def test_other_files_are_left_alone(rules: Path) -> None:
    for name in ("README.md", "LICENSE", "CHANGELOG", "README.txt", "guide.PDF", "map.svg",
                 "pictures/one.png", "docs/guide.rst", "more.yaml~", "#more.yaml#", ".more.yaml",
                 ".more.yaml.swp", "._protocol.yaml", ".git/config.yaml", ".github/ci.yml",
                 "old~/more.yaml", "cases/README.md", "cases/.more.yaml"):  # fmt: skip
        put(rules / name, EMERGENCY)
    (rules / "LICENCE").symlink_to("LICENSE")
    (rules / ".#more.yaml").symlink_to("nowhere")
    (rules / ".cache").symlink_to(rules)

    assert invoke("rules", "check", "--rules", rules).code == 0


def test_links_to_files_are_read(rules: Path) -> None:
    (rules / "protocol.yaml").rename(rules / "README.txt")
    (rules / "protocol.yaml").symlink_to("README.txt")
    (rules / "cases").rename(rules / ".mounted")
    (rules / "cases").symlink_to(".mounted")

    ran = invoke("rules", "check", "--rules", rules)

    assert ran.code == 0
    assert b" cases.\n" in ran.out


@pytest.mark.parametrize(
    "name", ["more.yaml", "guide.yaml.md", "protocol.yaml", "cases", "cases/more.yaml"]
)
@pytest.mark.parametrize("command", ["check", "test"])
def test_nothing_outside_is_quoted(rules: Path, name: str, command: str) -> None:
    """A link may lead to somebody's answers, and messages about rules quote what they hold."""
    outside = rules.parent / "outside"
    put(outside / "secret.yaml", "rules: SECRET\n")
    link = rules / name
    if link.is_dir():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(outside if name == "cases" else outside / "secret.yaml")

    ran = invoke("rules", command, "--rules", rules)

    assert f"{name}: it leads elsewhere, and is not followed" in ran.err
    assert "SECRET" not in ran.err
    assert (ran.code, ran.out) == (66, b"")


# -- cases -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["more.yaml", "more.yml", "more.YAML", "more.yaml.txt", "sub/more.yml", "cases/a.yml"]
)
def test_every_case_file_is_run(rules: Path, name: str) -> None:
    put(rules / "cases" / name, FAILING)

    ran = invoke("rules", "test", "--rules", rules)

    assert f"FAILED overlooked (cases/{name}:2:9)" in ran.out.decode()
    assert ran.code == 78


def test_cases_among_the_rules_and_rules_among_the_cases(rules: Path) -> None:
    put(rules / "more.yaml", FAILING)
    put(rules / "cases" / "more.yaml", EMERGENCY)

    ran = invoke("rules", "check", "--rules", rules)
    assert "more.yaml:1:1: P112 unknown section 'cases'" in ran.err
    assert ran.code == 78

    (rules / "more.yaml").unlink()
    ran = invoke("rules", "check", "--rules", rules)
    assert "cases/more.yaml:1:1: P108 'cases' is missing" in ran.err
    assert "cases/more.yaml:1:1: P112 unknown key 'rules'" in ran.err
    assert ran.code == 78


def a_file(cases: Path) -> None:
    cases.touch()


def a_loop(cases: Path) -> None:
    cases.symlink_to("cases")


def a_dangling_link(cases: Path) -> None:
    cases.symlink_to("nowhere")


def a_link_to_a_file(cases: Path) -> None:
    cases.symlink_to("protocol.yaml")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (a_file, "it is not a folder"),
        (a_loop, "it is a link that leads nowhere"),
        (a_dangling_link, "it is a link that leads nowhere"),
        (a_link_to_a_file, "it is not a folder"),
    ],
)
def test_cases_that_are_no_folder(rules: Path, make: Callable[[Path], None], why: str) -> None:
    """They do not count as a protocol without cases."""
    shutil.rmtree(rules / "cases")
    make(rules / "cases")

    for command in ("check", "test"):
        ran = invoke("rules", command, "--rules", rules)
        assert ran.err == f"backtriage: cannot read the rules in {rules}/cases: {why}\n"
        assert (ran.code, ran.out) == (66, b"")


def test_no_cases(rules: Path) -> None:
    shutil.rmtree(rules / "cases")

    assert b" 0 cases.\n" in invoke("rules", "check", "--rules", rules).out
