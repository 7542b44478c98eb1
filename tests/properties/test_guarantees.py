"""Guarantees are part of the text, of the digest and of the cache."""

from __future__ import annotations

from hypothesis import given
from msgspec.structs import replace

from backtriage.program.as_json import from_json, to_json
from backtriage.program.program import digest_of
from backtriage.protocol.loader.loader import parse_protocol
from backtriage.protocol.protocol import Protocol, Waiver
from tests.support.guarantees import guaranteed
from tests.support.protocol_writer import to_text

WAIVER = Waiver(about="floor0", accepts="hidden", reason="A test.", review_by="2030-01-01")


@given(protocol=guaranteed())
def test_guarantees_read_back(protocol: Protocol) -> None:
    """Protocol to text, and to JSON, and back is the same protocol."""
    protocol = replace(protocol, waivers=(WAIVER,))
    source, problems = parse_protocol({"protocol.yaml": to_text(protocol)})

    assert problems == ()
    assert source is not None
    assert source.protocol == protocol
    assert from_json(to_json(protocol)) == protocol


@given(protocol=guaranteed())
def test_guarantees_are_part_of_the_digest(protocol: Protocol) -> None:
    """Whoever signs a digest signs the guarantees."""
    assert digest_of(protocol) != digest_of(replace(protocol, floors=()))
