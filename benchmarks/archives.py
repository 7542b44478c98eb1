"""Make an archive of simulated people's answers, as Parquet.

python -m benchmarks.archives 10000000 archive.parquet

The people are those of `rules simulate`, with serious classes as common as one person in ten, and
one person in twenty has left some questions out. Rows are written by the row group, so memory does
not grow with their number.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from backtriage.batch.columns import Array
from backtriage.decide.kernel import MISSING, TRUE, UNSURE, Chunk
from backtriage.population.answer_rules import load_setting
from backtriage.population.draws import forget
from backtriage.population.marks import MarkedAnswers
from backtriage.population.people import DrawSettings, Lottery
from backtriage.population.population import Setting
from backtriage.population.sheets import Questionnaire
from backtriage.population.simulation import SampleSize, all_blocks
from backtriage.shell.paths import bundled_rules
from backtriage.shell.rules_folder import read_simulated
from backtriage.terms.answers import COMPANION
from backtriage.terms.value import NOT_SURE, SOME_OF
from benchmarks.rules import shipped_program

SERIOUS: Final = Fraction(1, 10)
"""The share of people in serious classes."""
HASTY: Final = 0.05
"""The share of people who leave questions out."""
LEFT_OUT: Final = 0.2
"""The share of questions that these leave out."""
SEED: Final = 1
ID: Final = "person"


def shipped_setting() -> Setting:
    """Return the people that come with the rules."""
    setting, problems = load_setting(shipped_program(), read_simulated(bundled_rules()))
    if setting is None:
        raise ValueError(problems)
    return setting


def tables(rows: int, setting: Setting, seed: int = SEED) -> Iterator[pa.Table]:
    """Yield some rows in several tables of the same columns, the classes in random order."""
    serious = sum(c.is_serious for c in setting.population.classes)
    each = max(1, int(rows * SERIOUS / serious))
    size = SampleSize(ordinary=rows, serious=each)
    blocks = [*all_blocks(seed, setting.population, size)]
    random.Random(seed).shuffle(blocks)
    drawing = DrawSettings(setting.population.rate_sets[0], with_factors=True)
    lottery = Lottery(setting.population, [drawing])
    questions = Questionnaire(setting, [drawing.rates.doubt])
    first = 0
    for number, (person_class, block) in enumerate(blocks):
        (answers,) = questions.answers(lottery.people(person_class, block))
        forget()
        table = _table(setting, answers, np.random.default_rng([seed, number]), first)
        yield table.slice(0, rows - first)
        first += len(table)
        if first >= rows:
            return


def _table(setting: Setting, answers: MarkedAnswers, source: Any, first: int) -> pa.Table:
    count = answers.count
    hasty = source.random(count) < HASTY
    columns: dict[str, Any] = {ID: pa.array(np.arange(first, first + count))}

    def of(chunk: Chunk) -> Array:
        return np.frombuffer(answers.unpack(chunk), np.uint8)

    for question in setting.program.protocol.questions:
        if question.id not in answers:
            continue
        is_left_out = hasty & (source.random(count) < LEFT_OUT)
        if question.kind == SOME_OF:
            items = {id_: of(chunk) for id_, chunk in answers.items[question.id].items()}
            columns[question.id] = _lists(items, is_left_out)
            continue
        marks = {value: of(who).astype(bool) for value, who in answers.marks[question.id].items()}
        is_left_out |= marks.get(None, np.False_)
        if question.id in answers.numbers:
            above, least, _ = answers.numbers[question.id]
            numbers = of(above).astype(np.int16) + least
            columns[question.id] = pa.array(numbers, mask=is_left_out)
            columns[question.id + COMPANION] = pa.array(np.zeros(count, bool))
            continue
        words: list[str] = []
        codes = np.zeros(count, np.int8)
        for value, who in marks.items():
            if value is not None:
                codes[who] = len(words)
                words.append(_word(value))
        columns[question.id] = pa.DictionaryArray.from_arrays(
            pa.array(codes, mask=is_left_out), words
        )
    return pa.table(columns)


def _word(value: object) -> str:
    if value is NOT_SURE:
        return NOT_SURE.value
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def _lists(items: dict[str, Array], is_left_out: Array) -> pa.Array:
    is_missing = is_left_out | (next(iter(items.values())) == MISSING)
    names = [*items, *(f"{id_}?" for id_ in items)]
    parts = [(TRUE, at) for at in range(len(items))]
    parts += [(UNSURE, at) for at in range(len(items))]
    columns = [*items.values()]
    rows, codes = [], []
    for code, (bits, at) in enumerate(parts):
        where = np.flatnonzero((columns[at] == bits) & ~is_missing)
        rows.append(where)
        codes.append(np.full(len(where), code, np.int8))
    every = np.concatenate(rows)
    order = np.argsort(every, kind="stable")
    lengths = np.bincount(every, minlength=len(is_missing))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    values = pa.DictionaryArray.from_arrays(pa.array(np.concatenate(codes)[order]), names)
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(is_missing))


def write(rows: int, path: Path, group: int = 4) -> None:
    """Write an archive, some blocks of people in each row group."""
    writer, some = None, []

    def put(tables: Sequence[pa.Table]) -> None:
        nonlocal writer
        plain = pa.concat_tables(_plain(table) for table in tables)
        if writer is None:
            writer = pq.ParquetWriter(path, plain.schema)
        writer.write_table(plain)

    for table in tables(rows, shipped_setting()):
        some.append(table)
        if len(some) == group:
            put(some)
            some = []
    if some:
        put(some)
    if writer is not None:
        writer.close()


def _plain(table: pa.Table) -> pa.Table:
    """Return a table whose texts are texts, as other programs write them."""
    for at, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_dictionary(kind):
            table = table.set_column(at, field.name, table[field.name].cast(pa.string()))
        elif pa.types.is_list(kind):
            table = table.set_column(at, field.name, table[field.name].cast(pa.list_(pa.string())))
    return table


def main() -> int:
    """Write an archive of as many rows as asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.archives", description=__doc__.partition("\n")[0]
    )
    parser.add_argument("rows", type=int)
    parser.add_argument("path", type=Path)
    options = parser.parse_args()
    write(options.rows, options.path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
