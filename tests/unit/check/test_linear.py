"""Reading and checking rules takes steps in proportion to their size, whatever is wrong in them.

Steps are counted, not timed: lines of Python that are run, in any module.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, Final, TypeAlias

import pytest

from backtriage.cases.coverage import _one_answer_apart as one_answer_apart
from backtriage.cases.loader import load_cases
from backtriage.check import check
from backtriage.terms.answers import Answers
from backtriage.terms.problem import NOT_LISTED, Problem
from tests.support.protocols import tiny
from tests.support.sound import SOUND, changed
from tests.support.tier import sampled

if TYPE_CHECKING:
    from _typeshed import TraceFunction

Rules: TypeAlias = Mapping[str, str]

AT_MOST: Final = 2.3
"""How many times the steps twice the input may take."""

FEW: Final = 40
SLACK: Final = 3000
"""Steps that do not depend on the size: the first problem of a kind, the first suggestions."""

LISTED: Final = 7
"""How many problems are listed in these tests, so that the others are the rule."""


def steps_of(run: Callable[[], object]) -> int:
    """Return how many lines of Python a call runs."""
    count = 0

    def step(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        return step

    before = sys.gettrace()  # that of a debugger, or of the measurement of coverage
    sys.settrace(step)
    try:
        run()
    finally:
        sys.settrace(before)
    return count


@pytest.fixture(autouse=True)
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("terms.problem", "protocol.tokenizer", "check.names"):
        monkeypatch.setattr(f"backtriage.{module}.MAX_PROBLEMS", LISTED)


def numbered(form: str, count: int, between: str = "") -> str:
    """Return a text many times over, each with its number in place of `@`."""
    return between.join(form.replace("@", str(at)) for at in range(count))


def with_sections(**sections: str) -> Rules:
    """Return the sound protocol with more entries at the beginning of some sections."""
    text = SOUND
    for section, entries in sections.items():
        head = f"\n{section}:\n"
        text = (
            text.replace(head, head + entries) if head in text else f"{text}{section}:\n{entries}"
        )
    return {"protocol.yaml": text}


def with_condition(condition: str) -> Rules:
    return {"protocol.yaml": changed("when: signs includes any of (fever, chills)", condition)}


def with_guards(guard: str, count: int) -> str:
    return numbered(
        "  - id: asked_@\n    section: main\n    kind: yes_no\n    text: Is it @?\n"
        f"    short: It is @\n    why: A test.\n    ask_when: {guard}\n", count,
    )  # fmt: skip


def chain(count: int, first: str) -> str:
    """Return facts, each of which names the one before it."""
    facts = numbered('  - id: fact_@\n    when: "#"\n', count)
    for at in range(count):
        facts = facts.replace("#", first if at == 0 else f"fact_{at - 1}", 1)
    return facts


SHAPES: Final[dict[str, Callable[[int], Rules]]] = {
    # conditions
    "unknown names": lambda n: with_condition("when: " + numbered("leakin_@", n, " or ")),
    "unknown names on lines of their own": lambda n: with_condition(
        "when: >-\n" + numbered("      leakin_@", n, " or\n")
    ),
    "unknown names and many known ones": lambda n: with_sections(
        facts=numbered("  - id: fact_@\n    when: fakt_@\n", n)
    ),
    "a long list": lambda n: with_condition(
        "when: any of (" + numbered("age > @ years", min(n, 10**9), ", ") + ")"
    ),
    "the same over and over": lambda n: with_condition("when: " + " and ".join(["ill"] * n)),
    "unknown items": lambda n: with_condition(
        "when: signs includes any of (" + numbered("fevr_@", n, ", ") + ")"
    ),
    "a single choice out of many": lambda n: with_condition(
        "when: bladder is one of (" + numbered("leaking", n, ", ") + ")"
    ),
    "wrong units": lambda n: with_condition("when: " + " or ".join(["age > 5 days"] * n)),
    "a long word": lambda n: with_condition("when: " + "fever" * n),
    "many long words": lambda n: with_condition("when: " + " or ".join(["fever" * 20] * n)),
    "brackets": lambda n: with_condition("when: " + "(" * n + "weakness" + ")" * n),
    "nots": lambda n: with_condition("when: " + "not " * n + "weakness"),
    "signs": lambda n: with_condition("when: " + "<" * n),
    "digits": lambda n: with_condition("when: age > " + "9" * n + " years"),
    # names
    "a chain of facts": lambda n: with_sections(facts=chain(n, "weakness")),
    "a circle of facts": lambda n: with_sections(facts=chain(n, f"fact_{n - 1}")),
    "facts that name another twice": lambda n: with_sections(
        facts="  - id: fact_0\n    when: ill\n" + "".join(
            f"  - id: fact_{at}\n    when: fact_{at - 1} and (weakness or fact_{at - 1})\n"
            for at in range(1, n)
        )
    ),
    "guards at the end of a chain": lambda n: with_sections(
        facts=chain(n, "weakness_worse"), questions=with_guards(f"fact_{n - 1}", n)
    ),
    "a chain of guards": lambda n: with_sections(
        questions="".join(
            with_guards("before", n).split("    ask_when: before\n")[at]
            + (f"    ask_when: asked_{at - 1}\n" if 0 < at < n else "")
            for at in range(n + 1)
        )
    ),
    "guards on the first question": lambda n: with_sections(
        questions=with_guards("asked_0", n).replace("    ask_when: asked_0\n", "", 1)
    ),
    "guards that look ahead": lambda n: with_sections(questions=with_guards(f"asked_{n - 1}", n)),
    "unknown guards": lambda n: with_sections(questions=with_guards("asket", n)),
    "ids defined twice": lambda n: with_sections(
        services="  - id: clinic\n    where: Go.\n" * n
    ),
    "unknown evidence": lambda n: {
        "protocol.yaml": changed(
            "    why: Age matters.\n",
            "    why: Age matters.\n    evidence:\n" + numbered("      - bok_@\n", n),
        )
    },
    "unused evidence": lambda n: with_sections(
        evidence=numbered(
            "  - id: bok_@\n    title: B\n    publisher: P\n    checked: primary\n    says: S\n", n
        )
    ),
    "waivers": lambda n: with_sections(
        waivers=numbered(
            "  - about: weak_@\n    accepts: laxer_if_unsure\n    reason: R\n"
            "    review_by: 2030-01-01\n", n
        )
    ),
    # questions and scores
    "choices": lambda n: {
        "protocol.yaml": changed(
            "      - id: fever\n        text: A fever.\n        short: a fever\n",
            "      - id: fever\n        text: A fever.\n        short: a fever\n"
            + numbered("      - id: item_@\n        text: T@\n        short: S@\n", n),
        )
    },
    "bands": lambda n: {
        "protocol.yaml": changed(
            "        65 to 120: 1\n", numbered("        @ to @: 1\n", n)
        ).replace("max: 120", "max: 999999")
    },
    "overlapping bands": lambda n: {
        "protocol.yaml": changed("        65 to 120: 1\n", numbered("        @ to 120: 1\n", n))
        .replace("max: 120", "max: 999999")
    },
    "points of unknown questions": lambda n: {
        "protocol.yaml": changed(
            "      age:\n", numbered("      aeg_@:\n        yes: 1\n", n) + "      age:\n"
        )
    },
    # texts
    "placeholders": lambda n: {
        "protocol.yaml": changed("It passes.", numbered("{{numbre_@}} {{numbre}} {{", n))
    },
    "texts with placeholders": lambda n: with_sections(
        services=numbered("  - id: clinic_@\n    where: Call {numbre}.\n", n)
    ),
    "words of countries": lambda n: {
        "protocol.yaml": changed(
            "      number: your emergency number\n",
            "      number: your emergency number\n" + numbered("      wor_@: word\n", n),
        ).replace("It passes.", numbered("{wor}", n))
    },
    "characters that do not print": lambda n: with_sections(
        services=numbered('  - id: c_@\n    where: "a\\eb"\n  - id: d_@\n    where: "\u200b"\n', n)
    ),
    "one long line": lambda n: {"protocol.yaml": changed("It passes.", "\u200b " * n)},
    "the same words": lambda n: with_sections(
        countries="  - id: GB\n    name: Britain\n" * n
    ),
    # structure
    "unknown keys": lambda n: {
        "protocol.yaml": changed(
            "    why: Age matters.\n", "    why: Age matters.\n" + numbered("    wyh_@: x\n", n)
        )
    },
    "unknown keys under a long id": lambda n: {
        "protocol.yaml": changed("  - id: weak_leg\n", f"  - id: {'weak_leg' * n}\n").replace(
            "    evidence:\n", "    evidence:\n" + numbered("      - bok_@\n", n), 1
        )
    },
    "unknown sections": lambda n: {"protocol.yaml": SOUND + numbered("rulse_@: x\n", n)},
    "duplicate keys": lambda n: {
        "protocol.yaml": changed("    why: Age matters.\n", "    why: Age matters.\n" * n)
    },
    "a duplicate in a list": lambda n: {
        "protocol.yaml": changed(
            "    why: Age matters.\n",
            "    why: Age matters.\n    evidence:\n" + "      - book\n" * n,
        )
    },
    "values of a wrong shape": lambda n: with_sections(
        services=numbered("  - id: c_@\n    where:\n      - a\n", n)
    ),
    "entries without keys": lambda n: with_sections(services="  - x\n" * n),
    "wrong words": lambda n: with_sections(
        risk=numbered("  - question: weakness_@\n    direction: yess\n", n)
    ),
    "wrong dates": lambda n: with_sections(
        waivers=numbered(
            "  - about: weak_leg\n    accepts: hidden\n    reason: R\n    review_by: x@\n", n
        )
    ),
    "anchors": lambda n: with_sections(services=numbered("  - &a@ x\n", n)),
    "brackets of YAML": lambda n: {"protocol.yaml": SOUND + "services: " + "[],\n " * n},
    "deep nesting": lambda n: {"protocol.yaml": "- " * n},
    "files that are not there": lambda n: {
        "protocol.yaml": changed("  files: none\n", "  files:\n" + numbered("    - a@.yaml\n", n))
    },
    "files that are not listed": lambda n: {
        "protocol.yaml": SOUND, **{f"a{at}.yaml": "x: y\n" for at in range(n)}
    },
    "files of another name": lambda n: {
        "protocol.yaml": changed("  files: none\n", "  files:\n" + numbered("    - a@.yml\n", n)),
        **{f"a{at}.yaml": "rules: x\n" for at in range(n)},
    },
}  # fmt: skip


FAST: Final = (
    "unknown names", "unknown names on lines of their own", "unknown names and many known ones",
    "a circle of facts", "guards at the end of a chain", "facts that name another twice",
    "unknown evidence", "texts with placeholders", "unknown keys under a long id",
)  # fmt: skip
"""The shapes that the fast tier tries."""


def check_length(problems: Iterable[Problem]) -> None:
    """Assert that a list of problems is cut, with a count, and that none of them is long."""
    found = tuple(problems)
    assert len(found) <= LISTED + 1
    assert [p.code for p in found[LISTED:]] in ([], [NOT_LISTED])
    assert all(len(problem.hint) < 2000 for problem in found)


def check_growth(run: Callable[[int], object]) -> None:
    """Assert that twice as much more input takes about twice as many more steps."""
    few, twice, four_times = (steps_of(partial(run, size)) for size in (FEW, 2 * FEW, 4 * FEW))

    more = max(0, twice - few)
    assert four_times - twice <= AT_MOST * more + SLACK, (few, twice, four_times)


@pytest.mark.parametrize("shape", sampled(SHAPES, fast=FAST))
def test_twice_the_rules_take_twice_the_steps(shape: str) -> None:
    check_growth(lambda size: check(SHAPES[shape](size)))
    check_length(check(SHAPES[shape](4 * FEW))[1])


def case(id_: str, rest: str) -> str:
    """Return a case of a file."""
    return f"  - id: {id_}\n    about: Somebody.\n{rest}"


FINE: Final = "    acceptable: soon\n"

CASES: Final[dict[str, Callable[[int], str]]] = {
    "like the one before": lambda n: case("a_0", FINE) + "".join(
        case(f"a_{at}", f"{FINE}    like: a_{at - 1}\n    sheet:\n      years: 44\n")
        for at in range(1, n)
    ),
    "like the one after": lambda n: case("a_0", FINE) + "".join(
        case(f"a_{at}", f"{FINE}    like: a_{at - 1}\n") for at in range(n - 1, 0, -1)
    ),
    "a circle": lambda n: "".join(
        case(f"a_{at}", f"{FINE}    like: a_{(at + 1) % n}\n") for at in range(n)
    ),
    "like none": lambda n: numbered(case("a_@", f"{FINE}    like: b_@\n"), n),
    "nothing to take away": lambda n: numbered(
        case("a_@", f"{FINE}    sheet:\n      years: missing\n"), n
    ),
    "the same id": lambda n: case("a", FINE) * n,
    "no id": lambda n: f"  - about: Somebody.\n{FINE}" * n,
    "unknown rules": lambda n: case(
        "a", f"{FINE}    expect:\n      rules:\n" + numbered("        - rule_@\n", n)
    ),
    "unknown questions": lambda n: case(
        "a", f"{FINE}    sheet:\n" + numbered("      yeers_@: 4\n", n)
    ),
    "unknown keys": lambda n: case("a", FINE + numbered("    shete_@: 4\n", n)),
}  # fmt: skip


@pytest.mark.parametrize("shape", CASES)
def test_twice_the_cases_take_twice_the_steps(shape: str) -> None:
    def load(size: int) -> tuple[Problem, ...]:
        return load_cases(tiny(), {"a.yaml": f"cases:\n{CASES[shape](size)}"})[1]

    load(1)
    check_growth(load)
    check_length(load(4 * FEW))


def test_a_list_of_problems_is_cut_with_a_count() -> None:
    _, problems = check(SHAPES["unknown names"](1000))

    assert [problem.code for problem in problems] == ["P205"] * LISTED + [NOT_LISTED]
    assert problems[-1].message == "there are 993 more problems, which are not listed"
    assert sum(problem.count for problem in problems) == 1000


def alike(count: int) -> list[Answers]:
    """Sheets that each differ from the first in one answer, with as many questions."""
    first = Answers({f"q{at}": False for at in range(count)})
    return [first, *(first.with_(question, value=True) for question in first)]


@pytest.mark.parametrize("others", [lambda _: [], lambda sheets: sheets], ids=["once", "twice"])
def test_pairs_of_cases_take_steps_in_proportion_to_their_answers(
    others: Callable[[list[Answers]], list[Answers]],
) -> None:
    """Twice the cases with twice the questions have four times the answers."""
    steps = []
    for count in (FEW, 2 * FEW):
        sheets = alike(count) + others(alike(count))
        pairs = {frozenset(sheets[index] for index in group) for group in one_answer_apart(sheets)}
        assert pairs == {frozenset({sheets[0], other}) for other in sheets[1 : count + 1]}
        steps.append(steps_of(partial(lambda given: list(one_answer_apart(given)), sheets)))
    assert steps[1] <= 2 * AT_MOST * steps[0] + SLACK
