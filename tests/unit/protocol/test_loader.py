"""Loading rules files: the protocol and locations, or problems and where they are."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.protocol.loader.nodes import MappingNode, Node, ScalarNode
from backtriage.protocol.loader.strict_yaml import read_yaml
from backtriage.protocol.protocol import (
    Points,
    Protocol,
)
from backtriage.protocol.texts import Country, Level
from backtriage.terms.answers import RESERVED
from backtriage.terms.problem import Location
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, Ticks, Value
from tests.support.protocol_writer import to_text
from tests.support.protocols import TINY
from tests.support.sound import SOUND, changed


def read(text: str) -> Protocol:
    """Return the protocol of files without problems."""
    source, problems = parse_protocol({"protocol.yaml": text})
    assert problems == ()
    assert source is not None
    return source.protocol


def problems_of(text: str) -> list[tuple[str, str]]:
    """Return the code and message of each problem of one file."""
    source, problems = parse_protocol({"protocol.yaml": text})
    assert (source is None) == bool(problems)
    return [(problem.code, problem.message) for problem in problems]


CHOICES = """    choices:
      - id: normal
        text: As always.
        short: as always
      - id: hard_to_pass
        text: Hard to pass.
        short: hard to pass
      - id: leaking
        text: It leaks.
        short: leaking
"""
LEG = "    text: Is one leg weak?\n"
AGE = "    min: 0\n    max: 120\n"
GUARD = "    ask_when: weakness\n    follows_from: yes\n"


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        # shapes
        ("  id: small\n", "", [("P108", "'id' is missing")]),
        ("  files: none\n", "", [("P108", "'files' is missing")]),
        ("  files: none\n", "  files: yes\n", [("P107", "'files' must be a list")]),
        (
            "  files: none\n",
            "  files:\n    - a.yaml\n    - a.yaml\n",
            [
                ("P106", "'a.yaml' appears twice here"),
                ("P122", "there is no rules file 'a.yaml'"),
            ],
        ),
        (
            "  files: none\n",
            "  files:\n    - a: b\n",
            [("P107", "'files' must be a piece of text")],
        ),
        (
            "sections:\n  - id: main\n    title: Main\n",
            "sections: none\n",
            [("P107", "'sections' must be a list")],
        ),
        (
            "sections:\n  - id: main\n    title: Main\n",
            "sections:\n  - main\n",
            [
                ("P107", "expected keys with values here"),
                ("P108", "'id' is missing"),
                ("P108", "'title' is missing"),
            ],
        ),
        (
            CHOICES,
            "    choices: many\n",
            [
                ("P107", "'choices' must be a list"),
                ("P302", "'leaking' is not an option of 'bladder'"),
            ],
        ),
        (
            "    words:\n      number: your emergency number\n",
            "    words: many\n",
            [("P107", "'words' must hold keys with values")],
        ),
        (
            "      age:\n        65 to 120: 1\n",
            "      age: many\n",
            [("P107", "'age' must hold answers with points")],
        ),
        # texts
        (
            LEG,
            "    text:\n      - Is one leg weak?\n",
            [("P107", "'text' must be a piece of text")],
        ),
        (LEG, "    text: ''\n", [("P109", "'text' is empty")]),
        (LEG, "", [("P108", "'text' is missing")]),
        # questions
        (
            "    kind: yes_no\n    text: Is one",
            "    text: Is one",
            [("P108", "'kind' is missing")],
        ),
        (
            "    kind: yes_no\n    text: Is one",
            "    kind: maybe\n    text: Is one",
            [("P110", "'maybe' is not a value of 'kind'")],
        ),
        (
            CHOICES,
            "",
            [
                ("P108", "'choices' is missing"),
                ("P302", "'leaking' is not an option of 'bladder'"),
            ],
        ),
        (LEG, LEG + "    choices: none\n", [("P112", "unknown key 'choices'")]),
        (LEG, LEG + "    can_change: yes\n", [("P110", "'yes' is not a value of 'can_change'")]),
        (AGE, "    min: 0\n", [("P108", "'max' is missing")]),
        (
            AGE,
            "    min: -1\n    max: 120\n",
            [("P111", "'min' must be a whole number, found '-1'")],
        ),
        (
            AGE,
            "    min: 0\n    max: 9999999999\n",
            [("P111", "'max' must be a whole number, found '9999999999'")],
        ),
        (
            AGE,
            "    min: 120\n    max: 120\n",
            [
                ("P303", "'max' must be above 'min' (120)"),
                ("P303", "'65 to 120' is not a band within 120 to 121 of 'age'"),
                ("P303", "65 is outside the allowed range 120 to 121 of 'age'"),
            ],
        ),
        (
            AGE,
            "    min: 0\n    max: 999999999\n    step: 0.000001\n",
            [("P303", "there are 999,999,999,000,000 steps between 'min' and 'max'")],
        ),
        (
            AGE,
            "    min: 0\n    max: 10001\n",
            [("P303", "there are 10,001 steps between 'min' and 'max'")],
        ),
        (AGE, "    min: 0\n    max: 10000\n", []),
        (
            "Is one leg weak?",
            "Is one leg weak? " * 200,
            [("P124", "'text' has 3,399 characters, which are too many")],
        ),
        ("      number:", f"      {'n' * 61}:", [("P105", "a key has at most 60 characters")]),
        (
            "your emergency number",
            "n" * 201,
            [("P124", "'number' has 201 characters, which are too many")],
        ),
        (AGE, AGE + "    step: 0\n", [("P303", "'step' must divide 0 to 120, found '0'")]),
        (AGE, AGE + "    step: 7\n", [("P303", "'step' must divide 0 to 120, found '7'")]),
        (AGE, AGE + "    step: 1e1\n", [("P303", "'step' must divide 0 to 120, found '1e1'")]),
        (AGE, AGE + "    step: NaN\n", [("P303", "'step' must divide 0 to 120, found 'NaN'")]),
        (
            AGE,
            AGE + "    step: \u0661\n",
            [("P303", "'step' must divide 0 to 120, found '\u0661'")],
        ),
        (
            "    unit: years\n",
            "    unit: years old\n",
            [
                ("P110", "'unit' must be one lower-case word, found 'years old'"),
                ("P304", "unit of 'age' is 'years old', found 'years'"),
            ],
        ),
        (
            "    unit: years\n",
            "    unit: and\n",
            [
                ("P110", "'unit' must be one lower-case word, found 'and'"),
                ("P304", "unit of 'age' is 'and', found 'years'"),
            ],
        ),
        (
            GUARD,
            GUARD + "    if_skipped: not_sure\n",
            [("P302", "'not_sure' is not an answer to 'weakness_worse'")],
        ),
        (
            GUARD,
            GUARD + "    if_skipped: perhaps\n",
            [("P302", "'perhaps' is not an answer to 'weakness_worse'")],
        ),
        (
            GUARD,
            "    ask_when: weakness_worse\n",
            [("P204", "'weakness_worse' comes later than this question")],
        ),
        # scores
        (
            "        fever: 1\n",
            "        fever: 1.5\n",
            [("P111", "'fever' must be a whole number, found '1.5'")],
        ),
        (
            "        fever: 1\n",
            "        fever:\n          - 1\n",
            [("P107", "'fever' must be a piece of text")],
        ),
        ("        fever: 1\n", "        fever:\n", [("P109", "'fever' is empty")]),
        (
            "        fever: 1\n",
            "        fevre: 1\n",
            [("P302", "'fevre' is not an answer to 'signs'")],
        ),
        (
            "      signs:\n",
            "      sings:\n",
            [
                ("P205", "unknown question 'sings'"),
                ("P203", "'count' runs from 0 to 1, so this can never vary"),
            ],
        ),
        ("        65 to 120: 1\n", "        65: 1\n", [("P302", "'65' is not a band")]),
        (
            "        65 to 120: 1\n",
            "        65 to 121: 1\n",
            [("P303", "'65 to 121' is not a band within 0 to 120 of 'age'")],
        ),
        (
            "        65 to 120: 1\n",
            "        120 to 65: 1\n",
            [("P303", "'120 to 65' is not a band within 0 to 120 of 'age'")],
        ),
        (
            "        65 to 120: 1\n",
            "        65 to 120: 1\n        0 to 65: 1\n",
            [("P303", "the band '0 to 65' overlaps another")],
        ),
        # rules and the rest
        ("    urgency: emergency\n    when", "    when", [("P108", "'urgency' is missing")]),
        ("    when: weakness_worse or bladder is leaking\n", "", [("P108", "'when' is missing")]),
        (
            "    when: weakness_worse or bladder is leaking\n",
            "    when: ''\n",
            [("P109", "'when' is empty")],
        ),
        (
            "    when: weakness_worse or bladder is leaking\n",
            "    when:\n      - weakness\n",
            [("P107", "'when' must be a piece of text")],
        ),
        ("    checked: primary\n", "", [("P108", "'checked' is missing")]),
        (
            "  - id: default\n",
            "  - id: gb\n",
            [("P110", "'id' must be two capital letters, or 'default', found 'gb'")],
        ),
        (
            "  version: 0.1.0\n",
            "  version: \u0661.0.0\n",
            [("P110", "'version' must be three numbers such as 1.0.0, found '\u0661.0.0'")],
        ),
        ("  version: 0.1.0\n", "", [("P108", "'version' is missing")]),
        (
            "  review_due: 2030-01-01\n",
            "  review_due: 2030-13-01\n",
            [("P110", "'review_due' must be a date such as 2026-11-24, found '2030-13-01'")],
        ),
        *(
            (
                "  effective: 2026-11-24\n",
                f"  effective: {day}\n",
                [("P110", f"'effective' must be a date such as 2026-11-24, found '{day}'")],
            )
            for day in (
                "0001-01-01",
                "1926-11-24",
                "2126-11-24",
                "20261124",
                "2026-W48-2",
                "26-11-24",
                "2026-1-1",
                "2026-00-10",
                "2026-10-00",
                "\u0662026-11-24",
                "2026-11-24T00:00",
                "soon",
            )
        ),
        *(
            (
                "  effective: 2026-11-24\n",
                f"  effective: {day}\n",
                [("P110", f"there is no day '{day}'")],
            )
            for day in ("2026-02-30", "2026-02-29", "2026-04-31", "2026-11-31")
        ),
        *(
            (
                "    checked: primary\n",
                f"    checked: primary\n    year: {year}\n",
                [("P110", f"'year' must be a year such as 2021, found '{year}'")],
            )
            for year in ("202", "20211", "1821", "2121", "twenty", "\u0662021", "2021-2023")
        ),
        (
            "facts:\n",
            (
                "waivers:\n  - about: weak_leg\n    accepts: redundant_rule\n"
                "    reason: A test.\n    review_by: 2027-02-29\nfacts:\n"
            ),
            [("P110", "there is no day '2027-02-29'")],
        ),
        (
            "facts:\n  - id: ill\n",
            "facts:\n  -\n    text: no id\n",
            [("P108", "'id' is missing"), ("P205", "unknown question or fact 'ill'")],
        ),
    ],
)
def test_problems_of_one_mistake(old: str, new: str, problems: list[tuple[str, str]]) -> None:
    """One mistake gives its problem, and those that follow from it."""
    assert problems_of(changed(old, new)) == problems


@pytest.mark.parametrize(
    ("section", "problem"),
    [
        ("floors:\n  - id: f\n    when: a\n    because: It is so.\n",
         ("P108", "'at_least' is missing")),
        ("conflicts:\n  - id: c\n    because: It is so.\n    advice:\n      - one\n",
         ("P107", "'advice' must name two pieces of advice")),
        ("waivers:\n  - about: r\n    reason: It is so.\n    review_by: 2030-01-01\n",
         ("P108", "'accepts' is missing")),
    ],
)  # fmt: skip
def test_problems_of_a_guarantee(section: str, problem: tuple[str, str]) -> None:
    assert problem in problems_of(SOUND + section)


def test_no_text_of_a_protocol_is_exempt_from_its_length() -> None:
    """Each in turn gets one that is too long, but conditions, whose parts are counted instead."""
    root, _ = read_yaml(SOUND, "protocol.yaml", flow=False)
    assert root is not None
    lines = SOUND.splitlines()
    for path, value in scalars(root):
        at = value.location
        line = lines[at.line - 1]
        text = line[: at.column - 1] + "n" * 2001 + line[at.column - 1 + len(value.text) :]
        _, problems = parse_protocol(
            {"protocol.yaml": "\n".join([*lines[: at.line - 1], text, *lines[at.line :]])}
        )
        refused = {"P124", "P111", "P107"}  # a number or a list that is none is not quoted
        if path not in {"when", "ask_when", "withhold_if"}:
            assert refused & {p.code for p in problems if p.location.line == at.line}, path
        assert all(len(problem.message) < 600 for problem in problems)


def scalars(node: Node, path: str = "") -> Iterator[tuple[str, ScalarNode]]:
    """Yield every text of a tree but the keys, with the last key that leads to it."""
    if isinstance(node, ScalarNode):
        yield path, node
    elif isinstance(node, MappingNode):
        for key, value in node.of:
            yield from scalars(value, key.text)
    else:
        for part in node.of:
            yield from scalars(part, path)


def test_band_without_an_answer() -> None:
    """A band between two steps would never earn points."""
    steps = changed(AGE, AGE + "    step: 5\n")
    bands = "        1 to 4: 1\n        6 to 10: 1\n        65 to 120: 1\n"
    assert problems_of(steps.replace("        65 to 120: 1\n", bands)) == [
        ("P303", "no answer falls in the band '1 to 4'")
    ]


def test_fact_with_a_list_as_id_is_reported_once() -> None:
    """Collecting the symbols must not report it again."""
    assert problems_of(changed("  - id: ill\n", "  - id:\n      - ill\n")) == [
        ("P107", "'id' must be a piece of text"),
        ("P205", "unknown question or fact 'ill'"),
    ]


@pytest.mark.parametrize(
    ("texts", "problems"),
    [
        ({}, [("protocol.yaml", "P120")]),
        ({"rules.yaml": SOUND}, [("rules.yaml", "P112"), ("protocol.yaml", "P120")]),
        ({"protocol.yaml": "a: b: c"}, [("protocol.yaml", "P101")]),
        ({"protocol.yaml": "notes: none"}, [("protocol.yaml", "P120")]),
        ({"protocol.yaml": ""}, [("protocol.yaml", "P121")]),
        ({"protocol.yaml": SOUND, "more.yaml": "notes:\n  -\n"}, [("protocol.yaml", "P122")]),
        ({"protocol.yaml": SOUND.replace("files: none", "files:\n    - protocol.yaml")}, []),
    ],
)
def test_problems_of_files(texts: dict[str, str], problems: list[tuple[str, str]]) -> None:
    """A missing or unreadable head, and files that it does not list."""
    found = [(problem.location.file, problem.code) for problem in parse_protocol(texts)[1]]
    assert [(file, code) for file, code in found if code != "P108"] == problems


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("when: nobody", (1, 7, "nobody")),
        ("when: weakness and nobody", (1, 20, "nobody")),
        ("when: weakness and nobody  # not is", (1, 20, "nobody")),
        ("when: 'weakness and nobody'", (1, 21, "nobody")),
        ('when: "weakness and nobody"', (1, 21, "nobody")),
        ("when: weakness\n      and\n        nobody", (3, 9, "nobody")),
        ("when: >-\n      weakness\n      and nobody", (3, 11, "nobody")),
        ("when: |\n\n      nobody", (3, 7, "nobody")),
        ("when:\n      nobody", (2, 7, "nobody")),
        ("when: weakness and bladder", (1, 27, "")),
        ("when: weakness and bladder  # why", (1, 27, "")),
        ("when: 'weakness and bladder'", (1, 28, "")),
        ("when: >\n      weakness and\n      bladder\n", (3, 14, "")),
        ("when: weakness\n      and bladder", (2, 18, "")),
        ("when: weakness and bladder\r", (1, 27, "")),
    ],
)
def test_errors_in_conditions_are_located(when: str, expected: tuple[int, int, str]) -> None:
    """Also when YAML folds or quotes the condition."""
    line, column, word = expected
    text = changed("when: weakness_worse or bladder is leaking", when)
    first = next(at for at, row in enumerate(text.split("\n")) if "- id: weak_leg" in row) + 2
    source, problems = parse_protocol({"protocol.yaml": text})
    assert source is None
    location = problems[0].location
    assert (location.line - first, location.column) == (line, column + (4 if line == 1 else 0))
    assert location.excerpt[location.caret : location.caret + location.length] == word
    assert location.path == "rules.weak_leg"


def test_locations_by_key_path() -> None:
    source, _ = parse_protocol({"protocol.yaml": SOUND})
    assert isinstance(source, LoadedProtocol)
    lines = SOUND.split("\n")
    for path, words in {
        "rules.weak_leg": "- id: weak_leg",
        "rules.weak_leg.when": "when: weakness_worse or",
        "questions.bladder.choices.leaking": "- id: leaking",
        "countries.default": "- id: default",
        "risk.bladder.order.leaking": "- leaking",
        "urgencies.soon": "- id: soon",
    }.items():
        assert words in lines[source.locations[path].line - 1]
    assert source.locations["rules.weak_leg"] == Location(
        file="protocol.yaml", line=116, column=9, excerpt="  - id: weak_leg", caret=8
    )


@pytest.mark.parametrize(
    ("asked", "skipped"),
    [("age", NOT_SURE), ("bladder", NOT_SURE), ("signs", Ticks()), ("weakness_worse", False)],
)
def test_default_of_if_skipped(asked: str, skipped: Value) -> None:
    """A question that is always asked needs none."""
    by_id = {question.id: question for question in read(SOUND).questions}
    assert by_id[asked].if_skipped == skipped


@pytest.mark.parametrize(
    ("line", "skipped"),
    [
        ("    if_skipped: yes\n", True),
        ("    if_skipped: no\n", False),
    ],
)
def test_if_skipped_is_parsed_as_an_answer(line: str, skipped: bool) -> None:  # noqa: FBT001
    protocol = read(changed(GUARD, GUARD + line))
    assert protocol.questions[-1].if_skipped is skipped
    assert read(to_text(protocol)) == protocol


def test_if_skipped_of_a_question_always_asked() -> None:
    protocol = read(changed(LEG, LEG + "    if_skipped: yes\n"))
    assert read(to_text(protocol)) == protocol


def test_round_trip_of_every_section() -> None:
    """Also sorted levels, bands, units, and a country without words."""
    protocol = read(SOUND)
    assert [level.urgency for level in protocol.levels] == list(Urgency)
    assert protocol.levels[2] == Level(
        urgency=Urgency.SOON,
        word="SOON",
        headline="Be seen soon",
        within="2 weeks",
        service="clinic",
        come_back_heading="Book if",
    )
    assert protocol.scores[0].points[-1] == Points(
        question="age", answer="", points=1, least=65, most=120
    )
    assert protocol.units == {"age": "years"}
    silent = replace(
        protocol, countries=(*protocol.countries, Country(id="GB", name="UK", words=()))
    )
    assert read(to_text(silent)) == silent


def test_round_trip_of_a_protocol() -> None:
    protocol = read((TINY / "protocol.yaml").read_text(encoding="utf-8"))
    assert read(to_text(protocol)) == protocol


def test_steps_and_numbers_are_exact() -> None:
    text = changed(AGE, AGE + "    step: 0.5\n").replace("age >= 65 years", "age >= 65.5 years")
    protocol = read(
        text.replace("    can_change: no\n", "    can_change: no\n    if_skipped: 2.50\n")
    )
    assert protocol.questions[0].step == "0.5"
    assert protocol.questions[0].if_skipped == Decimal("2.5")
    assert read(to_text(protocol)) == protocol


def test_two_errors_at_one_place_and_one_behind_them() -> None:
    choices = "(normal, hard_to_pass, leaking, leaking)"
    text = changed(" or bladder is leaking", f" or bladder is one of {choices} or weaknes")

    _, problems = parse_protocol({"protocol.yaml": text})

    found = [(p.code, p.location.excerpt[p.location.caret :], p.location.column) for p in problems]
    assert found == [
        ("P203", f"one of {choices} or weaknes", 40),
        ("P203", f"one of {choices} or weaknes", 40),
        ("P205", "weaknes", 91),
    ]


@pytest.mark.parametrize("id_", RESERVED)
def test_no_question_is_called_as_a_reserved_key(id_: str) -> None:
    found = problems_of(SOUND.replace("- id: bladder\n", f"- id: {id_}\n", 1))

    message = f"'{id_}' has a meaning of its own in a sheet and cannot be a question"
    assert ("P206", message) in found
