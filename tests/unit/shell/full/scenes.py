"""Scenes of the tiny protocol, as far as keys take them."""

from __future__ import annotations

from backtriage.interview.interview import Interview, view
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.page import Audience
from backtriage.shell.full.draw.screen import drawn
from backtriage.shell.full.press import press
from backtriage.shell.full.scene import Scene, Size, opened
from tests.support.interviews import after
from tests.support.protocols import tiny

USUAL = Size(columns=80, rows=24)


def scene_of(
    interview: Interview, *, country: str | None = "GB", audience: Audience = "patient"
) -> Scene:
    """The first scene of an interview."""
    words = Words(interview.program, country)
    scene = Scene(interview=interview, words=words, seen=view(interview), audience=audience)
    return opened(scene)


def at(*answers: object, program: Program | None = None) -> Scene:
    """The scene after some answers."""
    return scene_of(after(*answers, program=program or tiny()))


def pressed(scene: Scene, *keys: str, size: Size = USUAL) -> Scene:
    """The scene after some keys."""
    for key in keys:
        scene = press(scene, key, size)
    return scene


def text(scene: Scene, size: Size = USUAL) -> str:
    """What is on the screen."""
    return "\n".join(line.text.rstrip() for line in drawn(scene, size).lines).rstrip()


def words(scene: Scene, size: Size = USUAL) -> str:
    """The same without line breaks."""
    return " ".join(text(scene, size).split())
