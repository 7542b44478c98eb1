"""The whole problem of each check: code, message, hint and location."""

from __future__ import annotations

import re

import pytest

from backtriage.check import check
from backtriage.terms.problem import Location, Problem
from tests.support.sound import SOUND, changed

LEG = "    when: weakness_worse or bladder is leaking\n"
AGE = "  - question: age\n    direction: higher\n"
SOON = re.search(r"  - id: soon\n(    .*\n)+", SOUND)
WAIVER = (
    "waivers:\n  - about: weak_leg\n    accepts: laxer_if_unsure\n"
    "    reason: A test.\n    review_by: 2030-01-01\n"
)
COUNTRIES = "countries:\n  - id: default\n    name: Anywhere\n    words:\n"
NUMBER = "      number: your emergency number\n"
ADVICE = (
    "advice_kinds:\n  - id: comfort\n    title: Comfort\nadvice:\n  - id: tea\n    kind: comfort\n"
)
OTHERS = "  - id: others\n    urgency: self_care\n    when: always\n    because: It is so.\n"
EXACTLY_ONE = "it applies to everybody for whom no other rule fires"

# The text to replace and its replacement; code, message and hint; the source line, the column, the
# key path, and the number of characters to underline.
ROWS = {
    "duplicate id": (
        "  - id: ill\n", "  - id: age\n    when: weakness\n  - id: ill\n",
        "P207", "'age' is defined twice among the questions, facts and scores", "",
        "  - id: age", 9, "", 0,
    ),
    "unknown section": (
        "    section: main\n    kind: number", "    section: mian\n    kind: number",
        "P208", "there is no section 'mian'", "did you mean 'main'?",
        "    section: mian", 14, "questions.age", 0,
    ),
    "unknown service": (
        LEG, f"{LEG}    service: hospital\n",
        "P208", "there is no service 'hospital'", "defined are: clinic",
        "    service: hospital", 14, "rules.weak_leg", 0,
    ),
    "unknown evidence": (
        "      - book\n  - id: many", "      - bok\n  - id: many",
        "P208", "there is no evidence 'bok'", "did you mean 'book'?",
        "      - bok", 9, "", 0,
    ),
    "unused service": (
        "services:\n", "services:\n  - id: spa\n    where: Go to a spa.\n",
        "P209", "nothing uses the service 'spa'", "use it or remove it",
        "  - id: spa", 9, "", 0,
    ),
    "cyclic fact": (
        "    when: signs includes any of (fever, chills)\n", "    when: age >= 1 years and ill\n",
        "P401", "the fact 'ill' depends on itself", "",
        "    when: age >= 1 years and ill", 11, "facts.ill", 0,
    ),
    "missing level": (
        SOON[0] if SOON else "", "",
        "P501", "'soon' must be described once, found 0 times", "",
        "  id: small", 7, "protocol", 0,
    ),
    "level without a heading": (
        "    come_back_heading: Call now if\n", "",
        "P501", "'emergency' has no 'come_back_heading'", "",
        "  - id: emergency", 9, "", 0,
    ),
    "second rule for everybody": (
        "  - id: everybody\n",
        f"{OTHERS}  - id: everybody\n",
        "P502", "exactly one rule says 'when: always', found 2", EXACTLY_ONE,
        "    when: always", 11, "rules.everybody", 0,
    ),
    "rule for everybody too urgent": (
        "    urgency: self_care\n", "    urgency: routine\n",
        "P502", "the rule for everybody must be 'self_care', found 'routine'", "",
        "    urgency: routine", 14, "rules.everybody", 0,
    ),
    "misplaced always": (
        "services:\n", "notes:\n  - id: hello\n    when: always\n    text: Hello.\nservices:\n",
        "P502", "'always' is not allowed here", "",
        "    when: always", 11, "notes.hello", 0,
    ),
    "laxer without a waiver": (
        LEG, f"{LEG}    if_unsure: routine\n",
        "P503", "'if_unsure: routine' is laxer than usual",
        "give 'same_day', or add a waiver with the reason",
        "    if_unsure: routine", 16, "rules.weak_leg", 0,
    ),
    "nothing for not sure": (
        LEG, f"{LEG}    if_unsure: nothing\n",
        "P503", "'if_unsure: nothing' is not allowed for 'emergency'",
        "doubt about a warning sign must lead somewhere",
        "    if_unsure: nothing", 16, "rules.weak_leg", 0,
    ),
    "needless waiver": (
        "risk:\n", f"{WAIVER}risk:\n",
        "P503", "the rule 'weak_leg' is not laxer than usual: it needs no waiver",
        "remove the waiver",
        "  - about: weak_leg", 12, "", 0,
    ),
    "no risk direction": (
        AGE, "  - question: age\n    direction: none\n",
        "P504", "'age' has no direction and no reason", "",
        "  - question: age", 15, "", 0,
    ),
    "risk direction of another kind": (
        AGE, "  - question: age\n    direction: more\n",
        "P504", "'age' may be: higher, lower, none; found 'more'", "",
        "  - question: age", 15, "", 0,
    ),
    "no risk entry": (
        AGE, "",
        "P504", "'age' has no entry under 'risk'", "",
        "  - id: age", 9, "", 0,
    ),
    "no countries": (
        f"{COUNTRIES}{NUMBER}", "",
        "P505", "the first country must be 'default': neutral words for somebody who named none",
        "",
        "  id: small", 7, "protocol", 0,
    ),
    "undefined placeholder": (
        "    headline: Get help today\n", "    headline: Get help {when}\n",
        "P505", "'{when}' has no words in: default", "",
        "    headline: Get help {when}", 15, "urgencies.same_day", 0,
    ),
    "stray brace": (
        "  disclaimer: This is a test.\n", "  disclaimer: This is {a test.\n",
        "P505", "a brace that is not part of a placeholder",
        "write placeholders as {emergency_number}",
        "  disclaimer: This is {a test.", 15, "protocol.small", 0,
    ),
    "no come-back text": (
        "    come_back: Your leg gets weaker.\n", "",
        "P506", "'weak_leg' needs 'come_back': its urgency is 'emergency'", "",
        "  - id: weak_leg", 9, "", 0,
    ),
    "no evidence": (
        "    come_back: Your leg gets weaker.\n    evidence:\n      - book\n",
        "    come_back: Your leg gets weaker.\n",
        "P506", "'weak_leg' cites no evidence", "",
        "  - id: weak_leg", 9, "", 0,
    ),
    "advice without evidence": (
        "services:\n", f"{ADVICE}    text: Drink tea.\nservices:\n",
        "P506", "advice needs evidence, or a 'strength' that says there is none", "",
        "  - id: tea", 9, "", 0,
    ),
    "banned phrase": (
        "    because: It passes.\n", "    because: You are fine.\n",
        "P506", "'you are fine' must not be used", "",
        "    because: You are fine.", 14, "rules.everybody", 0,
    ),
    "banned phrase in a title": (
        "  title: A small protocol\n", "  title: Fractures ruled out\n",
        "P506", "'ruled out' must not be used", "",
        "  title: Fractures ruled out", 10, "protocol.small", 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "message", "hint", "line", "column", "path", "length"),
    ROWS.values(),
    ids=ROWS,
)
def test_problem_of_each_check(  # noqa: PLR0913, PLR0917 - the columns of the table
    old: str, new: str, code: str, message: str, hint: str, line: str, column: int, path: str,
    length: int,
) -> None:  # fmt: skip
    text = changed(old, new)

    _, problems = check({"protocol.yaml": text})

    (problem,) = (problem for problem in problems if problem.code == code)
    assert text.splitlines()[problem.location.line - 1] == line
    assert problem == Problem(
        code=code,
        message=message,
        hint=hint,
        location=Location(
            file="protocol.yaml",
            line=problem.location.line,
            column=column,
            path=path,
            excerpt=line,
            caret=column - 1,
            length=length,
        ),
    )


def test_disclaimer_may_use_banned_phrases() -> None:
    text = SOUND.replace("disclaimer: This is a test.", "disclaimer: Nothing was ruled out.")

    assert check({"protocol.yaml": text})[1] == ()


@pytest.mark.parametrize("where", ["sections", "facts", "advice_kinds"])
def test_banned_phrases_in_titles_and_facts(where: str) -> None:
    text = {
        "sections": SOUND.replace("    title: Main\n", "    title: You are fine\n"),
        "facts": SOUND.replace("(fever, chills)\n", "(fever, chills)\n    text: you are fine\n"),
        "advice_kinds": SOUND.replace(
            "services:\n", "advice_kinds:\n  - id: tea\n    title: You are fine\nservices:\n"
        ),
    }[where]

    assert [problem.code for problem in check({"protocol.yaml": text})[1]] == ["P506"]
