"""The changelog knows the rules that stand here: a change without a new version is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from backtriage import __version__, load_protocol
from backtriage.program.program import digest_of
from tools import protocol_digest
from tools.protocol_digest import CHANGELOG, RULES, Row, row_of, rows

TEXT = CHANGELOG.read_text(encoding="utf-8")
SHIPPED = load_protocol(RULES)
DIGEST = digest_of(SHIPPED)
LINE = "| `back_pain {version}` | 2026-11-24 | more | a guideline | nobody yet | `{digest}` |\n"


def test_rules_and_version_change_together() -> None:
    """The digest recorded for the protocol's version is that of the rules."""
    row = row_of(TEXT, SHIPPED)

    assert row is not None, f"write a row for {SHIPPED.version} in CHANGELOG.md"
    assert row.digest == DIGEST, (
        "the rules have changed: raise 'version' in protocol.yaml and write a row for it in "
        "CHANGELOG.md. Before its release: python tools/protocol_digest.py --record"
    )


def test_whoever_reviewed_it_is_named_alike() -> None:
    """The changelog and the protocol name the same reviewer, or nobody yet."""
    row = row_of(TEXT, SHIPPED)

    assert row is not None
    assert row.reviewed_by == (SHIPPED.reviewed_by or "nobody yet")


def test_each_version_has_one_row() -> None:
    """Every line of the table can be read, and no version stands there twice."""
    lines = [line for line in TEXT.splitlines() if line.startswith("| `")]
    versions = [row.version for row in rows(TEXT)]

    assert len(versions) == len(set(versions)) == len(lines)


def test_this_version_of_the_program_is_there() -> None:
    """The program's own version has an entry."""
    assert f"{__version__}\n" in TEXT


RECORDED = [
    (DIGEST, [], (0, "records this digest")),
    ("sha256:old", [], (1, "records another: sha256:old")),
    ("sha256:old", ["--record"], (0, "Recorded")),
    ("", ["--record"], (1, "There is no row")),
]


@pytest.mark.parametrize(("digest", "arguments", "expected"), RECORDED)
def test_the_tool_says_and_records(
    digest: str,
    arguments: list[str],
    expected: tuple[int, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """It prints version and digest, and writes the digest only when told to, into its own row."""
    other = LINE.format(version="0.0.1", digest="sha256:old")
    own = LINE.format(version=SHIPPED.version, digest=digest) if digest else ""
    file = tmp_path / "CHANGELOG.md"
    file.write_text(other + own, encoding="utf-8")
    code, said = expected

    assert protocol_digest.main(arguments, file) == code

    out = capsys.readouterr().out
    assert f"{SHIPPED.id} {SHIPPED.version} {DIGEST}" in out
    assert said in out
    after = own.replace("sha256:old", DIGEST) if arguments else own
    assert file.read_text(encoding="utf-8") == other + after


def test_a_row_is_read_whole() -> None:
    """Each column has a name."""
    line = LINE.format(version="1.2.3", digest="sha256:abc")

    assert rows(line) == (
        Row("back_pain 1.2.3", "2026-11-24", "more", "a guideline", "nobody yet", "sha256:abc"),
    )
