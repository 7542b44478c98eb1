"""Write the tables of `docs/card.md`: how far it is to the card, for some people on some screens.

    .venv/bin/python -m tools.card_figures            write them
    .venv/bin/python -m tools.card_figures --check    exit with 1 if they are out of date

The people are cases beside the rules. They press the keys of the real front end, and read each
screen that they have not seen. A test of `./check --full` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Final

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.interview.interview import assessment_of, view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, go_on, start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.protocol.protocol import Question
from backtriage.render.card_lines import card_lines
from backtriage.render.page.card import card_of
from backtriage.shell.cache import load_program
from backtriage.shell.full.draw import draw
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.state import Screen, Size, UiState, first_screen
from backtriage.shell.plain.pages import question_page, review_page
from backtriage.shell.questionnaire.pages import PageContext, intro_page
from backtriage.shell.rules_folder import read_cases
from backtriage.terms.value import NotSure, Ticks, Value, number_text
from tools.samples import ROOT, RULES

DOCUMENT: Final = ROOT / "docs" / "card.md"
PEOPLE: Final = (
    "simple_strain", "cauda_equina", "fever_with_a_line", "pregnant_with_cramps",
    "blood_thinner_at_72", "office_worker", "kidney_disease_wants_magnesium",
    "runner_with_cramps", "stenosis_at_75",
)  # fmt: skip
SIZES: Final = (Size(columns=80, rows=24), Size(columns=40, rows=24))
COUNTRY: Final = "GB"

MARKED: Final = re.compile(
    r"(<!-- begin ([\w ]+): written by tools/card_figures\.py -->\n).*?(<!-- end -->)", re.DOTALL
)
HEAD: Final = (
    "| person | urgency | screens to the card | keys | words | screens to the end | keys | words "
    "| lines of the card |\n|---|---|---|---|---|---|---|---|---|"
)
_MOST_KEYS: Final = 2000


@dataclass(slots=True)
class Walk:
    """What a person has pressed and read so far."""

    keys: int = 0
    words: int = 0
    seen: list[tuple[object, ...]] = field(default_factory=list)
    """The screens, each as what distinguishes it from the others."""

    def read(self, screen: tuple[object, ...], text: str) -> None:
        """Read a screen, unless it is the one before with another line chosen."""
        if not self.seen or self.seen[-1] != screen:
            self.seen.append(screen)
            self.words += len(text.split())

    @property
    def figures(self) -> tuple[int, int, int]:
        """Screens, keys and words."""
        return len(self.seen), self.keys, self.words


@cache
def program_and_cases() -> tuple[Program, dict[str, Case]]:
    """Return the shipped rules and their cases by id."""
    program = load_program(RULES, save=False)
    cases, problems = load_cases(program, read_cases(RULES))
    if problems:
        raise SystemExit("\n".join(str(problem) for problem in problems))
    return program, {case.id: case for case in cases}


def on_a_screen(case: Case, size: Size) -> str:
    """Return the row of a person who uses the full screen."""
    program, _ = program_and_cases()
    interview, words = start(program), Words(program, COUNTRY)
    state = first_screen(
        UiState(
            interview=interview, words=words, view=view(interview), may_save=True,
            opening=lambda context: intro_page(context, program, "~/.local/state/backtriage"),
        )
    )  # fmt: skip
    walk = Walk()
    to_card: tuple[int, int, int] | None = None
    while walk.keys < _MOST_KEYS and state.end is None:
        drawing = "\n".join(line.text for line in draw(state, size).lines)
        question = state.question.id if state.screen is Screen.QUESTION else ""
        walk.read((state.screen, question, state.top, len(state.interview.trail)), drawing)
        if state.screen in {Screen.RESULT, Screen.EMERGENCY}:
            to_card = to_card or walk.figures
        for key in _keys(state, case, drawing):
            walk.keys += 1
            state = handle_key(state, key, size)
    card = card_of(assessment_of(state.interview, COUNTRY))
    lines = len(card_lines(card, size.columns, rows=size.rows))
    return _row(case, card.band.word, to_card or walk.figures, walk.figures, lines)


def _keys(state: UiState, case: Case, drawing: str) -> Iterator[str]:
    """Yield what somebody presses who reads all of a screen."""
    if state.screen is Screen.QUESTION:
        yield from (*_answer_keys(state.question, case.sheet[state.question.id]), "enter")
    elif state.screen is Screen.OPENING:
        yield "enter"
    elif state.screen is Screen.REVIEW:
        yield "y"
    elif "--- more" in drawing and "below" in drawing:
        yield " "
    elif state.screen is Screen.EMERGENCY:
        yield "y"
    else:
        yield "g" if state.view.can_go_on else "f"


def _answer_keys(question: Question, value: Value) -> str:
    """Return the keys of an answer, which are also what is typed line by line."""
    if isinstance(value, bool):
        return "y" if value else "n"
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, NotSure):
        return "u"
    rows = {choice.id: str(row) for row, choice in enumerate(question.choices, start=1)}
    if isinstance(value, Ticks):
        if value.unsure:
            raise SystemExit(f"{question.id}: doubts in a list need other keys; take another case")
        return "".join(rows[id_] for id_ in rows if id_ in value.yes) or "0"
    return rows[value]


def line_by_line(case: Case) -> str:
    """Return the row of a person who uses plain mode."""
    program, _ = program_and_cases()
    context = PageContext(words=Words(program, COUNTRY), width=80, height=24)
    state, walk = start(program), Walk(keys=0)
    walk.read(("opening",), intro_page(context, program, "~/.local/state/backtriage"))
    to_card: tuple[int, int, int] | None = None
    while True:
        now = view(state)
        if now.question is not None:
            walk.read((now.question.id,), question_page(context, now, now.question))
            value = case.sheet[now.question.id]
            walk.keys += len(" ".join(_answer_keys(now.question, value))) + 1
            state = _answered(state, now.question, value)
            continue
        if not (now.is_triage_result or now.is_emergency):
            walk.read(("review",), review_page(context, state))
            walk.keys += 2
        card = card_of(assessment_of(state, COUNTRY))
        lines = card_lines(card, 80, stacked=True)
        walk.read(("card", len(state.trail)), "\n".join(line.text for line in lines))
        to_card = to_card or walk.figures
        walk.keys += 2
        if not now.can_go_on:
            return _row(case, card.band.word, to_card, walk.figures, len(lines))
        state = go_on(state)


def _answered(state: Interview, question: Question, value: Value) -> Interview:
    raw = [f"{id_}" for id_ in value.yes] if isinstance(value, Ticks) else value
    raw = value.value if isinstance(value, NotSure) else raw
    following = answer(state, raw, text=False)
    if not isinstance(following, Interview):
        raise SystemExit(f"{question.id}: {following.message}")
    return following


def _row(
    case: Case, word: str, to_card: tuple[int, ...], to_end: tuple[int, ...], lines: int
) -> str:
    cells = (case.id.replace("_", " "), word.lower(), *to_card, *to_end, lines)
    return f"| {' | '.join(map(str, cells))} |"


# -- the document -------------------------------------------------------------------------


def table(name: str) -> str:
    """Return the table of a way to use the interview: a size of the screen, or plain."""
    _, cases = program_and_cases()
    people = [cases[person] for person in PEOPLE]
    sizes = {f"{size.columns}x{size.rows}": size for size in SIZES}
    if name == "plain":
        return "\n".join((HEAD, *map(line_by_line, people)))
    return "\n".join((HEAD, *(on_a_screen(person, sizes[name]) for person in people)))


def document() -> str:
    """Return the document with its tables written anew."""
    text = DOCUMENT.read_text(encoding="utf-8")
    return MARKED.sub(lambda mark: f"{mark[1]}{table(mark[2])}\n{mark[3]}", text)


def main() -> int:
    """Write the document, or with `--check` only compare it."""
    written = document()
    if "--check" in sys.argv[1:]:
        is_current = DOCUMENT.read_text(encoding="utf-8") == written
        if not is_current:
            print("docs/card.md is out of date: python -m tools.card_figures")
        return not is_current
    DOCUMENT.write_text(written, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
