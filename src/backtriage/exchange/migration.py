"""Carrying a sheet of an older version of a protocol to its present questions.

A question that is still there means the same, because its id does. `migrations.yaml` says which
answers to questions that are gone say something about new ones, and how much. A "no" is carried
only where the new question asks for no more, and never made up: a list of which one item is not
known is left out, as is everything else that is not known, and is asked again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from backtriage.exchange.fingerprints import Fingerprint, Recorded, read_section
from backtriage.program.doubts import in_order, question_of
from backtriage.program.program import Program
from backtriage.program.sheet import Sheet
from backtriage.program.validate import plain_value, validate
from backtriage.protocol.answer_parser import InvalidAnswer, parse_answer
from backtriage.protocol.protocol import Choice, Question
from backtriage.terms.answers import CHECKED, PROTOCOL, REF, RESERVED
from backtriage.terms.problem import Problem
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, NotSure, Ticks, Value

FILE: Final = "migrations.yaml"
_SECTION: Final = "migrations"

SAME: Final = "same"
PART: Final = "part"
WIDER: Final = "wider"

_AS: Final = {SAME: SAME, PART: PART, WIDER: WIDER}
_ANY_NUMBER: Final = 10**9

Truth: TypeAlias = bool | NotSure | None
"""What an old answer says about one thing; None for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What older answers say about a question, or about an item of a list."""

    question: str
    item: str = ""
    was: tuple[tuple[str, str], ...]
    """Questions, each with an item or choice or "": true if one of them was."""
    how: str = SAME
    """`same`; `part`, if the old answer said more at once; `wider`, if the new one asks more."""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a one-of: old and new choices that are not called the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migrated:
    """A sheet of the present version."""

    values: Mapping[str, object]
    """Plain JSON values, which `validate` accepts."""
    again: tuple[str, ...]
    """New questions about which the old answers said something, but not enough."""
    dropped: tuple[str, ...]
    """Old questions that say nothing about any new one."""
    problems: tuple[Problem, ...] = ()
    """If there are any, there is no sheet."""


def read_migrations(
    text: str, program: Program, recorded: Recorded
) -> tuple[tuple[Migration, ...], tuple[Problem, ...]]:
    """Read the text of `migrations.yaml`, and check it against what there is and was."""
    entries, diagnostics = read_section(text, FILE, _SECTION)
    found: dict[tuple[str, str], Migration] = {}
    for fields in entries:
        to = fields.text("to", required=True)
        question, _, item = to.partition(".")
        migration = Migration(
            question=question,
            item=item,
            was=tuple(_name(word) for word in fields.texts("was", required=True)),
            how=fields.one_of("as", _AS, SAME),
            choices=tuple(
                (key.text, fields.scalar(node, key.text)) for key, node in fields.pairs("choices")
            ),
        )
        fields.done()
        for message in _errors(program, recorded, migration, is_new=(question, item) not in found):
            fields.report("P702", message, fields.location)
        found[question, item] = migration
    problems = diagnostics.problems.found()
    return () if problems else tuple(found.values()), problems


def _name(word: str) -> tuple[str, str]:
    question, _, item = word.partition(".")
    return question, item


def _errors(
    program: Program, recorded: Recorded, migration: Migration, *, is_new: bool
) -> Iterator[str]:
    """Yield what is wrong with an entry of the table."""
    to = f"{migration.question}.{migration.item}".rstrip(".")
    new = program.questions.get(migration.question)
    if not is_new:
        yield f"'{to}' appears twice here"
    if new is None or (new.kind == SOME_OF) != bool(migration.item):
        yield f"there is no question or item '{to}'"
        return
    if migration.item and all(choice.id != migration.item for choice in new.choices):
        yield f"there is no question or item '{to}'"
    for id_, item in migration.was:
        old = recorded.entries.get(id_)
        if old is None or (item and item not in old.choices):
            yield f"no question or item '{id_}.{item}' is recorded".replace(".'", "'")
        elif id_ in program.questions:
            yield f"'{id_}' is still asked, so it cannot become '{to}'"
        elif not _fits(new, old, item, migration):
            yield f"an answer to '{id_}' cannot become one to '{to}'"
    old_choices = {c for id_, _ in migration.was for c in _choices(recorded, id_)}
    for before, after in migration.choices:
        if before not in old_choices or all(choice.id != after for choice in new.choices):
            yield f"'{before}' cannot become '{after}'"


def _choices(recorded: Recorded, question: str) -> tuple[str, ...]:
    entry = recorded.entries.get(question)
    return entry.choices if entry is not None and entry.kind == ONE_OF else ()


def _fits(new: Question, old: Fingerprint, item: str, migration: Migration) -> bool:
    if new.kind in {YES_NO, SOME_OF}:  # one thing that is true or not
        return bool(item) or old.kind == YES_NO
    is_whole = not item and old.kind == new.kind
    return is_whole and len(migration.was) == 1 and migration.how == SAME


def migrate(
    program: Program, recorded: Recorded, table: tuple[Migration, ...], sheet: Sheet
) -> Migrated:
    """Carry a sheet of an older version over.

    Args:
        program: The present protocol.
        recorded: The meanings of its questions, and of those that are gone.
        table: What answers to questions that are gone say about new ones.
        sheet: The sheet; of the present version it stays as it is.

    Returns:
        A sheet of the present version, or the problems of the old one. No item in it is a no
        that was not a no before.
    """
    old, problems = _old_answers(program, recorded, sheet)
    if problems:
        return Migrated(values={}, again=(), dropped=(), problems=problems)
    values: dict[str, object] = {PROTOCOL: program.edition}
    if sheet.values.get(REF) is not None:
        values[REF] = sheet.values[REF]
    again = []
    for question in program.protocol.questions:
        own = [entry for entry in table if entry.question == question.id]
        value = old.get(question.id)
        if value is None:
            value = _carried(question, own, old)
            told = any(id_ in old for entry in own for id_, _ in entry.was)
            again += [question.id] if value is None and told else []
        if value is not None:
            values[question.id] = plain_value(question, value)
    checked = _checked(program, sheet)
    values |= {CHECKED: list(checked)} if checked else {}
    used = {id_ for entry in table for id_, _ in entry.was}
    dropped = [id_ for id_ in old if id_ not in program.questions and id_ not in used]
    return Migrated(values=values, again=tuple(again), dropped=tuple(dropped))


def _old_answers(
    program: Program, recorded: Recorded, sheet: Sheet
) -> tuple[dict[str, Value], tuple[Problem, ...]]:
    """Return the answers to present and past questions, and the problems of the sheet."""
    present = {k: v for k, v in sheet.values.items() if k in program.questions or k == REF}
    same = validate(program, Sheet(values=present, text=sheet.text, location=sheet.location))
    answers = dict(same.answers)
    found = [*sheet.problems, *same.problems]
    found += [_problem(sheet, key, "A108", "a key appears twice") for key in sheet.duplicates]
    for key, raw in sheet.values.items():
        entry = recorded.entries.get(key)
        if key == PROTOCOL and raw is not None and not _is_older(program, raw):
            message = "the sheet is not of an older version of this protocol"
            found.append(_problem(sheet, key, "A116", message))
        if key in present or key in RESERVED or raw is None:
            continue
        if entry is None:
            found.append(_problem(sheet, key, "A101", "there has never been such a question"))
            continue
        value = parse_answer(_past(entry), raw, text=sheet.text)
        if isinstance(value, InvalidAnswer):
            found.append(value.at(sheet.location(key)))
        else:
            answers[key] = value
    return answers, tuple(found)


def _problem(sheet: Sheet, key: str, code: str, message: str) -> Problem:
    return Problem(code=code, message=message, location=sheet.location(key))


def _is_older(program: Program, raw: object) -> bool:
    """Return whether a sheet is of this version of the protocol, or of an older one."""
    id_, _, major = str(raw).partition("/")
    present = int(program.edition.partition("/")[2])
    return id_ == program.protocol.id and major.isdecimal() and int(major) <= present


def _past(entry: Fingerprint) -> Question:
    """Return a question of the past, as far as an answer to it must be understood."""
    return Question(
        id=entry.question, section="", kind=entry.kind or YES_NO, text="", short="", why="",
        choices=tuple(Choice(id=id_, text=id_, short=id_) for id_ in entry.choices),
        least=-_ANY_NUMBER, most=_ANY_NUMBER, step="0.000001",
    )  # fmt: skip


def _carried(question: Question, own: list[Migration], old: Mapping[str, Value]) -> Value | None:
    """Return what the old answers say about a new question, if that is a whole answer."""
    if question.kind == SOME_OF:
        told = {entry.item: _told(entry, old) for entry in own}
        marks = {choice.id: told.get(choice.id) for choice in question.choices}
        yes = frozenset(id_ for id_, mark in marks.items() if mark is True)
        unsure = frozenset(id_ for id_, mark in marks.items() if mark is NOT_SURE)
        is_known = all(mark is not None for mark in marks.values())
        return _allowed(question, Ticks(yes, unsure)) if is_known else None
    for entry in own:
        if question.kind == YES_NO:
            return _allowed(question, _told(entry, old))
        ((id_, _),) = entry.was
        value = old.get(id_)
        if question.kind == NUMBER or value is None or value is NOT_SURE:
            return _allowed(question, value)
        return _allowed(question, dict(entry.choices).get(str(value), value))
    return None


def _allowed(question: Question, value: Value | None) -> Value | None:
    """Return a value that the question takes; an answer that it cannot have is not one."""
    if value is None:
        return None
    parsed = parse_answer(question, plain_value(question, value), text=False)
    return None if isinstance(parsed, InvalidAnswer) else parsed


def _told(entry: Migration, old: Mapping[str, Value]) -> Truth:
    """Return what old answers say about one thing."""
    truths = [_truth(old.get(id_), item) for id_, item in entry.was]
    if True in truths:
        return NOT_SURE if entry.how == PART else True
    if None in truths or entry.how == WIDER:
        return None
    return NOT_SURE if NOT_SURE in truths else False


def _truth(value: Value | None, item: str) -> Truth:
    if isinstance(value, Ticks):
        return NOT_SURE if item in value.unsure else item in value.yes
    if value is None or isinstance(value, bool | NotSure):
        return value
    return value == item


def _checked(program: Program, sheet: Sheet) -> tuple[str, ...]:
    """Return the doubts of present questions that were tried."""
    raw = sheet.values.get(CHECKED)
    if isinstance(raw, str):
        raw = raw.split(";")
    words = (
        {word.strip() for word in raw if isinstance(word, str)} if isinstance(raw, list) else ()
    )
    return in_order(program, {word for word in words if question_of(word) in sheet.values})
