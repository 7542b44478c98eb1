"""Reading revisions of a repository that may be a stranger's, damaged, incomplete or huge."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from subprocess import CalledProcessError
from typing import Final

import pytest

from backtriage.cli import exits
from backtriage.shell import git as reading
from backtriage.shell import rules_folder
from tests.support.edited_rules import rules_command
from tests.support.repository import commit, git, new_repository
from tests.support.tier import IS_FULL

pytestmark = pytest.mark.first_only

THROAT: Final = "v1:rules/throat"

CONTENTS: Final = reading.Repository.contents


def diff(*arguments: str) -> tuple[int, str, str]:
    """Compare a revision with HEAD, and check that a failure is one line that is safe to print."""
    code, out, err = rules_command("diff", *arguments)
    err = re.sub(r"\d+ of \d+ comparisons\n", "", err)  # a slow machine is told how far it is
    if code != exits.UNSOUND:
        assert (code, out) == (exits.NO_INPUT, "")
        assert err.removesuffix("\n").isprintable()
        assert len(err) < 600
    return code, out, err


def refused(*arguments: str) -> str:
    """Return why a comparison is refused."""
    code, _, err = diff(*arguments)
    assert code == exits.NO_INPUT
    return err.removeprefix("backtriage: ").removesuffix("\n")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that other repositories are copied from."""
    folder = tmp_path_factory.mktemp("repository")
    new_repository(folder)
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(folder, "config", "uploadpack.allowAnySHA1InWant", "true")
    return folder


@pytest.fixture
def current(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own, in the current folder."""
    folder = tmp_path / "current"
    shutil.copytree(original, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def trap(tmp_path: Path) -> Path:
    """A command that leaves a mark when it is run."""
    return command(tmp_path / "trap", f'touch "{tmp_path / "mark"}"; exec git-upload-pack "$@"')


def command(path: Path, script: str) -> Path:
    """Write an executable."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def is_marked(trap: Path) -> bool:
    return trap.with_name("mark").exists()


# -- nothing is run, and nothing is fetched ---------------------------------------------------


REMOTES: Final[dict[str, dict[str, str]]] = {
    "file": {"uploadpack": "{trap}"},
    "path": {"url": "{original}", "uploadpack": "{trap}"},
    "ext": {"url": "ext::{trap} {original}"},
    "ssh": {"url": "ssh://nobody.invalid/x", "core.sshCommand": "{trap}"},
    "git": {"url": "git://nobody.invalid/x", "core.gitProxy": "{trap}"},
    "http": {"url": "https://nobody.invalid/x", "core.askPass": "{trap}"},
    "helper": {"vcs": "mark"},
    "nameless": {"url": "::x", "alias.remote-": "!{trap}"},
    "none": {"url": "none::x", "alias.remote-none": "!{trap}"},
    "no helper": {"vcs": "", "alias.remote-": "!{trap}"},
    "sign": {"vcs": "!", "alias.remote-": "!{trap}"},
    "bundle": {"fetch.bundleURI": "https://nobody.invalid/x"},
}
"""How a partial clone would fetch what it lacks."""

FAST: Final = ("path", "ext", "helper", "nameless")
"""Those of the fast tier."""


@pytest.fixture(scope="module", params=["blob:none", "tree:0"])
def partial_clone(
    request: pytest.FixtureRequest, original: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A clone without any file, or also without any folder."""
    folder = tmp_path_factory.mktemp("clone") / "partial"
    git(original, "clone", "--quiet", f"--filter={request.param}", "--no-checkout",
        original.as_uri(), str(folder))  # fmt: skip
    return folder


@pytest.fixture(params=["any", "protocols", "no git"])
def sealed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the three things that forbid fetching is enough; older versions ignore the first."""
    if request.param != "any":
        monkeypatch.delitem(reading._SEALED, "GIT_NO_LAZY_FETCH")
    if request.param == "protocols":
        real = f'unset GIT_EXEC_PATH; exec "{shutil.which("git")}" "$@"'
        monkeypatch.setattr(reading, "_NO_GIT", f"#!/bin/sh\n{real}\n")
    if request.param == "no git":
        monkeypatch.delitem(reading._SEALED, "GIT_ALLOW_PROTOCOL")


@pytest.fixture
def incomplete(partial_clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository of its own without files, in the current folder."""
    folder = tmp_path / "incomplete"
    shutil.copytree(partial_clone, folder)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.larger
@pytest.mark.usefixtures("sealed")
def test_a_partial_clone_fetches_nothing(
    original: Path, incomplete: Path, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    helper = command(trap.parent / "bin" / "git-remote-mark", trap.read_text(encoding="utf-8"))
    monkeypatch.setenv("PATH", f"{helper.parent}{os.pathsep}{os.environ['PATH']}")
    for remote in REMOTES if IS_FULL else FAST:
        with configured(incomplete, remote, trap=trap, original=original):
            said = refused(THROAT, "HEAD:rules/throat")

        assert said.startswith("git cannot read v1:rules/throat: "), remote
        if "signal" not in said:  # the git that fetches may end before it is told what
            assert said.endswith(": git archive v1 rules/throat > /dev/null"), remote
        assert not is_marked(trap), remote


@contextmanager
def configured(folder: Path, remote: str, **places: Path) -> Iterator[None]:
    """Let a partial clone fetch in a certain way, from a remote that would allow it."""
    config = folder / ".git" / "config"
    before = config.read_text(encoding="utf-8")
    keys = REMOTES[remote]
    usual = [line for line in before.splitlines() if "url" not in keys or "url =" not in line]
    lines = ["[protocol]", "allow = always", '[protocol "ext"]', "allow = always",
             '[protocol "file"]', "allow = always"]  # fmt: skip
    for key, value in keys.items():
        section, _, name = key.rpartition(".")
        lines += [f"[{section}]" if section else '[remote "origin"]',
                  f'{name} = "{value.format(**places)}"']  # fmt: skip
    config.write_text("\n".join([*usual, *lines, ""]), encoding="utf-8")
    yield
    config.write_text(before, encoding="utf-8")


def test_the_trap_is_run_where_git_may_fetch(incomplete: Path, trap: Path) -> None:
    """And what a refusal advises helps."""
    git(incomplete, "config", "remote.origin.uploadpack", str(trap))

    git(incomplete, "cat-file", "blob", f"{THROAT}/notes.md")
    assert is_marked(trap)

    for revision in ("v1", "HEAD"):
        git(
            incomplete, "archive", "--output", os.devnull, "--format=tar", revision, "rules/throat"
        )
    assert diff(THROAT, "HEAD:rules/throat")[0] == exits.UNSOUND


def test_an_alias_is_run_where_git_may_fetch(incomplete: Path, trap: Path) -> None:
    """An empty list of protocols allows the one without a name."""
    with configured(incomplete, "nameless", trap=trap), pytest.raises(CalledProcessError):
        git(incomplete, "cat-file", "blob", f"{THROAT}/notes.md", GIT_ALLOW_PROTOCOL="")

    assert is_marked(trap)


def test_no_command_of_the_repository_is_run(current: Path, trap: Path) -> None:
    for name in ("core.fsmonitor", "core.pager", "core.editor", "core.sshCommand", "core.askPass",
                 "core.alternateRefsCommand", "diff.external", "diff.x.textconv",
                 "diff.x.command", "filter.x.smudge", "filter.x.clean", "filter.x.process",
                 "credential.helper", "gpg.program", "alias.cat-file", "alias.ls-tree",
                 "alias.rev-parse", "pager.cat-file", "pager.rev-parse",
                 "uploadpack.packObjectsHook"):  # fmt: skip
        git(current, "config", name, f"!{trap}" if name.startswith("alias.") else str(trap))
    git(current, "config", "core.hooksPath", str(current / "hooks"))
    for hook in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        shutil.copy(trap, command(current / "hooks" / hook, ""))
    (current / ".gitattributes").write_text("* diff=x filter=x\n", encoding="utf-8")
    (current / ".git" / "info" / "attributes").write_text("* diff=x filter=x\n", encoding="utf-8")

    code, out, err = diff(THROAT)

    assert (code, err) == (exits.UNSOUND, "")
    assert "LOWERED: same_day -> self_care" in out
    assert not is_marked(trap)


@pytest.mark.parametrize("folder", ["", ".", "bin", "./bin"])
def test_no_git_of_the_repository_is_run(
    current: Path, trap: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    shutil.copy(trap, command(current / folder / "git", ""))
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")

    assert diff(THROAT)[0] == exits.UNSOUND
    assert not is_marked(trap)

    monkeypatch.setenv("PATH", folder)
    assert refused(THROAT).startswith("git is not installed")
    assert not is_marked(trap)


@pytest.mark.usefixtures("current")
def test_the_environment_of_the_caller_changes_nothing(
    tmp_path: Path, trap: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = diff(THROAT)
    log = tmp_path / "log"
    nowhere = str(tmp_path / "nowhere")
    for name, value in {
        "GIT_DIR": nowhere, "GIT_WORK_TREE": nowhere, "GIT_COMMON_DIR": nowhere,
        "GIT_OBJECT_DIRECTORY": nowhere, "GIT_INDEX_FILE": nowhere, "GIT_NAMESPACE": "x",
        "GIT_EXEC_PATH": nowhere, "GIT_CONFIG": nowhere, "GIT_ALTERNATE_OBJECT_DIRECTORIES": "x",
        "GIT_TRACE": str(log), "GIT_TRACE2": str(log), "GIT_TRACE_SETUP": str(log),
        "GIT_SSH_COMMAND": str(trap), "GIT_PAGER": str(trap), "PAGER": str(trap),
        "GIT_EXTERNAL_DIFF": str(trap), "GIT_ALLOW_PROTOCOL": "file:ext", "GIT_NO_LAZY_FETCH": "0",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "true",
        "GIT_CONFIG_PARAMETERS": "'core.bare'='true'", "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)

    assert diff(THROAT) == expected
    assert not is_marked(trap)
    assert not log.exists()


def test_replaced_objects_are_read_as_they_were(current: Path) -> None:
    expected = diff(THROAT)
    path = "rules/throat/protocol.yaml"
    git(current, "replace", git(current, "rev-parse", f"v1:{path}"),
        git(current, "rev-parse", f"HEAD:{path}"))  # fmt: skip

    assert diff(THROAT) == expected


def test_parents_are_those_of_the_commit(current: Path) -> None:
    """And not those that a file of the repository names."""
    head = git(current, "rev-parse", "HEAD")
    for tag, parents in {"made": (), "last": ("-p", head)}.items():
        git(current, "tag", tag, git(current, "commit-tree", "-m", tag, *parents, "HEAD^{tree}"))
    made = git(current, "rev-parse", "made")
    commits = sorted(git(current, "rev-parse", "HEAD", "v1", "made", "last").split())
    expected = diff("last~2:rules/throat")

    grafts = current / ".git" / "info" / "grafts"
    grafts.write_text(f"{head} {made}\n", encoding="ascii")
    assert git(current, "rev-parse", "last~2") == made
    assert diff("last~2:rules/throat") == expected
    grafts.unlink()

    git(current, "commit-graph", "write", "--reachable")
    graph = current / ".git" / "objects" / "info" / "commit-graph"
    data = bytearray(graph.read_bytes())
    first = data.index(bytes.fromhex(git(current, "rev-parse", f"{commits[0]}^{{tree}}")))
    parent = first + 36 * commits.index(head) + 20  # each has a tree, two parents and its age
    data[parent : parent + 4] = commits.index(made).to_bytes(4)
    graph.chmod(0o644)
    graph.write_bytes(data)
    assert git(current, "rev-parse", "last~2") == made
    assert diff("last~2:rules/throat") == expected


@pytest.fixture(scope="module", params=["sha1", "sha256"])
def hashed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose ids are hashes of one kind."""
    folder = tmp_path_factory.mktemp("hashed")
    new_repository(folder, "--object-format", request.param)
    return folder


def test_ids_of_either_kind_are_read(hashed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(hashed)

    assert diff(THROAT, "HEAD:rules/throat")[0] == exits.UNSOUND


@pytest.mark.parametrize(
    "path", ["", ":", ":rules", ":rules/throat", ":rules/throat/protocol.yaml"]
)
def test_an_object_that_is_not_what_its_id_says(
    hashed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    folder = tmp_path / "hashed"
    shutil.copytree(hashed, folder)
    monkeypatch.chdir(folder)

    shutil.copyfile(*(loose(folder, f"{revision}{path}") for revision in ("HEAD", "v1")))

    said = refused(THROAT, "HEAD:rules/throat")
    if path or "is neither a folder nor a revision" not in said:
        assert said.startswith("git cannot read v1:rules/throat: ")
        assert "mismatch" in said or "damaged" in said


# -- what somebody may type ---------------------------------------------------------------------


REVISIONS: Final = {
    "": "'' is neither a folder nor a revision",
    ":": "'' is neither a folder nor a revision",
    ":rules/throat": "'' is neither a folder nor a revision",
    ":/first": "'' is neither a folder nor a revision",
    "-x": "'-x' is neither a folder nor a revision",
    "--batch-all-objects": "'--batch-all-objects' is neither a folder nor a revision",
    "v1\nHEAD": "'v1<U+000A>HEAD' is neither a folder nor a revision",
    "v1\0": "'v1<U+0000>' is neither a folder nor a revision",
    "\x1b[31mv1": "'<U+001B>[31mv1' is neither a folder nor a revision",
    "v\udcff1": "'v<U+DCFF>1' is neither a folder nor a revision",
    "v1..HEAD": "'v1..HEAD' is neither a folder nor a revision",
    "v1^{tree}": "'v1^{tree}' is neither a folder nor a revision",
    "a" * 5000: f"'{'a' * 120} ...' is neither a folder nor a revision",
    "v1:" + "a" * 5000: f"there is no folder '{'a' * 120} ...' in v1",
    "v1:./" + "a/" * 5000: "there is no folder 'a/a/",
    "v1:rules/\nthroat": "there is no folder 'rules/<U+000A>throat' in v1",
    "v1:.\0": "'v1' is neither a folder nor a revision",
    "v1:/rules/throat": "there is no folder '/rules/throat' in v1",
    "v1:../../etc": "there is no folder '../../etc' in v1",
    "v1:rules/throat/protocol.yaml": "there is no folder 'rules/throat/protocol.yaml' in v1",
}


@pytest.mark.parametrize(("typed", "said"), REVISIONS.items(), ids=lambda text: ascii(text)[:30])
def test_what_is_no_revision(
    original: Path, monkeypatch: pytest.MonkeyPatch, typed: str, said: str
) -> None:
    monkeypatch.chdir(original)

    assert refused("--", typed, "HEAD:rules/throat").startswith(said)


# -- what a revision may hold -------------------------------------------------------------------


def tree_with(current: Path, mode: str, name: bytes, content: bytes = b"x: y\n") -> str:
    """Return a revision of the rules with one more entry."""
    kind = {"160000": "commit", "040000": "tree"}.get(mode, "blob")
    id_ = git(current, "hash-object", "-w", "--stdin", given=content)
    if kind == "commit":
        id_ = git(current, "rev-parse", "HEAD")
    elif kind == "tree":
        id_ = git(current, "mktree", "-z", given=f"100644 blob {id_}\tx.yaml\0".encode())
    listed = git(current, "ls-tree", "-z", THROAT).encode()
    tree = git(current, "mktree", "-z", given=listed + f"{mode} {kind} {id_}\t".encode() + name)
    return git(current, "commit-tree", "-m", "made", tree)


ENTRIES: Final[dict[str, tuple[str, bytes, str]]] = {
    "link": ("120000", b"more.yaml", "/more.yaml: it leads elsewhere"),
    "link without ending": ("120000", b"more", "/more: it leads elsewhere"),
    "submodule": ("160000", b"more", "/more: it leads elsewhere"),
    "another ending": ("100644", b"more.json", "/more.json: it is neither rules nor a document"),
    "no ending": ("100755", b"more_yaml", "/more_yaml: it is neither rules nor a document"),
    "zero width": (
        "100644",
        "more.ya\u200bml".encode(),
        "/more.ya<U+200B>ml: its name has a character",
    ),
    "not UTF-8": ("100644", b"more\xff.yaml", "/more<U+DCFF>.yaml: its name has a character"),
    "line break": ("100644", b"mo\nre.yaml", "/mo<U+000A>re.yaml: its name has a character"),
    "subfolder": ("040000", b"mo\nre", "/mo<U+000A>re: its name has a character"),
}


@pytest.mark.parametrize(("mode", "name", "said"), ENTRIES.values(), ids=ENTRIES)
def test_entries_that_are_refused(current: Path, mode: str, name: bytes, said: str) -> None:
    revision = f"{tree_with(current, mode, name)}:"

    assert refused(revision, "HEAD:rules/throat").startswith(f"cannot read {revision}{said}")


@pytest.mark.parametrize(
    ("mode", "name", "listed"),
    [
        ("100644", "more.yml", "more.yml"),
        ("100755", "More.YAML", "More.YAML"),
        ("040000", "sub", "sub/x.yaml"),
        ("100644", "more.yaml.txt", "more.yaml.txt"),
    ],
)
def test_entries_that_the_protocol_must_list(
    current: Path, mode: str, name: str, listed: str
) -> None:
    revision = tree_with(current, mode, name.encode())

    code, _, err = rules_command("diff", f"{revision}:", "HEAD:rules/throat")

    assert code == exits.UNSOUND
    assert f"P122 '{listed}' is in the folder but not listed" in err


def no_file(repository: reading.Repository, objects: Sequence[reading.Object]) -> Iterator[bytes]:
    """Read commits and trees only."""
    assert "blob" not in {each.kind for each in objects}
    return CONTENTS(repository, objects)


def test_a_huge_file_is_not_read(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is asked for first."""
    revision = tree_with(current, "100644", b"more.yaml", b"#" * (4 * 1024 * 1024 + 1))
    monkeypatch.setattr(reading.Repository, "contents", no_file)

    assert refused(f"{revision}:", THROAT).endswith(
        "/more.yaml: a rules file may have 4 MiB at most"
    )


@pytest.mark.usefixtures("current")
def test_many_large_files_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_folder, "MAX_FOLDER_BYTES", 100)
    monkeypatch.setattr(reading.Repository, "contents", no_file)

    assert refused(THROAT, THROAT).endswith("a rules folder may have 0 MiB at most")


def test_a_tree_that_holds_itself_many_times_over(
    current: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty folders in each of twenty folders, and so on, take a few hundred bytes."""
    monkeypatch.setattr(rules_folder, "MAX_ENTRIES", 300)
    tree = git(current, "rev-parse", THROAT)
    for _ in range(20):
        listed = "".join(f"040000 tree {tree}\t{at}\0" for at in range(20))
        tree = git(current, "mktree", "-z", given=listed.encode())
    revision = git(current, "commit-tree", "-m", "made", tree)

    assert refused(f"{revision}:", THROAT).startswith("there are more than 300 files in")


def loose(current: Path, name: str) -> Path:
    """Return the file of an object."""
    id_ = git(current, "rev-parse", name)
    path = current / ".git" / "objects" / id_[:2] / id_[2:]
    path.chmod(0o644)
    return path


def overwrite(path: Path) -> None:
    path.write_bytes(b"nonsense")


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize("damage", [overwrite, cut_off, Path.unlink])
def test_a_damaged_repository(current: Path, damage: Callable[[Path], None]) -> None:
    damage(loose(current, f"{THROAT}/protocol.yaml"))

    said = refused(THROAT, "HEAD:rules/throat")

    assert said.startswith(("git cannot read v1:rules/throat: ", "the repository is damaged: "))
    assert "git printed nothing" not in said


def test_an_object_that_is_not_what_it_was(current: Path) -> None:
    """It changed between two runs of git."""
    id_ = git(current, "rev-parse", f"{THROAT}/protocol.yaml").encode()
    wrong = reading.Object(id_, "blob", 5)

    with pytest.raises(reading.GitError, match="is damaged"):
        list(reading.repository().contents([wrong]))


def test_a_tree_of_many_megabytes(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is asked for before its entries."""
    revision = tree_with(current, "100644", b"a" * 400)
    monkeypatch.setattr("backtriage.shell.versions._MAX_OBJECT_BYTES", 400)

    assert refused(f"{revision}:", THROAT) == f"there are too many files in {revision}:"


def test_a_message_of_many_megabytes(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(current, "tag", "-f", "v1", git(current, "commit-tree", "-m", "x" * 400, "v1^{tree}"))
    monkeypatch.setattr("backtriage.shell.versions._MAX_OBJECT_BYTES", 400)

    assert refused(THROAT) == "cannot read v1: the message of its commit is too long"


TREES: Final = {
    "twice": b"100644 a.yaml\0{id}100644 a.yaml\0{id}",
    "twice, apart": b"100644 a.yaml\0{id}100644 b.yaml\0{id}40000 a.yaml\0{id}",
    "cut off": b"100644 a.yaml\0{id}100644 b.yaml\0",
    "without a name": b"100644 \0{id}",
    "path": b"100644 a/b.yaml\0{id}",
    "mode": b"9 a.yaml\0{id}",
}


@pytest.mark.parametrize("entries", TREES.values(), ids=TREES)
def test_a_tree_that_git_does_not_write(current: Path, entries: bytes) -> None:
    """Of two entries with one name git itself takes the first."""
    id_ = bytes.fromhex(git(current, "rev-parse", f"{THROAT}/protocol.yaml"))
    tree = git(current, "hash-object", "--literally", "-w", "-t", "tree", "--stdin",
               given=entries.replace(b"{id}", id_))  # fmt: skip
    revision = git(current, "commit-tree", "-m", "made", tree)

    said = refused(f"{revision}:", THROAT)

    assert said == f"git cannot read {revision}:: object {tree} is damaged"


def test_a_tree_that_is_a_file(current: Path) -> None:
    id_ = git(current, "rev-parse", f"{THROAT}/protocol.yaml")
    tree = git(current, "hash-object", "--literally", "-w", "-t", "tree", "--stdin",
               given=b"40000 rules\0" + bytes.fromhex(id_))  # fmt: skip
    revision = git(current, "commit-tree", "-m", "made", tree)

    assert refused(f"{revision}:rules", THROAT).endswith(f": object {id_} is damaged")


def test_a_commit_without_a_tree() -> None:
    commit = reading.Object(b"0" * 40, "commit", 5)

    with pytest.raises(reading.GitError, match="is damaged"):
        reading.tree_of(commit, b"nonsense")


# -- what git may take --------------------------------------------------------------------------


def test_git_may_take_little_memory(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads all of a commit to learn that it is one, however long."""
    monkeypatch.setattr(reading, "MAX_MEMORY", 32 * 1024 * 1024)
    assert diff(THROAT)[0] == exits.UNSOUND

    head = git(current, "cat-file", "commit", "HEAD").encode() + b"\n"
    git(current, "tag", "-f", "v1", git(current, "hash-object", "-w", "-t", "commit", "--stdin",
                                        given=head + b"x" * reading.MAX_MEMORY))  # fmt: skip

    assert refused(THROAT).endswith(": git needs more than 32 MiB of memory")


@pytest.mark.usefixtures("current")
def test_the_time_of_git_is_limited_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = [reading.repository()]
    rest = iter(opened)
    monkeypatch.setattr(reading, "repository", lambda: next(rest))

    assert diff(THROAT, "HEAD:rules/throat")[0] == exits.UNSOUND
    with pytest.raises(reading.GitError, match="git takes more than 60 seconds"):
        replace(opened[0], until=0).commit("v1")


def test_a_configuration_that_never_ends(current: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(current / "pipe")
    git(current, "config", "include.path", str(current / "pipe"))
    monkeypatch.setattr(reading, "SECONDS", 0.2)

    assert "(git takes more than 0 seconds)" in refused(THROAT)


@pytest.mark.parametrize("stream", [1, 2])
def test_a_git_that_prints_for_ever(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: int
) -> None:
    """As for each of the many other repositories that one may name."""
    command(tmp_path / "bin" / "git", f"exec yes 'error: no such folder' >&{stream}")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(original)

    assert "(git prints more than 64 MiB)" in refused(THROAT)


def test_a_git_that_is_killed(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(tmp_path / "bin" / "git", "kill -KILL $$")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(original)

    assert "(git was ended by signal 9)" in refused(THROAT)


# -- the repository of the current folder -------------------------------------------------------


def test_a_working_tree_that_is_elsewhere(
    current: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it holds is not what somebody sees."""
    for elsewhere in (tmp_path / "other", tmp_path, current / "rules"):
        elsewhere.mkdir(exist_ok=True)
        git(current, "config", "core.worktree", str(elsewhere))
        for folder in (current, current / "rules"):
            monkeypatch.chdir(folder)
            said = refused(THROAT)
            assert "elsewhere" in said or "must be run in a work tree" in said


@pytest.mark.parametrize("linked", ["rules", "rules/throat"])
def test_a_rules_folder_that_leads_out_of_the_working_tree(
    current: Path, tmp_path: Path, linked: str
) -> None:
    """What it leads to is quoted to nobody, as it was not named."""
    outside = tmp_path / "private"
    (outside / "throat").mkdir(parents=True)
    for folder in (outside, outside / "throat"):
        (folder / "protocol.yaml").write_text("foo: hunter2\n", encoding="utf-8")
    shutil.rmtree(current / linked)
    (current / linked).symlink_to(outside)

    said = refused(THROAT)

    assert "it leads elsewhere" in said
    assert "hunter2" not in said


def test_a_repository_among_the_files_of_another(
    current: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came with them, so nobody made it."""
    git(current, "clone", "--quiet", "--bare", ".", "bare")
    git(current / "bare", "config", "core.bare", "false")
    git(current / "bare", "config", "core.worktree", ".")
    monkeypatch.chdir(current / "bare")

    assert refused(THROAT).startswith("a revision can only be read inside a git repository (")


def test_a_linked_working_tree(
    current: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(current, "worktree", "add", "--quiet", str(tmp_path / "linked"), "v1")
    monkeypatch.chdir(tmp_path / "linked")

    code, out, _ = rules_command("diff", THROAT)

    assert (code, f"(folder {tmp_path / 'linked' / 'rules' / 'throat'})" in out) == (0, True)


# -- reasons of git -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "printf 'warning: a\\nfatal: dubious ownership\\nTo add it:\\n\\tgit' >&2; exit 128",
            "(dubious ownership)",
        ),
        ("printf 'error: bad \\033[31m\\377\\n' >&2; exit 1", "(bad <U+001B>[31m<U+DCFF>)"),
        ("exit 1", "(git printed nothing)"),
        (
            "printf 'error: Out of memory, malloc failed\\nfatal: it is corrupt\\n' >&2; exit 128",
            "(git needs more than 512 MiB of memory)",
        ),
        ("head -c 100000 /dev/zero | tr '\\0' a >&2; exit 1", f"({'a' * 300})"),
        ("exec sleep 60", "(git takes more than 0 seconds)"),
    ],
    ids=["ownership", "escapes", "silent", "memory", "long", "slow"],
)
def test_the_reason_of_git_is_shown(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    command(tmp_path / "bin" / "git", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(reading, "SECONDS", 0.2 if "sleep" in script else 60)
    monkeypatch.chdir(original)

    assert refused(THROAT, "HEAD:rules/throat").startswith(
        f"a revision can only be read inside a git repository {said}: change to its folder"
    )


def test_a_git_that_cannot_be_started(
    original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "git").write_bytes(b"\x7fELF")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.chdir(original)

    assert "(exec format error)" in refused(THROAT)


def test_a_shallow_clone(original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "shallow"
    git(original, "clone", "--quiet", "--depth", "1", original.as_uri(), str(folder))
    monkeypatch.chdir(folder)

    assert refused("HEAD~1:rules/throat").endswith(
        "this clone is shallow, and 'git fetch --unshallow' gets older revisions"
    )


def test_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repository that is a rules folder itself."""
    rules = new_repository(tmp_path / "whole")
    shutil.copytree(rules, tmp_path / "own")
    git(tmp_path / "own", "init", "--quiet")
    commit(tmp_path / "own", "first")
    (tmp_path / "own" / "pictures").mkdir()
    monkeypatch.chdir(tmp_path / "own" / "pictures")

    for revision in ("HEAD:", "HEAD:..", "HEAD:../"):
        assert rules_command("diff", revision)[0] == exits.OK
    assert rules_command("diff", "HEAD", "--rules", "..")[0] == exits.OK
