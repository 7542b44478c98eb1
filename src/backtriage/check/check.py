"""All checks, in order, and the one way to a checked protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from backtriage.check.names import check_ids, check_references, check_unused
from backtriage.check.order import check_facts, check_guards
from backtriage.check.rules import check_everybody, check_levels, check_risk, check_unsure
from backtriage.check.words import check_placeholders, check_sentences
from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.protocol.protocol import Protocol
from backtriage.terms.problem import Problem, Unsound

CHECKS: Final[tuple[Callable[[LoadedProtocol], tuple[Problem, ...]], ...]] = (
    check_ids,
    check_references,
    check_unused,
    check_facts,
    check_guards,
    check_levels,
    check_everybody,
    check_unsure,
    check_risk,
    check_placeholders,
    check_sentences,
)
"""Every check: a protocol with its places -> problems."""


def check(texts: Mapping[str, str]) -> tuple[LoadedProtocol | None, tuple[Problem, ...]]:
    """Read and check a rules folder; returns every problem of every file.

    Checks of meaning need a protocol that could be read, so they wait until it can.
    """
    source, problems = parse_protocol(texts)
    if source is None:
        return None, problems
    return source, tuple(problem for one in CHECKS for problem in one(source))


def checked_protocol(texts: Mapping[str, str]) -> Protocol:
    """The protocol of a rules folder. Raises `Unsound` with every problem."""
    source, problems = check(texts)
    if source is None or problems:
        raise Unsound(problems)
    return source.protocol
