"""The mutants of a protocol."""

from __future__ import annotations

from msgspec import structs

from backtriage.mutation.generator import mutants, mutation_sites, substitute
from backtriage.mutation.mutant import OPERATORS, MutationSite
from backtriage.program.program import Program, build_program
from backtriage.protocol.protocol import Advice, Points, Score
from backtriage.terms.condition import Always, Compare, Condition, Fact, Not
from backtriage.terms.urgency import Urgency
from tests.support.assessments import changed
from tests.unit.mutation.sample import find_mutant, sample


def test_applies_every_operator() -> None:
    assert {mutant.operator for mutant in mutants(build_program(sample()))} == set(OPERATORS)


def test_each_mutant_changes_one_entry(program: Program) -> None:
    """No two mutants have the same description."""
    protocol = program.protocol
    seen = set()
    for mutant in mutants(program):
        before, after = structs.asdict(protocol), structs.asdict(mutant.protocol)
        sections = [key for key, value in before.items() if after[key] != value]
        assert sections == [mutant.site.section], mutant.description
        others = [
            entry for entry in getattr(mutant.protocol, sections[0]) if entry.id != mutant.site.id
        ]
        assert others == [entry for entry in before[sections[0]] if entry.id != mutant.site.id]
        seen.add((mutant.operator, mutant.description))
    assert len(seen) == len(list(mutants(program)))


def test_finds_every_kind_of_site(program: Program) -> None:
    protocol = program.protocol
    names = {site.name for site, _ in mutation_sites(protocol)}

    assert {"rule fever_today", "fact long_fever", "question fever_days, ask_when",
            "advice drinks", "verdict honey.may_try"} <= names  # fmt: skip
    withholding = [advice for advice in protocol.advice if advice.withhold_if is not None]
    assert withholding
    assert all(f"advice {advice.id}, withhold_if" in names for advice in withholding)


def test_substitutes_a_condition_at_one_site(program: Program) -> None:
    new: Condition = Not(Fact("long_fever"))
    for site, before in mutation_sites(program.protocol):
        after = dict(mutation_sites(substitute(program.protocol, site, new)))
        assert after[site] == new
        after[site] = before
        assert after == dict(mutation_sites(program.protocol))


def test_weakens_rules(program: Program) -> None:
    """In their urgency, which `if_unsure` never exceeds; while not sure; and altogether."""
    rules = {
        mutant.description: next(
            (r for r in mutant.protocol.rules if r.id == mutant.site.id), None
        )
        for mutant in mutants(program)
        if mutant.operator in {"urgency", "if_unsure", "rule"}
    }
    down = rules["rule cannot_breathe: urgency same_day instead of emergency"]
    assert down is not None
    assert (down.urgency, down.if_unsure) == (Urgency.SAME_DAY, Urgency.SAME_DAY)
    less = rules["rule cannot_breathe: if_unsure same_day instead of emergency"]
    assert less is not None
    assert (less.urgency, less.if_unsure) == (Urgency.EMERGENCY, Urgency.SAME_DAY)
    nothing = rules["rule cannot_breathe: if_unsure nothing instead of emergency"]
    assert nothing is not None
    assert nothing.if_unsure is None
    assert rules["rule home: left out"] is None
    assert "rule home: urgency" not in " ".join(rules)
    lowest = changed(rules=(structs.replace(program.rules[0], if_unsure=Urgency.SELF_CARE),))
    assert [m.description for m in mutants(lowest) if m.operator == "if_unsure"] == [
        "rule cannot_breathe: if_unsure nothing instead of self_care"
    ]


def test_leaves_out_whole_conditions(program: Program) -> None:
    """A guard or a piece of advice is then for everybody."""
    guard = find_mutant(program, "question fever_days, ask_when: the condition left out")
    (asked,) = (q for q in guard.protocol.questions if q.id == "fever_days")
    assert asked.ask_when == Always()
    withholding = next(advice for advice in program.advice if advice.withhold_if is not None)
    free = find_mutant(program, f"advice {withholding.id}, withhold_if: the condition left out")
    (mutated,) = (advice for advice in free.protocol.advice if advice.id == withholding.id)
    assert isinstance(mutated, Advice)
    assert mutated.withhold_if is None


def test_leaves_out_points_and_shifts_bands(program: Program) -> None:
    assert [m.change for m in mutants(program) if m.operator == "points"] == [
        "'airway breathing' left out", "'airway drooling' left out", "'feverish yes' left out",
        "'days longer' left out", "'years 65 to 120' left out",
    ]  # fmt: skip
    limits = [m.change for m in mutants(program) if m.site.section == "scores"][5:]
    assert limits == [
        "'years 65 to 120' read as 'years 64 to 120'",
        "'years 65 to 120' read as 'years 66 to 120'",
        "'years 65 to 120' read as 'years 65 to 119'",
    ]


def test_keeps_lone_points_and_bands_apart() -> None:
    years = [
        Points(question="years", answer="", points=1, least=least, most=most)
        for least, most in ((0, 9), (10, 10))
    ]
    alone = Score(id="alone", points=(Points(question="feverish", answer="yes", points=1),))
    program = changed(scores=(Score(id="bands", points=tuple(years)), alone), rules=())

    assert [m.description for m in mutants(program) if m.site.section == "scores"] == [
        "score bands, points: 'years 0 to 9' left out",
        "score bands, points: 'years 0 to 9' read as 'years 1 to 9'",
        "score bands, points: 'years 0 to 9' read as 'years 0 to 8'",
        "score bands, points: 'years 10 to 10' left out",
        "score bands, points: 'years 10 to 10' read as 'years 10 to 11'",
    ]


def test_a_site_is_named_as_in_a_rules_file() -> None:
    assert MutationSite(section="rules", id="r").name == "rule r"
    assert MutationSite(section="modules", id="m", verdict="v").name == "verdict m.v"
    assert (
        MutationSite(section="advice", id="a", field="withhold_if").name == "advice a, withhold_if"
    )


def test_describes_the_condition_it_makes(program: Program) -> None:
    mutant = find_mutant(program, "rule child: the condition read as 'years <= 5 years'")
    (rule,) = (rule for rule in mutant.protocol.rules if rule.id == "child")

    assert isinstance(rule.when, Compare)
    assert (rule.when.sign, int(rule.when.bound)) == ("<=", 5)
