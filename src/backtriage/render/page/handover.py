"""The hand-over sheet: what a nurse or doctor needs to know within a minute."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from backtriage.decide.assessment import Assessment
from backtriage.decide.reasons import CERTAIN, MISSING, Reason
from backtriage.decide.receipt import receipt_of
from backtriage.protocol.protocol import (
    Advice,
    Question,
)
from backtriage.protocol.texts import Evidence
from backtriage.render.page.advice import advice_name
from backtriage.render.page.page import Action, Block, Page
from backtriage.render.page.patient import (
    action_of,
    is_unsettled,
    named,
    open_end,
    provenance,
)
from backtriage.render.page.phrasing import (
    answer_phrase,
    as_sentence,
    contradiction_text,
    definite_phrases,
    lower_first,
    pluralise,
    reported_answers,
)
from backtriage.terms.value import NotSure, Ticks, Value

_CHECKED: Final = {
    "primary": "read in the original",
    "secondary": "read in a copy or summary:",
    "not_verified": "not verified",
}

_NOT_HERE: Final = "answers that are not on this sheet"
_LEFT_OUT: Final = "not on this sheet, whatever was answered"
_ALWAYS: Final = ("YES", "NO", "NOT SURE", "NOT ASKED")
"""Rows that are shown even if empty, because that is information too."""


def handover_page(assessment: Assessment, *, is_whole: bool = True) -> Page:
    """Return what the clinician who takes over reads.

    Args:
        assessment: The assessment, perhaps without private answers.
        is_whole: Whether it is with them. Otherwise the sheet has no receipt, by which somebody
            could try what the answers may be.
    """
    program = assessment.program
    record = (
        ("Receipt", receipt_of(assessment)) if is_whole else ("Private answers", _LEFT_OUT),
        ("Protocol", f"{program.protocol.id} {program.digest}"),
        ("Country of numbers", assessment.words.country or "none named"),
    )
    blocks = (
        Block(labelled=tuple(_answers(assessment))),
        Block(heading="RULES FIRED", items=_rules(assessment)),
        Block(heading="TOLD THE PATIENT", paragraphs=_told_the_patient(assessment)),
        Block(heading="SBAR", labelled=_sbar(assessment)),
        Block(heading="SOURCES", items=_sources(assessment)),
        Block(heading="RECORD", paragraphs=provenance(assessment), labelled=record),
    )
    action = action_of(assessment)
    return Page(
        action=Action(word=action.word, headline=action.headline),
        blocks=tuple(block for block in blocks if not block.is_empty),
    )


def _answers(a: Assessment) -> Iterator[tuple[str, str]]:
    questions = a.program.protocol.questions
    given = [(q, a.answers[q.id]) for q in questions if q.id in a.answers]
    unasked = [q for q in questions if q.id not in a.answers and q.id not in a.missing]
    against = {each.question for each in a.contradictions}
    listed = {question.id for question in questions}
    left_out = [q for q in a.program.questions.values() if not (q.private or q.id in listed)]
    rows = (
        ("YES", [text for q, value in given for text in _yes(q, value)]),
        ("NO", [text for q, value in given for text in _no(q, value)]),
        ("NOT SURE", [_doubt(a, *doubt) for doubt in a.not_sure]),
        ("CHECKED", [_doubt(a, *name.partition(".")[::2]) for name in a.checked]),
        ("NOT ASKED", [q.short for q in unasked]),
        ("LEFT OUT", [f"{q.short}, whatever was answered: please ask" for q in left_out]),
        ("STILL OPEN", [question.short for question in named(a, a.missing)]),
        ("DO NOT FIT", [contradiction_text(a, each) or _NOT_HERE for each in a.contradictions]),
        ("NOT COUNTED", [f"{q.short}: {answer_phrase(q, a.set_aside[q.id])}"
                         for q in questions if q.id in a.set_aside.keys() - against]),
    )  # fmt: skip
    for label, parts in rows:
        if parts or label in _ALWAYS:
            yield label, a.words.fill("; ".join(parts)) or "none"


def _yes(question: Question, value: Value) -> Iterator[str]:
    if value is True:
        yield question.short
    elif value is not False:
        yield from definite_phrases(question, value)


def _no(question: Question, value: Value) -> Iterator[str]:
    """Name a list without ticks; of any other list, name the items that are not ticked."""
    if value == Ticks():
        yield f"{question.short} (none of {len(question.choices)})"
    elif isinstance(value, Ticks):
        marked = value.yes | value.unsure
        yield from (choice.short for choice in question.choices if choice.id not in marked)
    elif value is False:
        yield question.short


def _doubt(a: Assessment, question_id: str, item: str) -> str:
    question = a.program.questions[question_id]
    return next((choice.short for choice in question.choices if choice.id == item), question.short)


def _rules(a: Assessment) -> tuple[str, ...]:
    fired = [_rule(a, reason) for reason in a.reasons if reason.certainty != MISSING]
    missing = (reason.rule.id for reason in a.reasons if reason.certainty == MISSING)
    still_open = [id_ for id_ in missing if id_]
    if still_open:
        fired.append(f"Not decided, and acted on as if true: {', '.join(still_open)}")
    return tuple(dict.fromkeys(fired))


def _rule(a: Assessment, reason: Reason) -> str:
    if not reason.rule.id:  # it is not shown
        return reason.rule.because
    evidence = [a.program.evidence[source] for source in reason.rule.evidence]
    sources = "; ".join(f"{e.id}, {e.checked.replace('_', ' ')}" for e in evidence)
    certainty = "certain" if reason.certainty == CERTAIN else "rests on not sure"
    head = f"{reason.rule.id} ({reason.urgency.id}, {certainty})."
    parts = (head, reported_answers(a, reason.because, "Said"), f"[{sources or 'no source'}]")
    return " ".join(part for part in parts if part)


def _told_the_patient(a: Assessment) -> tuple[str, ...]:
    action = action_of(a)
    paragraphs = [f"{as_sentence(action.call)} {action.where}"]
    if a.come_back:
        paragraphs.append(f"Come back: {pluralise(len(a.come_back), 'sign', 'signs')}.")
    given = _names(a.advice)
    withheld = _names(entry.advice for entry in a.withheld)
    modules = [_verdict(result.module.id, result.verdict.id, result.counts.items())
               for result in a.module_results if result.verdict]  # fmt: skip
    for label, names in (("Advice given", given), ("Held back", withheld), ("Modules", modules)):
        paragraphs += [f"{label}: {'; '.join(names)}."] if names else []
    return tuple(paragraphs)


def _names(advice: Iterable[Advice]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(lower_first(advice_name(entry)) for entry in advice))


def _verdict(module: str, verdict: str, counts: Iterable[tuple[str, int]]) -> str:
    numbers = ", ".join(f"{score} {number}" for score, number in counts)
    return f"{module}: {verdict}" + (f" ({numbers})" if numbers else "")


def _sbar(a: Assessment) -> tuple[tuple[str, str], ...]:
    """Situation, background, assessment and recommendation, in sentences to read out."""
    action = action_of(a)
    statuses = {"complete": "complete", "incomplete": "INCOMPLETE", "out_of_scope": "OUT OF SCOPE"}
    title = a.program.protocol.title
    interval = f"certain {a.certain.id}, possible {a.possible.id}"
    situation = f"{title}: {a.urgency.id} ({action.word}), {statuses[a.status.value]}; {interval}."
    assessment = " ".join([*_why(a), "Self-reported answers; nobody was examined."])
    within = a.words.fill(a.level.within)
    return (
        ("Situation", situation),
        ("Background", _background(a) or "nothing lasting was reported."),
        ("Assessment", assessment),
        ("Recommendation", f"{as_sentence(action.headline)} {action.where} When: {within}."),
    )


def _why(a: Assessment) -> Iterator[str]:
    if is_unsettled(a):
        yield open_end(a)
    for reason in a.reasons:
        if reason.urgency == a.urgency and reason.certainty != MISSING:
            yield a.words.fill(
                f"{reported_answers(a, reason.because, 'Said')} {reason.rule.because}".strip()
            )


def _background(a: Assessment) -> str:
    """The answers that will not change: who this is, and past illness."""
    lasting = [q for q in a.program.protocol.questions if not q.can_change and q.id in a.answers]
    parts = [_background_phrase(q, a.answers[q.id]) for q in lasting]
    return a.words.fill("; ".join(parts) + ".") if parts else ""


def _background_phrase(question: Question, value: Value) -> str:
    if isinstance(value, Ticks | NotSure):
        return f"{lower_first(question.short)}: {answer_phrase(question, value)}"
    return definite_phrases(question, value)[0]


def _sources(a: Assessment) -> tuple[str, ...]:
    ids = [id_ for r in a.reasons if r.certainty != MISSING for id_ in r.rule.evidence]
    ids += [id_ for f in a.module_results if f.verdict for id_ in f.verdict.evidence]
    return tuple(_source(a.program.evidence[id_]) for id_ in dict.fromkeys(ids))


def _source(source: Evidence) -> str:
    where = ". ".join(part for part in (source.title, source.publisher, source.year) if part)
    seen = f"{_CHECKED[source.checked]} {source.read_at}".rstrip()
    address = f" {source.address}" if source.address else ""
    return f"{source.id}: {where}.{address} [{seen}] {source.says}"
