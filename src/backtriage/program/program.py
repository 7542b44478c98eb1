"""The protocol with its indexes: what every later stage runs on."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from backtriage.protocol.protocol import (
    Advice,
    Country,
    Evidence,
    Level,
    Module,
    Protocol,
    Question,
    Rule,
    Score,
    Service,
)
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency


class Program(Struct, frozen=True, kw_only=True):
    """A protocol that passed its checks. Everything by id, everything in asking order."""

    protocol: Protocol
    digest: str
    """`sha256:...` over the canonical JSON of the protocol."""

    questions: Mapping[str, Question]
    order: Mapping[str, int]
    """Where each question stands in asking order, from 0."""
    facts: Mapping[str, Condition]
    scores: Mapping[str, Score]
    levels: Mapping[Urgency, Level]
    services: Mapping[str, Service]
    countries: Mapping[str, Country]
    evidence: Mapping[str, Evidence]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, in protocol order."""
        return self.protocol.rules

    @property
    def advice(self) -> tuple[Advice, ...]:
        """Every piece of advice, in protocol order."""
        return self.protocol.advice

    @property
    def modules(self) -> tuple[Module, ...]:
        """Every module, in protocol order."""
        return self.protocol.modules
