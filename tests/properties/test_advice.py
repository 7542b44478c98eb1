"""Advice and the safety net: what a partial sheet gets stays true."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from backtriage.decide.assessment import assess
from backtriage.program.program import Program
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency
from tests.support import oracle
from tests.support.strategies import complete_sheets, completions, partial_sheets, programs


@given(data=st.data(), program=programs())
def test_advice_on_a_partial_sheet_holds_for_every_completion(
    data: st.DataObject, program: Program
) -> None:
    sheet = data.draw(partial_sheets(program))
    given_now = {advice.id for advice in assess(program, sheet).advice}
    for complete in completions(program, sheet):
        assert given_now <= {*oracle.outcome(program, complete).given}


@given(data=st.data(), program=programs())
def test_advice_is_given_or_withheld_but_not_both(data: st.DataObject, program: Program) -> None:
    """Withheld advice is advice that applies and is shown at this urgency, but is not given."""
    sheet = data.draw(partial_sheets(program))
    assessment = assess(program, sheet)
    withheld = [entry.advice for entry in assessment.withheld]
    assert not {*assessment.advice} & {*withheld}
    for advice in withheld:
        assert oracle.interval(program, sheet, advice.when)[0] == oracle.YES
        assert advice.withhold_if is not None
        is_unsafe = oracle.interval(program, sheet, advice.withhold_if)[1] != oracle.NO
        assert is_unsafe or assessment.contradictions
        assert assessment.urgency <= advice.show_up_to


@given(data=st.data(), program=programs())
def test_the_cautious_verdict_comes_first(data: st.DataObject, program: Program) -> None:
    """No completion of a partial sheet leads to a more cautious verdict than the one shown."""
    sheet = data.draw(partial_sheets(program))
    assessment = assess(program, sheet)
    for complete in completions(program, sheet):
        verdicts = oracle.outcome(program, complete).verdicts
        for result, verdict in zip(assessment.module_results, verdicts, strict=True):
            if result.verdict is not None and verdict is not None:
                order = [each.id for each in result.module.verdicts]
                assert order.index(result.verdict.id) <= order.index(verdict)


@given(data=st.data(), program=programs())
def test_the_safety_net_is_complete(data: st.DataObject, program: Program) -> None:
    """Whichever answers change, a rule that then raises the urgency is listed."""
    sheet = data.draw(complete_sheets(program))
    now = assess(program, sheet)
    listed = {entry.rule.id: entry.urgency for entry in now.come_back}
    lasting = {id_: v for id_, v in sheet.items() if not program.questions[id_].can_change}
    for later in completions(program, Answers(lasting)):
        for rule, urgency, _ in oracle.outcome(program, later).fired:
            assert urgency <= now.urgency or urgency <= listed[rule]


@given(data=st.data(), program=programs())
def test_the_lines_of_the_safety_net_match_the_oracle(
    data: st.DataObject, program: Program
) -> None:
    """A line is shown if and only if one of its rules may come, and it may be for this person."""
    sheet = data.draw(partial_sheets(program))
    now = assess(program, sheet)
    lines = {line.group.id: {rule.id for rule in line.rules} for line in now.net}
    assert lines == oracle.lines(program, sheet)
    assert {entry.rule.id: entry.urgency for entry in now.come_back} == oracle.listed(
        program, sheet
    )
    for entry in now.come_back:
        shown = [id_ for id_, rules in lines.items() if entry.rule.id in rules]
        assert entry.line == (shown[0] if shown else "")
    personal = [line.group.personal_when is not None for line in now.net]
    assert personal == sorted(personal, reverse=True)


@given(data=st.data(), program=programs())
def test_the_safety_net_lists_higher_urgencies_in_descending_order(
    data: st.DataObject, program: Program
) -> None:
    now = assess(program, data.draw(partial_sheets(program)))
    urgencies = [entry.urgency for entry in now.come_back]
    assert urgencies == sorted(urgencies, reverse=True)
    assert all(urgency > now.urgency for urgency in urgencies)
    assert not (now.urgency is Urgency.EMERGENCY and now.come_back)
