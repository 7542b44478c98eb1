"""Write the tables of `docs/card.md`: how far it is to the card, for some people on some screens.

    .venv/bin/python -m tools.card_figures            write them
    .venv/bin/python -m tools.card_figures --check    exit with 1 if they are out of date

The people are cases beside the rules. They press the keys of the real front end, and read each
line that they have not read before (`tools.reading`). A test of `./check --full` runs it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from typing import Final, NamedTuple

from backtriage.cases.case import Case
from backtriage.cases.loader import load_cases
from backtriage.interview.first_page import first_page
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
from tools.card_rows import rows_table
from tools.reading import Reader, Reading
from tools.samples import ROOT, RULES

DOCUMENT: Final = ROOT / "docs" / "card.md"
PEOPLE: Final = (
    "simple_strain", "cauda_equina", "fever_with_a_line", "pregnant_with_cramps",
    "blood_thinner_at_72", "office_worker", "kidney_disease_wants_magnesium",
    "runner_with_cramps", "stenosis_at_75",
)  # fmt: skip
SIZES: Final = (Size(columns=80, rows=24), Size(columns=40, rows=24))
COUNTRY: Final = "GB"
KEPT_IN: Final = "~/.local/state/backtriage"

MARKED: Final = re.compile(
    r"(<!-- begin ([\w ]+): written by tools/card_figures\.py -->\n).*?(<!-- end -->)", re.DOTALL
)
HEAD: Final = (
    "| person | urgency | screens before the card | keys | words shown | words to read | minutes "
    "| screens to the end | keys | words shown | words to read | lines of the card |\n"
    f"|{'---|' * 12}"
)
BY_SCREEN: Final = "simple strain by screen"
"""The table of what somebody with a plain strain reads."""

WORDS_A_MINUTE: Final = 225
_MOST_KEYS: Final = 2000


@cache
def program_and_cases() -> tuple[Program, dict[str, Case]]:
    """Return the shipped rules and their cases by id."""
    program = load_program(RULES, save=False)
    cases, problems = load_cases(program, read_cases(RULES))
    if problems:
        raise SystemExit("\n".join(str(problem) for problem in problems))
    return program, {case.id: case for case in cases}


class Way(NamedTuple):
    """How far it is to somewhere."""

    screens: int
    keys: int
    shown: int
    """Words on the screens."""
    read: int
    """Words to read, which are those that are new."""


def on_a_screen(case: Case, size: Size) -> str:
    """Return the row of a person who uses the full screen."""
    to_card, to_end, last = ways(case, size)
    card = card_of(assessment_of(last, COUNTRY))
    lines = len(card_lines(card, size.columns, rows=size.rows))
    return _row(case, card.band.word, to_card, to_end, lines)


def ways(case: Case, size: Size) -> tuple[Way, Way, Interview]:
    """Return the way of a person to the first card and to the end, and the end."""
    program, _ = program_and_cases()
    reader, keys, state = Reader(), 0, first_state(program)
    to_card: Way | None = None
    while keys < _MOST_KEYS and state.end is None:
        if state.screen in {Screen.RESULT, Screen.EMERGENCY}:
            to_card = to_card or Way(reader.screens, keys, *reader.words)
        drawing = [line.text for line in draw(state, size).lines]
        reader.read(screen_of(state), drawing, shown_question(state))
        for key in _keys(state, case, "\n".join(drawing)):
            before, keys = state.generation, keys + 1
            state = handle_key(state, key, size)
            if state.generation != before:  # a mark is enough on the first page
                break
    to_end = Way(reader.screens, keys, *reader.words)
    return to_card or to_end, to_end, state.interview


def first_state(program: Program) -> UiState:
    """Return the state in which a new interview is shown."""
    interview, words = start(program), Words(program, COUNTRY)
    return first_screen(
        UiState(
            interview=interview, words=words, view=view(interview), may_save=True,
            opening=lambda context: intro_page(context, program, KEPT_IN),
        )
    )  # fmt: skip


def screen_of(state: UiState) -> tuple[object, ...]:
    """Return what distinguishes a screen from others; the first page is one."""
    if state.screen is Screen.OPENING or (
        state.screen is Screen.QUESTION and state.is_on_first_page
    ):
        return ("first page",)
    question = state.question.id if state.screen is Screen.QUESTION else ""
    return (state.screen, question, state.top, len(state.interview.trail))


def shown_question(state: UiState) -> Question | None:
    """Return the question on a screen; the opening stands above the first."""
    is_asked = state.screen in {Screen.OPENING, Screen.QUESTION}
    return state.view.question if is_asked else None


def by_screen(case: Case, size: Size) -> Iterator[tuple[str, Reading]]:
    """Yield what a person reads on each screen before the card."""
    program, _ = program_and_cases()
    reader, state = Reader(), first_state(program)
    while state.screen not in {Screen.RESULT, Screen.EMERGENCY}:
        drawing = [line.text for line in draw(state, size).lines]
        question = shown_question(state)
        reading = reader.read(screen_of(state), drawing, question)
        yield question.id if question else state.screen, reading
        for key in _keys(state, case, "\n".join(drawing)):
            before = state.generation
            state = handle_key(state, key, size)
            if state.generation != before:
                break


def _keys(state: UiState, case: Case, drawing: str) -> Iterator[str]:
    """Yield what somebody presses who reads all of a screen."""
    question = shown_question(state)
    if question is not None:
        yield from (*_answer_keys(question, case.sheet[question.id]), "enter")
    elif state.screen is Screen.REVIEW:
        yield "y"
    elif "--- more" in drawing and "below" in drawing:
        yield " "
    elif state.screen is Screen.EMERGENCY:
        yield "y"
    else:
        yield "g" if state.view.can_go_on else "f"


def _answer_keys(question: Question, value: Value) -> str:
    """Return the keys of an answer."""
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
    state, reader, keys = start(program), Reader(), 0
    opening = first_page(program)
    reader.read(("first page",), intro_page(context, program, KEPT_IN).split("\n"))
    to_card: Way | None = None
    while True:
        now = view(state)
        if now.question is not None:
            page = question_page(context, now, now.question).split("\n")
            id_ = "first page" if now.question.id in opening else now.question.id
            reader.read((id_,), page, now.question)
            value = case.sheet[now.question.id]
            keys += len(_line(now.question, value)) + 1
            state = _answered(state, now.question, value)
            continue
        if not (now.is_triage_result or now.is_emergency):
            reader.read(("review",), review_page(context, state).split("\n"))
            keys += 2
        to_card = to_card or Way(reader.screens, keys, *reader.words)
        card = card_of(assessment_of(state, COUNTRY))
        lines = card_lines(card, 80, stacked=True)
        reader.read(("card", len(state.trail)), [line.text for line in lines])
        keys += 2
        if not now.can_go_on:
            to_end = Way(reader.screens, keys, *reader.words)
            return _row(case, card.band.word, to_card, to_end, len(lines))
        state = go_on(state)


def _line(question: Question, value: Value) -> str:
    """Return an answer as it is typed line by line."""
    keys = _answer_keys(question, value)
    return " ".join(keys) if isinstance(value, Ticks) else keys


def _answered(state: Interview, question: Question, value: Value) -> Interview:
    raw = [f"{id_}" for id_ in value.yes] if isinstance(value, Ticks) else value
    raw = value.value if isinstance(value, NotSure) else raw
    following = answer(state, raw, text=False)
    if not isinstance(following, Interview):
        raise SystemExit(f"{question.id}: {following.message}")
    return following


def _row(case: Case, word: str, to_card: Way, to_end: Way, lines: int) -> str:
    minutes = f"{to_card.read / WORDS_A_MINUTE:.1f}"
    cells = (case.id.replace("_", " "), word.lower(), *to_card, minutes, *to_end, lines)
    return f"| {' | '.join(map(str, cells))} |"


# -- the document -------------------------------------------------------------------------


def table(name: str) -> str:
    """Return the table of a way to use the interview: a size of the screen, or plain."""
    _, cases = program_and_cases()
    people = [cases[person] for person in PEOPLE]
    sizes = {f"{size.columns}x{size.rows}": size for size in SIZES}
    if name == BY_SCREEN:
        return screens_table(cases[BY_SCREEN.removesuffix(" by screen").replace(" ", "_")])
    if name == "rows":
        return rows_table(program_and_cases()[0], people, SIZES)
    if name == "plain":
        return "\n".join((HEAD, *map(line_by_line, people)))
    return "\n".join((HEAD, *(on_a_screen(person, sizes[name]) for person in people)))


def screens_table(case: Case) -> str:
    """Return the words on each screen before the card, by kind."""
    found = tuple(by_screen(case, SIZES[0]))
    total = sum((reading for _, reading in found), start=Reading())
    rows = (
        f"| {name.replace('_', ' ')} | {' | '.join(map(str, reading.figures))} |"
        for name, reading in (*found, ("together", total))
    )
    head = f"| screen | {' | '.join(Reading.HEADINGS)} |"
    return "\n".join((head, f"|{'---|' * (len(Reading.HEADINGS) + 1)}", *rows))


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
