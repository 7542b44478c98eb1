"""The documents agree with the program: commands, links, paths, tables and pictures."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Iterable, Iterator
from functools import partial
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
import typer.main

from backtriage.cli import exits
from backtriage.cli.app import app_with
from backtriage.cli.examples import EXAMPLES, examples_of
from backtriage.terms.urgency import Urgency
from tools.commands import walk
from tools.man_page import escaped
from tools.pages import MARKED, PAGES
from tools.pictures import FOLDER, GRAPH, graph_dot, screens
from tools.problem_codes import CATALOGUE
from tools.samples import SAMPLES, SHELL

ROOT = Path(__file__).parents[1]
PROSE = (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "rules/README.md",
    "docs/architecture.md", "docs/glossary.md", "docs/card.md", "docs/intake.md",
    "docs/precision.md",
    "docs/rules-reference.md", "docs/security.md", "benchmarks/README.md",
)  # fmt: skip
DOCUMENTS = (
    *PROSE, "rules/back_pain/hazards.md",
    "docs/commands.md", "docs/problems.md", "docs/traceability.md",
)  # fmt: skip

LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
SECTION = re.compile(r"^## ", re.MULTILINE)
LETTERS = re.compile(r">([^<]*)</text>")
SPAN = re.compile(r"`([^`\n]+)`")
HEREDOC = re.compile(r" <<'END'\n.*?\nEND$", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"([A-Z_]+)=")
READ = re.compile(r"(?:environ\.get\(\"|\$\{)([A-Z_]+)")

COMMANDS = dict(walk("backtriage", typer.main.get_command(app_with())))
TOOLS = {
    **{f"tools.{file.stem}": file for file in (ROOT / "tools").glob("*.py")},
    "benchmarks": ROOT / "benchmarks" / "__main__.py",
    "benchmarks.translate.python": ROOT / "benchmarks" / "translate" / "python.py",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    """A document without its fenced blocks."""
    return "".join(read(name).split("```")[::2])


def options_of(command: Any) -> set[str]:  # noqa: ANN401 - typer types little of its own click
    """Every spelling of every option of a command."""
    names = {"-h", "--help"}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            names.update((*parameter.opts, *parameter.secondary_opts))
    return names


EVERY_OPTION = set[str]().union(*map(options_of, COMMANDS.values()))


# -- the reference pages ------------------------------------------------------------------


def sections_of(name: str) -> dict[str, str]:
    """The text of each section by its heading, without backquotes."""
    parts = (part.partition("\n") for part in SECTION.split(read(name))[1:])
    return {heading.replace("`", ""): body for heading, _, body in parts}


def test_every_command_is_documented_with_all_its_options() -> None:
    sections = sections_of("docs/commands.md")

    for words, command in COMMANDS.items():
        assert command.help, f"{words} has no help text"
        for parameter in command.params:
            if parameter.param_type_name == "option" and not parameter.hidden:
                assert parameter.name == "help" or parameter.help, f"{parameter.name} has no help"
                for name in (*parameter.opts, *parameter.secondary_opts):
                    assert name in {"-h", "--help"} or f"`{name}`" in sections[words]


def test_every_command_has_examples_that_it_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything but the work itself is done: the words are parsed as the command line does."""
    monkeypatch.chdir(tmp_path)
    runnable = {words: command for words, command in COMMANDS.items() if " " in words}
    runnable = {w: c for w, c in runnable.items() if not hasattr(c, "commands")}

    assert {f"backtriage {name}" for name in EXAMPLES} == set(runnable)
    for name, lines in EXAMPLES.items():
        command = COMMANDS[f"backtriage {name}"]
        for line in lines:
            words = shlex.split(re.split("[|>]", line)[0])
            prefix = ["backtriage", *name.split()]
            assert words[: len(prefix)] == prefix
            command.make_context(name, words[len(prefix) :])  # raises if it is not accepted
        assert command.epilog == examples_of(name)


def test_every_problem_code_is_documented_with_its_cure() -> None:
    sections = sections_of("docs/problems.md")

    for code, (headline, cure) in CATALOGUE.items():
        assert cure in sections[f"{code}: {headline}".replace("`", "")]


SLOW: Final = ("counterexample", "difference")
"""Samples that take half a minute."""


def sample_in(text: str, name: str) -> str:
    """Return a sample as a document shows it."""
    (whole,) = (mark for mark in MARKED.finditer(text) if mark[2] == f"sample {name}")
    return whole[0].removeprefix(f"{whole[1]}```\n").removesuffix(f"\n```\n{whole[3]}")


@pytest.mark.parametrize("name", PAGES)
def test_generated_parts_are_up_to_date(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """If this fails, run: python -m tools.pages."""
    for slow in SLOW:
        monkeypatch.setitem(SAMPLES, slow, partial(sample_in, name=slow))

    assert read(name) == PAGES[name]()


@pytest.mark.exhaustive
@pytest.mark.once
@pytest.mark.parametrize("name", SLOW)
def test_slow_samples_are_up_to_date(name: str) -> None:
    """If this fails, run: python -m tools.pages."""
    text = read("rules/README.md")

    assert sample_in(text, name) == SAMPLES[name](text).rstrip()


# -- architecture and glossary ------------------------------------------------------------


def test_the_architecture_draws_the_layers_of_the_contract() -> None:
    contracts = tomllib.loads(read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    contract = next(c for c in contracts if c["type"] == "layers")
    drawing = read("docs/architecture.md").split("```")[1]
    drawn = [re.match(r" ((?:\w+ *\| )*\w+)", line) for line in drawing.strip("\n").splitlines()]

    assert [[word.strip() for word in match[1].split("|")] for match in drawn if match] == [
        [word.strip() for word in layer.split("|")] for layer in contract["layers"]
    ]


def test_the_steps_of_the_architecture_name_real_functions() -> None:
    steps = re.findall(r"^\|.*\| `([\w/]+)\.py` \| `(\w+)` \|$", read("docs/architecture.md"),
                       re.MULTILINE)  # fmt: skip

    assert len(steps) > 20
    for path, name in steps:
        assert hasattr(import_module(f"backtriage.{path.replace('/', '.')}"), name), (path, name)


def test_the_glossary_is_sorted_and_its_words_are_in_use() -> None:
    entries = re.findall(r"^- (\*\*.*?): ", read("docs/glossary.md"), re.MULTILINE)
    words = [re.findall(r"\*\*(.+?)\*\*", entry) for entry in entries]
    files = [*(ROOT / "src").rglob("*.py"), ROOT / "rules" / "README.md"]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files).lower()

    assert len(entries) == read("docs/glossary.md").count("\n- ")
    assert entries == sorted(entries, key=str.lower)
    for word in (part for entry in words for name in entry for part in name.split(", ")):
        assert word.lower() in text or word.replace(" ", "_") in text, word


# -- links and layout ---------------------------------------------------------------------


def anchors(file: Path) -> set[str]:
    """The fragments of all headings."""
    headings = HEADING.findall(file.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_link_is_broken(name: str) -> None:
    here = ROOT / name
    for target, fragment in LINK.findall(read(name)):
        file = here.parent / target if target else here
        assert file.exists(), f"{name} links to {target}"
        assert not fragment or fragment in anchors(file), f"{name} links to {target}#{fragment}"


def test_every_document_is_linked_from_another() -> None:
    linked = {
        (ROOT / name).parent.joinpath(target).resolve()
        for name in PROSE
        for target, _ in LINK.findall(read(name))
        if target
    }

    assert {ROOT / name for name in DOCUMENTS} - {ROOT / "README.md"} <= linked


@pytest.mark.parametrize("name", PROSE)
def test_prose_has_one_sentence_per_line(name: str) -> None:
    two = re.compile(r"[.?!] [A-Z]")
    prose = [
        line
        for line in prose_of(name).splitlines()
        if line and not line.startswith(("|", "#", "<", "!"))
    ]

    assert [line for line in prose if two.search(line)] == []


# -- commands in the text -----------------------------------------------------------------


def pasted(name: str) -> Iterator[list[str]]:
    """Every command in the shell blocks of a document, as words."""
    for block in SHELL.findall(read(name)):
        for line in HEREDOC.sub("", block).splitlines():
            for command in line.split("&&"):
                yield shlex.split(command, comments=True)


def mentioned(name: str) -> Iterator[list[str]]:
    """Every command that a document names in its prose, as words."""
    for span in SPAN.findall(prose_of(name)):
        if span.startswith(("backtriage ", "rules ", ".venv/", "./check")):
            words = shlex.split(span)
            yield ["backtriage", *words] if words[0] == "rules" else words


def refuse_unless_it_exists(words: list[str]) -> None:
    """Fail for an unknown command, option, tool, path or environment variable."""
    while found := SETTING.match(words[0]):
        assert found[1] in known_settings(), f"no setting {found[1]}"
        words = words[1:]
    program, rest = words[0].removeprefix(".venv/bin/"), words[1:]
    options = {word for word in rest if word.startswith("--")}
    if program == "python" and rest[:1] == ["-m"]:
        program, rest = rest[1], rest[2:]
    if program in TOOLS:
        assert all(option in TOOLS[program].read_text(encoding="utf-8") for option in options)
    elif program == "backtriage":
        name = " ".join(words_of_command(rest))
        assert options <= options_of(COMMANDS[name]), f"{name}: {options}"
        in_groups = hasattr(COMMANDS[name], "commands") and name != "backtriage"
        assert not in_groups, f"'{name}' needs a verb"
    elif program == "./check":
        paths = [word for word in rest if "/" in word]
        assert all((ROOT / path).exists() for path in paths), rest
    else:
        assert (program, *rest[:2]) in {
            ("python3", "-m", "venv"), ("pip", "install", "-q"), ("npm", "install", "--prefix"),
        }  # fmt: skip


def words_of_command(rest: list[str]) -> list[str]:
    """The words that name a command, without its arguments."""
    words = ["backtriage"]
    for word in rest:
        if " ".join([*words, word]) not in COMMANDS:
            break
        words.append(word)
    return words


def known_settings() -> set[str]:
    """The environment variables that `./check` or a test reads."""
    files = [ROOT / "check", *(ROOT / "tests").rglob("*.py")]
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", PROSE)
def test_every_command_in_the_text_exists(name: str) -> None:
    for words in (*pasted(name), *mentioned(name)):
        if words:
            refuse_unless_it_exists(words)


@pytest.mark.parametrize("name", PROSE)
def test_every_option_in_the_text_belongs_to_some_command(name: str) -> None:
    named = {span.split()[0] for span in SPAN.findall(prose_of(name)) if span.startswith("--")}

    assert named <= EVERY_OPTION


@pytest.mark.parametrize("name", PROSE)
def test_every_file_in_the_text_exists(name: str) -> None:
    """A path may start at the root, the document, the rules, the source or the tests."""
    here = (ROOT / name).parent
    bases = (ROOT, here, ROOT / "rules" / "back_pain", ROOT / "src" / "backtriage", ROOT / "tests")
    paths = [
        span
        for span in SPAN.findall(prose_of(name))
        if re.fullmatch(r"[\w./-]+(/|\.(py|md|yaml|json|toml))", span) and "…" not in span
    ]

    missing = [path for path in paths if not any((base / path).exists() for base in bases)]
    assert missing == []


WRONG = [
    ["backtriage", "rules", "chekc"],
    ["backtriage", "assess", "-", "--formt", "json"],
    ["python", "-m", "tools.pages", "--no-such-option"],
    ["python", "-m", "tools.pagse"],
    ["./check", "tests/no/such/folder"],
    ["NO_SUCH_SETTING=1", "./check"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_is_refused(words: list[str]) -> None:
    with pytest.raises(AssertionError):
        refuse_unless_it_exists(words)


# -- the manual page ----------------------------------------------------------------------


def test_the_manual_page_is_good_roff() -> None:
    """As both programs say that people read manual pages with, where they are installed."""
    page = str(ROOT / "docs" / "backtriage.1")
    checks = (
        ("mandoc", "-T", "lint", "-W", "warning"),
        ("man", "--warnings", "-E", "UTF-8", "-l"),
    )
    for name, *options in checks:
        if program := shutil.which(name):
            ran = subprocess.run((program, *options, page), capture_output=True, check=False)
            assert (ran.returncode, ran.stderr) == (0, b"")


def test_no_text_of_a_manual_page_is_a_request() -> None:
    assert escaped(".TH of\\a 'quote'\n") == "\\&.TH of\\ea 'quote'"
    assert escaped("a --set `b`") == "a \\-\\-set b"


# -- the README ---------------------------------------------------------------------------


def test_the_readme_names_the_command_that_ci_runs() -> None:
    assert "\n./check\n" in read("README.md")
    assert "./check" in read(".ci/run")
    assert "pytest" in read("check")


def test_every_exit_code_is_listed() -> None:
    text = read("docs/intake.md")
    rows = re.findall(r"^\| ([\d, ]+) \|", text, re.MULTILINE)
    by_urgency = re.findall(r"^\| `([a-z_]+)` \|.*\| (\d+) \|$", text, re.MULTILINE)
    codes = {
        value
        for name, value in vars(exits).items()
        if name.isupper() and isinstance(value, int) and not name.startswith("_")
    }

    assert [int(code) for row in rows for code in row.split(",")] == sorted(codes)
    assert by_urgency == [(urgency.id, str(exits.URGENT[urgency])) for urgency in Urgency]


def test_the_readme_says_what_it_is_not() -> None:
    text = read("README.md")

    for words in ("not a diagnosis", "not a medical device", "not clinically validated",
                  "Clinically reviewed by: nobody yet", "Windows not tested"):  # fmt: skip
        assert words in text


# -- pictures -----------------------------------------------------------------------------


def words_of(texts: Iterable[str]) -> list[str]:
    return sorted(word for text in texts for word in unescape(text).split())


def test_the_screens_are_up_to_date() -> None:
    """Their text is what the interview draws now: run tools/pictures.py."""
    for file, drawing in screens():
        assert LETTERS.findall(file.read_text(encoding="utf-8")) == LETTERS.findall(drawing)


def test_the_graph_is_up_to_date() -> None:
    """Its words are those of the labels, which the test compares without Graphviz."""
    drawn = LETTERS.findall(GRAPH.read_text(encoding="utf-8"))
    labels = re.findall(r"label=<(.*?)>(?: shape|$)", graph_dot(), re.MULTILINE)

    assert words_of(drawn) == words_of(re.split(r"<[^>]+>", " ".join(labels)))


def test_no_picture_loads_anything() -> None:
    for file in FOLDER.glob("*.svg"):
        text = file.read_text(encoding="utf-8")
        assert "http" not in re.sub(r"http://www\.w3\.org", "", text)
