"""The public Python interface."""

from __future__ import annotations

import doctest
import json
import re
from collections import deque
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import backtriage
import backtriage.library
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
from backtriage.decide.assessment import assess as decide
from backtriage.program.program import Program, build_program, digest_of
from backtriage.protocol.protocol import Question
from backtriage.shell import older_sheets
from backtriage.shell.cache import load_program
from backtriage.shell.older_sheets import Meanings, read_meanings
from backtriage.shell.sheets import read_answers
from tests.support.interviews import confirming
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
    """Return a small protocol, loaded through the public interface."""
    return load_protocol(SORE_THROAT)


def test_public_names() -> None:
    assert set(backtriage.__all__) == NAMES
    assert all(getattr(backtriage, name) is not None for name in NAMES)


def test_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'asess'"):
        _ = backtriage.asess


def test_assess_agrees_with_the_command() -> None:
    answers = json.loads(SHEET.read_text(encoding="utf-8"))
    program = load_program(None, save=False)

    expected = decide(program, read_answers(program, str(SHEET)).answers, "GB")

    assert assess(load_protocol(), answers, "GB") == expected


def test_assess_accepts_plain_values(protocol: Protocol) -> None:
    """Whole floats, tuples and sets count as numbers and lists; the reference is echoed."""
    plain = WELL | {"years": 30.0, "airway": (), "ref": "A-1"}

    found = assess(protocol, plain)

    assert isinstance(found, Assessment)
    assert (found.status, found.urgency) == (Status.COMPLETE, Urgency.SELF_CARE)
    assert found.answers == assess(protocol, WELL).answers
    assert found.ref == "A-1"


@pytest.mark.parametrize("kind", [set, frozenset, dict.fromkeys])
def test_a_set_is_a_list(protocol: Protocol, kind: Callable[[list[str]], object]) -> None:
    """In any order, as an argument and as an answer."""
    listed = ["drooling", "breathing?"]
    given = kind(listed)
    given = given.keys() if isinstance(given, dict) else given

    expected = assess(protocol, {"airway": listed})

    assert expected.certain is Urgency.EMERGENCY
    assert assess(protocol, {"airway": given}) == expected
    begun = Interview.begin(protocol, {"years": 30})
    assert begun.answer(given).answers == begun.answer(listed).answers


def test_values_of_numpy_are_answers(protocol: Protocol) -> None:
    """As pandas takes them out of a table."""
    import numpy as np

    held = {"years": np.int64(30), "feverish": np.bool_(WELL["feverish"])}
    given = WELL | held | {"days": np.str_(WELL["days"])}

    assert assess(protocol, given).answers == assess(protocol, WELL).answers
    airway = np.array(["drooling"])
    assert assess(protocol, {"airway": airway}).certain is Urgency.EMERGENCY
    ticked = {"airway": {"drooling": np.bool_(1)}}
    with pytest.raises(Unsound) as raised:
        assess(protocol, ticked)
    assert raised.value.certain is Urgency.EMERGENCY


@pytest.mark.parametrize("kind", ["snan", "timedelta", "broken"])
def test_what_fails_when_it_is_looked_at_is_unsound(kind: str, protocol: Protocol) -> None:
    """And hides no emergency beside it."""
    import numpy as np

    class Broken(dict[str, object]):
        def items(self) -> Any:  # noqa: ANN401 - nothing
            raise TypeError

    odd = {"snan": Decimal("snan"), "timedelta": np.timedelta64(70, "D"), "broken": Broken()}

    with pytest.raises(Unsound) as raised:
        assess(protocol, {"years": odd[kind], "airway": ["drooling"]})

    assert raised.value.certain is Urgency.EMERGENCY


def test_what_can_be_compared_with_nothing_is_missing(protocol: Protocol) -> None:
    """As pandas.NA, which stands for an empty cell."""

    class Nothing:
        def __eq__(self, other: object) -> bool:
            raise TypeError

        __hash__ = None  # type: ignore[assignment]

    class Table(Nothing):
        def __len__(self) -> int:
            return 1

    for key in ("years", "airway", "ref"):
        with pytest.raises(Unsound):
            assess(protocol, {key: Table()})
    found = assess(protocol, {"years": Nothing(), "airway": ["drooling"]})

    assert found.answers == assess(protocol, {"airway": ["drooling"]}).answers


class _Row(dict[str, object]):
    """What gives a key twice, as a row of pandas does that has two columns of a name."""

    def items(self) -> Any:  # noqa: ANN401 - not what a dictionary has
        return [("airway", ["breathing"]), *super().items()]


def test_a_key_that_comes_twice_is_unsound(protocol: Protocol) -> None:
    both = ["breathing", "drooling"]
    for again, certain in ((both, Urgency.EMERGENCY), ([], Urgency.SELF_CARE)):
        with pytest.raises(Unsound, match="A108") as raised:
            assess(protocol, _Row({"years": 44, "airway": again}))
        assert raised.value.certain is certain


def test_no_answers_are_incomplete(protocol: Protocol) -> None:
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
def test_invalid_answers_raise_unsound(
    protocol: Protocol, answers: dict[str, object], expected: list[tuple[str, str]]
) -> None:
    for refused in (assess, Interview.begin):
        with pytest.raises(Unsound) as raised:
            refused(protocol, answers)

        assert all(isinstance(problem, Problem) for problem in raised.value.problems)
        found = [(problem.code, problem.location.path) for problem in raised.value.problems]
        assert found == expected
        assert expected[0][0] in str(raised.value)
        for word in ("breathig", "yes", "30.5", "nan"):  # no answer gets into a traceback
            assert word not in str(raised.value)


@pytest.mark.parametrize(
    ("answers", "certain"),
    [
        ({"airway": ["drooling"], "years": 200}, Urgency.EMERGENCY),
        ({"airway": ("drooling ",)}, Urgency.EMERGENCY),
        ({"airway": {"drooling": True, 7: True}}, Urgency.EMERGENCY),
        ({"airway": {"drooling "}}, Urgency.EMERGENCY),
        ({"airway": (("drooling",),)}, Urgency.EMERGENCY),
        ({"airway": deque(["drooling"])}, Urgency.EMERGENCY),
        ({"airway": b"drooling"}, Urgency.EMERGENCY),
        ({"airway": range(10**12)}, Urgency.SELF_CARE),
        ({"airway": frozenset({"drooling"}), "years": 200}, Urgency.EMERGENCY),
        ({"airway": {"drooling", 7}}, Urgency.EMERGENCY),
        ({"airway ": ["drooling"]}, Urgency.EMERGENCY),
        ({"airway": ["no drooling"]}, Urgency.SELF_CARE),
        ({"airway": ["x"]}, Urgency.SELF_CARE),
    ],
)
def test_an_emergency_does_not_wait_for_a_correction(
    protocol: Protocol, answers: dict[str, object], certain: Urgency
) -> None:
    for refused in (assess, Interview.begin):
        with pytest.raises(Unsound) as raised:
            refused(protocol, answers)
        assert raised.value.certain is certain


@pytest.mark.parametrize(
    ("answers", "certain"),
    [
        ({"danger": ["chest"]}, Urgency.EMERGENCY),
        ({"protocol": "back_pain/1", "nerves": ["saddle?"]}, Urgency.EMERGENCY),
        ({"age": 44, "danger": []}, Urgency.SELF_CARE),
    ],
)
def test_an_emergency_in_answers_to_an_older_version(
    answers: dict[str, object], certain: Urgency
) -> None:
    shipped = load_protocol()
    for refused in (assess, Interview.begin):
        with pytest.raises(Unsound) as raised:
            refused(shipped, answers)
        assert raised.value.certain is certain


def test_what_older_answers_meant_is_read_once_for_a_protocol(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service may get many refused answers."""
    read: list[Path] = []

    def counted(program: Program, folder: Path) -> Meanings:
        read.append(folder)
        return read_meanings(program, folder)

    monkeypatch.setattr(older_sheets, "read_meanings", counted)
    protocol = load_protocol(SORE_THROAT)
    for _ in range(2):
        with pytest.raises(Unsound):
            assess(protocol, {"yers": 30})

    assert read.count(SORE_THROAT) == 1  # other tests have copies of it


def test_only_the_last_protocols_are_remembered(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service may load many, and older versions of each."""
    monkeypatch.setattr(backtriage.library, "_older", {})
    monkeypatch.setattr(backtriage.library, "_MOST_READERS", 8)
    read: list[str] = []
    versions = [build_program(replace(protocol, version=f"{n}.0.0")) for n in range(9)]

    for n, program in enumerate(versions):
        backtriage.library.read_older_with(program, f"/{n}", reader(read, str(n)))
    for program in (versions[0], versions[1], versions[-1]):
        with pytest.raises(Unsound):
            assess(program.protocol, {"yers": 30})

    assert read == ["1", "8"]


def reader(read: list[str], name: str) -> backtriage.library.Older:
    """Something that finds nothing, and notes that it looked."""
    return lambda *_: read.append(name)


def test_a_protocol_is_known_by_its_meaning_and_not_by_what_it_equals(
    protocol: Protocol, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To Python, 1 is True. The same rules in two folders may know of other versions."""
    monkeypatch.setattr(backtriage.library, "_older", {})
    read: list[str] = []
    first, *others = protocol.questions
    equal = replace(protocol, questions=(replace(first, private=0), *others))
    assert equal == protocol
    for folder in ("/a", "/b"):
        backtriage.library.read_older_with(build_program(protocol), folder, reader(read, folder))
    backtriage.library.read_older_with(build_program(equal), "/c", reader(read, "/c"))

    for known in (protocol, equal, replace(protocol)):
        with pytest.raises(Unsound):
            assess(known, {"yers": 30})
        read.append("")

    assert read == ["/a", "/b", "", "/c", "", "/a", "/b", ""]
    digests = {assess(known, {}).program.digest for known in (protocol, equal)}
    assert digests == {digest_of(protocol), digest_of(equal)}
    assert len(digests) == 2


def test_an_emergency_in_a_refused_answer_of_an_interview(protocol: Protocol) -> None:
    asked = Interview.begin(protocol, {"years": 30})
    urgent = asked.answer(["drooling"])

    for interview, value, certain in (
        (asked, "drooling", Urgency.EMERGENCY),
        (asked, "x", Urgency.SELF_CARE),
        (urgent, "x", Urgency.EMERGENCY),
    ):
        with pytest.raises(Unsound) as raised:
            interview.answer(value)
        assert (len(raised.value.problems), raised.value.certain) == (1, certain)


def test_an_interview_keeps_the_reference(protocol: Protocol) -> None:
    interview = Interview.begin(protocol, {"ref": "A-7"}).answer(30).back().answer(31)

    assert interview.assessment().ref == "A-7"
    assert interview.answers == {"years": 31, "ref": "A-7"}
    assert Interview.begin(protocol, interview.answers).answers == interview.answers
    assert assess(protocol, interview.answers) == interview.assessment()


@pytest.mark.parametrize("country", ["XX", "default", ""])
def test_unknown_country_is_a_value_error(protocol: Protocol, country: str) -> None:
    with pytest.raises(ValueError, match="there are: GB"):
        assess(protocol, WELL, country)
    with pytest.raises(ValueError, match="there are: GB"):
        Interview.begin(protocol).assessment(country)


def answered(interview: Interview) -> Interview:
    """Return the interview after answering every question with the answers of a well person."""
    while interview.question is not None:
        interview = interview.answer(WELL[interview.question.id])
    return interview


def test_interview_gives_the_same_assessment_as_a_sheet(protocol: Protocol) -> None:
    interview = answered(Interview.begin(protocol))

    assert interview.at_most == 0
    assert interview.answers == WELL
    assert interview.assessment("GB") == assess(protocol, WELL, "GB")


def test_interview_goes_back_and_resumes(protocol: Protocol) -> None:
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


def test_interview_refuses_invalid_answers(protocol: Protocol) -> None:
    interview = Interview.begin(protocol)
    with pytest.raises(Unsound) as raised:
        interview.answer(200)
    (problem,) = raised.value.problems
    assert (problem.code, problem.location.path) == ("A103", "years")

    with pytest.raises(Unsound, match="A115"):
        answered(interview).answer("yes")


def test_an_interview_takes_values_as_assess_does(protocol: Protocol) -> None:
    """Typed, not as text: a script that passes text has a fault that text would hide."""
    interview = Interview.begin(protocol)

    for text in ("30", " 30", "yes"):
        with pytest.raises(Unsound, match="A102"):
            interview.answer(text)
    assert interview.answer(30.0).answers == interview.answer(30).answers


def test_a_key_that_is_no_text_is_unsound(protocol: Protocol) -> None:
    for key in (1, None, ("years",)):
        with pytest.raises(Unsound, match="A101"):
            assess(protocol, {key: []})  # type: ignore[dict-item]


def test_a_country_is_safe_to_print(protocol: Protocol) -> None:
    with pytest.raises(ValueError, match=r"'<U\+001B>\[2J'; there are: GB") as raised:
        assess(protocol, WELL, "\x1b[2J")
    assert str(raised.value).isprintable()


def python_of(document: str) -> str:
    """Return the Python code of a Markdown document."""
    return "\n".join(re.findall(r"```python\n(.*?)```", document, re.DOTALL))


def test_the_documented_example() -> None:
    text = python_of((ROOT / "docs" / "intake.md").read_text(encoding="utf-8"))
    example = doctest.DocTestParser().get_doctest(text, {}, "intake.md", "intake.md", 0)
    said: list[str] = []

    result = doctest.DocTestRunner().run(example, out=said.append)

    assert result.attempted > 3
    assert result.failed == 0, "".join(said)


def test_docstring_examples() -> None:
    result = doctest.testmod(backtriage.library)

    assert (result.attempted > 3, result.failed) == (True, 0)


def test_a_doubt_is_confirmed() -> None:
    begun = Interview.begin(confirming().protocol, {"years": 30, "airway": ["drooling?"]})

    assert begun.question is None
    assert begun.confirmation == "Take a sip of water. Does it stay in your mouth?"
    assert begun.assessment().certain is Urgency.EMERGENCY
    after = begun.confirm("no")
    assert after.answers == {"years": 30, "airway": [], "checked": ["airway.drooling"]}
    assert Interview.begin(confirming().protocol, after.answers).answers == after.answers
    assert after.back() == begun
    assert begun.confirm("not_sure").assessment().checked == ("airway.drooling",)
    with pytest.raises(ValueError, match="nothing to confirm"):
        after.confirm("no")
    with pytest.raises(ValueError, match="maybe"):
        begun.confirm("maybe")


def test_answers_are_those_that_count() -> None:
    """A test has cleared nothing about a child."""
    for years, airway in ((3, ["drooling?"]), (30, [])):
        given = {"years": years, "airway": [], "checked": ["airway.drooling"]}
        assert Interview.begin(confirming().protocol, given).answers["airway"] == airway
