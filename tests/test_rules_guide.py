"""The guide for clinicians and the rules reference: every example and every table is tried."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest

from backtriage.cases.loader import load_cases
from backtriage.cases.report import CaseReport, build_report
from backtriage.check import check
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.kernel import F, U
from backtriage.program.program import build_program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.protocol.loader.loader import SECTIONS
from backtriage.protocol.loader.nodes import MappingNode, SequenceNode
from backtriage.protocol.loader.sections import ACCEPTS, DIRECTIONS
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.parser import parse_condition
from backtriage.protocol.tokenizer import SymbolTable
from backtriage.shell.rules_folder import read_rules
from backtriage.terms.value import KINDS
from tests.support.protocols import shipped
from tools.pages import MARKED
from tools.samples import ROOT, RULES
from tools.tables import NO_SYMBOLS, READERS, entry_of_kind, keys_of

GUIDE = (ROOT / "rules" / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "rules-reference.md").read_text(encoding="utf-8")
OWN = MARKED.sub("", GUIDE)
"""The guide without what tools/pages.py writes."""

YAML = re.compile(r"^( *)```yaml\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^\| `([^`]+)` \| (.+?) \|$", re.MULTILINE)

PROGRAM = shipped()


def examples(text: str) -> list[str]:
    """The YAML blocks of a text, dedented."""
    return [dedent(body) for _, body in YAML.findall(text)]


def rows_below(heading: str, text: str = GUIDE) -> list[tuple[str, str]]:
    """The first two cells of each row of the table with this heading."""
    table = text.partition(heading)[2].partition("\n\n")[0]
    return [(match[1], match[2]) for match in ROW.finditer(table)]


def code_below(heading: str) -> set[str]:
    """Everything in backquotes in the first column of a table of the reference."""
    table = REFERENCE.partition(heading)[2].partition("\n\n")[0]
    return {word for row in table.splitlines() if row.startswith("| `")
            for word in re.findall(r"`([^`]+)`", row.split("|")[1])}  # fmt: skip


@pytest.mark.parametrize("text", [*examples(GUIDE), *examples(REFERENCE)])
def test_every_example_passes_the_strict_reader(text: str) -> None:
    root, problems = read_yaml(text, "example", flow=False)

    assert problems == ()
    assert isinstance(root, MappingNode)
    assert {key.text for key, _ in root.of} <= {*SECTIONS, "cases"}


def test_the_reference_lists_every_section_and_every_key_of_the_rules() -> None:
    assert [*READERS] == ["protocol", *SECTIONS]
    for file, text in read_rules(RULES).items():
        root, _ = read_yaml(text, file, flow=False)
        assert isinstance(root, MappingNode)
        for section, node in root.of:
            entries = node.of if isinstance(node, SequenceNode) else (node,)
            known = re.findall(r"`(\w+)`", "".join(keys_of(section.text)))
            for entry in entries:
                assert isinstance(entry, MappingNode)
                assert {key.text for key, _ in entry.of} <= {*known}


@pytest.mark.parametrize("section", READERS)
def test_the_hint_for_an_unknown_key_lists_every_key_once(section: str) -> None:
    for kind in KINDS if section == "questions" else ("",):
        fields = entry_of_kind(section, kind, "zzzzzz")
        READERS[section](fields, NO_SYMBOLS)
        fields.done()
        hints = [p.hint for p in fields.diagnostics.problems.found() if "zzzzzz" in p.message]
        listed = hints[0].removeprefix("keys are: ").split(", ")
        assert len({*listed}) == len(listed)
        required, optional = keys_of(section)
        of_kind = {
            key
            for key, kinds in re.findall(r"`(\w+)`(?: \(([a-z_, ]*)\))?", required + optional)
            if not kinds or kind in kinds.split(", ")
        }
        assert {*listed} == of_kind


def known_keys(case: str) -> set[str]:
    """The keys that the loader offers instead of an unknown one, in a case or its `expect`."""
    _, problems = load_cases(PROGRAM, {"a.yaml": f"cases:\n  - id: a\n    about: b\n{case}"})
    hint = next(problem.hint for problem in problems if problem.code == "P112")
    return set(hint.removeprefix("keys are: ").split(", "))


def test_the_reference_lists_every_key_of_a_case() -> None:
    always = {"id", "about", "sheet"}
    assert code_below("| key | meaning |") | always == known_keys("    zzzzzz: 1\n")
    expected = known_keys("    expect:\n      zzzzzz: 1\n")
    assert code_below("| key under `expect` | meaning |") == expected


def test_the_reference_lists_every_word_that_a_key_allows() -> None:
    assert code_below("| kind | the answer |") == set(KINDS)
    assert code_below("| direction | for | meaning |") == set(DIRECTIONS)
    assert code_below("| `accepts` | `about` | what is accepted |") == set(ACCEPTS)


def symbols() -> SymbolTable:
    """The names of the shipped protocol."""
    protocol = PROGRAM.protocol
    return SymbolTable(
        questions=PROGRAM.questions,
        facts=frozenset(PROGRAM.facts),
        scores={score.id: sum(p.points for p in score.points) for score in protocol.scores},
    )


@pytest.mark.parametrize(("text", "meaning"), rows_below("| condition | true when |"))
def test_every_condition_of_the_guide_can_be_parsed(text: str, meaning: str) -> None:
    condition, faults = parse_condition(text, symbols())

    assert (condition is not None, faults) == (True, ()), meaning


@pytest.mark.parametrize(("text", "code"), rows_below("| condition | code |", REFERENCE))
def test_every_mistake_of_the_reference_has_its_code(text: str, code: str) -> None:
    _, faults = parse_condition(text, symbols())

    assert [fault.code for fault in faults] == [code]


def test_the_tables_of_conditions_are_found() -> None:
    assert len(rows_below("| condition | true when |")) > 10
    assert len(rows_below("| condition | code |", REFERENCE)) > 5


# -- the example that changes a rule ------------------------------------------------------

RULE_TEXT, CASES_TEXT = examples(OWN)
NEW_RULE = re.findall(r"- id: (\w+)", RULE_TEXT)
NEW_CASES = re.findall(r"- id: (\w+)", CASES_TEXT)


def with_example(texts: dict[str, str], file: str, example: str) -> dict[str, str]:
    """Rules texts with an example appended to a file that ends with the same section."""
    heading, _, body = example.partition("\n")
    sections = re.findall(r"^[a-z_]+:", texts[file], re.MULTILINE)
    assert sections[-1] == heading, f"{file} does not end with {heading}"
    return {**texts, file: f"{texts[file].rstrip()}\n{body}"}


@pytest.fixture(scope="module")
def changed() -> CaseReport:
    """The report of all cases, with the rule and the cases of the guide added."""
    texts = with_example(read_rules(RULES), "red_flags.yaml", RULE_TEXT)
    source, problems = check(texts)
    assert problems == ()
    assert source is not None
    program = build_program(source.protocol)
    folder = read_rules(Path(RULES) / "cases")
    cases, problems = load_cases(program, with_example(folder, "people.yaml", CASES_TEXT))
    assert problems == ()
    return build_report(program, cases)


def test_the_cases_of_the_guide_pass(changed: CaseReport) -> None:
    results = {result.case.id: result for result in changed.results}

    assert {id_: results[id_].failures for id_ in NEW_CASES} == dict.fromkeys(NEW_CASES, ())


def test_the_cases_of_the_guide_cover_its_rule(changed: CaseReport) -> None:
    """A case fires it, another with one changed answer does not, and a third is not sure."""
    cover = changed.coverage
    ratios = (cover.rules_fired, cover.rules_switched, cover.rules_unsure)
    left = {id_ for ratio in ratios for id_ in ratio.missing}

    assert len(NEW_RULE) == 1
    assert not left & set(NEW_RULE)


def test_the_condition_of_the_guide_has_three_values() -> None:
    """The guide's example: false at 30, "cannot tell" at 70."""
    text = "illness_signs includes fever and age >= 65 years"
    condition, _ = parse_condition(text, symbols())
    assert text in GUIDE
    assert condition is not None

    def interval(age: int) -> tuple[int, int]:
        sheet = Sheet(values={"age": age, "illness_signs": ["fever?"]})
        return Evaluation(PROGRAM, validate(PROGRAM, sheet).answers).interval(condition)

    assert (interval(30), interval(70)) == ((F, F), (U, U))
