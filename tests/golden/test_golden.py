"""Golden files of result pages. BACKTRIAGE_RESET_GOLDEN=1 rewrites them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from backtriage.render.answer_lines import answer_lines
from backtriage.render.as_json import as_json
from backtriage.render.as_markdown import as_markdown
from backtriage.render.as_text import as_text, text_of
from backtriage.render.page import Audience, page_for
from backtriage.render.page.answer import answer_of, blocks_of
from tests.support.assessments import assessed
from tests.support.golden import golden_text
from tests.support.protocols import SHIPPED, TINY, program_in
from tests.support.sheets import CANNOT_PEE, FELL, STRAIN, ULCER, WELL, Sheet

HERE = Path(__file__).parent
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Golden:
    """A page: the answers, the reader and the format."""

    name: str
    sheet: Sheet
    country: str | None = "GB"
    audience: Audience = "patient"
    width: int = 80
    why: bool = False
    full: bool = False
    section: str = ""
    rows: int = 0
    """Of a screen; 0 for text that is read line by line."""
    protocol: Path = field(default=TINY)

    @property
    def file(self) -> Path:
        """The golden file; its suffix is the format."""
        return HERE / self.protocol.name / self.name

    def rendered(self) -> str:
        """Return the page without digests, which change with every word of a protocol."""
        return DIGEST.sub("sha256:...", self._with_digests())

    def _with_digests(self) -> str:
        assessment = assessed(self.sheet, self.country, program_in(self.protocol))
        if self.file.suffix == ".json":
            return as_json(assessment)
        if self.audience == "clinician":
            sections = page_for(assessment, "clinician", why=self.why).sections
            is_markdown = self.file.suffix == ".md"
            return as_markdown(sections) if is_markdown else as_text(sections, self.width)
        answer = answer_of(assessment, full=self.full, section=self.section, why=self.why)
        if self.file.suffix == ".md":
            return as_markdown(blocks_of(answer))
        rows = self.rows or None
        return text_of(answer_lines(answer, self.width, stacked=not rows, rows=rows))


OLD = WELL | {"years": 70, "feverish": True, "days": "longer", "fever_days": "not_sure"}
BLOCKED = WELL | {"airway": ["breathing"]}
IN_DOUBT = WELL | {"airway": ["breathing?", "drooling?"]}
CHILD = WELL | {"years": 3, "days": "longer", "fever_days": 2}
KIDNEY = STRAIN | {"magnesium_gate": ["kidney"], "food_limits": False}

PAGES = (
    Golden(name="nothing_answered.txt", sheet={}),
    Golden(name="nothing_answered_for_a_clinician.txt", sheet={}, audience="clinician"),
    Golden(name="emergency.txt", sheet=BLOCKED),
    Golden(name="emergency_no_country.txt", sheet=BLOCKED, country=None),
    Golden(name="emergency_in_doubt.txt", sheet=IN_DOUBT),
    Golden(name="emergency_in_doubt.md", sheet=IN_DOUBT),
    Golden(name="same_day.txt", sheet=OLD),
    Golden(name="same_day.json", sheet=OLD | {"ref": "A-17"}),
    Golden(name="same_day_narrow.txt", sheet=OLD, width=40),
    Golden(name="same_day_for_a_clinician.txt", sheet=OLD | {"ref": "A-17"}, audience="clinician"),
    Golden(name="same_day_for_a_clinician.md", sheet=OLD | {"ref": "A-17"}, audience="clinician"),
    Golden(name="self_care.txt", sheet=WELL),
    Golden(name="self_care.md", sheet=WELL),
    Golden(name="self_care.json", sheet=WELL | {"years": 8}),
    Golden(name="self_care_why.txt", sheet=OLD | {"feverish": "not_sure"}, why=True),
    Golden(name="child_with_an_answer_set_aside.txt", sheet=CHILD),
    Golden(name="emergency.txt", sheet=CANNOT_PEE, protocol=SHIPPED),
    Golden(name="emergency_no_country.txt", sheet=CANNOT_PEE, country=None, protocol=SHIPPED),
    Golden(name="emergency_in_doubt.txt", sheet=STRAIN | {"nerve_signs": ["pee?"]},
           protocol=SHIPPED),
    Golden(name="today.txt", sheet=FELL, protocol=SHIPPED),
    Golden(name="today_narrow.txt", sheet=FELL, width=40, protocol=SHIPPED),
    Golden(name="today_for_a_clinician.txt", sheet=FELL, audience="clinician", protocol=SHIPPED),
    Golden(name="within_two_weeks.txt", sheet=STRAIN | {"age": 62, "behaviour": ["night"]},
           protocol=SHIPPED),
    Golden(name="at_home.txt", sheet=ULCER, protocol=SHIPPED),
    Golden(name="at_home_on_a_screen.txt", sheet=STRAIN, rows=23, protocol=SHIPPED),
    Golden(name="at_home_on_a_narrow_screen.txt", sheet=STRAIN, width=40, rows=23,
           protocol=SHIPPED),
    Golden(name="at_home_in_full.txt", sheet=KIDNEY, full=True, protocol=SHIPPED),
    Golden(name="at_home_magnesium_on_a_screen.txt", sheet=KIDNEY, section="magnesium", rows=23,
           protocol=SHIPPED),
    Golden(name="today_on_a_screen.txt", sheet=FELL, rows=40, protocol=SHIPPED),
    Golden(name="emergency_on_a_screen.txt", sheet=CANNOT_PEE, rows=23, protocol=SHIPPED),
    Golden(name="child.txt", sheet=STRAIN | {"age": 9}, protocol=SHIPPED),
)  # fmt: skip


def page_id(page: Golden) -> str:
    return f"{page.protocol.name}/{page.name}"


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_pages_equal_their_golden_files(page: Golden) -> None:
    rendered = page.rendered()

    assert rendered == golden_text(page.file, rendered)


def test_every_golden_file_is_compared() -> None:
    folders = {page.file.parent for page in PAGES}
    files = {file for folder in folders for file in folder.glob("*.*")}

    assert {file for file in files if file.suffix != ".pyc"} == {page.file for page in PAGES}
