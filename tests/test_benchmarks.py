"""The benchmarks compare like with like. Nothing here measures time."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from operator import ge, gt, le, lt

import pytest

from backtriage.decide.kernel import T, U
from backtriage.journal.reading import read_journal
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import validate
from backtriage.terms.answers import Answers
from benchmarks import __main__, decisions, journal, ours
from benchmarks.contender import Contender, Decision
from benchmarks.decisions import CONTENDERS, DisagreementError, comparable
from benchmarks.formula import (
    And,
    AtLeast,
    Compare,
    Contains,
    Formula,
    Formulas,
    Named,
    Not,
    OneOf,
    Or,
    formulas_of,
    inlined,
)
from benchmarks.hand_written import HandWritten
from benchmarks.report import README, Table, in_readme, ratio
from benchmarks.rules import shipped_program
from benchmarks.sheets import USUAL, Person, draw_people
from benchmarks.start_up import commands, environment_in
from benchmarks.translate.cel import cel
from benchmarks.translate.json_rules import json_rules
from benchmarks.translate.jsonlogic import jsonlogic
from benchmarks.translate.python import modules
from benchmarks.translate.zen import zen
from benchmarks.translate.zen_graph import zen_graph
from tests.support import oracle
from tests.support.protocols import shipped

pytestmark = [
    pytest.mark.no_cover,
    pytest.mark.first_only,
]  # tracing takes long, and finds nothing that others leave out

INSTALLED = [contender for contender in CONTENDERS if contender.version() is not None]

KINDS = pytest.mark.parametrize("doubt", [False, True], ids=["definite", "doubt"])


@cache
def people_of(most: int, *, doubt: bool) -> tuple[Person, ...]:
    return tuple(draw_people(shipped(), most, doubt=doubt, seed=8))


@cache
def evaluated(most: int, *, doubt: bool) -> list[Decision]:
    return decisions_of(ours.Evaluate, people_of(most, doubt=doubt), doubt=doubt)


def decisions_of(
    contender: type[Contender], people: Sequence[Person], *, doubt: bool
) -> list[Decision]:
    return [comparable(one) for one in contender(shipped(), doubt=doubt).turn(people).decisions]


# -- sheets -------------------------------------------------------------------------------


@KINDS
def test_sheets_are_valid_and_complete(*, doubt: bool) -> None:
    for person in draw_people(shipped(), 50, doubt=doubt):
        validated = validate(shipped(), Sheet(values=person.plain))
        certain, possible = oracle.urgency_range(shipped(), person.answers)

        assert (validated.problems, validated.answers) == ((), person.answers)
        assert certain == possible
        assert doubt or "?" not in str(person.plain)


def test_sheets_are_the_same_every_time() -> None:
    assert draw_people(shipped(), 5, doubt=True) == draw_people(shipped(), 5, doubt=True)


def test_what_most_people_answer_is_an_answer_of_the_shipped_rules() -> None:
    for question, usual in USUAL.items():
        assert usual in {choice.id for choice in shipped().questions[question].choices}


def test_sheets_have_every_urgency_and_most_rules() -> None:
    people = draw_people(shipped(), 500, doubt=False)
    found = decisions_of(ours.Evaluate, people, doubt=False)

    assert len({decision.urgency for decision in found}) == len(shipped().levels)
    assert len({rule for decision in found for rule in decision.fired}) > 80


# -- formulas -----------------------------------------------------------------------------


def holds(formula: Formula, formulas: Formulas, person: Person) -> bool:
    """Evaluate a formula over plain values; a question that is not asked may have none."""

    def value(part: Formula) -> bool:  # noqa: PLR0911 - one case for each node
        answer = person.plain.get(getattr(part, "question", ""))
        match part:
            case OneOf(_, values):
                return answer in values
            case Contains(_, text):
                return isinstance(answer, list) and text in answer
            case Compare(_, sign, bound):
                compare = {"<": lt, "<=": le, ">": gt, ">=": ge}[sign]
                return isinstance(answer, int) and bool(compare(Decimal(answer), bound))
            case Named(name):
                return value(formulas.named[name])
            case Not(of):
                return not value(of)
            case And(parts):
                return all(map(value, parts))
            case Or(parts):
                return any(map(value, parts))
            case AtLeast(least, weighted):
                return sum(points for points, of in weighted if value(of)) >= least

    return value(formula)


@KINDS
def test_formulas_agree_with_the_oracle(*, doubt: bool) -> None:
    formulas = formulas_of(shipped(), doubt=doubt)
    for person in draw_people(shipped(), 60, doubt=doubt):
        for rule in formulas.rules:
            truth = oracle.truth(shipped(), person.answers, rule.rule.when)
            maybe = rule.surely if rule.maybe is None else rule.maybe

            assert holds(rule.surely, formulas, person) == (truth == oracle.YES)
            if rule.rule.if_unsure is not None:
                assert holds(maybe, formulas, person) == (truth != oracle.NO)


def test_without_doubt_a_rule_is_one_formula() -> None:
    assert all(rule.maybe is None for rule in formulas_of(shipped(), doubt=False).rules)


def test_inlined_formulas_name_nothing() -> None:
    formulas = formulas_of(shipped(), doubt=True)

    assert formulas.named
    for rule in formulas.rules:
        assert "Named(" not in repr(inlined(rule.surely, formulas.named))


@KINDS
def test_every_language_can_express_the_rules(*, doubt: bool) -> None:
    formulas = formulas_of(shipped_program(), doubt=doubt)
    ids = {rule.rule.id for rule in formulas.rules}

    assert len(jsonlogic(formulas)) == len(ids)
    assert {rule["event"]["params"]["rule"] for rule in json_rules(formulas)["rules"]} == ids
    assert cel(formulas).count(f"? {T} : ") == len(ids)
    assert zen(formulas).count(f"? {T} : ") == len(ids)
    graph, python = zen_graph(formulas), "".join(modules(shipped_program()).values())
    assert [id_ for id_ in ids if f'\\"{id_}\\"' not in graph or repr(id_) not in python] == []


# -- contenders ---------------------------------------------------------------------------


@KINDS
def test_hand_written_python_decides_as_assess(*, doubt: bool) -> None:
    """If this fails, run: python -m benchmarks.translate.python."""
    people = draw_people(shipped(), 200, doubt=doubt, seed=7)

    expected = decisions_of(ours.Assess, people, doubt=doubt)
    assert decisions_of(HandWritten, people, doubt=doubt) == expected


@KINDS
@pytest.mark.parametrize("contender", INSTALLED, ids=lambda contender: contender.name)
def test_a_contender_decides_as_the_evaluation(contender: type[Contender], *, doubt: bool) -> None:
    most = min(50, contender.most_sheets)

    decided = decisions_of(contender, people_of(most, doubt=doubt), doubt=doubt)
    assert decided == evaluated(most, doubt=doubt)


class Careless(Contender):
    """Takes every doubt as a no."""

    name = "careless"
    title = "careless"
    work = "Forgets doubt."

    def __init__(self, program: Program, *, doubt: bool) -> None:
        self._evaluate = ours.Evaluate(program, doubt=doubt)

    def decide_all(self, people: Sequence[Person]) -> list[Decision]:
        return [
            decision._replace(fired=tuple(rule for rule in decision.fired if rule[1] != U))
            for decision in self._evaluate.decide_all(people)
        ]


def test_a_contender_that_disagrees_is_not_compared() -> None:
    (lap,) = decisions.laps([Careless], 50, doubt=True)

    with pytest.raises(DisagreementError, match=r"careless, sheet \d+: "):
        lap.run()


def test_names_are_unique() -> None:
    names = [contender.name for contender in CONTENDERS]
    names += [command.name for command in (*commands(), *journal.commands())]

    assert len(names) == len({*names, *__main__.GROUPS}) - len(__main__.GROUPS)


@KINDS
def test_a_chunk_with_a_missing_answer_is_not_decided(*, doubt: bool) -> None:
    """Nor when it is an array, of which Python says that it equals another if any byte does."""
    people = [*draw_people(shipped(), 20, doubt=doubt), Person(plain={}, answers=Answers())]

    for contender in (ours.EvaluateChunk, ours.EvaluateChunkInArrays):
        with pytest.raises(ValueError, match="missing"):
            contender(shipped(), doubt=doubt).turn(people)


# -- start-up -----------------------------------------------------------------------------


def test_every_entry_of_the_journal_that_is_measured_can_be_read() -> None:
    questions = {question.id: question for question in shipped().protocol.entry_questions}
    data = "".join(f"{entry}\n" for entry in journal.entries(20)).encode()
    read = read_journal(data, questions, datetime.now().astimezone())
    assert (len(read.entries), read.problems) == (20, ())


def test_processes_start_as_a_user_starts_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    environment = environment_in("folder")

    assert not [name for name in environment if name.startswith("PYTHON")]
    assert (environment["PATH"], environment["XDG_CACHE_HOME"]) == (os.environ["PATH"], "folder")


# -- the table ----------------------------------------------------------------------------


@pytest.mark.parametrize(("one", "text"), [(3.0, "1.50"), (1.9, "0.95"), (0.09, "0.045")])
def test_a_small_ratio_has_more_decimals(one: float, text: str) -> None:
    assert ratio(one, 2.0) == text


# -- the command --------------------------------------------------------------------------


class Absent(HandWritten):
    """Needs a package that nobody has."""

    name = "absent"
    is_baseline = False
    distribution = "a-package-that-does-not-exist"


def test_what_is_not_installed_is_named_with_its_cure(capsys: pytest.CaptureFixture[str]) -> None:
    found = __main__.selected([HandWritten, Absent], __main__.DECISIONS, ["absent"])

    assert found == [HandWritten]
    assert capsys.readouterr().err == (
        "absent is left out; to install it: pip install -e '.[benchmark]'\n"
    )


def test_the_command_prints_a_table(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", "evaluation", "--rounds=1", "--sheets=2"])

    assert __main__.main() == 0
    printed = capsys.readouterr().out
    assert "\nhand-written Python " in printed
    assert "\nbacktriage, `Evaluation` " in printed
    assert "typer" not in printed


@pytest.mark.parametrize("words", [["no-such"], ["--markdown", "typer"]], ids=" ".join)
def test_a_wrong_command_is_refused(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["benchmarks", *words])

    with pytest.raises(SystemExit, match="2"):
        __main__.main()
    assert "error: " in capsys.readouterr().err


@pytest.mark.parametrize("name", [__main__.DECISIONS, __main__.START_UP])
def test_the_readme_has_a_place_for_each_table(name: str) -> None:
    table = Table(
        name=name, unit="Seconds", rounds=3, head=["", "time"], rows=[["A \\1", "2"]],
        notes=["- A note."],
    )  # fmt: skip
    page = in_readme(README.read_text(encoding="utf-8"), table)

    assert "\nSeconds, medians of 3 rounds.\n" in page
    assert "\n|  | time |\n| --- | ---: |\n| A \\1 | 2 |\n\n- A note.\n<!-- end -->\n" in page
    assert in_readme(page, table) == page
