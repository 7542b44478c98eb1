"""One small protocol, decided: every field of the result, and what is still open."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, Finding, Status, Withheld, assess
from backtriage.decide.evaluate import Evaluation, F, T, U, truth_of
from backtriage.decide.reasons import (
    CERTAIN,
    MISSING,
    NOT_SURE,
    Reason,
    supporting_answers,
    urgency_from,
)
from backtriage.decide.receipt import plain_answers, receipt_of
from backtriage.decide.safety_net import ComeBack
from backtriage.program.program import Program, build_program
from backtriage.program.words import Words
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.protocol import NamedFact, Points, Rule, Score
from backtriage.terms import value as values
from backtriage.terms.answers import Answers
from backtriage.terms.condition import (
    All,
    Any,
    AtLeast,
    Atom,
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
from backtriage.terms.value import Ticks, Value
from tests.support.builders import choices, emergency_program, points, question

UNSURE = values.NOT_SURE
LIST = question("tick", values.SOME_OF, choices=choices("one", "two", "three"),
                if_skipped=Ticks(), none="None")  # fmt: skip
TINY = Path(__file__).parents[2] / "data" / "protocols" / "sore_throat" / "protocol.yaml"

WELL: dict[str, Value] = {
    "years": Decimal(44),
    "airway": Ticks(),
    "days": "under_1_week",
    "feverish": False,
}


@pytest.fixture(scope="module")
def program() -> Program:
    """A small protocol, ready to run."""
    source, _ = parse_protocol({"protocol.yaml": TINY.read_text(encoding="utf-8")})
    assert source is not None
    return build_program(source.protocol)


def rule(program: Program, id_: str) -> Rule:
    """A rule by its id."""
    return next(rule for rule in program.rules if rule.id == id_)


def decided(program: Program, **changes: Value | None) -> Assessment:
    """The assessment of somebody well but for some answers; None takes an answer away."""
    sheet = {**WELL, **changes}
    return assess(program, Answers({id_: v for id_, v in sheet.items() if v is not None}))


def test_a_whole_assessment(program: Program) -> None:
    """Somebody well: self-care, with a safety net, advice and a verdict."""
    (module,) = program.modules
    found = assess(program, Answers(WELL), country="GB", ref="A-17")
    assert found == Assessment(
        program=program,
        words=Words(program, "GB"),
        ref="A-17",
        status=Status.COMPLETE,
        certain=Urgency.SELF_CARE,
        possible=Urgency.SELF_CARE,
        level=program.levels[Urgency.SELF_CARE],
        service="home",
        reasons=(
            Reason(
                rule=rule(program, "home"),
                urgency=Urgency.SELF_CARE,
                certainty=CERTAIN,
                because=Answers(),
            ),
        ),
        come_back=(
            ComeBack(rule=rule(program, "cannot_breathe"), urgency=Urgency.EMERGENCY),
            ComeBack(rule=rule(program, "fever_today"), urgency=Urgency.SAME_DAY),
            ComeBack(rule=rule(program, "stays_long"), urgency=Urgency.ROUTINE),
        ),
        findings=(
            Finding(
                module=module,
                verdict=module.verdicts[0],
                counts={"signs": 0},
                because=Answers({"years": Decimal(44)}),
            ),
        ),
        advice=program.advice,
        withheld=(),
        undecided=(),
        not_sure=(),
        notes=(),
        missing=(),
        answers=Answers(WELL),
        set_aside=Answers(),
    )
    assert found.urgency is found.possible


def test_an_empty_sheet_acts_on_the_worst(program: Program) -> None:
    """Nothing is certain, everything is open, and the open rules of the worst are the reasons."""
    found = assess(program, Answers())
    assert (found.status, found.certain, found.possible) == (
        Status.INCOMPLETE,
        Urgency.SELF_CARE,
        Urgency.EMERGENCY,
    )
    assert [(r.rule.id, r.urgency, r.certainty) for r in found.reasons] == [
        ("cannot_breathe", Urgency.EMERGENCY, MISSING)
    ]
    assert found.missing == ("years", "airway", "days", "feverish", "fever_days")
    assert (found.advice, found.withheld, found.come_back) == ((), (), ())
    assert found.service == "hospital"


def test_a_child_is_out_of_scope(program: Program) -> None:
    """The status says so, the urgency is kept, and neither advice nor module is shown."""
    found = decided(program, years=Decimal(3), feverish=True, fever_days=Decimal(4))
    assert (found.status, found.urgency) == (Status.OUT_OF_SCOPE, Urgency.SAME_DAY)
    assert (found.advice, found.withheld) == ((), ())
    assert [finding.verdict for finding in found.findings] == [None]
    assert [reason.rule.id for reason in found.reasons] == ["fever_today", "child"]


def test_while_the_scope_is_open_no_advice_is_given(program: Program) -> None:
    """An age that is missing may be a child's: its question is open, and advice waits."""
    found = decided(program, years=None)
    assert (found.status, found.missing) == (Status.INCOMPLETE, ("years",))
    assert found.advice == ()
    assert decided(program, years=Decimal(44)).advice == program.advice


def test_a_certain_emergency_asks_nothing_about_the_scope(program: Program) -> None:
    """The scope matters below an emergency."""
    found = assess(program, Answers({"airway": Ticks(frozenset({"breathing"}))}))
    assert (found.status, found.certain, found.missing) == (
        Status.COMPLETE,
        Urgency.EMERGENCY,
        (),
    )


def test_advice_is_withheld_with_the_answers_that_hold_it(program: Program) -> None:
    """Being under 12 holds the lozenges back, and so does a doubt about drooling."""
    lozenges = program.advice[1]
    child = decided(program, years=Decimal(11))
    assert child.withheld == (Withheld(advice=lozenges, because=Answers({"years": Decimal(11)})),)
    assert child.advice == (program.advice[0],)
    asked = replace(program.protocol, rules=program.rules[1:])
    doubt = decided(build_program(asked), airway=Ticks(unsure=frozenset({"drooling"})))
    assert [one.because for one in doubt.withheld] == [
        Answers({"airway": Ticks(unsure=frozenset({"drooling"}))})
    ]


def test_the_first_verdict_that_may_hold_is_found(program: Program) -> None:
    """Whoever is under 18 is told to ask; while the age is missing the first may hold."""
    verdicts = [
        decided(program, years=years).findings[0].verdict
        for years in (Decimal(18), Decimal(17), None)
    ]
    assert [verdict and verdict.id for verdict in verdicts] == ["may_try", "ask", "may_try"]
    assert decided(program, years=Decimal(17), feverish=None).missing == ("feverish", "fever_days")


def test_an_answer_to_a_question_not_asked_is_set_aside(program: Program) -> None:
    """No fever, so for how many days does not count."""
    found = decided(program, fever_days=Decimal(30))
    assert (found.set_aside, found.urgency) == (
        Answers({"fever_days": Decimal(30)}),
        Urgency.SELF_CARE,
    )


def test_every_doubt_that_counts_is_listed(program: Program) -> None:
    """Whole questions and single items, in asking order."""
    found = decided(
        program,
        airway=Ticks(unsure=frozenset({"drooling", "breathing"})),
        days=UNSURE,
        feverish=False,
        fever_days=UNSURE,
    )
    assert found.not_sure == (("airway", "breathing"), ("airway", "drooling"), ("days", ""))
    assert [(r.rule.id, r.certainty) for r in found.reasons] == [("cannot_breathe", NOT_SURE)]


def test_the_service_is_that_of_a_rule_at_its_own_urgency(program: Program) -> None:
    """The first rule in protocol order that gives its own urgency and names a service."""
    fever = replace(rule(program, "fever_today"), service="hospital")
    stays = replace(rule(program, "stays_long"), service="home")
    rules = (fever, stays, *program.rules[3:])
    one = build_program(replace(program.protocol, rules=rules))
    assert decided(one, feverish=True, fever_days=Decimal(3)).service == "hospital"
    assert decided(one, feverish=UNSURE, fever_days=Decimal(3)).service == "hospital"
    assert decided(one, feverish=True, fever_days=UNSURE).service == "clinic"


@pytest.mark.parametrize(
    ("truth", "outcome"),
    [(F, None), (U, Urgency.SOON), (T, Urgency.SAME_DAY)],
)
def test_what_a_rule_gives(program: Program, truth: int, outcome: Urgency | None) -> None:
    """Its urgency when it holds, `if_unsure` for a doubt, else nothing."""
    assert urgency_from(rule(program, "fever_today"), truth) == outcome


TICKED = Ticks(frozenset({"a"}), frozenset({"b"}))


@pytest.mark.parametrize(
    ("atom", "value", "truth"),
    [
        (Yes("q"), True, T),
        (Yes("q"), False, F),
        (Yes("q"), UNSURE, U),
        (Is("q", ("a", "b")), "b", T),
        (Is("q", ("a", "b")), "c", F),
        (Is("q", ("a",)), UNSURE, U),
        (Includes("q", "a"), TICKED, T),
        (Includes("q", "b"), TICKED, U),
        (Includes("q", "c"), TICKED, F),
        (Compare("q", "<", Decimal(5)), Decimal(4), T),
        (Compare("q", "<", Decimal(5)), Decimal(5), F),
        (Compare("q", "<=", Decimal(5)), Decimal(5), T),
        (Compare("q", ">", Decimal(5)), Decimal(5), F),
        (Compare("q", ">=", Decimal("2.5")), Decimal("2.50"), T),
        (Compare("q", ">=", Decimal(5)), UNSURE, U),
    ],
)
def test_what_an_answer_makes_of_an_atom(atom: Atom, value: Value, truth: int) -> None:
    """No, not sure or yes."""
    assert truth_of(atom, value) == truth


A, B, C = Yes("a"), Yes("b"), Yes("c")


@pytest.mark.parametrize(
    ("when", "marks", "because"),
    [
        # true: all of an `and`, the true parts of an `or` or a count
        (All((A, B)), "yy-", "ab"),
        (Any((A, B, C)), "yny", "ac"),
        (Any((A, B, C)), "y?n", "a"),
        (AtLeast(2, (A, B, C)), "yny", "ac"),
        (AtLeast(2, (A, B, C)), "yy?", "ab"),
        (Not(A), "n--", "a"),
        (Not(Any((A, B))), "nn-", "ab"),
        (Not(All((A, B))), "yn-", "b"),
        (Not(AtLeast(2, (A, B, C))), "nyn", "ac"),
        (All((A, Any((B, C)))), "yny", "ac"),
        (Not(Not(A)), "y--", "a"),
        # not sure: the undecided and the true parts
        (All((A, B)), "y?-", "ab"),
        (Any((A, B)), "n?-", "b"),
        (AtLeast(2, (A, B, C)), "y?n", "ab"),
        (Not(Any((A, B))), "n?-", "ab"),
        (Not(All((A, B))), "y?-", "b"),
        (Not(AtLeast(2, (A, B, C))), "y?n", "bc"),
        (Not(A), "?--", "a"),
    ],
)
def test_which_answers_carry(when: Condition, marks: str, because: str) -> None:
    """Exactly those of the atoms that carry the value; `not` is read beside the atoms."""
    read: dict[str, Value] = {"y": True, "n": False, "?": UNSURE}
    given = {id_: read[mark] for id_, mark in zip("abc", marks, strict=True) if mark != "-"}
    one = emergency_program(*(question(id_) for id_ in "abc"), when=when)
    evaluation = Evaluation(one, Answers(given))
    assert {*supporting_answers(evaluation, when, end=0)} == {*because}


@pytest.mark.parametrize(
    ("value", "because"),
    [
        (Ticks(frozenset({"one", "three"})), Ticks(frozenset({"one"}))),
        (
            Ticks(frozenset({"one"}), frozenset({"two"})),
            Ticks(frozenset({"one"}), frozenset({"two"})),
        ),
    ],
)
def test_of_a_list_only_the_items_that_add_points_carry_a_score(
    value: Ticks, because: Ticks
) -> None:
    """Items without points, and items that are not ticked, do not."""
    score = Score(id="sum", points=points("tick", one=1, two=1))
    one = emergency_program(LIST, when=Scores("sum", 1), scores=(score,))
    (reason,) = assess(one, Answers({"tick": value})).reasons
    assert reason.because == Answers({"tick": because})


def test_what_an_unasked_list_would_add_is_no_answer() -> None:
    """While a list is perhaps asked, the points it would have unasked are nobody's answer."""
    two = Ticks(frozenset({"two"}))
    asked = replace(LIST, ask_when=Yes("gate"), if_skipped=two)
    score = Score(id="sum", points=points("tick", one=1, two=1))
    one = emergency_program(question("gate"), asked, when=Scores("sum", 1), scores=(score,))
    (reason,) = assess(one, Answers({"tick": Ticks()})).reasons
    assert (reason.certainty, reason.because) == (MISSING, Answers())


def test_answers_that_add_points_carry_a_score() -> None:
    """Whole answers of other kinds; answers that add nothing, and no answers, do not."""
    score = Score(
        id="sum",
        points=(
            Points(question="a", answer="yes", points=1),
            Points(question="b", answer="yes", points=1),
            Points(question="c", answer="yes", points=1),
        ),
    )
    one = emergency_program(
        *(question(id_) for id_ in "abc"), when=Scores("sum", 1), scores=(score,)
    )
    found = assess(one, Answers({"a": True, "b": False}))
    assert found.reasons[0].because == Answers({"a": True})
    assert found.missing == ()


def test_a_fact_that_is_said_twice_opens_its_questions_once() -> None:
    """What is open is a set, in asking order."""
    when = All((Any((Fact("ill"), B)), Any((Fact("ill"), C))))
    one = emergency_program(
        *(question(i) for i in "abc"), when=when, facts=(NamedFact(id="ill", when=A),)
    )
    assert assess(one, Answers()).missing == ("a", "b", "c")


def test_answers_are_written_canonically(program: Program) -> None:
    """Asking order, items in protocol order, whole numbers without a point."""
    sheet = Answers(
        {
            "fever_days": Decimal("2.0"),
            "feverish": UNSURE,
            "days": "longer",
            "airway": Ticks(frozenset({"drooling"}), frozenset({"breathing"})),
            "years": Decimal("6E+1"),
        }
    )
    assert list(plain_answers(program, sheet).items()) == [
        ("years", 60),
        ("airway", ["breathing?", "drooling"]),
        ("days", "longer"),
        ("feverish", "not_sure"),
        ("fever_days", 2),
    ]
    half = build_program(
        replace(
            program.protocol,
            questions=(
                replace(program.protocol.questions[0], step="0.5"),
                *program.protocol.questions[1:],
            ),
        )
    )
    assert plain_answers(half, Answers({"years": Decimal("2.5")})) == {"years": 2.5}


def test_a_receipt_is_about_the_decision_alone(program: Program) -> None:
    """Country, reference and order of answers change nothing; every answer does, set aside too."""
    sheet = Answers(WELL)
    receipt = receipt_of(assess(program, sheet))
    assert receipt == receipt_of(assess(program, sheet, country="GB", ref="A-17"))
    assert receipt == receipt_of(
        assess(program, Answers({id_: WELL[id_] for id_ in reversed(WELL)}))
    )
    assert receipt.startswith("sha256:")
    others = {
        receipt_of(assess(program, sheet.with_("fever_days", Decimal(3)))),
        receipt_of(assess(program, sheet.with_("years", Decimal(45)))),
        receipt_of(assess(build_program(replace(program.protocol, about="Else.")), sheet)),
    }
    assert len(others | {receipt}) == 4
