"""Problems of protocols that can be parsed but are unsound."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from backtriage.check import check, checked_protocol
from backtriage.check.check import CHECKS
from backtriage.decide.assessment import assess
from backtriage.program.program import build_program
from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.terms.answers import Answers
from backtriage.terms.problem import Problem, Unsound
from tests.support.sound import SOUND, changed

FIRST = "the first country must be 'default': neutral words for somebody who named none"
LEG = "    when: weakness_worse or bladder is leaking\n"
RISK_AGE = "  - question: age\n    direction: higher\n"
RULES = "rules:\n"
ROUTINE = """  - id: extra
    urgency: routine
    when: ill
    because: A test.
    evidence:
      - book
"""
ADVICE = """advice_kinds:
  - id: comfort
    title: Comfort
advice:
  - id: tea
    kind: {kind}
    text: Drink tea.
    withhold_if: {held}
    strength: everyday advice
"""
MODULE = """modules:
  - id: herbs
    title: Herbs
    why_not: Not now.
    counts:
      - {count}
    verdicts:
      - id: first
        when: {first}
        text: Ask.
        evidence:
          - book
      - id: other
        when: always
        text: {text}
"""


@pytest.mark.parametrize(
    ("old", "new", "problems"),
    [
        # names
        (
            "services:\n",
            (
                "advice_kinds:\n  - id: comfort\n    title: One\n  - id: comfort\n"
                "    title: Two\nservices:\n"
            ),
            [("P207", "'comfort' is defined twice among the advice_kinds")],
        ),
        (RISK_AGE, RISK_AGE * 2, [("P207", "'age' is defined twice among the risk")]),
        (
            "    why: Age matters.\n",
            "    why: Age matters.\n    evidence:\n      - bok\n",
            [("P208", "there is no evidence 'bok'")],
        ),
        (
            "    section: main\n    kind: number\n",
            "    section: mian\n    kind: number\n",
            [("P208", "there is no section 'mian'")],
        ),
        (
            "risk:\n",
            "risk:\n  - question: eage\n    direction: none\n    reason: a test\n",
            [("P208", "there is no question 'eage'")],
        ),
        (
            "services:\n",
            ADVICE.format(kind="confort", held="ill") + "services:\n",
            [("P208", "there is no kind of advice 'confort'")],
        ),
        (
            "services:\n",
            MODULE.format(count="conut", first="ill", text="No.") + "services:\n",
            [("P208", "there is no score 'conut'")],
        ),
        (
            "services:\n",
            (
                "waivers:\n  - about: nothing_here\n    accepts: laxer_if_unsure\n"
                "    reason: A test.\n    review_by: 2030-01-01\nservices:\n"
            ),
            [
                ("P208", "there is no rule 'nothing_here'"),
                ("P503", "the rule 'nothing_here' is not laxer than usual: it needs no waiver"),
            ],
        ),
        (LEG, LEG + "    service: clinci\n", [("P208", "there is no service 'clinci'")]),
        (
            "facts:\n",
            "facts:\n  - id: lonely\n    when: weakness\n",
            [("P209", "nothing uses the fact 'lonely'")],
        ),
        (
            "scores:\n",
            "scores:\n  - id: lonely\n    points:\n      weakness:\n        yes: 1\n",
            [("P209", "nothing uses the score 'lonely'")],
        ),
        (" or bladder is leaking", "", [("P209", "nothing uses the question 'bladder'")]),
        # order
        (
            "    ask_when: weakness\n",
            "    ask_when: count >= 1\n",
            [("P209", "nothing uses the question 'weakness'")],
        ),
        ("      age:\n", "      weakness_worse:\n        yes: 1\n      age:\n", []),
        (
            (
                "    ask_when: weakness\n    follows_from: yes\n    text: Is it getting worse?\n"
                "    short: Worse\n    why: It may be a nerve.\nfacts:\n"
            ),
            (
                "    ask_when: weakness and count >= 1\n    follows_from: yes\n"
                "    text: Is it getting worse?\n    short: Worse\n    why: It may be a nerve.\n"
                "  - id: last\n    section: main\n    kind: yes_no\n    text: Last?\n"
                "    short: Last\n    why: A test.\n    ask_when: look_ahead\n"
                "facts:\n  - id: look_ahead\n"
                "    when: count >= 1 and last\n"
            ),
            [
                ("P402", "'last' is asked depending on 'last', which comes later"),
                ("P504", "'last' has no entry under 'risk'"),
            ],
        ),
        # urgencies and the rule for everybody
        (
            "    within: 2 weeks\n    service: clinic\n    come_back_heading: Book if\n",
            "    within: 2 weeks\n    service: clinic\n",
            [("P501", "'soon' has no 'come_back_heading'")],
        ),
        (
            "    when: always\n",
            "    when: ill\n    evidence:\n      - book\n",
            [("P502", "exactly one rule says 'when: always', found 0")],
        ),
        (
            "    urgency: self_care\n    when: always\n",
            "    urgency: routine\n    when: always\n",
            [("P502", "the rule for everybody must be 'self_care', found 'routine'")],
        ),
        (
            "facts:\n",
            "facts:\n  - id: all_of_us\n    when: always\n",
            [
                ("P209", "nothing uses the fact 'all_of_us'"),
                ("P502", "'always' is not allowed here"),
            ],
        ),
        (
            "services:\n",
            ADVICE.format(kind="comfort", held="always") + "services:\n",
            [("P502", "'always' is not allowed here")],
        ),
        (
            "services:\n",
            MODULE.format(count="count", first="always", text="No.") + "services:\n",
            [("P502", "'always' is not allowed here")],
        ),
        # not sure
        (LEG, LEG + "    if_unsure: soon\n", [("P503", "'if_unsure: soon' is laxer than usual")]),
        (
            LEG,
            LEG + "    if_unsure: nothing\n",
            [("P503", "'if_unsure: nothing' is not allowed for 'emergency'")],
        ),
        (
            RULES,
            RULES + ROUTINE.replace("    because", "    out_of_scope: yes\n    because"),
            [("P503", "an out-of-scope rule must give 'routine' or more, also for 'not sure'")],
        ),
        (
            RULES,
            RULES + ROUTINE.replace("    because", "    if_unsure: soon\n    because"),
            [("P503", "'if_unsure: soon' is above the rule's urgency 'routine'")],
        ),
        # dates
        *(
            (
                "  effective: 2026-11-24\n",
                f"  effective: {day}\n",
                [
                    (
                        "P117",
                        f"'review_due' is 2030-01-01, which is not after 'effective', {day}",
                    )
                ],
            )
            for day in ("2030-01-01", "2030-01-02", "2031-01-01")
        ),
        # which answers are worse
        (RISK_AGE, "", [("P504", "'age' has no entry under 'risk'")]),
        (
            RISK_AGE,
            RISK_AGE.replace("higher", "none"),
            [("P504", "'age' has no direction and no reason")],
        ),
        (
            RISK_AGE,
            f"{RISK_AGE}    urgencies:\n      - emergency\n      - same_day\n      - soon\n",
            [("P504", "'age' has no entry under 'risk' for 'routine'")],
        ),
        (
            RISK_AGE,
            f"{RISK_AGE}{RISK_AGE}    urgencies:\n      - soon\n",
            [("P504", "'age' has several entries under 'risk' for 'soon'")],
        ),
        (
            "      - normal\n      - hard_to_pass\n",
            "      - normal\n",
            [("P504", "'order' must list every choice of 'bladder' once, least risk first")],
        ),
        (
            RISK_AGE,
            f"{RISK_AGE.replace('higher', 'none')}    reason: A test.\n    when: age >= 5 years\n",
            [("P504", "'age' has no direction, so 'when' says nothing")],
        ),
        # words
        (
            "countries:\n  - id: default\n",
            "countries:\n  - id: GB\n",
            [
                (
                    "P505",
                    FIRST,
                )
            ],
        ),
        (
            (
                "countries:\n  - id: default\n    name: Anywhere\n    words:\n"
                "      number: your emergency number\n"
            ),
            "",
            [
                (
                    "P505",
                    FIRST,
                )
            ],
        ),
        (
            "    because: It passes.\n",
            "    because: It {passes.\n",
            [("P505", "a brace that is not part of a placeholder")],
        ),
        (
            "      number: your emergency number\n",
            '      number: "{number} {number}"\n',
            [("P505", "a brace in the words of 'number'")],
        ),
        (
            "      number: your emergency number\n",
            "      number: the doctor. But there is Nothing to worry about\n",
            [("P506", "'nothing to worry about' must not be used")],
        ),
        (
            "      number: your emergency number\n",
            "      number: you are\N{NO-BREAK SPACE}fine\n",
            [("P506", "'you are fine' must not be used")],
        ),
        (
            "    name: Anywhere\n",
            "    name: Where you are fine\n",
            [("P506", "'you are fine' must not be used")],
        ),
        (
            "    because: It passes.\n",
            f"    because: It passes. {'{number}' * 100}\n",
            [("P124", "this has up to 2,911 characters once its placeholders are filled in")],
        ),
        (
            "    come_back: Your leg gets weaker.\n",
            "",
            [("P506", "'weak_leg' needs 'come_back': its urgency is 'emergency'")],
        ),
        (
            "    come_back: Your leg gets weaker.\n    evidence:\n      - book\n",
            "    come_back: Your leg gets weaker.\n",
            [("P506", "'weak_leg' cites no evidence")],
        ),
        (
            "    checked: primary\n",
            "    checked: secondary\n",
            [("P506", "a secondary source must name, under 'read_at', the page that was read")],
        ),
        (
            "services:\n",
            ADVICE.format(kind="comfort", held="ill").replace(
                "    strength: everyday advice\n", ""
            )
            + "services:\n",
            [("P506", "advice needs evidence, or a 'strength' that says there is none")],
        ),
        (
            "services:\n",
            MODULE.format(count="count", first="ill", text="It is Ruled Out.") + "services:\n",
            [("P506", "'ruled out' must not be used")],
        ),
        (
            "        short: hard to pass\n",
            "        short: AS always.\n",
            [("P118", "'hard_to_pass' has the same short as 'normal'")],
        ),
        (
            "        text: Hard to pass.\n",
            "        text: \uff21s  \xa0always\n",
            [("P118", "'hard_to_pass' has the same text as 'normal'")],
        ),
        (
            "        text: A fever.\n",
            "        text: none of these\n",
            [("P118", "'fever' has the same text as 'none'")],
        ),
        (
            "    short: Weak leg\n",
            "    short: bladder\n",
            [("P118", "'weakness' has the same short as 'bladder'")],
        ),
        (
            "    text: Is it getting worse?\n",
            "    text: Is one leg weak?\n",
            [("P118", "'weakness_worse' has the same text as 'weakness'")],
        ),
        (
            "    word: TODAY\n",
            "    word: visit\n",
            [("P118", "'same_day' has the same word as 'routine'")],
        ),
        (
            "    headline: Get help today\n",
            "    headline: Stay at home!\n",
            [("P118", "'same_day' has the same headline as 'self_care'")],
        ),
        (
            "    name: Anywhere\n    words:\n      number: your emergency number\n",
            (
                "    name: Anywhere\n    words:\n      number: your emergency number\n"
                "  - id: GB\n    name: anywhere\n    words:\n      number: 999\n"
            ),
            [("P118", "'GB' has the same name as 'default'")],
        ),
    ],
)
def test_unsound_protocols(old: str, new: str, problems: list[tuple[str, str]]) -> None:
    """One mistake causes its problem, and those that follow from it."""
    source, reported = check({"protocol.yaml": changed(old, new)})
    assert source is not None
    assert [(problem.code, problem.message) for problem in reported] == problems
    assert all(problem.location.file == "protocol.yaml" for problem in reported)
    assert all(problem.location.line for problem in reported)


def test_words_that_differ_in_one_sign() -> None:
    text = changed("text: Hard to pass.", "text: < 1 day").replace("It leaks.", "'> 1 day'")
    assert check({"protocol.yaml": text})[1] == ()


@pytest.mark.parametrize(
    ("form", "most"), [("doubled_# and (weakness or doubled_#)", 8), ("doubled_#", 96)]
)
def test_the_largest_condition(form: str, most: int) -> None:
    """At the limits: a thousand parts, or a hundred levels."""

    def codes(levels: int) -> list[str]:
        facts = "  - id: doubled_0\n    when: ill\n" + "".join(
            f"  - id: doubled_{at}\n    when: {form.replace('#', str(at - 1))}\n"
            for at in range(1, levels + 1)
        )
        rule = ROUTINE.replace("ill", f"doubled_{levels}")
        text = changed("facts:\n", f"facts:\n{facts}").replace(RULES, RULES + rule)
        return [problem.code for problem in check({"protocol.yaml": text})[1]]

    assert codes(most) == []
    assert codes(most + 1) == ["P403"]
    assert codes(2 * most) == ["P403"]


# What a question is asked depending on, given that it is the one before: each adds some levels.
GUARDS: Final = {
    "asked_#": 1,
    "fact_#": 2,
    "asked_# and weakness": 2,
    "not asked_#": 2,
    "not (not (not asked_#))": 4,
    "at least 2 of (asked_#, weakness, fact_#)": 3,
    "score_# >= 1": 3,
    "score_# >= 1 or fact_# or not (not (score_# >= 1 and weakness))": 7,
}


def guarded(form: str, count: int) -> str:
    """Return a protocol with a chain of guards, and a rule that reads the last question."""
    questions = "".join(
        f"  - id: asked_{at}\n    section: main\n    kind: yes_no\n    text: Is it {at}?\n"
        f"    short: It is {at}\n    why: A test.\n"
        + (f"    ask_when: {form.replace('#', str(at - 1))}\n" if at else "")
        for at in range(count)
    )
    ids = [f"asked_{at}" for at in range(count)]
    facts = "".join(f"  - id: fact_{at}\n    when: asked_{at}\n" for at in range(count))
    scores = "".join(
        f"  - id: score_{at}\n    points:\n      asked_{at}:\n        yes: 1\n"
        for at in range(count)
    )
    risk = "".join(f"  - question: {id_}\n    direction: yes\n" for id_ in ids)
    rules = ROUTINE.replace("ill", ids[-1])
    rules += ROUTINE.replace("extra", "other").replace(
        "ill", " or ".join(f"fact_{at} or score_{at} >= 1" for at in range(count))
    )
    return (
        changed("facts:\n", f"{questions}facts:\n{facts}")
        .replace("scores:\n", f"scores:\n{scores}")
        .replace(RULES, RULES + rules)
        .replace("risk:\n", f"risk:\n{risk}")
    )


@pytest.mark.parametrize(("form", "levels"), GUARDS.items())
def test_guards_count_as_levels(form: str, levels: int) -> None:
    """What was checked can be evaluated, with half of the frames that Python has by default."""
    most = (100 - 4) // levels + 1  # the last rule reads a score, which adds three levels
    source, problems = check({"protocol.yaml": guarded(form, most)})
    assert problems == ()
    assert source is not None
    program = build_program(source.protocol)
    before, used = sys.getrecursionlimit(), len(inspect.stack())
    sys.setrecursionlimit(used + 500)
    try:
        assert len(assess(program, Answers()).missing) == most + 5
    finally:
        sys.setrecursionlimit(before)

    for count in (most + 5, 300):
        deeper = check({"protocol.yaml": guarded(form, count)})[1]
        assert {problem.code for problem in deeper} == {"P403"}


def test_waiver_for_a_laxer_rule() -> None:
    waived = changed(LEG, LEG + "    if_unsure: soon\n") + (
        "waivers:\n  - about: weak_leg\n    accepts: laxer_if_unsure\n    reason: A test.\n"
        "    review_by: 2030-01-01\n"
    )
    assert check({"protocol.yaml": waived})[1] == ()


def test_sound_advice_notes_and_modules() -> None:
    whole = changed(
        "services:\n",
        MODULE.format(count="count", first="ill", text="Perhaps.")
        + ADVICE.format(kind="comfort", held="ill")
        + "  - id: rest\n    kind: comfort\n    text: Rest.\n    strength: everyday advice\n"
        + "notes:\n  - id: rest\n    when: ill\n    text: Rest.\nservices:\n",
    )
    assert check({"protocol.yaml": whole})[1] == ()


def test_checked_protocol() -> None:
    source, _ = parse_protocol({"protocol.yaml": SOUND})
    assert source is not None
    assert checked_protocol({"protocol.yaml": SOUND}) == source.protocol
    with pytest.raises(Unsound) as unsound:
        checked_protocol({"protocol.yaml": changed(RISK_AGE, "")})
    assert [problem.code for problem in unsound.value.problems] == ["P504"]
    with pytest.raises(Unsound) as unread:
        checked_protocol({})
    assert [problem.code for problem in unread.value.problems] == ["P120"]


@pytest.mark.parametrize("run", CHECKS, ids=lambda run: run.__name__)
def test_each_check_accepts_a_sound_protocol(
    run: Callable[[LoadedProtocol], Iterable[Problem]],
) -> None:
    source, _ = parse_protocol({"protocol.yaml": SOUND})
    assert source is not None
    assert list(run(source)) == []


def test_a_risk_direction_for_an_urgency_that_does_not_exist() -> None:
    text = changed(
        "  - question: age\n    direction: higher\n",
        "  - question: age\n    direction: higher\n    urgencies:\n      - someday\n",
    )
    _, problems = check({"protocol.yaml": text})

    assert ("P110", "'someday' is not a value of 'urgencies'") in [
        (problem.code, problem.message) for problem in problems
    ]


@pytest.mark.parametrize(
    ("guard", "tells"),
    [
        ("ill", "signs.chills"), ("count >= 2", "signs"),
        ("not signs includes chills", "signs.chills"),
        ("signs includes fever", ""), ("age >= 65 years", ""),
        ("bladder is normal or ill", "signs.chills"),
    ],
)  # fmt: skip
def test_a_question_that_a_private_answer_asks_is_private(guard: str, tells: str) -> None:
    text = SOUND.replace(
        "    ask_when: weakness\n    follows_from: yes\n", f"    ask_when: {guard}\n"
    )
    text = text.replace("        short: chills\n", "        short: chills\n        private: yes\n")
    text = text.replace("    when: ill\n", "    when: ill or weakness\n")

    found = [(p.code, p.message) for p in check({"protocol.yaml": text})[1] if p.code == "P406"]

    message = f"'weakness_worse' is asked depending on '{tells}', which is private"
    assert found == ([("P406", message)] if tells else [])
    private = text.replace(
        "  - id: weakness_worse\n", "  - id: weakness_worse\n    private: yes\n"
    )
    assert all(p.code != "P406" for p in check({"protocol.yaml": private})[1])
