"""Files that are no UTF-8 text with the usual line ends: refused, but read for an emergency."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from backtriage.terms.problem import Problem

MAX_LINE: Final = 2 * 1024 * 1024
"""Bytes of a line: more than a sheet may have, so that the line is refused."""

BLANK: Final = b"\xef\xbb\xbf \t\r\n"
"""What may stand before the first character of a file."""

_QUOTED: Final = re.compile(rb'"[^"]*"')
_OBJECTS: Final = re.compile(rb"\}[ \t]*\r+[ \t]*\{")
"""Two lines of JSON. Within one, white space stands nowhere else between these."""

_ENCODINGS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def readable_lines(parts: Iterator[bytes]) -> tuple[Iterator[bytes], Problem | None]:
    """Return the lines of a file as UTF-8, of one that is too long the first part.

    Args:
        parts: The lines, of one that is too long in parts of `MAX_LINE` bytes.

    Returns:
        The lines, and why the file is refused whatever it says.
    """
    from backtriage.terms.problem import Problem

    first = next(parts, b"")
    every = chain([first], parts) if first else parts
    encoding = _ENCODINGS.get(first[:2])
    if encoding is not None:
        problem = Problem(
            code="A113", message="this is not UTF-8 text", hint="save the file as UTF-8"
        )
        return _split(_decoded(every, encoding), b"\n"), problem
    if _has_old_ends(first):
        message = "the lines do not end as they do today"
        problem = Problem(code="A122", message=message, hint="save the file anew, as CSV UTF-8")
        return _split(every, b"\r"), problem
    return _first_parts(every), None


def _has_old_ends(line: bytes) -> bool:
    """Return whether lines end in a carriage return alone, as on computers before 2001."""
    bare = line.removesuffix(b"\n").removesuffix(b"\r")
    if bare.lstrip(BLANK).startswith(b"{"):
        return _OBJECTS.search(bare) is not None
    return b"\r" in _QUOTED.sub(b"", bare)


def _first_parts(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the first part of each line."""
    is_new = True
    for part in parts:
        if is_new:
            yield part
        is_new = len(part) < MAX_LINE or part.endswith(b"\n")


def _decoded(parts: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for part in parts:
        yield decoder.decode(part).removeprefix("\ufeff").encode()


def _split(parts: Iterable[bytes], end: bytes) -> Iterator[bytes]:
    """Yield lines with another end, of one that is too long the first part."""
    rest = b""
    for part in parts:
        *lines, rest = (rest + part).split(end)
        yield from (line.strip(b"\r\n")[:MAX_LINE] + b"\n" for line in lines)
        rest = rest[:MAX_LINE]
    if rest:
        yield rest.strip(b"\r\n")
