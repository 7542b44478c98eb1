"""All checks of a protocol, in the order in which their problems are reported."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from backtriage.check import card, journal, names, private, rules, safety_net, tables, words
from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.protocol.protocol import Protocol
from backtriage.terms.problem import Problem, Problems, Unsound

CHECKS: Final[tuple[Callable[[LoadedProtocol], Iterable[Problem]], ...]] = (
    names.check_ids,
    names.check_references,
    names.check_unused,
    names.check_facts,
    names.check_sizes,
    names.check_guards,
    private.check_private,
    names.check_parts,
    journal.check_features,
    journal.check_entry,
    journal.check_screens,
    rules.check_levels,
    rules.check_everybody,
    rules.check_unsure,
    rules.check_dates,
    rules.check_risk,
    words.check_placeholders,
    words.check_missing,
    words.check_phrases,
    words.check_same_words,
    safety_net.check_signs,
    safety_net.check_personal,
    safety_net.check_lines,
    card.check_card,
    tables.check_tables,
)


def check(texts: Mapping[str, str]) -> tuple[LoadedProtocol | None, tuple[Problem, ...]]:
    """Parse and check the rules files of a protocol.

    Args:
        texts: The text of each rules file, by file name.

    Returns:
        The protocol, or None if it could not be parsed, and every problem. The checks run only
        on a protocol that could be parsed.
    """
    source, problems = parse_protocol(texts)
    if source is None:
        return None, problems
    found = Problems()
    for run in CHECKS:
        found.add(*run(source))
    return source, found.found()


def checked_protocol(texts: Mapping[str, str]) -> Protocol:
    """Return the protocol of rules files that have no problem.

    Args:
        texts: The text of each rules file, by file name.

    Raises:
        Unsound: With every problem, if there is any.
    """
    source, problems = check(texts)
    if source is None or problems:
        raise Unsound(problems)
    return source.protocol
