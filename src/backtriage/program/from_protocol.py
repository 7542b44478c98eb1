"""Protocol -> program: indexes built once, and the digest that names what was proved."""

from __future__ import annotations

from hashlib import sha256

from backtriage.program.as_json import to_json
from backtriage.program.program import Program
from backtriage.protocol.protocol import Protocol


def digest_of(protocol: Protocol) -> str:
    """`sha256:` and the digest of the canonical JSON: words count, layout does not."""
    return f"sha256:{sha256(to_json(protocol).encode()).hexdigest()}"


def from_protocol(protocol: Protocol, digest: str = "") -> Program:
    """Index a protocol that passed its checks. A known digest is not computed again."""
    return Program(
        protocol=protocol,
        digest=digest or digest_of(protocol),
        questions={question.id: question for question in protocol.questions},
        order={question.id: at for at, question in enumerate(protocol.questions)},
        facts={fact.id: fact.when for fact in protocol.facts},
        scores={score.id: score for score in protocol.scores},
        levels={level.urgency: level for level in protocol.levels},
        services={service.id: service for service in protocol.services},
        countries={country.id: country for country in protocol.countries},
        evidence={evidence.id: evidence for evidence in protocol.evidence},
    )
