"""What the rules, the advice and the modules come to on each sheet of a chunk.

A sheet is marked by 1 in a chunk of yes and no. One person is a chunk of one, so the assessment
reads the same functions as a batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from backtriage.decide.kernel import Chunk, Kernel
from backtriage.protocol.protocol import Advice, Module, Rule, SignGroup, Verdict
from backtriage.terms.urgency import Urgency

Reached: TypeAlias = tuple[Chunk, ...]
"""For each urgency, lowest first, the sheets that reach it; then none, above the highest."""


def urgencies(kernel: Kernel) -> tuple[Reached, Reached]:
    """Return what each sheet reaches however its answers are completed, and what it can reach."""
    ones = kernel.ones
    certain, possible = (
        [ones] + [kernel.nowhere] * len(Urgency),
        [ones] + [kernel.nowhere] * len(Urgency),
    )
    for rule in kernel.program.rules:
        bits = kernel.bits(rule.when)
        if not bits:
            continue
        certain[rule.urgency] = certain[rule.urgency] | bits & ones
        possible[rule.urgency] = possible[rule.urgency] | bits >> 2 & ones
        if rule.if_unsure is not None:
            unsure = bits ^ bits >> 1
            certain[rule.if_unsure] = certain[rule.if_unsure] | unsure & ones
            possible[rule.if_unsure] = possible[rule.if_unsure] | unsure >> 2 & ones
    for reached in (certain, possible):
        for urgency in range(len(Urgency) - 2, 0, -1):
            reached[urgency] = reached[urgency] | reached[urgency + 1]
    return tuple(certain), tuple(possible)


def raised(kernel: Kernel, rule: Rule, reached: Reached) -> tuple[Chunk, Chunk]:
    """Return where a rule could exceed what is reached, by its own urgency and by `if_unsure`."""
    ones = kernel.ones
    above = ones & ~reached[rule.urgency]
    above_unsure = (
        ones & ~reached[rule.if_unsure] if rule.if_unsure is not None else kernel.nowhere
    )
    if not above | above_unsure:
        return above, above  # without evaluating the rule
    bits = kernel.bits(rule.when)
    return bits >> 2 & above, (bits >> 2 ^ bits >> 3) & above_unsure


def surely_out_of_scope(kernel: Kernel) -> Chunk:
    """Return the sheets that the protocol is certainly not for."""
    out = kernel.nowhere
    for rule in kernel.program.rules:
        if rule.out_of_scope:
            out = out | kernel.lo_maybe(rule.when)
    return out


def possibly_out_of_scope(kernel: Kernel) -> Chunk:
    """Return the sheets that the protocol may turn out not to be for."""
    out = kernel.nowhere
    for rule in kernel.program.rules:
        if rule.out_of_scope:
            out = out | kernel.hi_maybe(rule.when)
    return out


def advice(
    kernel: Kernel, piece: Advice, reached: Reached,
    counting: Kernel | None = None, contradicted: Chunk = 0,
) -> tuple[Chunk, Chunk, Chunk]:  # fmt: skip
    """Return where a piece of advice is given, where it is withheld, and where it is undecided.

    It is withheld only for answers that were given: a missing one leaves it undecided.

    Args:
        kernel: The sheets.
        piece: The advice.
        reached: What is possible on each sheet: advice is shown up to some urgency.
        counting: The sheets with every answer counted, if any of them is contradicted.
        contradicted: Where one is: nobody knows which is wrong, so either can withhold advice.
    """
    shown = kernel.ones & ~reached[piece.show_up_to + 1]
    bits = kernel.bits(piece.when)
    wanted = shown & bits
    undecided = shown & bits >> 2 & ~wanted
    if piece.withhold_if is None or not wanted:
        return wanted, kernel.nowhere, undecided
    unsafe = wanted & kernel.hi_maybe(piece.withhold_if)
    withheld = unsafe & kernel.lo_maybe(piece.withhold_if)
    if counting is not None:
        disputed = wanted & contradicted
        unsafe = unsafe | disputed & counting.hi_maybe(piece.withhold_if)
        withheld = withheld | disputed & counting.lo_maybe(piece.withhold_if)
    return wanted & ~unsafe, withheld, undecided | unsafe & ~withheld


def verdicts(
    kernel: Kernel, module: Module, reached: Reached, out_of_scope: Chunk
) -> Iterator[tuple[Verdict, Chunk]]:
    """Yield the verdicts of a module and where each is the verdict: the first not surely false.

    Where that still depends on a missing answer, there is no verdict.
    """
    where = kernel.ones & ~reached[module.show_up_to + 1] & ~out_of_scope
    for verdict in module.verdicts:
        if not where:
            return
        possible = where & kernel.hi_maybe(verdict.when)
        yield verdict, possible & kernel.lo_maybe(verdict.when)
        where = where & ~possible


def safety_net(later: Kernel, reached: Reached) -> Iterator[tuple[Rule, Urgency, Chunk]]:
    """Yield the rules that could later exceed what is possible now, the urgency, and where.

    A rule comes with its highest urgency first.

    Args:
        later: The sheets without the answers that can change. A missing answer covers any number
            of changes at once, so no other rule can raise the urgency.
        reached: What is possible now.
    """
    for rule in later.program.rules:
        surely, doubtfully = raised(later, rule, reached)
        if surely:
            yield rule, rule.urgency, surely
        if doubtfully and rule.if_unsure is not None:
            yield rule, rule.if_unsure, doubtfully


def net_lines(later: Kernel, listed: Mapping[str, Chunk]) -> Iterator[tuple[SignGroup, Chunk]]:
    """Yield the lines of the safety net, in the order of the rules, and where each is shown.

    A line is shown where one of its rules could come to apply. A personal one is shown only to
    those whom it may be for: "not sure" and a missing answer count as yes.

    Args:
        later: The sheets without the answers that can change.
        listed: Where each rule could come to apply, whatever urgency it could give.
    """
    groups = later.program.protocol.safety_net
    where = dict.fromkeys((group.id for group in groups), later.nowhere)
    for rule in later.program.rules:
        for sign in rule.signs:
            where[sign.group] = where[sign.group] | listed.get(rule.id, later.nowhere)
    for group in groups:
        shown = where[group.id]
        if group.personal_when is not None and shown:
            shown = shown & later.hi_maybe(group.personal_when)
        yield group, shown
