"""The public names: what a programmer can do with them, and that there are no others."""

from __future__ import annotations

import doctest
import json
import re
from pathlib import Path

import pytest

import backtriage
from backtriage import (
    Assessment,
    Interview,
    Problem,
    Protocol,
    Status,
    Unsound,
    Urgency,
    assess,
    load_protocol,
)
from backtriage.cli.sheet import validated_from
from backtriage.decide.assessment import assess as decide
from backtriage.protocol.protocol import Question
from backtriage.shell.cache import load_program
from tests.support.sheets import WELL

ROOT = Path(__file__).parents[2]
SHEET = ROOT / "examples" / "simple_strain.json"
SORE_THROAT = ROOT / "tests" / "data" / "protocols" / "sore_throat"

NAMES = {
    "load_protocol", "Protocol", "assess", "Assessment", "Urgency", "Status", "Problem",
    "Unsound", "Interview", "__version__",
}  # fmt: skip


@pytest.fixture(scope="module")
def protocol() -> Protocol:
    """A small protocol, read through the public door."""
    return load_protocol(SORE_THROAT)


def test_there_are_ten_names() -> None:
    """The ten names are there, and nothing else is promised."""
    assert set(backtriage.__all__) == NAMES
    assert all(getattr(backtriage, name) is not None for name in NAMES)


def test_a_name_that_is_not_there_is_named() -> None:
    """A misspelt name is an error that names it."""
    with pytest.raises(AttributeError, match="'asess'"):
        _ = backtriage.asess


def test_it_decides_as_the_command_does() -> None:
    """A sheet gives the same assessment through both doors, the country's words included."""
    answers = json.loads(SHEET.read_text(encoding="utf-8"))
    program = load_program(None, save=False)

    expected = decide(program, validated_from(program, str(SHEET)).answers, "GB")

    assert assess(load_protocol(), answers, "GB") == expected


def test_answers_are_plain_values(protocol: Protocol) -> None:
    """Whole floats and tuples count as JSON's numbers and lists; a reference is echoed."""
    plain = WELL | {"years": 30.0, "airway": (), "ref": "A-1"}

    found = assess(protocol, plain)

    assert isinstance(found, Assessment)
    assert (found.status, found.urgency) == (Status.COMPLETE, Urgency.SELF_CARE)
    assert found.answers == assess(protocol, WELL).answers
    assert found.ref == "A-1"


def test_nothing_answered_is_incomplete(protocol: Protocol) -> None:
    """No answers give a range, and its worst end is acted on."""
    found = assess(protocol, {})

    assert (found.status, found.urgency) == (Status.INCOMPLETE, Urgency.EMERGENCY)


BAD: list[tuple[dict[str, object], list[tuple[str, str]]]] = [
    ({"yers": 30}, [("A101", "yers")]),
    ({"years": 30.5}, [("A103", "years")]),
    ({"years": float("nan")}, [("A102", "years")]),
    ({"feverish": "yes"}, [("A102", "feverish")]),
    ({"airway": ["breathig"], "days": 3}, [("A104", "airway"), ("A102", "days")]),
]


@pytest.mark.parametrize(("answers", "expected"), BAD)
def test_bad_answers_are_refused_by_name(
    protocol: Protocol, answers: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    """Every answer that cannot be taken is a problem, for a sheet and for an interview."""
    for refused in (assess, Interview.begin):
        with pytest.raises(Unsound) as raised:
            refused(protocol, answers)

        assert all(isinstance(problem, Problem) for problem in raised.value.problems)
        found = [(problem.code, problem.location.path) for problem in raised.value.problems]
        assert found == expected
        assert expected[0][0] in str(raised.value)


@pytest.mark.parametrize("country", ["XX", "default", ""])
def test_an_unknown_country_is_refused(protocol: Protocol, country: str) -> None:
    """A country that the protocol does not have is an error that names those it has."""
    with pytest.raises(ValueError, match="there are: GB"):
        assess(protocol, WELL, country)
    with pytest.raises(ValueError, match="there are: GB"):
        Interview.begin(protocol).assessment(country)


def answered(interview: Interview) -> Interview:
    """The interview with every question answered from the sheet of a person who is well."""
    while interview.question is not None:
        interview = interview.answer(WELL[interview.question.id])
    return interview


def test_an_interview_ends_where_the_sheet_does(protocol: Protocol) -> None:
    """Asked one by one, the same answers give the same assessment."""
    interview = answered(Interview.begin(protocol))

    assert interview.at_most == 0
    assert interview.answers == WELL
    assert interview.assessment("GB") == assess(protocol, WELL, "GB")


def test_an_interview_goes_back_and_on(protocol: Protocol) -> None:
    """A move gives another interview, back undoes it, and answers begin one again."""
    first = Interview.begin(protocol)
    asked = first.question

    second = first.answer(30)

    assert isinstance(asked, Question)
    assert first.question == asked
    assert second.question != asked
    assert second.at_most < first.at_most
    assert second.back().question == asked
    assert first.back() == first
    assert Interview.begin(protocol, second.answers).question == second.question


def test_a_wrong_answer_changes_nothing(protocol: Protocol) -> None:
    """An answer that cannot be taken raises what is wrong; so does one to no question."""
    interview = Interview.begin(protocol)
    with pytest.raises(Unsound) as raised:
        interview.answer(200)
    (problem,) = raised.value.problems
    assert (problem.code, problem.location.path) == ("A103", "years")

    with pytest.raises(Unsound, match="A115"):
        answered(interview).answer("yes")


def python_of(document: str) -> str:
    """The Python of a document."""
    return "\n".join(re.findall(r"```python\n(.*?)```", document, re.DOTALL))


def test_the_example_of_the_readme_works() -> None:
    """What the README shows at the prompt is what comes out."""
    text = python_of((ROOT / "README.md").read_text(encoding="utf-8"))
    example = doctest.DocTestParser().get_doctest(text, {}, "README.md", "README.md", 0)
    said: list[str] = []

    result = doctest.DocTestRunner().run(example, out=said.append)

    assert result.attempted > 3
    assert result.failed == 0, "".join(said)
