"""Saving and restoring interviews, pinned to the protocol they were started with.

Restored answers are validated like any sheet: an answer that no longer fits is dropped and
named. If a question has changed, its old answer is only remembered, because an item added to a
list would otherwise read as "no"; so is an answer of another time. What is remembered is saved as
such, so that it is still offered after the next interruption. But an emergency outlives both: what
is still understood of the old answers counts while it is one, until it is answered again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import takewhile
from typing import Final

from msgspec.structs import replace as replace_fields

from backtriage.decide.assessment import assess_readable
from backtriage.interview.another_time import (
    asked_anew,
    at_another_time,
    behind_emergency,
    without_denials,
)
from backtriage.interview.concealed import private_part
from backtriage.interview.confirmations import is_emergency
from backtriage.interview.restored import InvalidDraft, Restored
from backtriage.interview.state import Interview, Step, counted_answers
from backtriage.interview.taking_over import concealing_all, is_unknown
from backtriage.program.doubts import in_order, question_of
from backtriage.program.meaning import meaning_of
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet, sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, plain_answers, validate
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import CHECKED, REF, Answers
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import Ticks, Value

SCHEMA: Final = "backtriage.interview/1"


def serialise(
    interview: Interview, country: str | None = None, ref: str | None = None,
    journal: str | None = None,
) -> str:  # fmt: skip
    """Return the interview as JSON: its answers, and the order in which they were given."""
    program = interview.program
    record = {
        "schema": SCHEMA,
        "protocol": program.identity,
        "country": country,
        REF: ref,
        "journal": journal,
        "answers": plain_answers(program, interview.answers),
        CHECKED: list(in_order(program, interview.checked)),
        "remembered": plain_answers(program, interview.remembered),
        "changing": interview.changing,
        "order": [step.question for step in interview.trail],
        "has_gone_on": interview.has_gone_on,
        "concealed": sorted(interview.concealed),
        "beneath": plain_answers(program, interview.beneath),
        "said": plain_answers(program, interview.said),
        "told_by": plain_answers(program, interview.told_by),
        "outdated": sorted(interview.outdated),
        "meant": interview.meant.id,
        "earlier": json.loads(interview.earlier or "{}"),
        "doubted": plain_answers(program, _doubted(interview)),
        "questions": {
            question.id: meaning_of(program, question) for question in program.protocol.questions
        },
    }
    return json.dumps(record, indent=2) + "\n"


def restore(
    program: Program, data: bytes, *, is_old: bool = False
) -> Restored | InvalidDraft | None:
    """Restore what was saved; None for another protocol. What `is_old` may no longer be true."""
    saved = sheet_from_bytes(data, "saved interview", is_yaml=False)
    if saved.problems:
        return InvalidDraft(saved.problems[0].message)
    if saved.duplicates:
        return InvalidDraft("a part of it appears twice")
    if saved.values.get("schema") != SCHEMA:
        return InvalidDraft("it is not a saved interview of this version")
    match [saved.values.get(key) for key in ("protocol", "answers", "questions", "order")]:
        case dict(protocol), dict(answers), dict(fingerprints), list(order):
            pass
        case _:
            return InvalidDraft("a part of it is missing")
    if protocol.get("id") != program.protocol.id:
        return None
    country, journal = (saved.values.get(key) for key in ("country", "journal"))
    # A doubt that the rules no longer have takes no other with it.
    checked = in_order(program, _names(saved.values.get(CHECKED)))
    reserved = {REF: saved.values.get(REF), CHECKED: list(checked)}
    sheet = validate(program, Sheet(values={**answers, **reserved}))
    validated = sheet.answers
    same_protocol = protocol.get("digest") == program.digest
    changed = _names(saved.values.get("outdated"))
    changed |= asked_anew(program, validated) if is_old else frozenset()

    def is_changed(id_: str) -> bool:
        # Another version of this program may have told meanings apart in another way.
        then, now = fingerprints.get(id_), meaning_of(program, program.questions[id_])
        return id_ in changed or (not same_protocol and then != now)

    reworded = tuple(
        id_
        for id_, question in program.questions.items()
        # What a journal says, nobody could be asked again.
        if id_ in validated and question.from_journal is None and is_changed(id_)
    )
    dropped = tuple(id_ for id_ in answers if id_ not in validated)
    interview = _interview(program, sheet, reworded, order, saved.values)
    earlier = _part(saved.values.get("earlier"))
    gone = earlier | {id_: answers[id_] for id_ in dropped if id_ not in program.questions}
    interview = replace(
        interview, earlier=json.dumps(gone, default=float) if gone else ""
    )  # numbers are read exactly
    interview = _remembering(interview, saved.values, is_changed)
    interview = at_another_time(interview, validated) if is_old else interview
    is_lost = bool(reworded or dropped) and is_unknown(interview, is_any_gone=bool(gone))
    # What is private now may not have been so when somebody else took over.
    is_lost |= bool(interview.told_by) and not same_protocol
    restored = Restored(
        interview=concealing_all(interview) if is_lost else interview,
        country=country if isinstance(country, str) and country in program.countries else None,
        ref=sheet.ref,
        journal=journal if isinstance(journal, str) else None,
        same_protocol=same_protocol,
        is_old=is_old,
        reworded=reworded,
        dropped=dropped,
        new=tuple(id_ for id_ in program.questions if id_ not in fingerprints),
        saved=earlier | answers,
        # Who gave earlier ones is not known any more.
        is_concealed=bool(_names(saved.values.get("concealed")) or earlier) or is_lost,
    )
    if reworded or dropped:
        restored = _recalling_readable(
            restored, sheet, counted_answers(_interview(program, sheet, (), order, saved.values))
        )
    if is_old and not restored.interview.concealed:  # then nobody's answers are to be told apart
        restored = replace(restored, interview=replace(restored.interview, told_by=Answers()))
    return restored


def _recalling_readable(restored: Restored, sheet: ValidatedSheet, answers: Answers) -> Restored:
    """Let count what can be read of answers that no longer fit, or no longer mean the same.

    Args:
        restored: What is there without them.
        sheet: The answers as they were saved.
        answers: The same as they counted then, such as after somebody else had taken over.
    """
    program = restored.interview.program
    found = assess_readable(program, replace_fields(sheet, answers=answers))
    if restored.is_old or restored.is_concealed:  # nobody finds again what counts no longer
        # An emergency counts until it is answered again. What stood beside it was for today.
        meant = max(restored.interview.meant, min(found.certain, Urgency.SAME_DAY))
        restored = replace(restored, interview=replace(restored.interview, meant=meant))
    return recalling(restored, Answers({**found.answers, **found.set_aside}))


def recalling(restored: Restored, answers: Answers) -> Restored:
    """Return a restored interview in which old answers count, if they are an emergency.

    They are for the alarm only, and are not offered again: of a list, some items were not asked.

    Args:
        restored: The interview.
        answers: What is understood of its saved answers. What it holds already stays.
    """
    interview, program = restored.interview, restored.interview.program
    answers = Answers({**answers, **interview.answers})
    if not is_emergency(program, answers):
        return restored
    if restored.is_old:
        answers = behind_emergency(program, answers)
    more = Answers({id_: v for id_, v in answers.items() if id_ not in interview.answers})
    private = {id_ for id_ in more if program.questions[id_].is_private}
    concealed = private if restored.is_concealed else set()
    interview = replace(
        interview,
        answers=Answers({**interview.answers, **more}),
        outdated=interview.outdated | more.keys(),
        changing=None,
        concealed=interview.concealed | concealed,
    )
    return replace(restored, interview=interview)


def _doubted(interview: Interview) -> Answers:
    """Return each answer as it was before a confirmation of it."""
    found: dict[str, Value | None] = {}
    for step in interview.trail:
        if step.is_confirmation:
            found.setdefault(step.question, step.before)
        else:
            found.pop(step.question, None)
    return Answers({id_: value for id_, value in found.items() if value is not None})


def _interview(
    program: Program,
    sheet: ValidatedSheet,
    reworded: tuple[str, ...],
    order: list[object],
    saved: Mapping[str, Raw],
) -> Interview:
    """Rebuild the interview; answers to reworded questions are only remembered."""
    validated = sheet.answers
    answers = Answers({id_: validated[id_] for id_ in validated if id_ not in reworded})
    # A changed answer occurs in the order more than once; only the last can be undone.
    latest = dict.fromkeys(id_ for id_ in order[::-1] if isinstance(id_, str) and id_ in answers)
    checked = frozenset(name for name in sheet.checked if question_of(name) in answers)
    trail: list[Step] = []
    before = checked
    doubts = _answers(program, saved.get("doubted"))
    for id_ in latest:
        # Undoing an answer undoes what confirmed it.
        before = frozenset(name for name in before if question_of(name) != id_)
        if id_ in doubts:
            trail.append(
                Step(question=id_, before=doubts[id_], was_change=False,
                     is_confirmation=True, checked=before)
            )  # fmt: skip
        trail.append(Step(question=id_, before=None, was_change=False, checked=before))
    trail.reverse()
    hidden = _names(saved.get("concealed")).intersection(answers)
    said = _answers(program, saved.get("said"))
    lists = {id_: private_part(program.questions[id_], answers[id_]) for id_ in hidden}
    beneath = Answers({**lists, **_answers(program, saved.get("beneath"))})
    told_by = _answers(program, saved.get("told_by"))  # a part of it would fit more people
    unshown = _names(saved.get("concealed")) | _names(saved.get("outdated"))
    triage = takewhile(lambda step: step.question not in program.advice_questions, trail)
    return Interview(
        program=program,
        answers=answers,
        checked=checked,
        trail=tuple(trail),
        advice_from=len(tuple(triage)) if saved.get("has_gone_on") is True else None,
        remembered=without_denials(
            {id_: validated[id_] for id_ in reworded if id_ not in unshown}
        ),
        concealed=hidden,
        meant=next((u for u in Urgency if u.id == saved.get("meant")), Urgency.SELF_CARE),
        beneath=Answers({id_: v for id_, v in beneath.items() if _is_list(answers, hidden, id_)}),
        said=Answers({id_: v for id_, v in said.items() if _is_list(answers, hidden, id_)}),
        told_by=told_by if told_by.keys() == _part(saved.get("told_by")).keys() else Answers(),
    )


def _is_list(answers: Answers, hidden: frozenset[str], id_: str) -> bool:
    """Return whether a question has a concealed answer that is a list."""
    return id_ in hidden and isinstance(answers[id_], Ticks)


def _answers(program: Program, saved: object) -> Answers:
    """Return the answers in a part of a draft, as far as they are valid."""
    return validate(program, Sheet(values=_part(saved))).answers


def _part(saved: object) -> dict[str, Raw]:
    """Return a part of a draft that holds answers."""
    return saved if isinstance(saved, dict) else {}


def _names(saved: object) -> frozenset[str]:
    """Return the names in a part of a draft."""
    names = saved if isinstance(saved, list) else []
    return frozenset(name for name in names if isinstance(name, str))


def _remembering(
    interview: Interview, saved: Mapping[str, Raw], is_changed: Callable[[str], bool]
) -> Interview:
    """Add what was remembered when it was saved: what still fits, and has no answer now.

    A "no" to a question that has changed does not fit any more. An answer that was being changed
    is asked again first, if there were marks on it.
    """
    answers = interview.answers
    shown = _answers(interview.program, saved.get("remembered"))
    new = {id_: value for id_, value in shown.items() if is_changed(id_)}
    same = {id_: value for id_, value in shown.items() if id_ not in new}
    remembered = {**same, **without_denials(new), **interview.remembered}
    left = {id_: value for id_, value in remembered.items() if id_ not in answers}
    changing = saved.get("changing")
    if not isinstance(changing, str) or changing not in answers.keys() & remembered.keys():
        return replace(interview, remembered=Answers(left))
    marks = Answers(left | {changing: remembered[changing]})
    is_first = is_emergency(interview.program, counted_answers(interview))  # that is shown first
    return replace(interview, remembered=marks, changing=None if is_first else changing)
