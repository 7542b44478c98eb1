"""`migrations.yaml`: which answers to questions that are gone say something about new ones.

The table is checked against the questions that there are, and those that there were.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from backtriage.exchange.fingerprints import Fingerprint, Recorded, read_section
from backtriage.program.program import Program
from backtriage.protocol.protocol import Question
from backtriage.terms.problem import Problem
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

FILE: Final = "migrations.yaml"
_SECTION: Final = "migrations"

SAME: Final = "same"
PART: Final = "part"
WIDER: Final = "wider"
NARROWER: Final = "narrower"

_AS: Final = {how: how for how in (SAME, PART, WIDER, NARROWER)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What older answers say about a question, or about an item of a list."""

    question: str
    item: str = ""
    was: tuple[tuple[str, str], ...]
    """Questions, each with an item or choice or "": true if one of them was."""
    how: str = SAME
    """`same`; `part`, if the old answer said more at once; `wider`, if the new one asks more, so
    that only a yes is carried; `narrower`, if it asks less, so that only a no is."""
    choices: tuple[tuple[str, str], ...] = ()
    """Of a one-of: old and new choices that are not called the same."""
    widened: tuple[str, ...] = ()
    """Of a one-of as `wider`: the old choices where a new one may fit better; all if empty."""
    also: tuple[tuple[str, str], ...] = ()
    """What whoever says yes to this says as well, as the questions are worded."""
    unless: str = ""
    """Who said yes then and would not say so now, in words. Their yes is carried all the same."""
    then: tuple[tuple[str, str], ...] = ()
    """What such people say instead: one of these, if there are any."""


def read_migrations(
    text: str, program: Program, recorded: Recorded
) -> tuple[tuple[Migration, ...], tuple[Problem, ...]]:
    """Read the text of `migrations.yaml`, and check it against what there is and was.

    Returns:
        The entries that fit, and every problem. With one, they are only good for an alarm: of an
        entry with a part that cannot be read, only a yes says something.
    """
    entries, diagnostics = read_section(text, FILE, _SECTION)
    reported = diagnostics.problems.count
    found: dict[tuple[str, str], Migration | None] = {}
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
            widened=fields.texts("widened"),
            also=tuple(_name(word) for word in fields.texts("also")),
            unless=fields.text("unless"),
            then=tuple(_name(word) for word in fields.texts("then")),
        )
        fields.done()
        if diagnostics.problems.count != reported:
            migration = replace(migration, how=WIDER, widened=())
        is_new = (question, item) not in found
        errors = [*_errors(program, recorded, migration, is_new=is_new)]
        for message in errors:
            fields.report("P702", message, fields.location)
        found[question, item] = migration if migration.was and not errors else None
        reported = diagnostics.problems.count
    fitting = tuple(entry for entry in found.values() if entry is not None)
    return fitting, diagnostics.problems.found()


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
    yield from _errors_in_answers(program, migration)
    yield from _errors_in_choices(new, recorded, migration)


def _errors_in_choices(
    new: Question, recorded: Recorded, migration: Migration
) -> Iterator[str]:  # fmt: skip
    """Yield what is wrong with the old choices that an entry names."""
    old_choices = {c for id_, _ in migration.was for c in _choices(recorded, id_)}
    for before, after in migration.choices:
        if before not in old_choices or all(choice.id != after for choice in new.choices):
            yield f"'{before}' cannot become '{after}'"
    for before in migration.widened:
        if before not in old_choices or migration.how != WIDER:
            yield f"'{before}' is no choice that can be 'widened'"


def _errors_in_answers(program: Program, migration: Migration) -> Iterator[str]:
    """Yield what is wrong with the present answers that an entry names."""
    for id_, item in (*migration.then, *migration.also):
        if not _is_answer(program, id_, item):
            yield f"there is no answer '{id_}.{item}'".replace(".'", "'")
    if migration.then and not migration.unless:
        yield "'then' needs 'unless', which says who answers so"
    if migration.also and program.questions[migration.question].kind not in {YES_NO, SOME_OF}:
        yield "'also' needs something that is true or not"


def _is_answer(program: Program, question: str, item: str) -> bool:
    """Return whether a yes/no, an item of a list or a choice can be answered so."""
    asked = program.questions.get(question)
    if asked is None or asked.kind == NUMBER:
        return False
    ids = [choice.id for choice in asked.choices]
    return item in ids if ids else not item


def _choices(recorded: Recorded, question: str) -> tuple[str, ...]:
    entry = recorded.entries.get(question)
    return entry.choices if entry is not None and entry.kind == ONE_OF else ()


def _fits(new: Question, old: Fingerprint, item: str, migration: Migration) -> bool:
    if new.kind in {YES_NO, SOME_OF}:  # one thing that is true or not
        return bool(item) or old.kind == YES_NO
    is_whole = not item and old.kind == new.kind
    return is_whole and len(migration.was) == 1 and migration.how in {SAME, WIDER}
