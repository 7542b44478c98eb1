"""The guide for clinicians: each of its examples is real, or is tried here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from backtriage.cases.loader import load_cases
from backtriage.cases.report import CaseReport, build_report
from backtriage.check import check
from backtriage.decide.evaluate import Evaluation, F, U
from backtriage.program.program import build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.loader.loader import SECTIONS
from backtriage.protocol.loader.strict_yaml import MappingNode, read_yaml
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.shell.cache import load_program
from backtriage.shell.files import read_rules
from backtriage.terms.urgency import IF_UNSURE, URGENCIES
from backtriage.terms.value import KINDS
from tools.pages import MARKED, ROOT, RULES

GUIDE = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
OWN = MARKED.sub("", GUIDE)
"""The guide without what is taken from the rules word for word."""

YAML = re.compile(r"^( *)```yaml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|$", re.MULTILINE)

PROGRAM = load_program(RULES, save=False)


def examples(text: str) -> list[str]:
    """The YAML of a text, without the indent of its list."""
    return [dedent(body) for _, body in YAML.findall(text)]


def table_below(heading: str) -> str:
    """The text of the table that has this heading."""
    return GUIDE.partition(heading)[2].partition("\n\n")[0]


def rows_below(heading: str) -> list[tuple[str, str]]:
    """The rows of that table: what is written as code, and what stands beside it."""
    return [(found[1], found[2]) for found in ROW.finditer(table_below(heading))]


@pytest.mark.parametrize("text", examples(GUIDE))
def test_every_example_can_be_read(text: str) -> None:
    """Each block of YAML passes the strict reader, under one section that exists."""
    root, problems = read_yaml(text, "example", flow=False)

    assert problems == ()
    assert isinstance(root, MappingNode)
    assert {key.text for key, _ in root.of} <= {*SECTIONS, "cases"}


def test_every_section_is_explained() -> None:
    """The table of sections holds all of them, and no other."""
    listed = [name for name, _ in rows_below("| section | an entry is |")]

    assert set(listed) == {"protocol", *SECTIONS}


def test_every_kind_and_every_default_is_explained() -> None:
    """The kinds of questions, and what a rule gives for doubt, are those of the program."""
    kinds = [name for name, _ in rows_below("| kind | the answer |")]
    defaults = dict(
        row
        for words in GUIDE.partition("| urgency of the rule |")[2]
        .partition("\n\n")[0]
        .splitlines()
        for row in default_of(words)
    )

    assert sorted(kinds) == sorted(KINDS)
    assert defaults == {
        urgency.id: unsure.id if unsure is not None else "nothing"
        for urgency, unsure in IF_UNSURE.items()
    }


def default_of(line: str) -> Iterator[tuple[str, str]]:
    """The urgencies of a row of the table of defaults, each with what doubt gives."""
    words = re.findall(r"`([a-z_]+)`", line)
    if words and words[0] in URGENCIES:
        yield from ((urgency, words[-1]) for urgency in words[:-1])


def symbols() -> SymbolTable:
    """The names of the shipped protocol."""
    protocol = PROGRAM.protocol
    return SymbolTable(
        questions=PROGRAM.questions,
        facts=frozenset(PROGRAM.facts),
        scores={score.id: sum(p.points for p in score.points) for score in protocol.scores},
    )


@pytest.mark.parametrize(("text", "meaning"), rows_below("| condition | true when |"))
def test_every_condition_can_be_written(text: str, meaning: str) -> None:
    """Each condition of the table is one of the shipped protocol's language."""
    condition, faults = parse_condition(text, symbols())

    assert (condition is not None, faults) == (True, ()), meaning


@pytest.mark.parametrize(("text", "code"), rows_below("| condition | code |"))
def test_every_mistake_is_refused(text: str, code: str) -> None:
    """Each mistake of the table has the code that stands beside it."""
    _, faults = parse_condition(text, symbols())

    assert [fault.code for fault in faults] == [code]


def test_the_tables_of_conditions_are_found() -> None:
    """The two tests above look at something."""
    assert len(rows_below("| condition | true when |")) > 10
    assert len(rows_below("| condition | code |")) > 5


# -- the example that changes a rule ------------------------------------------------------

RULE_TEXT, CASES_TEXT = examples(OWN)
NEW_RULE = re.findall(r"- id: (\w+)", RULE_TEXT)
NEW_CASES = re.findall(r"- id: (\w+)", CASES_TEXT)


def with_example(texts: dict[str, str], file: str, example: str) -> dict[str, str]:
    """Rules texts with an example at the end of a file, below the section that it names."""
    heading, _, body = example.partition("\n")
    sections = re.findall(r"^[a-z_]+:", texts[file], re.MULTILINE)
    assert sections[-1] == heading, f"{file} does not end with {heading}"
    return {**texts, file: f"{texts[file].rstrip()}\n{body}"}


@pytest.fixture(scope="module")
def changed() -> CaseReport:
    """The cases of the shipped rules and of the example, on the rules with the example."""
    texts = with_example(read_rules(RULES), "red_flags.yaml", RULE_TEXT)
    source, problems = check(texts)
    assert problems == ()
    assert source is not None
    program = build_program(source.protocol)
    folder = read_rules(Path(RULES) / "cases")
    cases, problems = load_cases(program, with_example(folder, "people.yaml", CASES_TEXT))
    assert problems == ()
    return build_report(program, cases)


def test_the_change_of_the_guide_is_sound(changed: CaseReport) -> None:
    """The example rule passes the checks, and its three cases are kept."""
    results = {result.case.id: result for result in changed.results}

    assert {id_: results[id_].failures for id_ in NEW_CASES} == dict.fromkeys(NEW_CASES, ())


def test_the_cases_of_the_guide_try_the_rule_every_way(changed: CaseReport) -> None:
    """It is fired, one changed answer switches it off, and doubt is tried."""
    cover = changed.coverage
    ratios = (cover.rules_fired, cover.rules_switched, cover.rules_unsure)
    left = {id_ for ratio in ratios for id_ in ratio.missing}

    assert len(NEW_RULE) == 1
    assert not left & set(NEW_RULE)


def test_truth_has_three_values() -> None:
    """The guide's example of doubt: false at 30, and it cannot be told at 70."""
    text = "unwell includes fever and age >= 65 years"
    condition, _ = parse_condition(text, symbols())
    assert text in GUIDE
    assert condition is not None

    def interval(age: int) -> tuple[int, int]:
        sheet = Sheet(values={"age": age, "unwell": ["fever?"]})
        return Evaluation(PROGRAM, validate(PROGRAM, sheet).answers).interval(condition)

    assert (interval(30), interval(70)) == ((F, F), (U, U))
