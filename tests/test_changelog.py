"""The changelog: one row for each protocol version, with the digest of its rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage import __version__, load_protocol
from backtriage.program.program import digest_of
from tools import protocol_digest
from tools.protocol_digest import CHANGELOG, RULES, Row, row_of, rows

pytestmark = pytest.mark.first_only

TEXT = CHANGELOG.read_text(encoding="utf-8")
SHIPPED = load_protocol(RULES)
DIGEST = digest_of(SHIPPED)
LINE = "| `back_pain {version}` | 2026-11-24 | more | a guideline | nobody yet | `{digest}` |\n"


def test_the_recorded_digest_is_that_of_the_rules() -> None:
    row = row_of(TEXT, SHIPPED)

    assert row is not None, f"write a row for {SHIPPED.version} in CHANGELOG.md"
    assert row.digest == DIGEST, (
        "the rules have changed: raise 'version' in protocol.yaml and write a row for it in "
        "CHANGELOG.md. Before a release: python -m tools.protocol_digest --record"
    )


def test_the_changelog_and_the_protocol_name_the_same_reviewer() -> None:
    row = row_of(TEXT, SHIPPED)

    assert row is not None
    assert row.reviewed_by == (SHIPPED.reviewed_by or "nobody yet")


def test_every_row_is_well_formed_and_every_version_has_one() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| `")]
    versions = [row.version for row in rows(TEXT)]

    assert len(versions) == len(set(versions)) == len(lines)


def test_the_program_version_has_an_entry() -> None:
    assert f"{__version__}\n" in TEXT


RECORDED = [
    (DIGEST, [], (0, "records this digest")),
    ("sha256:old", [], (1, "records another digest: sha256:old")),
    ("sha256:old", ["--record"], (0, "Recorded")),
    ("", ["--record"], (1, "has no row")),
]


@pytest.mark.parametrize(("digest", "arguments", "expected"), RECORDED)
def test_the_tool_compares_and_records(
    digest: str,
    arguments: list[str],
    expected: tuple[int, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It writes only with --record, and only into the row of its version."""
    other = LINE.format(version="0.0.1", digest="sha256:old")
    own = LINE.format(version=SHIPPED.version, digest=digest) if digest else ""
    file = tmp_path / "CHANGELOG.md"
    file.write_text(other + own, encoding="utf-8")
    code, message = expected

    assert protocol_digest.main(arguments, file) == code

    out = capsys.readouterr().out
    assert f"{SHIPPED.id} {SHIPPED.version} {DIGEST}" in out
    assert message in out
    after = own.replace("sha256:old", DIGEST) if arguments else own
    assert file.read_text(encoding="utf-8") == other + after


def test_a_row_has_a_field_for_each_column() -> None:
    line = LINE.format(version="1.2.3", digest="sha256:abc")

    assert rows(line) == (
        Row("back_pain 1.2.3", "2026-11-24", "more", "a guideline", "nobody yet", "sha256:abc"),
    )
