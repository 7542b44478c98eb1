"""An interview that is about to be shown, and what to say about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from errno import EBUSY, ENOENT
from functools import partial
from pathlib import Path
from typing import cast

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import view
from backtriage.interview.restored import Restored
from backtriage.interview.serialisation import serialise
from backtriage.interview.state import Interview
from backtriage.program.program import Program
from backtriage.shell import drafts, prompts
from backtriage.shell.draft_reading import meanings_of, read_draft
from backtriage.shell.draft_times import in_words
from backtriage.shell.drafts import DraftStore
from backtriage.shell.files import ReadError, reason
from backtriage.shell.questionnaire import wording
from backtriage.shell.questionnaire.pages import Opening
from backtriage.shell.saving import begin_journal
from backtriage.shell.terminal_setup import undisturbed
from backtriage.terms.printable import visible


class AnotherTimeError(Exception):
    """A window was left open until its first answers were no longer those of now."""

    def __init__(self, interview: Interview) -> None:
        """Keep the interview."""
        super().__init__("the answers are of another time")
        self.interview = interview


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
    journal: str | None = None
    """The journal that it comes from, if it was named; None for one's own."""
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
            return self.store.save(interview, self.country, self.ref, self.journal)

    def heed_time(self, interview: Interview) -> None:
        """Raise `AnotherTimeError` if the first answer is of another time, but no emergency is."""
        if self.store.heed_time() and not view(interview).is_emergency:
            raise AnotherTimeError(interview)

    def begin_journal(self, assessment: Assessment) -> list[str]:
        """Put the result into a journal, as `saving.begin_journal` does, unless it is too old.

        Raises:
            ReadError: It is of another day, or the journal cannot be read.
            WriteError: It cannot be added.
        """
        if self.store.heed_time():
            raise ReadError(wording.TOO_OLD_FOR_JOURNAL)
        return begin_journal(self.journal, assessment)

    def again(self, interview: Interview, rules: Path | None) -> Beginning:
        """Return how to go on at another time, as with answers that were saved then.

        Args:
            interview: What has become of it.
            rules: As for `drafts.find_drafts`.
        """
        program, store = interview.program, self.store
        data = serialise(interview, self.country, self.ref, self.journal).encode()
        restored = cast(
            "Restored",  # what has just been written can be read
            read_draft(program, data, partial(meanings_of, program, rules), is_old=True),
        )
        when = in_words(store.begun or 0)
        return replace(
            self, interview=restored.interview, restored=restored, when=when, remarks=(),
            note=wording.not_from_now(when),
        )  # fmt: skip


def picked(
    new: Beginning, program: Program, rules: Path | None, *, resume: bool | None, plain: bool
) -> Beginning:
    """Return the draft that the person picks, or a new interview and why it is new.

    Args:
        new: The new interview.
        program: The protocol.
        rules: As for `drafts.find_drafts`.
        resume: Whether to go on with a draft; None to ask.
        plain: Whether to ask line by line.
    """
    found = drafts.find_drafts(program, rules)
    remarks = [
        f"Saved answers that cannot be read were left alone: {visible(str(path))}: {why}."
        for path, why in found.unreadable.items()
    ]
    if found.older:
        remarks.append(wording.older_drafts(found.older))
    is_clear = bool(resume) and found.are_all_free
    draft = prompts.choose_draft(found.free, resume=is_clear, plain=plain)
    if draft is not None:
        try:
            store, restored = drafts.take_over(draft, program, rules)
        except OSError as error:
            why = f"The saved answers cannot be used: {reason(error)}. {wording.AFRESH}"
            # If the file is gone, another window has just come to the end of it.
            remarks.append(wording.TAKEN if error.errno in {EBUSY, ENOENT} else why)
        else:
            if store.error:
                remarks.append(f"New answers cannot be saved: {store.error}.")
            return replace(
                new, interview=restored.interview, store=store, restored=restored,
                country=new.country or restored.country, ref=restored.ref, when=draft.when,
                journal=restored.journal,
                note=wording.not_from_now(draft.when, is_older=not restored.same_protocol),
                remarks=tuple(remarks),
            )  # fmt: skip
    elif resume and not found.free:
        remarks.append(wording.TAKEN if found.is_any_in_use else wording.NONE_SAVED)
    return replace(new, remarks=tuple(remarks))
