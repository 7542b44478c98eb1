"""A small protocol with a journal, and journals of invented people."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Final

from backtriage.check import checked_protocol
from backtriage.journal.days import Day, days_of
from backtriage.journal.reading import read_journal
from backtriage.program.program import Program, build_program
from tests.support.protocols import TINY

TODAY: Final = date(2026, 11, 27)
NOW: Final = datetime(2026, 11, 27, 21, tzinfo=UTC)

_SECTION: Final = """\
sections:
  - id: diary
    title: Your journal
    part: journal
    text: Once a week is enough.
"""
_QUESTIONS: Final = """\
questions:
  - id: rise
    section: main
    kind: number
    from_journal: rise of sore
    if_skipped: 0
    text: How much above the best week is it?
    short: Above the best week
    why: A rise needs a look.
    unit: points
    min: 0
    max: 10
  - id: bad_days
    section: main
    kind: number
    from_journal: setbacks of sore by 2
    if_skipped: 0
    text: How many setbacks were there?
    short: Setbacks
    why: Many need a look.
    unit: days
    min: 0
    max: 99
  - id: fall
    section: main
    kind: number
    from_journal: fall of sore
    if_skipped: 10
    text: How much better is it than in the first week?
    short: Better than in the first week
    why: Two points are felt.
    unit: points
    min: 0
    max: 10
  - id: now
    section: diary
    kind: some_of
    text: Is any of this true now?
    short: Signs
    why: They can come later.
    choices:
      - id: choking
        text: It is hard to breathe.
        short: hard to breathe
        opens:
          - airway
      - id: spit
        text: You cannot swallow.
        short: cannot swallow
        private: yes
        opens:
          - airway
  - id: sore
    section: diary
    kind: number
    text: How sore is it?
    short: Soreness
    why: It is what the journal follows.
    unit: points
    min: 0
    max: 10
  - id: slept
    section: diary
    kind: one_of
    text: How did you sleep?
    short: Sleep
    why: Sleep matters.
    choices:
      - id: well
        text: Well.
        short: slept well
      - id: badly
        text: Badly.
        short: slept badly
  - id: took
    section: diary
    kind: yes_no
    text: Did you take a medicine?
    short: Medicine
    why: It helps to know how often.
"""
_FACTS: Final = """\
facts:
  - id: much_better
    when: fall >= 2 points
    text: much better than in the first week
"""
_RULES: Final = """\
rules:
  - id: worse
    urgency: routine
    when: rise >= 2 points or (bad_days >= 9 days and not much_better)
    because: It has grown since the best week.
    opens_triage: yes
    evidence:
      - textbook
"""


def rules_text() -> str:
    """Return the rules of the sore throat, with a journal."""
    text = (TINY / "protocol.yaml").read_text()
    for before, after in (
        ("sections:\n", _SECTION), ("questions:\n", _QUESTIONS), ("facts:\n", _FACTS),
        ("rules:\n", _RULES), ("    text: Drink often", "    step: yes\n    text: Drink often"),
    ):  # fmt: skip
        text = text.replace(f"\n{before}", f"\n{after}", 1)
    for id_, direction in (("rise", "higher"), ("bad_days", "higher"), ("fall", "lower")):
        entry = f"  - question: {id_}\n    direction: {direction}\n"
        text = text.replace("\nrisk:\n", f"\nrisk:\n{entry}")
    return text


@cache
def diary() -> Program:
    """Return that protocol as a program."""
    return build_program(checked_protocol({"protocol.yaml": rules_text()}))


def rules_in(folder: Path) -> Path:
    """Write that protocol into a folder and return it."""
    folder.mkdir()
    (folder / "protocol.yaml").write_text(rules_text())
    return folder


def line(day: date, sore: int | None, **more: object) -> dict[str, object]:
    """Return an entry as it is written."""
    answers: dict[str, object] = {} if sore is None else {"sore": sore}
    answers |= {"now": [], **more.pop("answers", {})}  # type: ignore[dict-item]
    at = f"{day.isoformat()}T20:00:00+01:00"
    return {"journal": 1, "id": f"of-{day}", "day": day.isoformat(), "at": at,
            "answers": answers, **more}  # fmt: skip


def written(*lines: dict[str, object]) -> bytes:
    """Return entries as a file."""
    return b"".join(json.dumps(each).encode() + b"\n" for each in lines)


def course(*numbers: int | None) -> bytes:
    """Return a journal with one number a day, up to today; None is a day without an entry."""
    start = TODAY - timedelta(days=len(numbers) - 1)
    days = ((start + timedelta(days=at), number) for at, number in enumerate(numbers))
    return written(*(line(day, number) for day, number in days if number is not None))


def days_in(data: bytes) -> tuple[Day, ...]:
    """Return the days of a file, which has no problem."""
    questions = {question.id: question for question in diary().protocol.entry_questions}
    journal = read_journal(data, questions, NOW)
    assert journal.problems == ()
    return days_of(journal.entries, TODAY)
