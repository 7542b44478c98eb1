"""One run of `ask`: what comes before the first question, the interview, and what comes after."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from backtriage.decide.assessment import Assessment
from backtriage.interview.interview import Stopped, assessment_of, view
from backtriage.interview.state import Interview
from backtriage.interview.transitions import start
from backtriage.program.program import Program
from backtriage.program.words import Words
from backtriage.render.page.phrasing import pluralise
from backtriage.shell import drafts, prompts, terminal
from backtriage.shell.beginning import AnotherTimeError, Beginning, picked
from backtriage.shell.output import detach_output, say
from backtriage.shell.paths import bundled_rules, drafts_folder
from backtriage.shell.plain.interview import run as run_plain
from backtriage.shell.plain.results import Results
from backtriage.shell.questionnaire import pages, wording
from backtriage.shell.questionnaire.pages import Opening, PageContext
from backtriage.shell.result import show_below
from backtriage.shell.result_file import ResultFile
from backtriage.shell.saving import save_result
from backtriage.shell.sheets import assess_sheet, read_answers
from backtriage.shell.terminal_setup import undisturbed
from backtriage.terms.answers import Answers
from backtriage.terms.printable import visible

if TYPE_CHECKING:
    from backtriage.render.page import Audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One run of `ask`, with all options from the command line."""

    program: Program
    country: str | None
    plain: bool
    """Whether to ask line by line, until the end: a window may change its size."""
    audience: Audience
    resume: bool | None
    """Whether to resume a draft; None to ask."""
    is_saved: bool
    """Whether drafts and files may be written."""
    output: ResultFile | None
    rules: Path | None
    sheet: str | None  # to continue
    prepare: Callable[[], None] = lambda: None
    """Checks and says what comes before the first question, but not before an emergency."""
    known: Answers = Answers()  # what a journal says, to begin with
    private: bool = False
    """Whether private answers are wanted on pages that others may read."""
    journal: str | None = None
    """The journal that the interview comes from, if it was named."""

    def run(self) -> Assessment:
        """Ask, show the result, write it to the requested file, and return it.

        Raises:
            Stopped: The person left before the result.
            ReadError: The sheet to continue cannot be read.
            InvalidSheetError: It has problems.
            WriteError: The result cannot be written; if there is one, it was shown.
        """
        try:
            return self._run()
        except terminal.Hidden:  # before or after the questions
            terminal.clear()
            raise Stopped(start(self.program), signal.SIGINT, is_hidden=True) from None

    def _run(self) -> Assessment:
        beginning = self._begin()
        asked, late = None, None
        while asked is None:
            try:
                if late is not None:
                    if self._keeps_drafts:
                        beginning.save(late)  # as of then, with the answer that came now
                    again = self._shown(beginning.again(late, self.rules))
                    beginning, late = again, None
                    beginning.store.begin_again()
                asked = self._ask(beginning)
            except AnotherTimeError as error:
                late = error.interview
            except (Stopped, KeyboardInterrupt, EOFError, terminal.Terminated) as left:
                number = getattr(left, "signal", signal.SIGINT)
                here = Stopped(late or beginning.interview, number)
                stopped = left if isinstance(left, Stopped) else here
                self._leave(stopped, beginning)
                raise stopped from None
        interview, may_offer_file = asked
        assessment = assessment_of(interview, beginning.country, beginning.ref)
        try:
            print()
            context = self._context(beginning.country)
            offers = may_offer_file and self.output is None
            show_below(assessment, self.audience, context, plain=self.plain, offers_file=offers)
        finally:
            self._delete_draft(beginning.store)
        save_result(
            assessment, self.audience, output=self.output, may_ask=may_offer_file,
            plain=self.plain, private=self.private, concealed=bool(interview.concealed),
            begin_journal=beginning.begin_journal,
        )  # fmt: skip
        return assessment

    def _leave(self, stopped: Stopped, beginning: Beginning) -> None:
        """Keep the answers of whoever left, and say so."""
        if stopped.is_hidden:
            terminal.clear()  # before anything that may take long
        if stopped.was_result_seen:
            self._delete_draft(beginning.store)
            return
        with undisturbed((signal.SIGINT, signal.SIGQUIT)):  # Ctrl-C may come twice
            kept = self._keep(stopped.interview, beginning)
            if not stopped.is_hidden:
                self._say_goodbye(stopped.interview, beginning, kept)

    @property
    def _keeps_drafts(self) -> bool:
        return self.is_saved and drafts_folder() is not None

    def _context(self, country: str | None) -> PageContext:
        words = Words(self.program, country)
        return PageContext(words=words, width=terminal.width(), height=terminal.height(),
                           private=self.private)  # fmt: skip

    def _begin(self) -> Beginning:
        """Return the interview to show. Whoever leaves before that is told of an emergency too."""
        store = drafts.DraftStore(drafts.new_name(self.program))
        beginning = Beginning(interview=start(self.program), store=store, country=self.country,
                              journal=self.journal)  # fmt: skip
        try:
            beginning = self._find_beginning(beginning)
            return self._open(beginning)
        except (KeyboardInterrupt, EOFError, terminal.Terminated) as left:
            self._say_goodbye(beginning.interview, beginning, "")
            raise Stopped(beginning.interview, getattr(left, "signal", signal.SIGINT)) from None
        except terminal.Hidden:
            raise
        except Exception:
            if view(beginning.interview).is_emergency or beginning.alarm:
                self._say_goodbye(beginning.interview, beginning, "")
            raise

    def _open(self, beginning: Beginning) -> Beginning:
        """Print and ask what comes before the interview."""
        is_emergency = view(beginning.interview).shows_emergency
        if self.plain or is_emergency:
            for remark in beginning.remarks:
                say(remark)
        if is_emergency:  # it comes before everything, even the country
            if self.plain and beginning.note:
                print(self._context(beginning.country).wrap(beginning.note))
            return beginning
        self.prepare()
        if self._keeps_drafts:
            drafts.tidy()
        beginning = self._shown(beginning)
        if beginning.country is None and beginning.restored is None:
            country = prompts.choose_country(self.program, plain=self.plain)
            beginning = replace(beginning, country=country)
        return beginning

    def _shown(self, beginning: Beginning) -> Beginning:
        """Print what comes before the first question, or leave it to the full screen."""
        opening = self._opening(beginning)
        if not self.plain:
            return replace(beginning, opening=opening)
        print()
        print(opening(self._context(beginning.country)))
        return beginning

    def _find_beginning(self, new: Beginning) -> Beginning:
        """Return the sheet to continue, the draft that the person picks, or a new interview."""
        if self.is_saved and not self._keeps_drafts:
            new = replace(new, remarks=(wording.NO_HOME,))
        if self.sheet is not None:
            validated = read_answers(self.program, self.sheet)
            rules = self.rules or bundled_rules()
            assess_sheet(self.program, validated, self.country, rules=rules)  # or it raises
            interview = start(self.program, validated.answers, validated.checked)
            return replace(new, interview=interview, ref=validated.ref)
        if self.known:
            # What an entry has answered already may be an answer that only advice needs.
            begun = replace(start(self.program, self.known), advice_from=None)
            return replace(new, interview=begun)
        if not self._keeps_drafts or self.resume is False:
            return new
        return picked(new, self.program, self.rules, resume=self.resume, plain=self.plain)

    def _opening(self, beginning: Beginning) -> Opening:
        remarks = () if self.plain else beginning.remarks
        kept_in = visible(str(drafts_folder())) if self._keeps_drafts else ""

        def page(context: PageContext) -> str:
            first = pages.intro_page(context, self.program, kept_in)
            if beginning.restored is not None:
                first = pages.going_on_page(context, beginning.restored, beginning.when)
            return "\n\n".join((*(context.wrap(remark) for remark in remarks), first))

        return page

    def _ask(self, beginning: Beginning) -> tuple[Interview, bool]:
        """Run the front end that this terminal can show.

        Return the last state, whose result has been read, and whether to offer a file for it.
        """
        words = Words(self.program, beginning.country)
        if self.plain:
            return self._ask_plain(beginning, words)
        # Imported here: plain mode does not load the screen library.
        from backtriage.shell.full.app import run as run_full_screen
        from backtriage.shell.full.state import UiState

        state = UiState(
            interview=beginning.interview, words=words, view=view(beginning.interview),
            audience=self.audience, private=self.private, may_save=self.is_saved,
            ref=beginning.ref, note=beginning.note, opening=beginning.opening,
        )  # fmt: skip
        last = run_full_screen(
            state,
            partial(self._save_draft, beginning=beginning),
            beginning.begin_journal,
        )
        return last.interview, last.may_offer_file

    def _ask_plain(self, beginning: Beginning, words: Words) -> tuple[Interview, bool]:
        def on_change(interview: Interview) -> None:
            if warning := self._save_draft(interview, beginning):
                say(warning)

        def assessed(interview: Interview) -> Assessment:
            beginning.heed_time(interview)  # perhaps it waited for the result for days
            return assessment_of(interview, beginning.country, beginning.ref)

        results = Results(assess=assessed, audience=self.audience, private=self.private,
                          may_save=self.is_saved,
                          begin_journal=beginning.begin_journal)  # fmt: skip
        final = run_plain(beginning.interview, words, on_change, results)
        is_open = not view(final).is_emergency and final.answers not in results.saved
        return final, self.is_saved and is_open

    def _save_draft(self, interview: Interview, beginning: Beginning) -> str:
        """Save the answers, unless they are of another time. Returns a warning if this fails."""
        beginning.heed_time(interview)
        store = beginning.store
        was_failing = bool(store.error)
        if not self._keeps_drafts or beginning.save(interview) or was_failing:
            return ""
        return f"Your answers cannot be saved in {visible(str(drafts_folder()))}: {store.error}."

    def _delete_draft(self, store: drafts.DraftStore) -> None:
        """Delete the draft, or say that it is still there."""
        with undisturbed():
            why = store.delete() if self._keeps_drafts else ""
        if why:
            where = visible(str(drafts_folder()))
            say(f"Your saved answers are still in {where}, because they cannot be removed: {why}.")

    def _say_goodbye(self, interview: Interview, beginning: Beginning, kept: str) -> None:
        """Say how to resume, and what cannot wait. Save first: the terminal may be gone."""
        try:
            print()
            context = self._context(beginning.country)
            alarm = beginning.alarm
            if alarm and beginning.restored:  # unless it has been answered since
                from backtriage.shell.older_drafts import alarm_after

                alarm = alarm_after(beginning.restored, interview.answers, self.rules)
            page = pages.leaving_page(context, interview, kept, alarm)
            print(page, flush=True)
        except OSError:  # the terminal is gone
            detach_output()

    def _keep(self, interview: Interview, beginning: Beginning) -> str:
        """Save the answers for later; return what is kept, and how to go on with it."""
        store, restored = beginning.store, beginning.restored
        how = wording.how_to_go_on(self.rules)
        if restored is not None and interview is restored.interview and store.is_as_found:
            return f"Your answers are kept. {how}"
        # One answer that was taken back is not worth keeping, but a whole interview is.
        taken_back = restored.interview.remembered if restored else ()
        is_empty = not (interview.answers or interview.earlier or taken_back or interview.meant)
        if is_empty and len(interview.remembered) <= 1:
            self._delete_draft(store)
        elif self._keeps_drafts and beginning.save(interview):
            return f"Your answers are kept. {how}"
        if not store.kept:
            return "Nothing was kept."
        earlier = f"What was saved before is kept: {pluralise(store.kept, 'answer', 'answers')}."
        return f"Your last answers could not be saved: {store.error}. {earlier} {how}"
