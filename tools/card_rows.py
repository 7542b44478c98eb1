"""The rows of the cards in `docs/card.md`, for the same people, with and without the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from backtriage.cases.case import Case
from backtriage.interview.interview import view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import answer, go_on, start
from backtriage.program.program import Program
from backtriage.program.validate import plain_answers
from backtriage.program.words import Words
from backtriage.render.card_lines import card_lines
from backtriage.shell.full.keys import handle_key
from backtriage.shell.full.layout.screens import layout_of
from backtriage.shell.full.state import Size, UiState, show_interview, show_result

COUNTRY: Final = "GB"
HEAD: Final = (
    "| person | columns | without keys | with keys | pages after the safety questions "
    "| pages at the end |\n|---|---|---|---|---|---|"
)


def results(program: Program, case: Case) -> Iterator[UiState]:
    """Yield the screen of each result that a person sees, the emergency included.

    Nothing follows a question that the case does not answer: it says no more than its urgency
    needs.
    """
    interview, sheet = start(program), plain_answers(program, case.sheet)
    while True:
        now = view(interview)
        if now.question is None:
            state = UiState(
                interview=interview, words=Words(program, COUNTRY), view=now, may_save=True
            )
            yield show_interview(state, interview) if now.shows_emergency else show_result(state)
            if not now.can_go_on:
                return
            interview = go_on(interview)
        elif now.question.id in sheet and now.confirmation is None:
            following = answer(interview, sheet[now.question.id], text=False)
            if not isinstance(following, Interview):
                raise ValueError(f"{case.id}: {following.message}")
            interview = following
        else:
            return


def pages(state: UiState, size: Size) -> int:
    """Return how many screens of a result there are to read."""
    count = 1
    while layout_of(state, size).has_more:
        state, count = handle_key(state, " ", size), count + 1
    return count


def rows_table(program: Program, people: Sequence[Case], sizes: Sequence[Size]) -> str:
    """Return the rows of each person's last card, as `assess` and the interview show it."""
    rows = (_row(program, case, size) for case in people for size in sizes)
    return "\n".join((HEAD, *rows))


def _row(program: Program, case: Case, size: Size) -> str:
    first, *_, last = (*results(program, case),) * 2
    assert last.card is not None  # noqa: S101 - the people have no hand-over sheet
    without = len(card_lines(last.card, size.columns, rows=size.rows - 1))
    layout = layout_of(last, size)
    with_keys = len((*layout.header, *layout.body, *layout.footer))
    name = case.id.replace("_", " ")
    cells = (name, size.columns, without, with_keys, pages(first, size), pages(last, size))
    return f"| {' | '.join(map(str, cells))} |"
