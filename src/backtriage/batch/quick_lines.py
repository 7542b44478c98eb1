"""The quick door for JSON lines.

An object is cut wherever a comma and a quote meet. That may be within a string; but if each piece
is one key with its answer, the line is these keys and answers and nothing else: what is valid
JSON is so in one way only.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Iterator
from typing import Final, cast

from backtriage.batch.quick import GIVEN, LONGEST, MOST_KNOWN, Door, Piece, QuickRow, UnusualError
from backtriage.batch.rows import LineReader, Row, plain
from backtriage.program.program import Program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import MAX_REF
from backtriage.protocol.answer_parser import Raw
from backtriage.terms.answers import PROTOCOL, REF, RESERVED
from backtriage.terms.problem import Problem

_OPENING: Final = b'{"'
_CUTS: Final = (b',"', b', "')
_END: Final = b"}\n"
_REF: Final = f'{REF}"'.encode()
"""How most lines begin, and hardly two alike."""
_LONGEST_LINE: Final = 65_536
_TEXT: Final = re.compile(rb'([ !#-\[\]-~]+)": ?"([ !#-\[\]-~]*)"')
"""A key and a text that are both written as they are."""


def quick_jsonl_rows(
    program: Program, lines: Iterable[bytes], source: str, keep: Collection[str] = (), *,
    why: Problem | None = None,
) -> Iterator[Row | QuickRow]:  # fmt: skip
    """Read the rows of a file as `jsonl_rows` does, the usual ones quickly."""
    exact = LineReader(program, source, keep, why=why)
    door = None
    if why is None and not {*keep} & {*program.questions, *RESERVED}:
        door = LinesDoor(program, exact, keep)
    number = 0
    for at, line in enumerate(lines, start=1):
        row = (door and door.quick(line, number + 1, at)) or exact(line, number + 1, at)
        if row is not None:
            number += 1
            yield row


class LinesDoor(Door):
    """Reads lines with one JSON object on each."""

    def __init__(self, program: Program, exact: LineReader, keep: Collection[str]) -> None:
        """Know nothing yet; for the parameters see `Door`."""
        keys = (*sorted(program.questions), REF, PROTOCOL, *keep)
        super().__init__(program, exact, exact.source, keys, keep)
        self._texts = frozenset(name.encode() for name in (*keep, REF))
        self._known: dict[bytes, Piece] = {}
        self._blank = array("H", bytes(2 * len(self.places)))
        self._nothing = [b""] * len(self.places)
        self._cut = _CUTS[0]

    def quick(self, line: bytes, number: int, place: int) -> QuickRow | None:
        """Return a row, or None if it takes the exact door.

        Args:
            line: The line, with its end.
            number: The number of the row.
            place: The number of the line.
        """
        if line[:2] != _OPENING or line[-2:] != _END or len(line) > _LONGEST_LINE:
            return None
        body = line[2:-2]
        pieces = body.split(self._cut)
        if len(pieces) == 1:
            self._cut = next((cut for cut in _CUTS if cut in body), self._cut)
            pieces = body.split(self._cut)
        found: list[Piece | None] = [*map(self._known.get, pieces)]
        texts: dict[str, Raw] = {}
        codes, answers = self._blank[:], self._nothing[:]
        try:
            if found[0] is None and pieces[0].startswith(_REF):
                found[0] = self._new(pieces[0], texts)
            while None in found:
                self._find(pieces, found, found.index(None), texts)
            for at, code, text in cast("list[Piece]", found):
                if codes[at]:
                    return None  # a key that stands twice
                codes[at] = code
                answers[at] = text
        except UnusualError:
            return None
        ref = texts.pop(REF, None)
        return QuickRow(
            door=self, number=number, source=self.source, line=line, place=place, codes=codes,
            answers=b"".join(answers), ref=None if ref is None else str(ref),
            kept={name: texts[name] for name in self.keep if name in texts} if texts else texts,
        )  # fmt: skip

    def _find(
        self, pieces: list[bytes], found: list[Piece | None], at: int, texts: dict[str, Raw]
    ) -> None:
        """Look at a piece that is not known.

        Args:
            pieces: The pieces of a line; those that are items of one list are put together.
            found: Those that are known; is told this one.
            at: The place of the piece.
            texts: Is told the texts that are no answers, by key.

        Raises:
            UnusualError: The line takes the exact door.
        """
        text = pieces[at]
        if b"[" in text and not text.endswith(b"]"):
            last = at + 1
            while last < len(pieces) and not pieces[last].endswith(b"]"):
                last += 1
            text = self._cut.join(pieces[at : last + 1])
            pieces[at : last + 1] = [text]
            found[at : last + 1] = [self._known.get(text)]
        if found[at] is None:
            found[at] = self._new(text, texts)

    def _new(self, text: bytes, texts: dict[str, Raw]) -> Piece:
        """Return an unknown piece."""
        match = _TEXT.fullmatch(text)
        if match is not None and match[1] in self._texts and len(match[2]) <= MAX_REF:
            key = match[1].decode()
            texts[key] = match[2].decode()
            return self.places[key], GIVEN, b""
        sheet = sheet_from_bytes(b'{"%b}' % text, self.source, is_yaml=False)
        # A key that stands twice is none of the values, and each may be an emergency.
        if sheet.problems or sheet.duplicates or len(sheet.values) != 1:
            raise UnusualError
        ((key, raw),) = sheet.values.items()
        if key in self.keep:
            texts[key] = plain(raw)
            return self.places[key], GIVEN, b""
        piece = self.piece(sheet)
        if key == REF:
            texts[key] = raw
        elif len(text) <= LONGEST and len(self._known) < MOST_KNOWN:
            self._known[text] = piece
        return piece
