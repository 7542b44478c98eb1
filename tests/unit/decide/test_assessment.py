"""Assessments of one small protocol, field by field."""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import replace

from backtriage.decide.advice import ModuleResult, Withheld
from backtriage.decide.assessment import (
    Assessment,
    Status,
    assess,
)
from backtriage.decide.contradictions import Contradiction
from backtriage.decide.evaluate import Evaluation, urgency_from
from backtriage.decide.kernel import F, T, U, truth_of
from backtriage.decide.reasons import (
    CERTAIN,
    MISSING,
    NOT_SURE,
    ComeBack,
    Reason,
    supporting_answers,
)
from backtriage.decide.receipt import receipt_of
from backtriage.program.program import Program, build_program
from backtriage.program.validate import plain_answers
from backtriage.program.words import Words
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
from tests.support.protocols import tiny

UNSURE = values.NOT_SURE
LIST = question("tick", values.SOME_OF, choices=choices("one", "two", "three"),
                if_skipped=Ticks(), none="None")  # fmt: skip

WELL: dict[str, Value] = {
    "years": Decimal(44),
    "airway": Ticks(),
    "days": "under_1_week",
    "feverish": False,
}


@pytest.fixture(scope="module")
def program() -> Program:
    return tiny()


def rule(program: Program, id_: str) -> Rule:
    """Return a rule by id."""
    return next(rule for rule in program.rules if rule.id == id_)


def assessed(program: Program, **changes: Value | None) -> Assessment:
    """Assess a well person with some answers changed, or removed with None."""
    sheet = {**WELL, **changes}
    return assess(program, Answers({id_: v for id_, v in sheet.items() if v is not None}))


def test_assessment_of_a_well_person(program: Program) -> None:
    (module,) = program.modules
    assessment = assess(program, Answers(WELL), country="GB", ref="A-17")
    assert assessment == Assessment(
        program=program,
        words=Words(program, "GB"),
        ref="A-17",
        checked=(),
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
        net=(),
        module_results=(
            ModuleResult(
                module=module,
                verdict=module.verdicts[0],
                why_not=None,
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
        advice_missing=(),
        answers=Answers(WELL),
        set_aside=Answers(),
        contradictions=(),
    )
    assert assessment.urgency is assessment.possible


def test_without_answers_the_worst_is_assumed(program: Program) -> None:
    """Undecided rules of the possible urgency are the reasons."""
    assessment = assess(program, Answers())
    assert (assessment.status, assessment.certain, assessment.possible) == (
        Status.INCOMPLETE,
        Urgency.SELF_CARE,
        Urgency.EMERGENCY,
    )
    assert [(r.rule.id, r.urgency, r.certainty) for r in assessment.reasons] == [
        ("cannot_breathe", Urgency.EMERGENCY, MISSING)
    ]
    assert assessment.missing == ("years", "airway", "days", "feverish", "fever_days")
    assert (assessment.advice, assessment.withheld, assessment.come_back) == ((), (), ())
    assert assessment.service == "hospital"


def test_child_is_out_of_scope(program: Program) -> None:
    """The urgency stays, but there is no advice and no module."""
    assessment = assessed(program, years=Decimal(3), feverish=True, fever_days=Decimal(4))
    assert (assessment.status, assessment.urgency) == (Status.OUT_OF_SCOPE, Urgency.SAME_DAY)
    assert (assessment.advice, assessment.withheld) == ((), ())
    assert [result.verdict for result in assessment.module_results] == [None]
    assert [reason.rule.id for reason in assessment.reasons] == ["fever_today", "child"]


def test_no_advice_while_the_scope_is_open(program: Program) -> None:
    assessment = assessed(program, years=None)
    assert (assessment.status, assessment.missing) == (Status.INCOMPLETE, ("years",))
    assert assessment.advice == ()
    assert assessed(program, years=Decimal(44)).advice == program.advice


def test_emergency_does_not_ask_about_the_scope(program: Program) -> None:
    assessment = assess(program, Answers({"airway": Ticks(frozenset({"breathing"}))}))
    assert (assessment.status, assessment.certain, assessment.missing) == (
        Status.COMPLETE,
        Urgency.EMERGENCY,
        (),
    )


def test_withheld_advice_names_the_answers_responsible(program: Program) -> None:
    """A doubt withholds it, too."""
    lozenges = program.advice[1]
    child = assessed(program, years=Decimal(11))
    assert child.withheld == (Withheld(advice=lozenges, because=Answers({"years": Decimal(11)})),)
    assert child.advice == (program.advice[0],)
    asked = replace(program.protocol, rules=program.rules[1:])
    doubt = assessed(build_program(asked), airway=Ticks(unsure=frozenset({"drooling"})))
    assert [withheld.because for withheld in doubt.withheld] == [
        Answers({"airway": Ticks(unsure=frozenset({"drooling"}))})
    ]


def test_first_verdict_that_may_be_true_counts(program: Program) -> None:
    verdicts = [
        assessed(program, years=years).module_results[0].verdict
        for years in (Decimal(18), Decimal(17), None)
    ]
    assert [verdict and verdict.id for verdict in verdicts] == ["may_try", "ask", None]
    missing = assessed(program, years=Decimal(17), feverish=None).missing
    assert missing == ("feverish", "fever_days")


def test_answer_to_a_question_not_asked_is_set_aside(program: Program) -> None:
    assessment = assessed(program, fever_days=Decimal(1))
    assert (assessment.set_aside, assessment.urgency, assessment.contradictions) == (
        Answers({"fever_days": Decimal(1)}),
        Urgency.SELF_CARE,
        (),
    )


def test_an_answer_that_is_set_aside_may_contradict_others(program: Program) -> None:
    """Nobody knows which of the two is wrong, so the urgency is the higher one."""
    assessment = assessed(program, fever_days=Decimal(30))
    against = Contradiction(
        question="fever_days", answer=Decimal(30), guard=Answers({"feverish": False})
    )
    assert assessment.contradictions == (against,)
    assert (assessment.status, assessment.certain, assessment.possible) == (
        Status.INCOMPLETE, Urgency.SAME_DAY, Urgency.SAME_DAY,
    )  # fmt: skip
    assert assessment.reasons[0].because == Answers({"fever_days": Decimal(30)})
    assert assessment.missing == ()


def test_an_answer_that_is_set_aside_may_withhold_advice(program: Program) -> None:
    """Nobody knows which of the two is wrong, so neither is reason enough to give it."""
    long_fever = Compare("fever_days", ">=", Decimal(10))
    advice = tuple(
        replace(each, show_up_to=Urgency.SAME_DAY, withhold_if=long_fever)
        for each in program.protocol.advice
    )
    careful = build_program(replace(program.protocol, advice=advice))

    contradicted = assessed(careful, fever_days=Decimal(30))
    consistent = assessed(careful)

    assert consistent.advice
    assert contradicted.advice == ()
    assert [each.advice for each in contradicted.withheld] == [*consistent.advice]
    assert contradicted.withheld[0].because == Answers({"fever_days": Decimal(30)})


def test_a_guard_that_is_perhaps_true_is_no_contradiction(program: Program) -> None:
    """The range spans both, and the guard is asked for."""
    assessment = assessed(program, fever_days=Decimal(30), feverish=None)
    assert assessment.contradictions == ()
    assert (assessment.certain, assessment.possible) == (Urgency.SELF_CARE, Urgency.SAME_DAY)
    assert assessment.missing == ("feverish",)


def test_every_doubt_that_counts_is_listed(program: Program) -> None:
    assessment = assessed(
        program,
        airway=Ticks(unsure=frozenset({"drooling", "breathing"})),
        days=UNSURE,
        feverish=False,
        fever_days=UNSURE,
    )
    assert assessment.not_sure == (("airway", "breathing"), ("airway", "drooling"), ("days", ""))
    assert [(r.rule.id, r.certainty) for r in assessment.reasons] == [("cannot_breathe", NOT_SURE)]


def test_service_of_a_rule_at_its_own_urgency(program: Program) -> None:
    fever = replace(rule(program, "fever_today"), service="hospital")
    stays = replace(rule(program, "stays_long"), service="home")
    rules = (fever, stays, *program.rules[3:])
    changed = build_program(replace(program.protocol, rules=rules))
    assert assessed(changed, feverish=True, fever_days=Decimal(3)).service == "hospital"
    assert assessed(changed, feverish=UNSURE, fever_days=Decimal(3)).service == "hospital"
    assert assessed(changed, feverish=True, fever_days=UNSURE).service == "clinic"


@pytest.mark.parametrize(
    ("truth", "outcome"),
    [(F, None), (U, Urgency.SOON), (T, Urgency.SAME_DAY)],
)
def test_urgency_from_a_truth_value(program: Program, truth: int, outcome: Urgency | None) -> None:
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
def test_truth_of_an_atom(atom: Atom, value: Value, truth: int) -> None:
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
def test_supporting_answers(when: Condition, marks: str, because: str) -> None:
    read: dict[str, Value] = {"y": True, "n": False, "?": UNSURE}
    given = {id_: read[mark] for id_, mark in zip("abc", marks, strict=True) if mark != "-"}
    program = emergency_program(*(question(id_) for id_ in "abc"), when=when)
    evaluation = Evaluation(program, Answers(given))
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
def test_list_items_supporting_a_score(value: Ticks, because: Ticks) -> None:
    score = Score(id="sum", points=points("tick", one=1, two=1))
    program = emergency_program(LIST, when=Scores("sum", 1), scores=(score,))
    (reason,) = assess(program, Answers({"tick": value})).reasons
    assert reason.because == Answers({"tick": because})


def test_if_skipped_does_not_support_a_score() -> None:
    two = Ticks(frozenset({"two"}))
    asked = replace(LIST, ask_when=Yes("gate"), if_skipped=two)
    score = Score(id="sum", points=points("tick", one=1, two=1))
    program = emergency_program(question("gate"), asked, when=Scores("sum", 1), scores=(score,))
    (reason,) = assess(program, Answers({"tick": Ticks()})).reasons
    assert (reason.certainty, reason.because) == (MISSING, Answers())


def test_answers_supporting_a_score() -> None:
    score = Score(
        id="sum",
        points=(
            Points(question="a", answer="yes", points=1),
            Points(question="b", answer="yes", points=1),
            Points(question="c", answer="yes", points=1),
        ),
    )
    program = emergency_program(
        *(question(id_) for id_ in "abc"), when=Scores("sum", 1), scores=(score,)
    )
    assessment = assess(program, Answers({"a": True, "b": False}))
    assert assessment.reasons[0].because == Answers({"a": True})
    assert assessment.missing == ()


def test_missing_questions_are_listed_once() -> None:
    when = All((Any((Fact("ill"), B)), Any((Fact("ill"), C))))
    program = emergency_program(
        *(question(i) for i in "abc"), when=when, facts=(NamedFact(id="ill", when=A),)
    )
    assert assess(program, Answers()).missing == ("a", "b", "c")


def test_plain_answers_are_canonical(program: Program) -> None:
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


def test_receipt_depends_on_answers_and_result(program: Program) -> None:
    """Not on the country, the reference or the order of answers."""
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
