"""What the documents say is there, is there; and what is there, they say."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import typer.main

from backtriage.cli import exits
from backtriage.cli.app import app_with
from backtriage.protocol.codes import CATALOGUE
from backtriage.terms.urgency import Urgency
from tools.pages import PAGES, SHELL, walk
from tools.pictures import FOLDER, GRAPH, graph_dot, screens

ROOT = Path(__file__).parents[1]
PROSE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "rules/README.md")
PAGES_BY_HAND = (*PROSE, "rules/back_pain/hazards.md")
DOCUMENTS = (*PAGES_BY_HAND, "docs/commands.md", "docs/problems.md", "docs/code.md")

LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)")
HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)
SECTION = re.compile(r"^## ", re.MULTILINE)
LETTERS = re.compile(r">([^<]*)</text>")
SPAN = re.compile(r"`([^`\n]+)`")
HEREDOC = re.compile(r" <<'END'\n.*?\nEND$", re.DOTALL | re.MULTILINE)
SETTING = re.compile(r"([A-Z_]+)=")
READ = re.compile(r"(?:environ\.get\(\"|\$\{)([A-Z_]+)")

COMMANDS = dict(walk("backtriage", typer.main.get_command(app_with())))
TOOLS = {f"tools/{file.name}": file for file in (ROOT / "tools").glob("*.py")}


def read(name: str) -> str:
    """A document's text."""
    return (ROOT / name).read_text(encoding="utf-8")


def prose_of(name: str) -> str:
    """A document without its fenced blocks."""
    return "".join(read(name).split("```")[::2])


def options_of(command: Any) -> set[str]:  # noqa: ANN401 - typer types little of its own click
    """Every way to write an option of a command."""
    names = {"-h", "--help"}
    for parameter in command.params:
        if parameter.param_type_name == "option":
            names.update((*parameter.opts, *parameter.secondary_opts))
    return names


EVERY_OPTION = set[str]().union(*map(options_of, COMMANDS.values()))


# -- the reference pages ------------------------------------------------------------------


def sections() -> dict[str, str]:
    """Each section of the reference pages by its heading, without the backquotes."""
    found: dict[str, str] = {}
    for name in ("docs/commands.md", "docs/problems.md"):
        for part in SECTION.split(read(name))[1:]:
            heading, _, body = part.partition("\n")
            found[heading.replace("`", "")] = body
    return found


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_documented(words: str) -> None:
    """Each command has a section that says what it does and names each of its options."""
    command = COMMANDS[words]
    body = sections()[words]

    assert command.help, f"{words} has no help text"
    for parameter in command.params:
        if parameter.param_type_name == "option" and not parameter.hidden:
            assert parameter.name == "help" or parameter.help, f"{parameter.name} has no help"
            for name in (*parameter.opts, *parameter.secondary_opts):
                assert name in {"-h", "--help"} or f"`{name}`" in body


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_problem_code_is_documented(code: str) -> None:
    """Each problem code has a section with its headline and its cure."""
    headline, cure = CATALOGUE[code]

    assert cure in sections()[f"{code}: {headline}".replace("`", "")]


@pytest.mark.parametrize("name", PAGES)
def test_what_is_made_from_the_code_is_fresh(name: str) -> None:
    """What comes from the code is what the code would write now: run tools/pages.py."""
    assert read(name) == PAGES[name]()


def test_every_word_of_the_list_is_in_the_code() -> None:
    """Each word that CONTRIBUTING defines is a class or a type of the program."""
    words = re.findall(r"^\| ([A-Z]\w+) \|", read("CONTRIBUTING.md"), re.MULTILINE)
    files = (ROOT / "src" / "backtriage").rglob("*.py")
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    defined = {*re.findall(r"^class (\w+)", code, re.MULTILINE)}
    defined |= {*re.findall(r"^(\w+): TypeAlias", code, re.MULTILINE)}

    assert len(words) > 30
    assert set(words) <= defined
    assert len(words) == len(set(words))


# -- links and layout ---------------------------------------------------------------------


def anchors(file: Path) -> set[str]:
    """The fragments that lead to a heading of a document."""
    headings = HEADING.findall(file.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_link_is_broken(name: str) -> None:
    """Every link between our documents leads to a file, and to a heading if it names one."""
    here = ROOT / name
    for target, fragment in LINK.findall(read(name)):
        file = here.parent / target if target else here
        assert file.exists(), f"{name} links to {target}"
        assert not fragment or fragment in anchors(file), f"{name} links to {target}#{fragment}"


def test_every_document_can_be_found() -> None:
    """Each of our documents is linked from the README, or from one that is."""
    linked = {
        (ROOT / name).parent.joinpath(target).resolve()
        for name in PROSE
        for target, _ in LINK.findall(read(name))
        if target
    }

    assert {ROOT / name for name in DOCUMENTS} - {ROOT / "README.md"} <= linked


@pytest.mark.parametrize("name", PROSE)
def test_prose_has_one_sentence_per_line(name: str) -> None:
    """No line of prose holds two sentences, so that changes can be read."""
    two = re.compile(r"[.?!] [A-Z]")
    prose = [
        line
        for line in prose_of(name).splitlines()
        if line and not line.startswith(("|", "#", "-", " ", "<")) and not line[0].isdigit()
    ]

    assert [line for line in prose if two.search(line)] == []


# -- commands in the text -----------------------------------------------------------------


def pasted(name: str) -> Iterator[list[str]]:
    """Every command that a document's shell blocks hold, as words."""
    for block in SHELL.findall(read(name)):
        for line in HEREDOC.sub("", block).splitlines():
            for command in line.split("&&"):
                yield shlex.split(command, comments=True)


def mentioned(name: str) -> Iterator[list[str]]:
    """Every command that a document names in passing, as words."""
    for span in SPAN.findall(prose_of(name)):
        if span.startswith(("backtriage ", "rules ", "tools/", "./check")):
            words = shlex.split(span)
            yield ["backtriage", *words] if words[0] == "rules" else words


def refuse_unless_it_exists(words: list[str]) -> None:
    """Fail for a command, an option, a tool, a path or a setting that is not there."""
    while found := SETTING.match(words[0]):
        assert found[1] in known_settings(), f"no setting {found[1]}"
        words = words[1:]
    program, rest = words[0].removeprefix(".venv/bin/"), words[1:]
    options = {word for word in rest if word.startswith("--")}
    if program == "python" and rest:
        program, rest = rest[0], rest[1:]
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
        assert (program, *rest[:2]) in {("python3", "-m", "venv"), ("pip", "install", "-q")}


def words_of_command(rest: list[str]) -> list[str]:
    """The words that name a command, from the words that follow the program's name."""
    words = ["backtriage"]
    for word in rest:
        if " ".join([*words, word]) not in COMMANDS:
            break
        words.append(word)
    return words


def known_settings() -> set[str]:
    """Environment variables that the check or a test reads."""
    files = [ROOT / "check", *(ROOT / "tests").rglob("*.py")]
    return {name for file in files for name in READ.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("name", PROSE)
def test_every_command_in_the_text_exists(name: str) -> None:
    """Whatever a document tells a reader to type is there, with its options."""
    for words in (*pasted(name), *mentioned(name)):
        if words:
            refuse_unless_it_exists(words)


@pytest.mark.parametrize("name", PROSE)
def test_every_option_in_the_text_exists(name: str) -> None:
    """An option that is named alone belongs to some command."""
    named = {span.split()[0] for span in SPAN.findall(prose_of(name)) if span.startswith("--")}

    assert named <= EVERY_OPTION


@pytest.mark.parametrize("name", PROSE)
def test_every_file_in_the_text_exists(name: str) -> None:
    """A path that is named as code leads to something, from the root or from where it says."""
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
    ["tools/pages.py", "--no-such-option"],
    ["tools/pagse.py"],
    ["./check", "tests/no/such/folder"],
    ["NO_SUCH_SETTING=1", "./check"],
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_would_be_seen(words: list[str]) -> None:
    """The tests above do fail for a command that is not there."""
    with pytest.raises(AssertionError):
        refuse_unless_it_exists(words)


# -- what the README promises -------------------------------------------------------------


def test_ci_runs_what_the_readme_names() -> None:
    """The one command of the README is the one that CI runs, and it runs these tests."""
    assert "\n./check\n" in read("README.md")
    assert "./check" in read(".ci/run")
    assert "pytest" in read("check")


def test_the_readme_lists_every_exit_code() -> None:
    """Its two tables hold the codes of the program, each under its meaning, and no other."""
    rows = re.findall(r"^\| ([\d, ]+) \|", read("README.md"), re.MULTILINE)
    by_urgency = re.findall(r"^\| `([a-z_]+)` \|.*\| (\d+) \|$", read("README.md"), re.MULTILINE)
    codes = {
        value
        for name, value in vars(exits).items()
        if name.isupper() and isinstance(value, int) and not name.startswith("_")
    }

    assert [int(code) for row in rows for code in row.split(",")] == sorted(codes)
    assert by_urgency == [(urgency.id, str(exits.URGENT[urgency])) for urgency in Urgency]


def test_the_readme_says_what_it_is_not() -> None:
    """The promises of modesty stand there in so many words."""
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
