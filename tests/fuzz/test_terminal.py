"""Whatever a terminal sends besides keys: no answer changes, and no page is left."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Final

import pytest

from backtriage.shell.full.state import Screen, UiState, show
from backtriage.shell.sequences import PATIENCE_SECONDS
from tests.support.piped_adapter import PipedAdapter
from tests.support.terminal_noise import random_noise
from tests.support.ui_states import at, pressed

DONE: Final = ("44", "none", "longer", "no")

SCREENS: Final = {
    "opening": show(replace(at(), opening=lambda _: "Welcome.\n" * 30), Screen.OPENING),
    "opening above the first question": replace(at(), opening=lambda _: "Welcome."),
    "number": at(),
    "number with text": pressed(at("44", "none", "longer", "yes"), "1"),
    "list": at("44"),
    "list with a tick and a doubt": pressed(at("44"), "1", "down", "u"),
    "one of": pressed(at("44", "none"), "2"),
    "yes or no": pressed(at("44", "none", "longer"), "y"),
    "doubts": pressed(at("44"), "u", "1"),
    "why": pressed(at("44"), "?"),
    "keys": pressed(at("44"), "h"),
    "review": pressed(at(*DONE), "down"),
    "review on the way": pressed(at("44", "none"), "r"),
    "emergency": at("44", "breathing"),
    "emergency, ready to confirm": pressed(at("44", "breathing"), "end", "down"),
    "result": pressed(at(*DONE), "y", "end"),
    "save": pressed(at(*DONE), "y", "s", "a"),
}
"""Every kind of page, most of them one key away from an answer or an end."""


def without_messages(state: UiState) -> UiState:
    """A state apart from what is said about the last keys."""
    return replace(state, message="", last_message="", seen_rows=frozenset(), top=0)


def check_noise(state: UiState, seed: str, count: int) -> None:
    """Send much noise to a page and assert that it stays as it was."""
    random = Random(seed)  # noqa: S311 - the same noise in every run
    sent = [random_noise(random).encode("utf-8", "surrogateescape") for _ in range(count)]
    pauses = (random.choice((0.0, PATIENCE_SECONDS / 2, PATIENCE_SECONDS * 2)) for _ in sent)
    pipe = PipedAdapter(state)

    adapter = pipe.play(
        5.0, *(action for pair in zip(sent, pauses, strict=True) for action in pair)
    )

    assert adapter.failure is None
    assert (adapter.stop_signal, pipe.saved) == (0, [])
    assert len(pipe.states) == count
    before = without_messages(state)
    changed = [
        burst for burst, after in zip(sent, pipe.states, strict=True)
        if without_messages(after) != before
    ]  # fmt: skip
    assert changed[:1] == []


@pytest.mark.parametrize("screen", SCREENS)
def test_noise_changes_nothing(screen: str) -> None:
    check_noise(SCREENS[screen], screen, 20)


@pytest.mark.exhaustive
@pytest.mark.parametrize("screen", SCREENS)
def test_much_noise_changes_nothing(screen: str) -> None:
    check_noise(SCREENS[screen], f"much {screen}", 10_000 // len(SCREENS) + 1)


KEYS: Final = (
    "44",
    "\r",
    "1",
    "u",
    "2",
    "\r",
    "c",
    "0",
    "\r",
    "2",
    "\r",
    "y",
    "\r",
    "3",
    "\r",
    "y",
)
"""An interview with an emergency that is changed, up to its result."""


@pytest.mark.parametrize("seed", range(3))
def test_noise_between_keys_changes_no_answer(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - the same noise in every run
    quiet = 5.0  # long enough for every page, and for the rest of a sequence
    actions: list[str | float | bytes] = []
    for key in KEYS:
        noise = random_noise(random).encode("utf-8", "surrogateescape")
        # A paste that was cut ends with its mark only.
        actions += [noise, quiet, b"\x1b[201~", quiet, key, quiet]
    noisy, silent = PipedAdapter(at()), PipedAdapter(at())

    after = noisy.play(quiet, *actions).state
    expected = silent.play(quiet, *(part for key in KEYS for part in (key, quiet))).state

    assert expected.screen is Screen.RESULT
    assert without_messages(after) == without_messages(expected)
    assert noisy.saved == silent.saved
