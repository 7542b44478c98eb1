"""What a test at home has cleared, and where it clears nothing."""

from __future__ import annotations

from collections.abc import Collection

from backtriage.decide.evaluate import Evaluation
from backtriage.decide.open_questions import open_questions_in
from backtriage.decide.outcome import surely_out_of_scope
from backtriage.program.doubts import doubts
from backtriage.program.program import Program
from backtriage.terms.answers import Answers


def doubted_again(program: Program, answers: Answers, checked: Collection[str]) -> Answers:
    """Return the answers as they count, with a doubt again wherever its test clears nothing.

    Whom the answers are about may be said, or changed, only after the test.
    """
    cleared = [
        doubt
        for doubt in (doubts(program) if checked else ())
        if doubt.name in checked
        and doubt.confirm.clears
        and doubt.is_denied_in(answers.value(doubt.question.id))
    ]
    fitting = fitting_questions(program, answers) if cleared else frozenset()
    for doubt in cleared:
        if doubt.question.id not in fitting:
            answers = doubt.again(answers)
    return answers


def fitting_questions(program: Program, answers: Answers) -> frozenset[str]:
    """Return the questions that fit the person, as far as can be known when they are asked.

    A test at home clears nothing about somebody whom the questions do not fit, for example one
    who cannot be asked: there are none out of scope, nor behind a question that may still say so.
    """
    evaluation = Evaluation(program, answers)
    if surely_out_of_scope(evaluation):
        return frozenset()
    open_ = (
        program.order[question]
        for rule in program.rules
        if rule.out_of_scope
        for question in open_questions_in(evaluation, rule.when)
    )
    first = min(open_, default=len(program.order))
    return frozenset(question for question, at in program.order.items() if at < first)
