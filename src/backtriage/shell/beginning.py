"""An interview that is about to be shown, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass

from backtriage.decide.assessment import Assessment
from backtriage.interview.serialisation import Restored
from backtriage.interview.state import Interview
from backtriage.shell.drafts import DraftStore
from backtriage.shell.questionnaire.pages import Opening
from backtriage.shell.terminal_setup import undisturbed


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """An interview that is about to be shown."""

    interview: Interview
    store: DraftStore
    """Where it is saved."""
    country: str | None
    restored: Restored | None = None
    ref: str | None = None
    """The reference of the sheet that it continues."""
    when: str = ""
    """When the answers that it continues were saved, in words."""
    note: str = ""
    """What to say above an emergency that comes from saved answers."""
    remarks: tuple[str, ...] = ()
    """What to say about saved answers before anything else."""
    opening: Opening | None = None
    """What the full screen shows first. Plain mode has printed it."""

    @property
    def alarm(self) -> Assessment | None:
        """What saved answers meant by earlier questions, if that is an emergency."""
        return self.restored.alarm if self.restored else None

    def save(self, interview: Interview) -> bool:
        """Save what has become of it; return whether it is on disk now."""
        with undisturbed():
            return self.store.save(interview, self.country, self.ref)
