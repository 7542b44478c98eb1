"""Every mutant of a protocol: which there are, and that each changes one thing."""

from __future__ import annotations

from collections import Counter

from msgspec import structs

from backtriage.mutation.generator import mutants, mutation_sites, substitute
from backtriage.mutation.mutant import OPERATORS, Mutant, MutationSite
from backtriage.program.program import Program
from backtriage.protocol.protocol import Advice, Points, Protocol, Score
from backtriage.terms.condition import Always, Compare, Condition, Fact, Not
from backtriage.terms.urgency import Urgency
from tests.unit.mutation.kinds import whole


def about(protocol: Protocol, kind: str) -> list[str]:
    """What is said of the mutants of one kind."""
    return [mutant.description for mutant in mutants(protocol) if mutant.operator == kind]


def one(program: Program, said: str) -> Mutant:
    """The mutant that is described like this."""
    (found,) = (mutant for mutant in mutants(program.protocol) if mutant.description == said)
    return found


def test_every_kind_is_made() -> None:
    """A protocol with everything in it has mutants of each kind."""
    assert set(Counter(mutant.operator for mutant in mutants(whole()))) == set(OPERATORS)


def test_each_mutant_changes_one_noun(program: Program) -> None:
    """Everything else is the same protocol, and no two mutants of a place are the same."""
    protocol = program.protocol
    seen = set()
    for mutant in mutants(protocol):
        before, after = structs.asdict(protocol), structs.asdict(mutant.protocol)
        changed = [key for key, value in before.items() if after[key] != value]
        assert changed == [mutant.site.section], mutant.description
        others = [
            noun for noun in getattr(mutant.protocol, changed[0]) if noun.id != mutant.site.id
        ]
        assert others == [noun for noun in before[changed[0]] if noun.id != mutant.site.id]
        seen.add((mutant.operator, mutant.description))
    assert len(seen) == len(list(mutants(protocol)))


def test_every_place_is_looked_at(program: Program) -> None:
    """Rules, facts, guards, advice, what withholds it, and verdicts."""
    protocol = program.protocol
    found = {site.name for site, _ in mutation_sites(protocol)}

    assert {"rule fever_today", "fact long_fever", "question fever_days, ask_when",
            "advice drinks", "verdict honey.may_try"} <= found  # fmt: skip
    held = [advice for advice in protocol.advice if advice.withhold_if is not None]
    assert held
    assert all(f"advice {advice.id}, withhold_if" in found for advice in held)


def test_something_else_in_one_place(program: Program) -> None:
    """A condition of a rule, of a guard, and of a verdict, which stands in a module."""
    new: Condition = Not(Fact("long_fever"))
    for site, before in mutation_sites(program.protocol):
        after = dict(mutation_sites(substitute(program.protocol, site, new)))
        assert after[site] == new
        after[site] = before
        assert after == dict(mutation_sites(program.protocol))


def test_rules_that_ask_for_less(program: Program) -> None:
    """One urgency less, less while not sure, and no rule; never more than the urgency."""
    found = {
        mutant.description: next(
            (r for r in mutant.protocol.rules if r.id == mutant.site.id), None
        )
        for mutant in mutants(program.protocol)
        if mutant.operator in {"urgency", "if_unsure", "rule"}
    }
    down = found["rule cannot_breathe: urgency same_day instead of emergency"]
    assert down is not None
    assert (down.urgency, down.if_unsure) == (Urgency.SAME_DAY, Urgency.SAME_DAY)
    less = found["rule cannot_breathe: if_unsure same_day instead of emergency"]
    assert less is not None
    assert (less.urgency, less.if_unsure) == (Urgency.EMERGENCY, Urgency.SAME_DAY)
    nothing = found["rule cannot_breathe: if_unsure nothing instead of emergency"]
    assert nothing is not None
    assert nothing.if_unsure is None
    assert found["rule home: left out"] is None
    assert "rule home: urgency" not in " ".join(found)
    lowest = structs.replace(program.rules[0], if_unsure=Urgency.SELF_CARE)
    assert about(structs.replace(program.protocol, rules=(lowest,)), "if_unsure") == [
        "rule cannot_breathe: if_unsure nothing instead of self_care"
    ]


def test_a_whole_condition_left_out(program: Program) -> None:
    """A guard and an advice are then for everybody; what withholds is gone."""
    guard = one(program, "question fever_days, ask_when: the condition left out")
    (asked,) = (q for q in guard.protocol.questions if q.id == "fever_days")
    assert asked.ask_when == Always()
    held = next(advice for advice in program.advice if advice.withhold_if is not None)
    free = one(program, f"advice {held.id}, withhold_if: the condition left out")
    (found,) = (advice for advice in free.protocol.advice if advice.id == held.id)
    assert isinstance(found, Advice)
    assert found.withhold_if is None


def test_scores(program: Program) -> None:
    """Without each of the points, and with each end of a band a step off where it can be."""
    assert [m.change for m in mutants(program.protocol) if m.operator == "points"] == [
        "'airway breathing' left out", "'airway drooling' left out", "'feverish yes' left out",
        "'days longer' left out", "'years 65 to 120' left out",
    ]  # fmt: skip
    limits = [m.change for m in mutants(program.protocol) if m.site.section == "scores"][5:]
    assert limits == [
        "'years 65 to 120' read as 'years 64 to 120'",
        "'years 65 to 120' read as 'years 66 to 120'",
        "'years 65 to 120' read as 'years 65 to 119'",
    ]


def test_a_score_of_one_point_and_bands_that_touch(program: Program) -> None:
    """The last points stay; a band does not reach into the next."""
    years = [
        Points(question="years", answer="", points=1, least=least, most=most)
        for least, most in ((0, 9), (10, 10))
    ]
    alone = Score(id="alone", points=(Points(question="feverish", answer="yes", points=1),))
    protocol = structs.replace(
        program.protocol, scores=(Score(id="bands", points=tuple(years)), alone), rules=()
    )

    assert [
        mutant.description for mutant in mutants(protocol) if mutant.site.section == "scores"
    ] == [
        "score bands, points: 'years 0 to 9' left out",
        "score bands, points: 'years 0 to 9' read as 'years 1 to 9'",
        "score bands, points: 'years 0 to 9' read as 'years 0 to 8'",
        "score bands, points: 'years 10 to 10' left out",
        "score bands, points: 'years 10 to 10' read as 'years 10 to 11'",
    ]


def test_the_words_name_the_place() -> None:
    """As a rules file would."""
    assert MutationSite(section="rules", id="r").name == "rule r"
    assert MutationSite(section="modules", id="m", verdict="v").name == "verdict m.v"
    assert (
        MutationSite(section="advice", id="a", field="withhold_if").name == "advice a, withhold_if"
    )


def test_a_limit_in_a_rule(program: Program) -> None:
    """The description and the condition say the same."""
    found = one(program, "rule child: the condition read as 'years <= 5 years'")
    (rule,) = (rule for rule in found.protocol.rules if rule.id == "child")

    assert isinstance(rule.when, Compare)
    assert (rule.when.sign, int(rule.when.bound)) == ("<=", 5)
