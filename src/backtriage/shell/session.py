"""One run of `ask`: what comes before the first question, the interview, and what comes after."""

from __future__ import annotations

import signal
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage.decide.assessment import Assessment, assess
from backtriage.interview.interview import Interview, Stopped, view
from backtriage.interview.serialisation import Restored
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.by_extension import render_by_extension
from backtriage.shell import drafts, prompts, terminal
from backtriage.shell.files import WriteError, write_result
from backtriage.shell.output import detach_output, say
from backtriage.shell.paths import drafts_folder
from backtriage.shell.plain.interview import run as run_plain
from backtriage.shell.questionnaire import pages
from backtriage.shell.questionnaire.pages import Opening, PageContext
from backtriage.shell.sheets import assess_sheet, read_answers
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.render.page import Audience

_NONE_SAVED: Final = "There are no saved answers to go on with, so this starts from the beginning."
_TAKEN: Final = "Another window is using these answers, so this starts from the beginning."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Beginning:
    """An interview that is about to be shown."""

    interview: Interview
    path: Path
    """Where it is saved."""
    country: str | None
    restored: Restored | None = None
    ref: str | None = None
    """The reference of the sheet that it continues."""
    remarks: tuple[str, ...] = ()
    """What to say about saved answers before anything else."""
    opening: Opening | None = None
    """What the full screen shows first. Plain mode has printed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of `ask`, with all options from the command line."""

    program: Program
    country: str | None
    plain: bool
    """Whether plain mode was asked for."""
    audience: Audience
    resume: bool | None
    """Whether to resume a draft; None to ask."""
    is_saved: bool
    """Whether drafts and files may be written."""
    output: Path | None
    rules: Path | None
    sheet: str | None
    """A sheet to continue."""

    def run(self) -> Assessment:
        """Ask, show the result, write it to the requested file, and return it.

        Raises:
            Stopped: The person left before the result.
            ReadError: The sheet to continue cannot be read.
            InvalidSheetError: It has problems.
            WriteError: The result was shown, but cannot be written.
        """
        try:
            beginning = self._begin()
        except (KeyboardInterrupt, EOFError):
            print()
            print(pages.leaving_page(self._context(self.country), start(self.program), ""))
            raise Stopped(start(self.program), signal.SIGINT) from None
        store = drafts.DraftStore(beginning.path, beginning.country)
        try:
            interview, may_offer_file = self._ask(beginning, store)
        except Stopped as stopped:
            self._say_goodbye(stopped.interview, store)
            raise
        assessment = assess(self.program, interview.answers, beginning.country, beginning.ref)
        print()
        self._show(assessment)
        try:
            self._write_result(assessment, may_offer_file=may_offer_file)
        finally:  # the result was shown, however this ends
            if self.is_saved:
                store.delete()
        return assessment

    def _context(self, country: str | None) -> PageContext:
        words = Words(self.program, country)
        return PageContext(words=words, width=terminal.width(), height=terminal.height())

    @property
    def _is_plain(self) -> bool:
        return self.plain or not terminal.is_full_screen_capable()

    def _begin(self) -> _Beginning:
        """Return the interview to show, after printing and asking what comes before it."""
        beginning = self._find_beginning()
        is_emergency = view(beginning.interview).is_emergency
        if self._is_plain or is_emergency:
            for remark in beginning.remarks:
                say(remark)
        if is_emergency:
            return beginning  # an emergency comes before everything, even the country
        opening = self._opening(beginning)
        if self._is_plain:
            print()
            print(opening(self._context(beginning.country)))
        if beginning.country is None and beginning.restored is None:
            country = prompts.choose_country(self.program, plain=self._is_plain)
            beginning = replace(beginning, country=country)
        return beginning if self._is_plain else replace(beginning, opening=opening)

    def _find_beginning(self) -> _Beginning:
        """Return the sheet to continue, the draft that the person picks, or a new interview."""
        path = drafts.new_path(self.program)
        new = _Beginning(interview=start(self.program), path=path, country=self.country)
        if self.sheet is not None:
            validated = read_answers(self.program, self.sheet)
            assess_sheet(self.program, validated, self.country)  # raises if it has problems
            interview = start(self.program, validated.answers)
            return replace(new, interview=interview, ref=validated.ref)
        if not self.is_saved or self.resume is False:
            return new
        found, unreadable = drafts.find_drafts(self.program)
        remarks = [
            f"Saved answers that cannot be read were left alone: {path}: {why}."
            for path, why in unreadable.items()
        ]
        draft = self._pick(found)
        taken_over = drafts.take_over(draft, self.program) if draft else None
        if draft is not None and taken_over is not None:
            restored = draft.restored
            return _Beginning(
                interview=restored.interview, path=taken_over, restored=restored,
                country=self.country or restored.country, remarks=tuple(remarks),
            )  # fmt: skip
        if draft is not None:
            remarks.append(_TAKEN)
        elif self.resume and not found:
            remarks.append(_NONE_SAVED)
        return replace(new, remarks=tuple(remarks))

    def _pick(self, found: tuple[drafts.Draft, ...]) -> drafts.Draft | None:
        """Return the draft to resume, without asking if `--resume` leaves no doubt."""
        if not found:
            return None
        emergencies = [draft for draft in found if view(draft.restored.interview).is_emergency]
        if self.resume and (emergencies or len(found) == 1):
            return (emergencies or found)[0]
        return prompts.choose_draft(found, plain=self._is_plain)

    def _opening(self, beginning: _Beginning) -> Opening:
        remarks = () if self._is_plain else beginning.remarks
        kept_in = str(drafts_folder()) if self.is_saved else ""

        def page(context: PageContext) -> str:
            first = pages.intro_page(context, self.program, kept_in)
            if beginning.restored is not None:
                first = pages.resumed_page(context, beginning.restored)
            return "\n\n".join((*(context.wrap(remark) for remark in remarks), first))

        return page

    def _ask(self, beginning: _Beginning, store: drafts.DraftStore) -> tuple[Interview, bool]:
        """Run the front end that this terminal can show.

        Return the interview at its end, and whether to offer to save the result in a file.
        """
        words = Words(self.program, beginning.country)
        if self._is_plain:

            def on_change(interview: Interview) -> None:
                warning = self._save_draft(store, interview)
                if warning:
                    say(warning)

            return run_plain(beginning.interview, words, on_change), self.is_saved
        # Imported here: plain mode does not load the screen library.
        from backtriage.shell.full.app import run as run_full_screen
        from backtriage.shell.full.state import UiState

        state = UiState(
            interview=beginning.interview, words=words, view=view(beginning.interview),
            audience=self.audience, may_save=self.is_saved, ref=beginning.ref,
            opening=beginning.opening,
        )  # fmt: skip
        last = run_full_screen(state, lambda interview: self._save_draft(store, interview))
        return last.interview, last.may_offer_file

    def _save_draft(self, store: drafts.DraftStore, interview: Interview) -> str:
        """Save the answers. Returns a warning the first time that this fails."""
        was_failing = bool(store.error)
        if not self.is_saved or store.save(interview) or was_failing:
            return ""
        return f"Your answers cannot be saved in {store.path.parent}: {store.error}."

    def _say_goodbye(self, interview: Interview, store: drafts.DraftStore) -> None:
        """Say how to resume, and what cannot wait. Save first: the terminal may be gone."""
        is_kept = self.is_saved and bool(interview.answers) and store.save(interview)
        rules = f" --rules {self.rules}" if self.rules else ""
        how = f"Your answers are kept. To go on: backtriage ask --resume{rules}"
        kept = how if is_kept else "Nothing was kept."
        try:
            print()
            print(pages.leaving_page(self._context(store.country), interview, kept), flush=True)
        except OSError:  # the terminal is gone
            detach_output()

    def _show(self, assessment: Assessment) -> None:
        """Print the result once. An emergency has just been read: plain mode repeats the action.

        The full screen is gone when it ends, so there the whole card is printed.
        """
        from backtriage.render.page import page_for

        if not self._is_plain:
            from backtriage.render.as_card import as_card

            terminal.show(as_card(page_for(assessment, self.audience).sections))
        elif assessment.certain is Urgency.EMERGENCY and self.audience == "patient":
            print(pages.action_page(self._context(assessment.words.country), assessment))
        else:
            terminal.page_out(page_for(assessment, self.audience))

    def _write_result(self, assessment: Assessment, *, may_offer_file: bool) -> None:
        """Write the result to the requested file, or ask; never ask after an emergency."""
        path = self.output
        if path is None and may_offer_file and assessment.certain is not Urgency.EMERGENCY:
            try:
                path = prompts.choose_file(plain=self._is_plain)
            except (KeyboardInterrupt, EOFError):  # leaving here means no
                print()
        if path is None:
            return
        try:
            write_result(path, render_by_extension(path, assessment, self.audience))
        except WriteError as error:
            raise WriteError(f"{error}. The result is above.") from None
        print(f"The result is saved in {path}.")
