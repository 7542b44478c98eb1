"""Interviews that are killed at any moment: no answer that was shown is lost, no file is left.

Each run goes on with what the one before has left, so that a kill does not cost a whole interview.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Final, TypeAlias

import pytest

from backtriage.shell.drafts import find_drafts
from tests.support import protocols
from tests.support.forked import Run, Server
from tests.support.line_driver import ANSWER, FILE, LETTER, drafts_in
from tests.support.screen_driver import BEGUN, tiny

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]

Step: TypeAlias = tuple[str, str, object]

PATHS: Final[tuple[tuple[Step, ...], ...]] = (
    (("years", "44", 44), ("airway", "0", []), ("days", "2", "longer"), ("feverish", "n", False)),
    (
        ("years", "30", 30), ("airway", "0", []), ("days", "1", "under_1_week"),
        ("feverish", "y", True), ("fever_days", "2", 2),
    ),
)  # fmt: skip
"""Interviews: each question, what is typed, and the answer as it is saved."""

LEFT: Final = re.compile(r"(about )?(\d) questions? left")
REVIEW: Final = "look at your answers once more"
RESULT: Final = "AT HOME"


class Interviews:
    """Interviews of one home, one after another, most of them killed."""

    def __init__(self, server: Server, home: Path, random: Random) -> None:
        self.server = server
        self.home = home
        self.random = random
        self.path = PATHS[0]
        self.kills = 0
        self.visits = 0
        """How many were finished."""

    def saved(self) -> int:
        """Return how many answers are saved, after checking them."""
        drafts = [path for path in drafts_in(self.home) if not path.name.startswith(".")]
        answers = json.loads(drafts[0].read_text())["answers"] if drafts else {}
        assert len(drafts) <= 1
        assert answers == {question: value for question, _, value in self.path[: len(answers)]}
        assert len(find_drafts(protocols.tiny()).free) == len(drafts)
        return len(answers)

    def run(self) -> None:
        """Go on with what is saved; kill the program at some moment, or finish the visit."""
        before = self.saved()
        if not before:
            self.path = self.random.choice(PATHS)
        run = self.begin()
        is_killed = self.random.random() < 0.1 and self.kill(run, lambda: self.is_asking(run))
        if not is_killed:
            self.start(run)
            self.answer(run, before)
        code = run.end()
        if code == -signal.SIGKILL:
            self.kills += 1
            assert self.saved() >= max(before, self.shown(run)) or RESULT in run.printed
        else:
            assert code == 0, run.printed
            self.visits += 1
            assert drafts_in(self.home) == []

    def start(self, run: Run) -> None:
        """Wait until the first question, when the draft is in use and no other file is left."""
        run.until(lambda: self.is_asking(run))
        drafts = drafts_in(self.home)
        assert [path.name for path in drafts if path.name.startswith(".")] == []
        found = find_drafts(protocols.tiny())
        assert (found.free, found.is_any_in_use) == ((), bool(drafts))

    def answer(self, run: Run, before: int) -> None:
        """Answer some questions; kill the program after one of them, if not at the end."""
        last = self.random.randint(before, len(self.path) + 2)
        for number in range(before, len(self.path)):
            is_done = self.has_gone_on(run)
            self.type(run, self.path[number][1])
            if number == last:
                assert self.kill(run, is_done)
                return
            run.until(is_done)
            assert find_drafts(protocols.tiny()).free == ()
        self.finish(run, is_killed=last == len(self.path))

    def kill(self, run: Run, is_done: Callable[[], bool]) -> bool:
        """Kill it at a random moment before something is done, or just after."""
        printed = len(run.printed) + self.random.randint(1, 1000)
        moments: tuple[Callable[[], bool], ...] = (
            lambda: True,
            lambda: any(path.name.startswith(".") for path in drafts_in(self.home)),
            lambda: len(run.printed) >= printed,
            lambda: False,
        )
        is_time = self.random.choice(moments)
        while not is_time() and not is_done():
            run.read(0.001)
        time.sleep(self.random.choice((0, 0, 0.001, 0.01)))
        os.kill(run.process, signal.SIGKILL)
        return True

    # What differs between the two front ends.

    def begin(self) -> Run:
        raise NotImplementedError

    def type(self, run: Run, text: str) -> None:
        raise NotImplementedError

    def is_asking(self, run: Run) -> bool:
        raise NotImplementedError

    def shown(self, run: Run) -> int:
        """Return how many answers are shown as accepted."""
        raise NotImplementedError

    def has_gone_on(self, run: Run) -> Callable[[], bool]:
        """Return a test whether the next page is there."""
        raise NotImplementedError

    def finish(self, run: Run, *, is_killed: bool) -> None:
        raise NotImplementedError


class PlainInterviews(Interviews):
    """Line by line."""

    def begin(self) -> Run:
        return self.server.start(*tiny("--resume", "--plain"), home=self.home)

    def type(self, run: Run, text: str) -> None:
        run.send(f"{text}\n")

    def is_asking(self, run: Run) -> bool:
        return ANSWER in run.printed

    def shown(self, run: Run) -> int:
        kept = re.search(r"(\d) answers? kept", run.printed)
        return int(kept[1] if kept else 0) + run.printed.count("You chose:")

    def has_gone_on(self, run: Run) -> Callable[[], bool]:
        prompts = run.printed.count(ANSWER)
        return lambda: run.printed.count(ANSWER) > prompts

    def finish(self, run: Run, *, is_killed: bool) -> None:
        run.send("y\n")
        if is_killed:
            self.kill(run, lambda: LETTER in run.printed)
            return
        run.until(lambda: LETTER in run.printed)
        run.send("q\n")
        run.until(lambda: FILE in run.printed)
        run.send("\n")


class ScreenInterviews(Interviews):
    """On the full screen."""

    def begin(self) -> Run:
        return self.server.start(*tiny("--resume"), home=self.home)

    def start(self, run: Run) -> None:
        super().start(run)
        run.send("\r")
        run.until(lambda: LEFT.search(run.screen) is not None or REVIEW in run.screen)

    def type(self, run: Run, text: str) -> None:
        run.send(f"{text}\r")

    def is_asking(self, run: Run) -> bool:
        return BEGUN in run.screen or "Enter begin" in run.screen

    def shown(self, run: Run) -> int:
        left = LEFT.search(run.screen)
        if left is None:
            return len(self.path) if REVIEW in run.screen else 0
        return 4 - int(left[2]) if left[1] else 4  # the last one is not asked of everybody

    def has_gone_on(self, run: Run) -> Callable[[], bool]:
        shown = self.shown(run)
        return lambda: self.shown(run) > shown

    def finish(self, run: Run, *, is_killed: bool) -> None:
        run.send("y")
        if is_killed:
            self.kill(run, lambda: "q leave" in run.screen)
            return
        run.until(lambda: "q leave" in run.screen)
        run.send("\x03")


@pytest.mark.parametrize("kind", [PlainInterviews, ScreenInterviews])
@pytest.mark.parametrize("kills", [5, pytest.param(150, marks=pytest.mark.exhaustive)])
def test_kills_lose_nothing_that_was_shown_and_leave_nothing(
    server: Server, isolated_home: Path, kind: type[Interviews], kills: int
) -> None:
    """A draft is offered once after each kill, and to nobody while it is in use.

    What a kill leaves of the first draft is cleared by the next visit, so there is one more.
    """
    interviews = kind(server, isolated_home, Random(kills))  # noqa: S311 - no secret
    while interviews.kills < kills or drafts_in(isolated_home):
        interviews.run()
    assert interviews.visits
    assert drafts_in(isolated_home) == []
