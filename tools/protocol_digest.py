"""Print the digest of the rules, or record it in the changelog.

    .venv/bin/python -m tools.protocol_digest             print it, and compare with the changelog
    .venv/bin/python -m tools.protocol_digest --record    write it into the changelog

The changelog has one row, with one digest, for each version. A test fails when the digest of the
rules differs: a changed protocol needs a new version and a new row. Comments, layout, cases and
the hazard log are not part of the digest.
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
    """A row of the table of protocol versions."""

    version: str
    """Id and version: `back_pain 1.0.0`."""
    date: str
    what: str
    source: str
    reviewed_by: str
    digest: str


def rows(text: str) -> tuple[Row, ...]:
    """Return the rows of the changelog's table of protocol versions, newest first."""
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
    """Return the row of a protocol's version, or None."""
    version = f"{protocol.id} {protocol.version}"
    return next((row for row in rows(text) if row.version == version), None)


def main(arguments: list[str] | None = None, changelog: Path = CHANGELOG) -> int:
    """Compare or record the digest; return 1 if it differs or has no row."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--record", action="store_true", help="write the digest into CHANGELOG.md")
    is_recording = parser.parse_args(arguments).record
    protocol = load_protocol(RULES)
    digest = digest_of(protocol)
    print(f"{protocol.id} {protocol.version} {digest}")
    text = changelog.read_text(encoding="utf-8")
    row = row_of(text, protocol)
    if row is None:
        print("CHANGELOG.md has no row for this version: write one.")
        return 1
    if row.digest == digest:
        print("CHANGELOG.md records this digest.")
        return 0
    if not is_recording:
        print(f"CHANGELOG.md records another digest: {row.digest}")
        return 1
    before, version, after = text.partition(f"| `{row.version}` |")
    after = after.replace(f"`{row.digest}`", f"`{digest}`", 1)
    changelog.write_text(before + version + after, encoding="utf-8")
    print("Recorded it in CHANGELOG.md.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
