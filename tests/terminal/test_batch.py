"""A batch whose results go to a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.line_driver import LineDriver
from tests.support.protocols import TINY

pytestmark = [pytest.mark.usefixtures("warm_cache"), pytest.mark.first_only]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_name_does_not_command_the_terminal(
    form: str, tmp_path: Path, isolated_home: Path
) -> None:
    table = tmp_path / "day.csv"
    table.write_text("name,years,airway\nA\x1b[2J\x9b2J\u202eB,40,breathing\n", "utf-8")
    words = ("batch", str(table), "--id", "name", "-o", "-", "--format", form)

    with LineDriver(*words, "--rules", str(TINY), home=isolated_home) as tty:
        _, printed = tty.end()

    assert "emergency" in printed
    assert "<U+009B>2J<U+202E>B" in printed
    assert "\x1b[2J" not in printed
    assert not {"\x9b", "\u202e"} & {*printed}
