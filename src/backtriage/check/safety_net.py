"""The safety net: every rule has its lines, and every line has the words and the size it needs."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping
from typing import Final

from backtriage.check.words import filled, in_every_country, plain
from backtriage.protocol.dependencies import QUESTIONS, dependencies, entries
from backtriage.protocol.loader.loader import LoadedProtocol
from backtriage.protocol.protocol import Protocol, Rule, Sign, SignGroup
from backtriage.protocol.safety_net import Findings
from backtriage.terms.condition import Always
from backtriage.terms.problem import Problem, listed

_ONE: Final = "give either the 'words' of the line or the 'reason' why it has none"


def check_signs(source: LoadedProtocol) -> Iterator[Problem]:
    """Report rules without a line of their urgency, or with one that does not fit."""
    p = source.protocol
    groups = {group.id: group for group in p.safety_net}
    covered = {group.urgency for group in p.safety_net}
    for path, rule in entries(p, "rules"):
        if rule.urgency in covered and not rule.signs and not isinstance(rule.when, Always):
            message = f"'{rule.id}' has no line in the safety net for '{rule.urgency.id}'"
            yield source.problem("P507", message, path, "name one under 'signs'")
        if rule.signs and not rule.come_back:
            message = f"'{rule.id}' has 'signs' but no 'come_back', their long form"
            yield source.problem("P507", message, f"{path}.signs")
        seen: set[str] = set()
        for sign in rule.signs:
            where = f"{path}.signs.{sign.group}"
            for message, hint in _sign_errors(rule, sign, groups.get(sign.group), seen):
                yield source.problem("P507", message, where, hint)
            seen.add(sign.group)


def _sign_errors(
    rule: Rule, sign: Sign, group: SignGroup | None, seen: set[str]
) -> Iterator[tuple[str, str]]:
    if sign.group in seen:
        yield f"'{rule.id}' names the line '{sign.group}' twice", ""
    if group is not None and group.urgency is not rule.urgency:
        yield f"'{group.id}' is a line for '{group.urgency.id}', not '{rule.urgency.id}'", ""
    if bool(sign.words) == bool(sign.reason):
        yield f"'{sign.group}' needs words or a reason here, and not both", _ONE
    if sign.words and sign.unlisted:
        yield f"'{sign.group}' has words for a rule that nobody who reads it can come to", ""


def check_personal(source: LoadedProtocol) -> Iterator[Problem]:
    """Report personal lines that depend on an answer that can change."""
    p = source.protocol
    can_change = {question.id for question in p.questions if question.can_change}
    facts = {fact.id: fact.when for fact in p.facts}
    scores = {score.id: score for score in p.scores}
    guards = {question.id: question.ask_when for question in p.questions}
    for path, group in entries(p, "safety_net"):
        if group.personal_when is not None:
            read = dependencies(group.personal_when, facts, scores, guards)
            changing = [id_ for section, id_ in read if section == QUESTIONS and id_ in can_change]
            if changing:
                message = f"'personal_when' depends on what can change: {listed(changing)}"
                hint = "name only questions with 'can_change: no'"
                yield source.problem("P507", message, f"{path}.personal_when", hint)


def check_lines(source: LoadedProtocol) -> Iterator[Problem]:
    """Report lines that lack the words of a rule, or are too long, in the words of a country."""
    p = source.protocol
    findings = Findings(p)
    texts = {group.id: in_every_country(p, group.text) for group in p.safety_net}
    for path, rule in entries(p, "rules"):
        for sign in rule.signs:
            if sign.words and sign.group in texts:
                needed = findings.most(rule.when if sign.names is None else sign.names)
                for message in _missing_words(p, sign, texts[sign.group], needed):
                    where = f"{path}.signs.{sign.group}.words"
                    yield source.problem("P508", message, where)
    limits = {limit.urgency: limit for limit in p.net_limits}
    for path, group in entries(p, "safety_net"):
        limit = limits.get(group.urgency)
        if limit is not None:
            for country, text in texts[group.id].items():
                lines = textwrap.wrap(text, max(1, limit.columns), break_long_words=False,
                                      break_on_hyphens=False)  # fmt: skip
                if len(lines) > limit.lines or any(len(line) > limit.columns for line in lines):
                    most = f"{limit.lines} of {limit.columns} characters"
                    message = f"this takes more lines than {most} in the words of '{country}'"
                    yield source.problem("P508", message, f"{path}.text")
                    break


def _missing_words(
    p: Protocol, sign: Sign, texts: Mapping[str, str], needed: int
) -> Iterator[str]:
    countries = {country.id: dict(country.words) for country in p.countries}
    for country, text in texts.items():
        for words in sign.words:
            wanted = re.escape(plain(filled(words, countries[country])))
            if not re.search(rf"(?<!\w){wanted}(?!\w)", plain(text)):
                yield f"'{sign.group}' does not say '{words}' in the words of '{country}'"
                return
    if len(sign.words) < needed:
        yield f"the rule needs {needed} findings together, and these words name fewer"
