"""What Tab offers, as the program prints it for bash."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backtriage.cli.app import app_with
from backtriage.cli.completion import REQUEST, join_words, take_request
from tests.support.protocols import TINY

pytestmark = pytest.mark.first_only

ASSESS = ("assess", "x", "--rules", str(TINY), "--set")


def offered(*words: str) -> list[str]:
    """What is offered for the last word, as bash splits them."""
    line = {"COMP_WORDS": "\n".join(("backtriage", *words)), "COMP_CWORD": str(len(words))}
    join_words(line)
    done = CliRunner().invoke(
        app_with(), env={REQUEST: "complete_bash", **line}, prog_name="backtriage"
    )
    assert (done.exit_code, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*ASSESS, ""), ["years=", "airway=", "days=", "feverish=", "fever_days="]),
        ((*ASSESS, "ai"), ["airway=breathing", "airway=drooling", "airway=none"]),
        ((*ASSESS, "airway", "=", "breathing,"), ["breathing,drooling"]),
        ((*ASSESS, "airway", "=", "breathing?,"), []),  # a pattern, to bash
        ((*ASSESS, "airway", "=", "$(id),"), []),  # a command, to zsh
        ((*ASSESS, "days", "=", "l"), ["longer"]),
        ((*ASSESS, "years", "=", "70", "--set", "feverish", "="), ["yes", "no", "not_sure"]),
        ((*ASSESS, "nobody", "=", ""), []),
        (("assess", "x", "--rules", "nowhere", "--set", ""), []),
        (("ask", "--country", "="), ["GB", "US"]),
        (("ask", "--country", "u"), ["us"]),
        (("ask", "--for", ""), ["patient", "clinician"]),
        (("assess", "x", "--section", ""), ["why", "helps", "signs", "about", "magnesium"]),
        ((*ASSESS[:-1], "--section", "h"), ["helps", "honey"]),
        (("rules", "show", "cannot_w"), ["cannot_walk"]),
        (("rules", "graph", "--rules", str(TINY), "--about", "ai"), ["airway"]),
    ],
    ids=lambda value: " ".join(value[-3:]).replace(str(Path(TINY)), "TINY"),
)
def test_tab_offers_what_the_rules_know(words: tuple[str, ...], expected: list[str]) -> None:
    assert offered(*words) == expected


def test_an_option_may_hold_its_value_and_a_number_shows_its_range() -> None:
    assert offered("assess", "x", "--rules", str(TINY), "--set", "=", "yea") == [
        "years=0", "years=120",
    ]  # fmt: skip


@pytest.mark.parametrize("line", [{}, {"COMP_WORDS": "a", "COMP_CWORD": "?"}])
def test_the_line_of_another_shell_is_left_alone(line: dict[str, str]) -> None:
    environment = {REQUEST: "complete_zsh", **line}
    join_words(environment)
    assert environment == {REQUEST: "complete_zsh", **line}


@pytest.mark.parametrize("line", [{}, {"COMP_WORDS": "a", "COMP_CWORD": "?"}])
def test_a_request_without_a_line_is_none(line: dict[str, str]) -> None:
    environment = {REQUEST: "complete_bash", **line}
    join_words(environment)
    assert environment == line


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell"])
def test_a_request_that_was_left_behind_takes_the_place_of_no_result(shell: str) -> None:
    line = {"COMP_WORDS": "backtriage\nask", "COMP_CWORD": "1", "_TYPER_COMPLETE_ARGS": "x"}
    environment = {REQUEST: f"complete_{shell}", **line}
    take_request(environment, ["assess", "sheet.json"])
    assert environment == line
    environment[REQUEST] = f"complete_{shell}"
    take_request(environment, [])  # every shell asks without arguments
    assert environment[REQUEST] == f"complete_{shell}"
