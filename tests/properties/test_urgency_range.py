"""Laws of the range: what a sheet comes to, whole or in part.

Each is tried on every sheet of random small protocols, against an oracle of its own.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import Assessment, Status, assess, urgency_range
from backtriage.decide.evaluate import Evaluation
from backtriage.decide.reasons import CERTAIN, NOT_SURE
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.condition import Always, Condition
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.strategies import answers_to, completions, partial_sheets, programs


def conditions_of(program: Program) -> list[Condition]:
    """Every condition of a program."""
    p = program.protocol
    found = [q.ask_when for q in p.questions] + [fact.when for fact in p.facts]
    found += [rule.when for rule in p.rules] + [advice.when for advice in p.advice]
    found += [advice.withhold_if for advice in p.advice if advice.withhold_if is not None]
    return found + [verdict.when for module in p.modules for verdict in module.verdicts]


def outcome_of(found: Assessment) -> oracle.Outcome:
    """An assessment in the oracle's words. The rule for everybody counts always."""
    return oracle.Outcome(
        urgency=found.urgency,
        out_of_scope=found.status is Status.OUT_OF_SCOPE,
        fired=tuple((r.rule.id, r.urgency, r.certainty) for r in found.reasons),
        given=tuple(advice.id for advice in found.advice),
        verdicts=tuple(f.verdict.id if f.verdict else None for f in found.findings),
    )


def expected_outcome(program: Program, sheet: Answers) -> oracle.Outcome:
    """What the oracle says, with reasons in the order of an assessment."""
    told = oracle.outcome(program, sheet)
    everybody = {rule.id for rule in program.rules if isinstance(rule.when, Always)}
    others = [one for one in told.fired if one[0] not in everybody]
    fired = sorted(others or told.fired, key=lambda one: -one[1])
    return oracle.Outcome(told.urgency, told.out_of_scope, tuple(fired), told.given, told.verdicts)


@given(program=programs())
def test_every_complete_sheet_comes_to_what_the_language_says(program: Program) -> None:
    """Urgency, scope, reasons, advice and verdicts of every complete sheet equal the oracle's."""
    for sheet in completions(program, Answers()):
        found = assess(program, sheet)
        assert outcome_of(found) == expected_outcome(program, sheet)
        assert found.certain == found.possible
        assert {r.certainty for r in found.reasons} <= {CERTAIN, NOT_SURE}


@given(data=st.data(), program=programs())
def test_every_condition_is_the_pair_the_language_says(
    data: st.DataObject, program: Program
) -> None:
    """On partial sheets every condition has exactly the oracle's pair, no wider."""
    for _ in range(20):
        sheet = data.draw(partial_sheets(program))
        evaluation = Evaluation(program, sheet)
        for condition in conditions_of(program):
            assert evaluation.interval(condition) == oracle.interval(program, sheet, condition)
        assert urgency_range(evaluation) == oracle.urgency_range(program, sheet)


@given(data=st.data(), program=programs())
def test_every_completion_lies_in_the_range(data: st.DataObject, program: Program) -> None:
    """However the missing answers turn out, the urgency is in the range, and so is each pair."""
    sheet = data.draw(partial_sheets(program))
    evaluation = Evaluation(program, sheet)
    certain, possible = urgency_range(evaluation)
    conditions = [(one, *evaluation.interval(one)) for one in conditions_of(program)]
    for complete in completions(program, sheet):
        assert certain <= oracle.outcome(program, complete).urgency <= possible
        for condition, lo, hi in conditions:
            assert lo <= oracle.truth(program, complete, condition) <= hi


@given(data=st.data(), program=programs())
def test_answering_never_widens_the_range(data: st.DataObject, program: Program) -> None:
    """One more answer, whichever it is, leaves every pair and the range as wide or narrower."""
    sheet = data.draw(partial_sheets(program))
    before = Evaluation(program, sheet)
    certain, possible = urgency_range(before)
    for question in program.protocol.questions:
        if question.id in sheet:
            continue
        after = Evaluation(program, sheet.with_(question.id, data.draw(answers_to(question))))
        low, high = urgency_range(after)
        assert certain <= low <= high <= possible
        for condition in conditions_of(program):
            (lo, hi), (lo_after, hi_after) = before.interval(condition), after.interval(condition)
            assert lo <= lo_after <= hi_after <= hi


@given(data=st.data(), program=programs())
def test_the_order_of_answers_is_irrelevant(data: st.DataObject, program: Program) -> None:
    """Equal answers given in any order are equal and come to the same assessment."""
    sheet = data.draw(partial_sheets(program))
    ids = data.draw(st.permutations(list(sheet)))
    other = Answers({id_: sheet[id_] for id_ in ids})
    assert other == sheet
    assert hash(other) == hash(sheet)
    assert assess(program, other) == assess(program, sheet)


@given(data=st.data(), program=programs())
def test_an_answer_set_aside_never_counts(data: st.DataObject, program: Program) -> None:
    """A stored answer to a question that is not asked changes nothing, whatever it is."""
    sheet = data.draw(partial_sheets(program))
    found = assess(program, sheet)
    assert {**found.answers, **found.set_aside} == dict(sheet)
    for id_ in found.set_aside:
        question = program.questions[id_]
        assert oracle.interval(program, sheet, question.ask_when)[1] == oracle.NO
        for other in (sheet.without(id_), sheet.with_(id_, data.draw(answers_to(question)))):
            changed = assess(program, other)
            assert outcome_of(changed) == outcome_of(found)
            assert (changed.certain, changed.missing) == (found.certain, found.missing)


@given(data=st.data(), program=programs())
def test_incomplete_means_that_the_range_is_open(data: st.DataObject, program: Program) -> None:
    """A sheet is incomplete when certain is below possible, and then something is missing."""
    found = assess(program, data.draw(partial_sheets(program)))
    assert found.urgency == found.possible >= found.certain >= Urgency.SELF_CARE
    if found.certain < found.possible:
        assert found.status is not Status.COMPLETE
        assert found.missing
    else:
        assert found.status is not Status.INCOMPLETE
