from __future__ import annotations

import pytest

from backtriage.decide import open_questions
from backtriage.program.program import build_program
from backtriage.protocol.guarantees import Risk
from backtriage.protocol.protocol import Module, Points, Question, Rule, Score, Verdict
from backtriage.terms.condition import Always, Yes
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import YES_NO
from tests.support.enumeration import verdicts
from tests.support.strategies import everybody, frame

ILL = Rule(
    id="ill", urgency=Urgency.SOON, when=Yes("fever"), if_unsure=Urgency.ROUTINE, because="Ill.",
    evidence=("book",),
)  # fmt: skip
HONEY = Module(
    id="honey", title="Honey", show_up_to=Urgency.ROUTINE, why_not="No.", counts=("signs",),
    verdicts=(Verdict(id="ask", when=Always(), text="Ask."),),
)  # fmt: skip
SMALL = build_program(frame(
    questions=(
        Question(id="fever", section="main", kind=YES_NO, text="Fever?", short="f", why="w"),
    ),
    scores=(Score(id="signs", points=(Points(question="fever", answer="yes", points=1),)),),
    rules=(ILL, everybody()),
    modules=(HONEY,),
    risk=(Risk(question="fever", direction="yes"),),
))  # fmt: skip

STOPS = (("unsound-stop", "rule 'ill'"), ("unsound-stop", "count 'signs' of module 'honey'"))


def test_a_stop_that_is_sound() -> None:
    is_true = verdicts(SMALL)

    assert all(is_true[key] for key in STOPS)
    assert not is_true["dead-urgency", "same_day"]


def test_a_stop_that_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """When no question is ever open, both the rule and the count can still change."""
    monkeypatch.setattr(open_questions._Search, "question", lambda *_: None)

    is_true = verdicts(SMALL)

    assert not any(is_true[key] for key in STOPS)
