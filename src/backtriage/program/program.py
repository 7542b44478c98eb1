"""The program: a sound protocol, indexed for evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from msgspec import Struct

from backtriage.program.as_json import to_json
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
    """A sound protocol with an index of its entries by id."""

    protocol: Protocol
    digest: str
    """`sha256:...` over the canonical JSON of the protocol."""

    questions: Mapping[str, Question]
    order: Mapping[str, int]
    """The position of each question in asking order, from 0."""
    facts: Mapping[str, Condition]
    scores: Mapping[str, Score]
    levels: Mapping[Urgency, Level]
    services: Mapping[str, Service]
    countries: Mapping[str, Country]
    evidence: Mapping[str, Evidence]

    @property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, in protocol order."""
        return self.protocol.rules

    @property
    def advice(self) -> tuple[Advice, ...]:
        """All advice, in protocol order."""
        return self.protocol.advice

    @property
    def modules(self) -> tuple[Module, ...]:
        """All modules, in protocol order."""
        return self.protocol.modules


def digest_of(protocol: Protocol) -> str:
    """Return `sha256:...` over the canonical JSON: texts count, layout does not."""
    return f"sha256:{sha256(to_json(protocol).encode()).hexdigest()}"


def build_program(protocol: Protocol, digest: str = "") -> Program:
    """Index a sound protocol.

    Args:
        protocol: A sound protocol.
        digest: Its digest, if known; computing it takes about 100 ms.

    """
    return Program(
        protocol=protocol,
        digest=digest or digest_of(protocol),
        questions={question.id: question for question in protocol.questions},
        order={question.id: position for position, question in enumerate(protocol.questions)},
        facts={fact.id: fact.when for fact in protocol.facts},
        scores={score.id: score for score in protocol.scores},
        levels={level.urgency: level for level in protocol.levels},
        services={service.id: service for service in protocol.services},
        countries={country.id: country for country in protocol.countries},
        evidence={evidence.id: evidence for evidence in protocol.evidence},
    )
