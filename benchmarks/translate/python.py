"""Python, in the style in which a careful programmer would write the rules by hand.

    python -m benchmarks.translate.python

writes the modules in `benchmarks/by_hand/` that know the rules.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import Final

from backtriage.program.program import Program
from backtriage.protocol.dependencies import FACTS, QUESTIONS, SCORES, dependencies
from backtriage.protocol.protocol import Question
from backtriage.terms import condition as ast
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks, number_text
from benchmarks.formula import scored
from benchmarks.rules import ROOT, shipped_program

FOLDER: Final = ROOT / "benchmarks" / "by_hand"

READING: Final = "from benchmarks.by_hand.reading import Reading"
ITERATOR: Final = "from collections.abc import Iterator"

READERS: Final = {
    NUMBER: "sheet[{0!r}]",
    YES_NO: "yes(sheet.get({0!r}, False), doubt=doubt)",
    ONE_OF: "choice(sheet.get({0!r}, ''), doubt=doubt)",
    SOME_OF: "ticks(sheet.get({0!r}, []), doubt=doubt)",
}
"""How an answer of each kind is read, which is missing if its question is not asked."""


# -- conditions -----------------------------------------------------------------------------


def expression(condition: ast.Condition, p: str = "p", q: str = "q") -> str:  # noqa: C901, PLR0911 - one case for each node
    """Return a condition over the reading `p`, whose opposite is `q`."""
    match condition:
        case ast.Always():
            return "True"
        case ast.Yes(question):
            return f"{p}.{question}"
        case ast.Is(question, choices):
            return " or ".join(f"{choice!r} in {p}.{question}" for choice in choices)
        case ast.Includes(question, item):
            return f"{item!r} in {p}.{question}"
        case ast.Compare(question, sign, bound):
            return f"{p}.{question} {sign} {number_text(bound)}"
        case ast.Fact(fact):
            return f"{fact}({p}, {q})"
        case ast.Scores(score, least):
            return f"{score}({p}, {q}) >= {least}"
        case ast.Not(of):
            return negation(of, p, q)
        case ast.All(parts):
            return " and ".join(operand(part, p, q) for part in parts)
        case ast.Any(parts):
            return " or ".join(operand(part, p, q) for part in parts)
        case ast.AtLeast(least, parts):
            return f"sum(({', '.join(expression(part, p, q) for part in parts)})) >= {least}"


def negation(condition: ast.Condition, p: str = "p", q: str = "q") -> str:
    """Return the negation of a condition over the reading `p`, which asks the opposite one."""
    text = expression(condition, q, p)
    if isinstance(condition, ast.Includes) or (
        isinstance(condition, ast.Is) and len(condition.choices) == 1
    ):
        return text.replace(" in ", " not in ", 1)
    return f"not {text}" if isinstance(condition, ast.Yes | ast.Fact) else f"not ({text})"


def operand(condition: ast.Condition, p: str, q: str) -> str:
    """Return a part of an `and` or `or`, in brackets if it is one itself."""
    text = expression(condition, p, q)
    is_or = isinstance(condition, ast.Is) and len(condition.choices) > 1
    return f"({text})" if is_or or isinstance(condition, ast.All | ast.Any) else text


# -- modules --------------------------------------------------------------------------------


def modules(program: Program) -> dict[str, str]:
    """Return the source of each module by its name, before it is formatted."""
    guard_of = {question.id: question.ask_when for question in program.protocol.questions}
    used = {
        name
        for rule in program.rules
        for name in dependencies(rule.when, program.facts, program.scores, guard_of)
    }
    questions = [q for q in program.protocol.questions if (QUESTIONS, q.id) in used]
    facts = [id_ for id_ in program.facts if (FACTS, id_) in used]
    scores = [id_ for id_ in program.scores if (SCORES, id_) in used]
    named = f"from benchmarks.by_hand.facts import {', '.join([*facts, *scores])}"
    later = (Urgency.SOON, Urgency.ROUTINE, Urgency.SELF_CARE)
    return {
        "reading": _module(
            "One of the two ways to read a sheet.",
            ["from benchmarks.by_hand.doubt import Sheet, choice, ticks, yes"],
            reading(questions),
        ),
        "guards": _module("Which questions are asked.", [READING, named], guards(questions)),
        "facts": _module(
            "Conditions that several rules share.",
            [READING],
            *(fact(id_, program.facts[id_]) for id_ in facts),
            *(score(id_, program) for id_ in scores),
        ),
        "emergency": _module(
            "The rules that lead to an emergency.",
            [ITERATOR, READING, named],
            rules(program, "emergency", Urgency.EMERGENCY),
        ),
        "same_day": _module(
            "The rules that lead to help on the same day.",
            [ITERATOR, READING, named],
            rules(program, "same_day", Urgency.SAME_DAY),
        ),
        "later": _module(
            "The rules that lead to less than that.",
            [ITERATOR, READING, named],
            rules(program, "later", *later),
        ),
    }


def _module(title: str, imports: Iterable[str], *blocks: Iterable[str]) -> str:
    future = "from __future__ import annotations"
    return "\n".join([f'"""{title}"""', future, *imports, *chain(*blocks), ""])


def reading(questions: Iterable[Question]) -> Iterator[str]:
    """Yield the class that reads the answers of a sheet."""
    yield "class Reading:"
    yield '    """The answers as they count in one reading."""'
    yield "    def __init__(self, sheet: Sheet, *, doubt: bool) -> None:"
    yield '        """Read each answer; `doubt` is what "not sure" counts as."""'
    for question in questions:
        if question.kind == NUMBER and question.allows_not_sure:
            raise NotImplementedError(f"a rule depends on {question.id}, which may be in doubt")
        yield f"        self.{question.id} = {READERS[question.kind].format(question.id)}"


def guards(questions: Iterable[Question]) -> Iterator[str]:
    """Yield the function that replaces answers to questions that are not asked."""
    yield "def set_aside(surely: Reading, maybe: Reading) -> None:"
    yield '    """Give questions that are not asked the answers that they then have."""'
    for question in questions:
        if not isinstance(question.ask_when, ast.Always):
            yield f"    if {negation(question.ask_when, 'surely', 'maybe')}:"
            yield f"        surely.{question.id} = maybe.{question.id} = {unread(question)}"


def unread(question: Question) -> str:
    """Return what is read instead of the answer to a question that is not asked."""
    match question.if_skipped:
        case Ticks(yes=yes):
            return repr(sorted(yes))
        case str(choice):
            return repr((choice,))
        case number_or_bool:
            return str(number_or_bool)


def fact(name: str, condition: ast.Condition) -> Iterator[str]:
    """Yield the function for a fact."""
    yield f"def {name}(p: Reading, q: Reading) -> bool:"
    yield f"    return {expression(condition)}"


def score(name: str, program: Program) -> Iterator[str]:
    """Yield the function for a score."""
    parts = (
        f"({expression(condition)}) * {points}" if points > 1 else expression(condition)
        for points, condition in scored(program, name)
    )
    yield f"def {name}(p: Reading, q: Reading) -> int:"
    yield f"    return sum(({', '.join(parts)}))"


def rules(program: Program, name: str, *urgencies: Urgency) -> Iterator[str]:
    """Yield the function for the rules of some urgencies."""
    yield f"def {name}(p: Reading, q: Reading) -> Iterator[str]:"
    for rule in program.rules:
        if rule.urgency in urgencies and isinstance(rule.when, ast.Always):
            yield f"    yield {rule.id!r}"
        elif rule.urgency in urgencies:
            yield f"    if {expression(rule.when)}:"
            yield f"        yield {rule.id!r}"


def main() -> None:
    """Write the modules, without imports that they do not need, and format them."""
    for name, source in modules(shipped_program()).items():
        (FOLDER / f"{name}.py").write_text(source, encoding="utf-8")
    ruff = Path(sys.executable).with_name("ruff")
    for arguments in (["check", "--quiet", "--select", "F401,I", "--fix"], ["format", "--quiet"]):
        subprocess.run([ruff, *arguments, FOLDER], check=True)


if __name__ == "__main__":
    main()
