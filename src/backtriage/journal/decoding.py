"""Lines of a journal -> entries, whose answers are as they are written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from backtriage.journal.entries import NO_ANSWERS, VERSION, Entry

MAX_LINE: Final = 64 * 1024
"""In bytes."""

_BLOCK: Final = 32 * 1024
"""In bytes, at most, unless a single line has more."""

_BEGINS: Final = b'{"journal":'

UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, OverflowError, RecursionError)
"""What is raised for a line that is no entry; the last for one that is nested too deep."""


class _Version(Struct):
    """What every version of a line has."""

    journal: int


class _NoEntry(Struct, tag_field="journal", tag=VERSION - 1):
    """What no line is. It is here because a struct that stands alone may lack its tag."""

    never: Annotated[int, Meta(ge=1, le=0)]


_LINE: Final = msgspec.json.Decoder(Entry | _NoEntry)
_WRITE: Final = msgspec.json.Encoder()
_VERSION: Final = msgspec.json.Decoder(_Version)


def entry_of(line: bytes) -> Entry:
    """Return the entry of a line. Raises one of `UNREADABLE`."""
    found: Any = _LINE.decode(line)
    entry: Entry = found
    return entry


def blocks_of(data: bytes) -> Iterator[bytes]:
    """Yield a file in blocks of whole lines; a line that is too long is a block of its own.

    Blocks are small enough for memory to be used again, which is faster than fresh memory.
    """
    start = 0
    while start < len(data):
        end = data.rfind(b"\n", start, start + _BLOCK) + 1 or data.find(b"\n", start) + 1
        yield data[start : end or len(data)]
        start = end or len(data)


def entries_of(block: bytes) -> list[Entry] | None:
    """Return the entries of all lines of a block, in half the time of one by one.

    Returns:
        An entry for each line, or None if any line has to be looked at by itself.
    """
    if len(block) > MAX_LINE:
        return None
    try:
        found: list[Any] = _LINE.decode_lines(block)
    except UNREADABLE:
        return None
    # As they are written again, each is a line, and nothing is in it twice or told otherwise.
    is_plain = _WRITE.encode_lines(found) == block
    return found if is_plain and not any(each.answers is NO_ANSWERS for each in found) else None


def version_of(line: bytes) -> int:
    """Return the version of a line. Raises one of `UNREADABLE` if it is no line of any."""
    return _VERSION.decode(line).journal


def is_whole(line: bytes) -> bool:
    """Return whether a line has its end: an object of JSON that is cut off is none."""
    try:
        version_of(line)
    except UNREADABLE:
        return False
    return True


def may_be_journal(data: bytes) -> bool:
    """Return whether a file without an entry may be a journal: it is empty or begins as one."""
    return _BEGINS.startswith(data.lstrip()[: len(_BEGINS)])


def repeated_keys(written: bytes) -> frozenset[str]:
    """Return the keys that an object of JSON has more than once: neither counts."""
    repeated: frozenset[str] = frozenset()

    def hook(pairs: list[tuple[str, object]]) -> None:
        nonlocal repeated  # the outermost object comes last
        counts = Counter(key for key, _ in pairs)
        repeated = frozenset(key for key, count in counts.items() if count > 1)

    # A number is left as it is written: Python reads none of very many digits.
    json.loads(written, object_pairs_hook=hook, parse_int=str, parse_float=str)
    return repeated
