"""The hand-over sheet: what a nurse or doctor needs to know within a minute.

It speaks of the patient in the third person; what they were told is quoted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Final

from backtriage.decide.assessment import Assessment, Status
from backtriage.decide.reasons import CERTAIN, MISSING, Reason
from backtriage.decide.receipt import receipt_of
from backtriage.protocol.protocol import Module, Question, Verdict
from backtriage.protocol.texts import Evidence
from backtriage.render.page.advice import advice_name, spell_out
from backtriage.render.page.page import Action, Block, Page
from backtriage.render.page.patient import (
    action_of,
    is_of_everybody,
    is_unsettled,
    named,
    open_end,
    provenance,
    whose_answers,
)
from backtriage.render.page.phrasing import (
    answer_phrase,
    as_sentence,
    contradiction_text,
    definite_phrases,
    lower_first,
    pluralise,
    reported_answers,
    upper_first,
    with_unit,
)
from backtriage.terms.value import NOT_SURE, NotSure, Ticks, Value

_CHECKED: Final = {
    "primary": "read in the original",
    "secondary": "read in a copy or summary:",
    "not_verified": "not verified",
}

_STATUSES: Final = {
    Status.COMPLETE: "answers complete",
    Status.INCOMPLETE: "answers INCOMPLETE",
    Status.OUT_OF_SCOPE: "questions OUT OF SCOPE for this person",
}
_EARLIER: Final = "answers of another time meant {}; they count no longer"
_LEFT_OUT: Final = "not on this sheet, whatever was answered"
_WHERE: Final = "as told the patient, below"
_ALWAYS: Final = ("NOT SURE", "NOT ASKED")
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
        Block(heading="SBAR", labelled=_sbar(assessment)),
        Block(heading="RULES FIRED", items=_rules(assessment)),
        Block(heading="YES", items=_given(assessment, _yes)),
        Block(heading="NO", items=_given(assessment, partial(_no, assessment))),
        Block(heading="OTHER ANSWERS", labelled=tuple(_answers(assessment))),
        Block(heading="TOLD THE PATIENT", paragraphs=_told_the_patient(assessment)),
        Block(heading="SOURCES", items=_sources(assessment)),
        Block(heading="RECORD", paragraphs=provenance(assessment), labelled=record),
    )
    return Page(
        action=Action(
            word=action_of(assessment).word,
            headline=_STATUSES[assessment.status],
        ),
        blocks=tuple(block for block in blocks if not block.is_empty),
    )


def _answers(a: Assessment) -> Iterator[tuple[str, str]]:
    questions = a.program.protocol.questions
    unasked = [q for q in questions if q.id not in a.answers and q.id not in a.missing]
    against = {each.question for each in a.contradictions}
    listed = {question.id for question in questions}
    left_out = [q for q in a.program.questions.values() if not (q.private or q.id in listed)]
    rows = (
        ("NOT SURE", [_doubt(a, *doubt) for doubt in a.not_sure]),
        ("CHECKED", [_doubt(a, *name.partition(".")[::2]) for name in a.checked]),
        ("NOT ASKED", [q.short for q in unasked if q.from_journal is None]),
        ("LEFT OUT", [f"{q.short}, whatever was answered: please ask" for q in left_out]),
        ("STILL OPEN", [question.short for question in named(a, a.missing)]),
        ("EARLIER", [_EARLIER.format(a.program.levels[a.meant].word)] * (a.meant > a.urgency)),
        ("DO NOT FIT", [contradiction_text(a, each, "Said")
                         for each in a.contradictions]),
        ("NOT COUNTED", [f"{q.short}: {answer_phrase(q, a.set_aside[q.id])}"
                         for q in questions if q.id in a.set_aside.keys() - against]),
    )  # fmt: skip
    for label, parts in rows:
        if parts or label in _ALWAYS:
            yield label, a.words.fill("; ".join(parts)) or "none"


def _given(a: Assessment, told: Callable[[Question, Value], str]) -> tuple[str, ...]:
    """Return what was said to each question, with its name."""
    asked = (q for q in a.program.protocol.questions if q.id in a.answers)
    said = ((question, told(question, a.answers[question.id])) for question in asked)
    lines = (f"{question.short}: {text}" for question, text in said if text)
    return tuple(map(a.words.fill, lines)) or ("none",)


def _yes(question: Question, value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, Decimal):
        return with_unit(question, value)
    return "; ".join(definite_phrases(question, value))


def _no(a: Assessment, question: Question, value: Value) -> str:
    """Name the items that are not ticked; of advice without any, only how many."""
    if not isinstance(value, Ticks):
        return "no" if value is False else ""
    if value == Ticks() and question.id in a.program.advice_questions:
        return f"none of {len(question.choices)}"
    marked = value.yes | value.unsure
    return "; ".join(choice.short for choice in question.choices if choice.id not in marked)


def _doubt(a: Assessment, question_id: str, item: str) -> str:
    question = a.program.questions[question_id]
    items = (f": {choice.short}" for choice in question.choices if choice.id == item)
    return f"{question.short}{next(items, '')}"


def _said(a: Assessment, reason: Reason) -> str:
    return reported_answers(a, reason.because, "Said", "Not sure about")


def _rules(a: Assessment) -> tuple[str, ...]:
    fired = [_rule(a, reason) for reason in a.reasons if reason.certainty != MISSING]
    missing = (reason.rule.id for reason in a.reasons if reason.certainty == MISSING)
    still_open = [spell_out(id_) for id_ in missing if id_]
    if still_open:
        fired.append(f"Not decided, and acted on as if true: {', '.join(still_open)}")
    return tuple(dict.fromkeys(fired))


def _rule(a: Assessment, reason: Reason) -> str:
    if not reason.rule.id:  # it is not shown
        return reason.rule.because
    evidence = [a.program.evidence[source] for source in reason.rule.evidence]
    sources = "; ".join(f"{e.id}, {e.checked.replace('_', ' ')}" for e in evidence)
    certainty = "certain" if reason.certainty == CERTAIN else "rests on not sure"
    word = a.words.fill(a.program.levels[reason.urgency].word).lower()
    head = f"{upper_first(spell_out(reason.rule.id))} ({word}; {certainty})."
    parts = (head, _said(a, reason), f"[{sources or 'no source'}]")
    return " ".join(part for part in parts if part)


def _told_the_patient(a: Assessment) -> tuple[str, ...]:
    """Quote what the page of the patient says first, and name what else it has."""
    action = action_of(a)
    because = [_quoted(a.words.fill(r.rule.because)) for r in _deciding(a) if r.rule.because]
    paragraphs = [_quoted(f"{as_sentence(action.call)} {action.where}"), *dict.fromkeys(because)]
    if a.come_back:
        paragraphs.append(f"Come back: {pluralise(len(a.come_back), 'sign', 'signs')}.")
    if a.advice:
        paragraphs.append(f"Advice given: {pluralise(len(a.advice), 'text', 'texts')}.")
    withheld = dict.fromkeys(lower_first(advice_name(entry.advice)) for entry in a.withheld)
    modules = [_verdict(a, result.module, result.verdict, result.counts)
               for result in a.module_results if result.verdict]  # fmt: skip
    if withheld:
        paragraphs.append(f"Held back: {'; '.join(withheld)}.")
    return (*paragraphs, *modules)


def _quoted(text: str) -> str:
    return f'"{text.strip()}"'


def _verdict(a: Assessment, module: Module, verdict: Verdict, counts: Mapping[str, int]) -> str:
    """Quote what was said on a topic, with the counts that it may rest on."""
    numbers = ", ".join(f"{spell_out(score)} {number}" for score, number in counts.items())
    said = f"{a.words.fill(module.title)}: {_quoted(a.words.fill(verdict.short or verdict.text))}"
    return f"{said} ({numbers})" if numbers else said


def _sbar(a: Assessment) -> tuple[tuple[str, str], ...]:
    """Situation, background, assessment and recommendation, in sentences to read out."""
    word, within = action_of(a).word, a.how_soon("within")
    complaint = f"{', '.join(_who(a))}{''.join(f'; {part}' for part in _complaint(a))}"
    urgency = f"Urgency: {_range(a) or word}, {_STATUSES[a.status]}."
    situation = f"{as_sentence(a.words.fill(complaint))} {urgency}"
    assessment = " ".join([*_why(a), "Self-reported answers; nobody was examined."])
    return (
        ("Situation", situation),
        ("Background", _background(a) or "nothing lasting was reported."),
        ("Assessment", assessment),
        ("Recommendation", f"{word}; when: {within}; where: {_WHERE}."),
    )


def _deciding(a: Assessment) -> list[Reason]:
    return [r for r in a.reasons if r.urgency == a.urgency and r.certainty != MISSING]


def _why(a: Assessment) -> Iterator[str]:
    if is_unsettled(a):
        yield open_end(a)
    for reason in _deciding(a):
        if reason.rule.id:  # otherwise it is not shown
            yield f"{upper_first(spell_out(reason.rule.id))}. {_said(a, reason)}".strip()


def _range(a: Assessment) -> str:
    """Return the least and the most urgent result that open questions leave possible."""
    if a.certain is a.possible:
        return ""
    least, most = (a.words.fill(a.program.levels[each].word) for each in (a.certain, a.possible))
    return f"at least {least}, at most {most}"


def _who(a: Assessment) -> Iterator[str]:
    """Yield what it is about and who has it: numbers such as age, and then what all are asked."""
    yield spell_out(a.program.protocol.id)
    yield from whose_answers(a)


def _complaint(a: Assessment) -> Iterator[str]:
    """Yield each finding of now with its question: where, since when."""
    for question in a.program.protocol.questions:
        is_of_now = question.can_change and question.id not in a.program.advice_questions
        said = _yes(question, a.answers[question.id]) if question.id in a.answers else ""
        if is_of_now and said:
            yield f"{lower_first(question.short)}: {said}"


def _background(a: Assessment) -> str:
    """The other answers that will not change, such as past illness, and what is in doubt."""
    asked = [q for q in a.program.protocol.questions if not q.can_change and q.id in a.answers]
    lasting = [q for q in asked if not is_of_everybody(q) or a.answers[q.id] is NOT_SURE]
    parts = [_background_phrase(q, a.answers[q.id]) for q in lasting]
    return a.words.fill("; ".join(parts) + ".") if parts else ""


def _background_phrase(question: Question, value: Value) -> str:
    if value == Ticks():
        return f"{lower_first(question.short)}: none"
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
