"""Rules, questions and advice as a reviewer reads them."""

from __future__ import annotations

from msgspec import structs

from backtriage.cases.case import Case
from backtriage.cases.reference import entry_ids, entry_lines, overview_lines
from backtriage.interview.review import sources_of
from backtriage.program.program import Program, build_program
from backtriage.protocol.guarantees import Waiver
from backtriage.protocol.texts import AdviceCard, TableRow
from backtriage.terms.condition import Yes
from backtriage.terms.urgency import Urgency
from tests.support.protocols import shipped


def test_entry_ids_are_unique(program: Program) -> None:
    assert entry_ids(program) == (
        "cannot_breathe", "fever_today", "stays_long", "child", "home",
        "years", "airway", "days", "feverish", "fever_days", "drinks", "lozenges",
    )  # fmt: skip


RULE = """\
RULE fever_today: same_day
  when: long_fever or (feverish and years >= 65 years)
      long_fever is: fever_days >= 3 days
  not sure: soon
  because: A fever that stays needs a check.
  come back: A fever stays for 3 days.
  evidence: A made-up textbook, Nobody: not verified. Things for a test.
  cases 4: long_fever, old_and_feverish, long_and_feverish, long_and_short"""


def test_a_rule(program: Program, cases: tuple[Case, ...]) -> None:
    assert "\n".join(entry_lines(program, cases, "fever_today")) == RULE


def test_a_rule_with_an_unusual_doubt_scope_place_and_waiver(program: Program) -> None:
    protocol = program.protocol
    waiver = Waiver(
        about="child", accepts="laxer_if_unsure", reason="So it is.", review_by="2030-01-01"
    )
    rules = tuple(structs.replace(r, service="clinic") if r.id == "child" else r
                  for r in protocol.rules)  # fmt: skip
    waivers = (structs.replace(waiver, about="fever_today"), waiver)
    other = build_program(structs.replace(protocol, waivers=waivers, rules=rules))

    lines = list(entry_lines(other, (), "child"))

    assert lines == [
        "RULE child: routine",
        "  when: years < 5 years",
        "  not sure: routine (not the usual step)",
        "  scope: the questions are not made for this person",
        "  because: This is for people of 5 and over.",
        "  where: Ask your clinic.",
        "  waiver: So it is. (review by 2030-01-01)",
        "  evidence: A made-up textbook, Nobody: not verified. Things for a test.",
        "  cases 0: none fires it",
    ]
    assert "  not sure: nothing" in list(entry_lines(program, (), "stays_long"))


def test_a_question_with_choices(program: Program) -> None:
    assert list(entry_lines(program, (), "airway")) == [
        "QUESTION airway",
        "  asks: Is any of this true right now?",
        "  why: A swollen throat can block the air.",
        "  answer: a list of: breathing, drooling (or [] for none of these, or not_sure)",
        "      breathing: It is hard to breathe.",
        "          check: Try to say a whole sentence in one breath.",
        "      drooling: You cannot swallow your own spit.",
        "  asked: always, while it could matter",
        "  changes: may change later",
        "  worse: more",
        "  rules: cannot_breathe, stays_long",
        "  evidence: A made-up textbook, Nobody: not verified. Things for a test.",
    ]


def test_a_question_with_a_guard_it_follows_from(program: Program) -> None:
    lines = list(entry_lines(program, (), "fever_days"))

    assert "  asked when: feverish" in lines
    assert "  follows: it cannot be true while that is false; please confirm" in lines
    assert "  rules: fever_today" in lines


def test_a_question_with_a_plain_guard(program: Program) -> None:
    protocol = program.protocol
    questions = tuple(structs.replace(q, follows_from=False) for q in protocol.questions)
    plain = build_program(structs.replace(protocol, questions=questions, rules=()))

    lines = list(entry_lines(plain, (), "fever_days"))

    assert not [line for line in lines if line.startswith("  follows")]
    assert "  rules: none" in lines
    assert "  worse: order: under_1_week, longer" in list(entry_lines(program, (), "days"))
    assert "  changes: will not change" in list(entry_lines(program, (), "years"))


def test_a_direction_that_speaks_of_some_people(program: Program) -> None:
    protocol = program.protocol
    risk = tuple(
        structs.replace(r, when=Yes("feverish")) if r.question == "days" else r
        for r in protocol.risk
    )
    some = build_program(structs.replace(protocol, risk=risk))

    lines = list(entry_lines(some, (), "days"))

    assert "  worse: order: under_1_week, longer (while feverish)" in lines


def test_advice(program: Program, cases: tuple[Case, ...]) -> None:
    lines = list(entry_lines(program, cases, "lozenges"))

    assert lines[:5] == [
        "ADVICE lozenges: comfort, shown up to routine",
        "  says: Suck a lozenge.",
        "  given when: always",
        "  withheld if: airway includes drooling or years < 12 years",
        "  evidence: A made-up textbook, Nobody: not verified. Things for a test.",
    ]
    assert lines[5:] == [
        "  given 3: all_clear, short_fever, long_not_feverish",
        "  held 0: no case",
    ]
    assert "  strength: everyday advice" in list(entry_lines(program, (), "drinks"))
    assert list(entry_lines(program, (), "drinks"))[-2:] == [
        "  given 0: no case",
        "  held 0: no case",
    ]


def test_a_row_of_advice(program: Program) -> None:
    drinks = structs.replace(
        program.protocol.advice[0],
        table="drinks",
        rows=(TableRow(id="tea", cells=("Tea", "warm")),),
    )
    some = build_program(structs.replace(program.protocol, advice=(drinks,)))

    assert "  row of drinks: Tea | warm" in list(entry_lines(some, (), drinks.id))


def test_what_the_card_says_of_advice(program: Program) -> None:
    card = AdviceCard(do_now="Drink.", stop="No gin.")
    drinks = structs.replace(program.protocol.advice[0], card=card)
    changed = build_program(structs.replace(program.protocol, advice=(drinks,)))

    lines = list(entry_lines(changed, (), "drinks"))

    assert [line for line in lines if "on the card" in line] == [
        "  on the card, do_now: Drink.",
        "  on the card, stop: No gin.",
    ]


def test_a_rule_and_advice_with_the_same_id(program: Program) -> None:
    protocol = program.protocol
    advice = tuple(structs.replace(a, id="home") for a in protocol.advice[:1])
    both = build_program(structs.replace(protocol, advice=advice))

    lines = list(entry_lines(both, (), "home"))

    assert [line for line in lines if line.isupper() or line.split(" ")[0].isupper()] == [
        "RULE home: self_care", "ADVICE home: comfort, shown up to routine",
    ]  # fmt: skip
    assert "" in lines


def test_overview(program: Program) -> None:
    lines = list(overview_lines(program))

    assert lines[0] == "Questions, in asking order"
    assert "  years: How old are you? (number)" in lines
    assert "  fever_days: For how many days? (number; when feverish)" in lines
    assert [line for line in lines if line.startswith("Rules: ")] == [
        f"Rules: {urgency.id}" for urgency in sorted(Urgency, reverse=True)
    ]
    assert "  stays_long: days is longer and signs >= 2" in lines
    assert "  drinks (comfort): Drink often, in small sips." in lines


def test_year_and_address_of_a_source(program: Program) -> None:
    protocol = program.protocol
    source = structs.replace(protocol.evidence[0], year="1999", address="https://example.org/a")
    dated = build_program(structs.replace(protocol, evidence=(source,)))

    lines = list(entry_lines(dated, (), "stays_long"))

    assert (
        "  evidence: A made-up textbook, Nobody (1999): not verified. Things for a test." in lines
    )
    assert "      https://example.org/a" in lines


def test_a_question_shows_every_source_that_it_rests_on() -> None:
    """Those of its rules too, which an interview only counts."""
    program = shipped()
    lines = entry_lines(program, (), "collapse")
    shown = " ".join(" ".join(lines).split())

    sources = sources_of(program, program.questions["collapse"])
    assert len(sources) > len(program.questions["collapse"].evidence)
    assert all(" ".join(source.says.split()) in shown for source in sources)
