"""Version 1 and the rules of today, compared by kinds of people."""

from __future__ import annotations

import re
from functools import cache

import pytest

from backtriage.compare.kinds import KindComparison, MoveCause
from backtriage.terms.urgency import Urgency
from tests.support.protocols import ROOT, program_in, shipped
from tools import changes
from tools.protocol_digest import CHANGELOG

pytestmark = pytest.mark.once

TEXT = CHANGELOG.read_text(encoding="utf-8")
FIRST = ROOT / "tests" / "data" / "released" / "back_pain-1.0.0"


@cache
def compared() -> KindComparison:
    return changes.compared()


def test_the_changelog_names_rules_of_the_two_versions() -> None:
    """It was written for rules and questions that are still there."""
    marked = changes.MARKED.search(TEXT)
    assert marked is not None
    names = set(re.findall(r"`([a-z0-9_]+)`", marked[0]))

    rules = {rule.id for program in (program_in(FIRST), shipped()) for rule in program.rules}
    assert len(names) > len(rules) // 2
    assert names <= rules | set(shipped().questions)


@pytest.mark.exhaustive
def test_the_changelog_says_who_is_lowered() -> None:
    assert compared().undecided == ()
    assert changes.filled(TEXT, compared()) == TEXT, "run python -m tools.changes"


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    ("rule", "least", "cause"),
    [
        ("chest_pain", Urgency.SELF_CARE, MoveCause.WORDS),
        ("saddle_numbness", Urgency.ROUTINE, MoveCause.WORDS),
        ("suicide", Urgency.SAME_DAY, MoveCause.RULES),
        ("night_pain", Urgency.ROUTINE, MoveCause.RULES),
        ("flutter_or_locked_hands", Urgency.SELF_CARE, MoveCause.RULES),
    ],
)
def test_a_kind_is_lowered(rule: str, least: Urgency, cause: MoveCause) -> None:
    found = {(m.least, m.cause) for m in compared().lowered if m.kind.rule.id == rule}

    assert (least, cause) in found


@pytest.mark.exhaustive
@pytest.mark.parametrize(
    "rule", ["aneurysm_known", "lung_clot", "steroid_crisis", "withdrawal", "hurt_not_safe"]
)
def test_a_kind_is_not_lowered(rule: str) -> None:
    kept = {kind.rule.id for kind in compared().unmoved if not kind.version}
    lowered = {move.kind.rule.id for move in compared().lowered}

    assert rule in kept - lowered
