"""Everything that one run of the cases found out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backtriage.cases.case import ALL, Case
from backtriage.cases.coverage import Coverage, Misses, coverage
from backtriage.cases.run import Result, run_cases
from backtriage.cases.simulation import AIM, Sign, Walk, signs, walk
from backtriage.program.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Results, coverage and walks of every case."""

    program: Program
    results: tuple[Result, ...]
    coverage: Coverage
    walks: tuple[tuple[Case, Walk], ...]
    signs: tuple[tuple[Case, tuple[Sign, ...]], ...]
    """Single findings that make an emergency certain, for each baseline."""

    @property
    def broken(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Case ids with what differs, and walks that came to a question without an answer."""
        differing = {r.case.id: r.failures for r in self.results if not r.passes}
        for case, walked in self.walks:
            if walked.stuck:
                stuck = f"the interview asks '{walked.stuck}', which has no answer here"
                differing[case.id] = (*differing.get(case.id, ()), stuck)
        return tuple(differing.items())

    @property
    def waiting(self) -> tuple[str, ...]:
        """The cases that nobody has confirmed yet."""
        return tuple(result.case.id for result in self.results if result.case.to_confirm)

    @property
    def untried(self) -> tuple[str, ...]:
        """Rules without a firing case, or without a nearest one."""
        left = (*self.coverage.fired.left, *self.coverage.nearest.left)
        return tuple(rule.id for rule in self.program.rules if rule.id in left)

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong, a sentence each: cases that are not kept, rules that are not tried."""
        found = []
        if not self.results:
            found.append("There are no cases, so nothing was tried.")
        if self.broken:
            found.append(f"{len(self.broken)} of {len(self.results)} cases are not kept.")
        if self.untried:
            found.append(
                f"{len(self.untried)} rules have no case that fires them, or none, a single "
                "answer away, that does not."
            )
        return tuple(found)


def report(program: Program, cases: tuple[Case, ...]) -> Report:
    """Run everything."""
    results = run_cases(program, cases)
    return Report(
        program=program,
        results=results,
        coverage=coverage(program, results),
        walks=tuple((case, walk(program, case.sheet)) for case in cases if case.walk),
        signs=tuple((case, signs(program, case.sheet)) for case in cases if case.baseline),
    )


# -- plain values -------------------------------------------------------------------------


def record(found: Report) -> dict[str, object]:
    """The report as plain JSON values."""
    cover = found.coverage
    program = found.program
    head = {"id": program.protocol.id, "version": program.protocol.version,
            "digest": program.digest}  # fmt: skip
    return {
        "schema": "backtriage.rules_test/1",
        "protocol": head,
        "sound": not found.faults,
        "cases": len(found.results),
        "to_confirm": list(found.waiting),
        "broken": {id_: list(failures) for id_, failures in found.broken},
        "coverage": {
            name: {"seen": count.seen, "of": count.of, "left": list(count.left)}
            for name, count in (
                ("rules_fired", cover.fired), ("rules_nearest", cover.nearest),
                ("rules_not_sure", cover.doubted), ("clauses_true", cover.true),
                ("clauses_false", cover.false), ("clauses_not_sure", cover.unsure),
            )
        },
        "hazards": dict(cover.hazards),
        "shares": {urgency.id: number for urgency, number in cover.shares},
        "dangerous": {"published": _misses(cover.published), "invented": _misses(cover.invented)},
        "outside": {r.case.id: r.case.outside for r in found.results if r.is_outside},
        "walks": {case.id: _walk(case, walked) for case, walked in found.walks},
        "single_findings": {case.id: _signs(tried) for case, tried in found.signs},
    }  # fmt: skip


def _misses(misses: Misses) -> Mapping[str, object]:
    bound = misses.bound
    return {"of": misses.of, "below": list(misses.below),
            "rule_of_three": None if bound is None else round(bound, 4)}  # fmt: skip


def _walk(case: Case, walked: Walk) -> Mapping[str, object]:
    return {"settled": walked.settled, "emergency": walked.alarmed,
            "sections": dict(walked.sections), ALL: len(walked.screens),
            "aims": dict(case.aims)}  # fmt: skip


def _signs(tried: tuple[Sign, ...]) -> Mapping[str, object]:
    return {
        "aim": AIM,
        "rules": [
            {"rule": s.rule, "question": s.question, "answer": s.answer, "screens": s.screens}
            for s in tried
        ],
    }
