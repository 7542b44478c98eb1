"""How rules evaluate, clause by clause."""

from __future__ import annotations

from decimal import Decimal

import pytest

from backtriage.render.page.why import why_block
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.urgency import Urgency
from tests.support.assessments import assessed, changed, rule
from tests.support.protocols import TINY, program_in
from tests.support.sheets import WELL

AIR = Includes("airway", "breathing")
SPIT = Includes("airway", "drooling")
HOT = Yes("feverish")
LONG = Is("days", ("longer",))


def unfolded(when: Condition, sheet: dict[str, object], if_unsure: Urgency | None = None) -> str:
    """The indented lines of one rule."""
    tried = rule("tried", Urgency.ROUTINE, when, if_unsure=if_unsure)
    a = assessed(WELL | sheet, program=changed(rules=(tried,)))
    return "\n".join("  " * clause.depth + clause.text for clause in why_block(a).clauses)


TABLE = [
    (Always(), {}, "yes: tried (routine)\n  yes: true of everybody"),
    (HOT, {}, "no: tried (routine)\n  no: feverish [answer: no]"),
    (HOT, {"feverish": "not_sure"},
     ("cannot tell (not sure): tried (routine, counts as nothing)\n"
     "  cannot tell (not sure): feverish [answer: not sure about fever]")),
    (HOT, {"feverish": None},
     "still open: tried (routine)\n  still open: feverish [not answered]"),
    (Compare("fever_days", ">=", Decimal(3)), {"fever_days": 5},
     "no: tried (routine)\n  no: fever_days >= 3 days [not asked, read as: 0 days]"),
    (Compare("years", ">=", Decimal(3)), {},
     "yes: tried (routine)\n  yes: years >= 3 years [answer: 30 years]"),
    (AIR, {}, "no: tried (routine)\n  no: airway includes breathing [not ticked]"),
    (AIR, {"airway": ["breathing"]},
     "yes: tried (routine)\n  yes: airway includes breathing [ticked: hard to breathe]"),
    (AIR, {"airway": ["breathing?"]},
     ("cannot tell (not sure): tried (routine, counts as nothing)\n"
     "  cannot tell (not sure): airway includes breathing [not sure]")),
    (AIR, {"airway": None},
     "still open: tried (routine)\n  still open: airway includes breathing [not answered]"),
    (Not(LONG), {}, "yes: tried (routine)\n  yes: days is not longer [answer: less than a week]"),
    (Not(Any((HOT, LONG))), {},
     ("yes: tried (routine)\n  yes: the opposite of this\n    no: any of these\n"
     "      no: feverish [answer: no]\n      no: days is longer [answer: less than a week]")),
    (Any((AIR, SPIT)), {"airway": ["breathing", "drooling"]},
     ("yes: tried (routine)\n  yes: airway includes any of (breathing, drooling) "
     "[ticked: hard to breathe; cannot swallow your spit]")),
    (Any((AIR, HOT, SPIT)), {"airway": ["drooling"]},
     ("yes: tried (routine)\n  yes: any of these\n    no: airway includes breathing [not ticked]\n"
     "    no: feverish [answer: no]\n"
     "    yes: airway includes drooling [ticked: cannot swallow your spit]")),
    (Any((Any((AIR, SPIT)), HOT)), {},
     ("no: tried (routine)\n  no: any of these\n"
     "    no: airway includes any of (breathing, drooling) [not ticked]\n"
     "    no: feverish [answer: no]")),
    (All((HOT, LONG)), {"days": "longer"},
     "no: tried (routine)\n  no: all of these\n    no: feverish [answer: no]"),
    (All((HOT, LONG)), {"days": "longer", "feverish": True},
     ("yes: tried (routine)\n  yes: all of these\n    yes: feverish [answer: yes]\n"
     "    yes: days is longer [answer: a week or longer]")),
    (AtLeast(2, (HOT, LONG, AIR)), {"days": "longer"},
     ("no: tried (routine)\n  no: at least 2 of these\n    no: feverish [answer: no]\n"
     "    no: airway includes breathing [not ticked]")),
    (Fact("long_fever"), {},
     ("no: tried (routine)\n  no: a fever of 3 days or more (long_fever)\n"
     "    no: fever_days >= 3 days [not asked, read as: 0 days]")),
    (Scores("signs", 1), {"feverish": True}, "yes: tried (routine)\n  yes: signs >= 1 [1 point]"),
    (Scores("signs", 2), {"feverish": "not_sure"},
     "no: tried (routine)\n  no: signs >= 2 [0 to 1 points]"),
]  # fmt: skip


@pytest.mark.parametrize(("when", "sheet", "lines"), TABLE)
def test_a_rule_clause_by_clause(when: Condition, sheet: dict[str, object], lines: str) -> None:
    assert unfolded(when, sheet) == lines


def test_an_unsure_rule_says_what_it_counts_as() -> None:
    lines = unfolded(HOT, {"feverish": "not_sure"}, Urgency.ROUTINE)

    assert lines.startswith("cannot tell (not sure): tried (routine, counts as routine)")


def test_a_fact_without_text_is_shown_by_its_id() -> None:
    from msgspec.structs import replace

    facts = (replace(program_in(TINY).protocol.facts[0], text=""),)
    tried = rule("tried", Urgency.ROUTINE, Fact("long_fever"))
    a = assessed(WELL, program=changed(facts=facts, rules=(tried,)))

    assert why_block(a).clauses[1].text == "no: long_fever"


def test_rules_are_ordered_by_outcome_and_urgency() -> None:
    rules = (
        rule("no", Urgency.EMERGENCY, SPIT),
        rule("open", Urgency.EMERGENCY, LONG),
        rule("doubtful", Urgency.EMERGENCY, HOT, if_unsure=Urgency.EMERGENCY),
        rule("home", Urgency.SELF_CARE, Always()),
        rule("yes", Urgency.ROUTINE, AIR),
    )
    sheet = {"airway": ["breathing"], "feverish": "not_sure", "years": 30}
    clauses = why_block(assessed(sheet, program=changed(rules=rules))).clauses

    assert [clause.text for clause in clauses if not clause.depth] == [
        "yes: yes (routine)",
        "yes: home (self_care)",
        "cannot tell (not sure): doubtful (emergency, counts as emergency)",
        "still open: open (emergency)",
        "no: no (emergency)",
    ]
