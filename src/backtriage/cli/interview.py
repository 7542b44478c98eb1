"""One visit: what comes before the first question, the questions, and what comes after."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage.cli import exits
from backtriage.decide.assessment import Assessment, assess
from backtriage.interview.interview import Interview, Stopped, view
from backtriage.interview.serialisation import Restored
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.by_extension import render_by_extension
from backtriage.shell import drafts, prompts, screen
from backtriage.shell.files import Unwritable, write_result
from backtriage.shell.plain.interview import INTERRUPTED, run
from backtriage.shell.plain.pages import action_lines, intro_page, leaving_page, resumed_page
from backtriage.shell.plain.words import Opening, PageContext
from backtriage.terms.urgency import Urgency

if TYPE_CHECKING:
    from backtriage.render.page import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """An interview that is about to be shown."""

    interview: Interview
    path: Path
    """Where it is kept."""
    country: str | None
    restored: Restored | None = None
    ref: str | None = None
    """The reference of the sheet that it goes on from."""
    remarks: tuple[str, ...] = ()
    """What was found about saved answers, to be said before anything else."""
    opening: Opening | None = None
    """What the screen says first. Plain mode has printed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """An interview that came to its end."""

    interview: Interview
    may_offer: bool
    """Whether to ask if the result shall be kept in a file."""


def _remarked(begun: _Begun, remark: str) -> _Begun:
    return replace(begun, remarks=(*begun.remarks, remark))


_NONE_SAVED: Final = "There are no saved answers to go on with, so this begins anew."
_TAKEN: Final = "Another window has taken these answers up, so this begins anew."


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One run of `ask`, with everything that was asked for on the command line."""

    program: Program
    country: str | None
    plain: bool
    audience: Audience
    resume: bool | None
    is_saved: bool
    output: Path | None
    rules: Path | None
    sheet: str | None

    def run(self) -> int:
        """Ask, show the result, and say with which code to leave."""
        try:
            begun = self._begin()
        except (KeyboardInterrupt, EOFError):
            print()
            print(leaving_page(self._paper(self.country), start(self.program), ""))
            return INTERRUPTED
        store = drafts.DraftStore(begun.path, begun.country)
        try:
            asked = self._ask(begun, store)
        except Stopped as stopped:
            return self._leave(stopped, store)
        assessment = assess(self.program, asked.interview.answers, begun.country, begun.ref)
        print()
        self._show(assessment)
        try:
            return self._finish(assessment, asked)
        finally:  # it was shown, however what comes after it ends
            if self.is_saved:
                store.drop()

    def _ask(self, begun: _Begun, store: drafts.DraftStore) -> _Asked:
        """The questions, in the face that this terminal can show. Raises `Stopped`."""
        words = Words(self.program, begun.country)
        if self._by_number:
            last = run(begun.interview, words, lambda state: self._say_if_not_kept(store, state))
            return _Asked(interview=last, may_offer=self.is_saved)
        # Imported here: plain mode does not load the screen.
        from backtriage.shell.full.app import run as run_on_screen
        from backtriage.shell.full.scene import Scene

        scene = Scene(
            interview=begun.interview, words=words, seen=view(begun.interview),
            audience=self.audience, may_save=self.is_saved, ref=begun.ref, opening=begun.opening,
        )  # fmt: skip
        end = run_on_screen(scene, lambda state: self._keep(store, state))
        return _Asked(interview=end.interview, may_offer=end.may_offer)

    def _paper(self, country: str | None) -> PageContext:
        words = Words(self.program, country)
        return PageContext(words=words, width=screen.width(), height=screen.height())

    @property
    def _by_number(self) -> bool:
        """Whether the short questions are asked with numbers as well."""
        return self.plain or not screen.is_capable()

    # Before the first question

    def _begin(self) -> _Begun:
        path = drafts.new_path(self.program)
        begun = _Begun(interview=start(self.program), path=path, country=self.country)
        if self.sheet is not None:
            begun = self._from_sheet(begun, self.sheet)
        elif self.is_saved and self.resume is not False:
            begun = self._resumed(begun)
        is_alarm = view(begun.interview).is_emergency
        if self._by_number or is_alarm:
            for remark in begun.remarks:
                exits.say(remark)
        if is_alarm:
            return begun  # nothing comes before it, not even the country
        opening = self._opening(begun)
        if self._by_number:
            print()
            print(opening(self._paper(begun.country)))
        if begun.country is None and begun.restored is None:
            country = prompts.choose_country(self.program, plain=self._by_number)
            begun = replace(begun, country=country)
        return begun if self._by_number else replace(begun, opening=opening)

    def _from_sheet(self, begun: _Begun, name: str) -> _Begun:
        """The answers of a sheet. One that cannot be read is an error, as everywhere."""
        from backtriage.cli.sheet import decided, validated_from

        validated = validated_from(self.program, name)
        decided(self.program, validated, self.country)
        return replace(begun, interview=start(self.program, validated.answers), ref=validated.ref)

    def _resumed(self, begun: _Begun) -> _Begun:
        """The saved interview that the person picks, or the new one."""
        found, unread = drafts.find(self.program)
        begun = replace(begun, remarks=tuple(
            f"Saved answers that cannot be read were left alone: {file.path}: {file.why}."
            for file in unread
        ))  # fmt: skip
        picked = self._picked(found)
        if picked is None:
            return _remarked(begun, _NONE_SAVED) if self.resume and not found else begun
        path = drafts.claim(picked, self.program)
        if path is None:
            return _remarked(begun, _TAKEN)
        restored = picked.restored
        return replace(
            begun,
            interview=restored.interview,
            path=path,
            country=self.country or restored.country,
            restored=restored,
        )

    def _picked(self, found: tuple[drafts.Draft, ...]) -> drafts.Draft | None:
        if not found:
            return None
        alarm = next((d for d in found if view(d.restored.interview).is_emergency), None)
        if self.resume and (len(found) == 1 or alarm is not None):
            return alarm or found[0]
        return prompts.choose_draft(found, plain=self._by_number)

    def _opening(self, begun: _Begun) -> Opening:
        """What this is, or what came back from disk, at any width."""
        remarks = () if self._by_number else begun.remarks
        kept_in = str(drafts.drafts_folder()) if self.is_saved else ""

        def page(paper: PageContext) -> str:
            if begun.restored is not None:
                first = resumed_page(paper, begun.restored)
            else:
                first = intro_page(paper, self.program, kept_in)
            return "\n\n".join((*(paper.text(remark) for remark in remarks), first))

        return page

    # While it goes on

    def _keep(self, store: drafts.DraftStore, interview: Interview) -> str:
        """Keep the answers. Says once why that fails; empty when there is nothing to say."""
        if not self.is_saved:
            return ""
        was_failing = bool(store.failed)
        if store.keep(interview) or was_failing:
            return ""
        return f"Your answers cannot be saved in {store.path.parent}: {store.failed}."

    def _say_if_not_kept(self, store: drafts.DraftStore, interview: Interview) -> None:
        warning = self._keep(store, interview)
        if warning:
            exits.say(warning)

    # After it

    def _leave(self, stopped: Stopped, store: drafts.DraftStore) -> int:
        """Say how to go on, and what must not wait. Answers first: the terminal may be gone."""
        is_kept = self.is_saved and bool(stopped.interview.answers)
        is_kept = is_kept and store.keep(stopped.interview)
        paper = self._paper(store.country)
        how = " ".join(("backtriage ask --resume", *self._rules_option()))
        kept = f"Your answers are kept. To go on: {how}" if is_kept else "Nothing was kept."
        try:
            print()
            print(leaving_page(paper, stopped.interview, kept), flush=True)
        except OSError:  # hung up: nobody reads it
            from backtriage.shell.output import forget_output

            forget_output()
        return stopped.code

    def _rules_option(self) -> tuple[str, ...]:
        return ("--rules", str(self.rules)) if self.rules else ()

    def _finish(self, assessment: Assessment, asked: _Asked) -> int:
        """Write the result where it was asked for, or ask where. It has been shown."""
        code = exits.code_of(assessment, by_urgency=False)
        try:
            if self.output is not None:
                self._write(self.output, assessment)
            elif asked.may_offer and assessment.certain is not Urgency.EMERGENCY:
                self._offer(assessment)  # after an emergency nothing more is asked
        except Unwritable as unwritable:
            exits.say(f"backtriage: {unwritable}. The result stands above.")
            code = exits.CANNOT_WRITE
        return code

    def _show(self, assessment: Assessment) -> None:
        """The card, once. Of an emergency the person has just read it: only the action again.

        The screen is gone when it ends, so there the whole card stays, however long.
        """
        if not self._by_number:
            from backtriage.render.as_card import as_card
            from backtriage.render.page import page_for

            screen.show(as_card(page_for(assessment, self.audience).sections))
            return
        if assessment.certain is Urgency.EMERGENCY and self.audience == "patient":
            print(action_lines(self._paper(assessment.words.country), assessment))
            return
        from backtriage.render.page import page_for
        from backtriage.shell.pager import page_out

        page_out(page_for(assessment, self.audience))

    def _offer(self, assessment: Assessment) -> None:
        """Save it if the person names a file. Whoever leaves here has seen the result."""
        try:
            path = prompts.choose_file(plain=self._by_number)
        except (KeyboardInterrupt, EOFError):
            print()
            return
        if path is not None:
            self._write(path, assessment)

    def _write(self, path: Path, assessment: Assessment) -> None:
        write_result(path, render_by_extension(path, assessment, self.audience))
        print(f"The result is saved in {path}.")
