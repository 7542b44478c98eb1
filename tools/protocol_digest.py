"""Says which protocol stands in rules/, and records its digest in the changelog.

    .venv/bin/python tools/protocol_digest.py             says version, digest and what is recorded
    .venv/bin/python tools/protocol_digest.py --record    writes the digest into the table

One digest is recorded for each version. A test fails when the rules no longer have it: then they
have changed, and a change of a released protocol needs a new version and a new row. Comments,
layout, cases and the hazard log are no part of the digest.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

from backtriage.program.program import digest_of
from backtriage.protocol.protocol import Protocol
from backtriage.shell.cache import load_protocol

ROOT: Final = Path(__file__).parents[1]
CHANGELOG: Final = ROOT / "CHANGELOG.md"
RULES: Final = ROOT / "rules" / "back_pain"

_ROW: Final = re.compile(
    r"^\| `(?P<id>[a-z_]+) (?P<version>[0-9.]+)` \| (?P<date>[^|]+) \| (?P<what>[^|]+)"
    r" \| (?P<source>[^|]+) \| (?P<reviewed_by>[^|]+) \| `(?P<digest>[^|`]+)` \|$",
    re.MULTILINE,
)


class Row(NamedTuple):
    """One version of a protocol, as the changelog tells it."""

    version: str
    """Id and version, as `back_pain 1.0.0`."""
    date: str
    what: str
    source: str
    reviewed_by: str
    digest: str


def rows(text: str) -> tuple[Row, ...]:
    """The table of protocol versions in the changelog's text, newest first."""
    return tuple(
        Row(
            version=f"{found['id']} {found['version']}",
            date=found["date"],
            what=found["what"],
            source=found["source"],
            reviewed_by=found["reviewed_by"],
            digest=found["digest"],
        )
        for found in _ROW.finditer(text)
    )


def row_of(text: str, protocol: Protocol) -> Row | None:
    """The row of a protocol's version, or None when there is none."""
    version = f"{protocol.id} {protocol.version}"
    return next((row for row in rows(text) if row.version == version), None)


def main(arguments: list[str] | None = None, changelog: Path = CHANGELOG) -> int:
    """Say what is recorded, or record it; 1 when they differ or there is no row."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--record", action="store_true", help="write it into CHANGELOG.md")
    is_recording = parser.parse_args(arguments).record
    protocol = load_protocol(RULES)
    digest = digest_of(protocol)
    print(f"{protocol.id} {protocol.version} {digest}")
    text = changelog.read_text(encoding="utf-8")
    row = row_of(text, protocol)
    if row is None:
        print("There is no row for this version in CHANGELOG.md: write one.")
        return 1
    if row.digest == digest:
        print("CHANGELOG.md records this digest.")
        return 0
    if not is_recording:
        print(f"CHANGELOG.md records another: {row.digest}")
        return 1
    before, begin, after = text.partition(f"| `{row.version}` |")
    recorded = after.replace(f"`{row.digest}`", f"`{digest}`", 1)
    changelog.write_text(f"{before}{begin}{recorded}", encoding="utf-8")
    print("Recorded in CHANGELOG.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
