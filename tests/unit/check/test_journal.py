"""What the journal may ask and read, where a file of one mistake cannot show it."""

from __future__ import annotations

import pytest

from backtriage.check import check
from backtriage.check.journal import alone_emergencies
from backtriage.journal.trend import emergency_screens
from tests.support.protocols import shipped
from tests.support.sound import INVALID, SOUND, changed

DIARY = (INVALID / "P513.yaml").read_text(encoding="utf-8").partition("rules:")[0]
"""A journal whose emergency screen has two mistakes."""

SOUND_DIARY = DIARY.replace("          - sign\n          - age\n", "          - signs\n").replace(
    "        short: sweats\n", "        short: sweats\n        opens:\n          - signs\n"
)


WEAK = "    text: Is one leg weak?\n"


def found(diary: str, head: str = SOUND) -> list[str]:
    """Return the code and message of every problem."""
    texts = {"protocol.yaml": head.replace("files: none", "files:\n    - diary.yaml")}
    _, problems = check({**texts, "diary.yaml": diary})
    return [f"{problem.code} {problem.message}" for problem in problems]


def test_a_sound_journal_has_no_problem() -> None:
    assert found(SOUND_DIARY) == []


@pytest.mark.parametrize(
    ("feature", "message"),
    [
        ("week", "'week' is not a feature of a journal"),
        ("Rise of score", "'Rise of score' is not a feature of a journal"),
    ],
)
def test_a_feature_must_exist(feature: str, message: str) -> None:
    head = changed(
        "    text: Is one leg weak?\n",
        f"    from_journal: {feature}\n    text: Is one leg weak?\n",
    )
    assert found(SOUND_DIARY, head) == [f"P511 {message}"]


def test_what_is_meant_is_suggested() -> None:
    head = changed(WEAK, f"    from_journal: wekes\n{WEAK}")
    _, problems = check({"protocol.yaml": head})
    assert [problem.hint for problem in problems] == ["did you mean 'weeks'?"]


def test_a_number_says_what_it_is_without_a_journal() -> None:
    head = changed("    unit: years\n", "    from_journal: weeks\n    unit: years\n")
    assert found(SOUND_DIARY, head) == ["P114 'if_skipped' is missing"]


def test_a_feature_is_part_of_triage() -> None:
    later = """
  - id: kept_up
    section: afterwards
    kind: yes_no
    from_journal: kept
    text: Is there a journal?
    short: Journal
    why: A test.
notes:
  - id: has_one
    when: kept_up
    text: A test.
risk:
  - question: kept_up
    direction: none
    reason: a test
"""
    diary = SOUND_DIARY.replace(
        "questions:\n",
        "  - id: afterwards\n    title: Afterwards\n    part: advice\nquestions:\n",
    )
    message = "P511 'kept_up' is in the advice part, so no rule could read it"
    assert found(diary.rstrip() + later) == [message]


@pytest.mark.parametrize(
    ("place", "condition"),
    [
        ("facts:\n  - id: called_twice\n", "    when: called\n    text: A test.\n"),
        ("impossible:\n  - id: called_twice\n", "    when: called\n    because: A test.\n"),
        ("scores:\n  - id: calls\n", "    points:\n      called:\n        yes: 1\n"),
    ],
)
def test_nothing_reads_a_question_of_the_journal(place: str, condition: str) -> None:
    diary = SOUND_DIARY.replace("questions:\n", f"{place}{condition}questions:\n", 1)
    message = "P512 'called' is a question of the journal alone, which decides nothing"
    assert message in found(diary)


def test_a_guard_of_the_journal_reads_none_of_its_questions() -> None:
    diary = SOUND_DIARY.replace(
        "    text: Did you call", "    ask_when: score >= 5\n    text: Did you call"
    )
    message = "P512 'score' is a question of the journal alone, which decides nothing"
    assert found(diary) == [message]


def test_a_journal_has_an_emergency_screen() -> None:
    without = "".join(
        line for line in SOUND_DIARY.splitlines(keepends=True) if line.strip() not in NO_SCREEN
    )
    assert found(without) == ["P513 the journal has no emergency screen"]


NO_SCREEN = {"opens:", "- signs", "- bladder", "- weakness_worse"}


def test_a_question_of_triage_is_no_emergency_screen() -> None:
    head = changed(
        "        short: chills\n", "        short: chills\n        opens:\n          - signs\n"
    )
    assert found(SOUND_DIARY, head) == [
        "P513 'signs' is no list of the journal, so its items open nothing",
        "P513 'fever' does not say which questions it stands for",
        "P513 'sweats' does not say which questions it stands for",
    ]


def test_an_item_decides_alone_through_facts_and_alternatives() -> None:
    rule = """rules:
  - id: by_itself
    urgency: emergency
    when: ill or (weakness and signs includes sweats) or bladder is leaking
    because: A test.
    come_back: You are ill.
    evidence:
      - book
"""
    texts = {"protocol.yaml": SOUND.replace("files: none", "files:\n    - more.yaml")}
    source, _ = check({**texts, "more.yaml": rule})
    assert source is not None
    assert alone_emergencies(source.protocol) == {
        ("signs", "fever"), ("signs", "chills"), ("bladder", ""),
        ("weakness_worse", ""),
    }  # fmt: skip


def test_every_emergency_of_the_shipped_protocol_is_opened_by_a_screen() -> None:
    """An answer that is an emergency by itself is to a question that some item opens."""
    protocol = shipped().protocol
    choices = [choice for screen in emergency_screens(protocol) for choice in screen.choices]
    opened = {id_ for choice in choices for id_ in choice.opens}
    alone = {question for question, _ in alone_emergencies(protocol)}
    assert {"collapse", "nerve_signs", "old_trouble", "neck_signs", "suicide_safety"} < alone
    assert alone <= opened


def test_an_item_of_a_screen_can_be_private_and_nothing_else() -> None:
    def private(line: str) -> str:
        return SOUND_DIARY.replace(line, f"{line}        private: yes\n")

    assert found(private("        short: sweats\n")) == []
    more = SOUND_DIARY.replace("    short: Danger\n", "    short: Danger\n    private: yes\n")
    assert found(more) == ["P512 'since_last' is private, and a journal is there to be shown"]
