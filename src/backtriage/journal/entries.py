"""What somebody wrote down on one day, and what was read of a whole journal.

An entry is never changed. A correction is another entry, which supersedes it.
"""

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta, Struct

from backtriage.terms.answers import Answers
from backtriage.terms.problem import Problem

VERSION: Final = 1
"""Of the lines, and part of each of them."""

MAX_NOTE: Final = 4_000
"""In characters, of a new note; a longer one that a file holds is read all the same."""


NO_ANSWERS: Final = msgspec.Raw(b"{}")


class Entry(
    Struct, frozen=True, kw_only=True, gc=False, omit_defaults=True,
    tag_field="journal", tag=VERSION, rename={"moment": "at"},
):  # fmt: skip
    """One entry. Nothing in it is safe to print as it is: see `terms.printable.visible`.

    A line of a journal is decoded as one, since to make another of each takes a while.
    """

    id: Annotated[str, Meta(min_length=1, max_length=100)]
    """Unique in its file, and random: nothing can be told from it."""
    day: date
    """The calendar day that it speaks of, as the person named it where they were."""
    moment: Annotated[datetime, Meta(tz=True)]
    """When it was written, with the offset from UTC; not what orders entries: clocks go wrong."""
    if TYPE_CHECKING:
        answers: Answers
    else:  # as they are written, until `reading` has read them: most are alike, day after day
        answers: msgspec.Raw = NO_ANSWERS
    """To journal questions; a missing answer was not given, which is not a "no"."""
    note: str = ""
    supersedes: str = ""
    """The id of the entry that it corrects, or "". The newest correction in the file wins."""
    plan: tuple[str, ...] = ()
    """The steps of the plan of a result, if the entry comes from one: later ones may tick them."""
    done: tuple[str, ...] = ()
    """The ids of the steps of the plan that were ticked."""
    urgency: str = ""
    """The id of the urgency, if the entry comes from a result."""
    protocol: str = ""
    """The protocol whose questions were asked, with its version and digest, as somebody may ask.

    Such as `back_pain 2.0.0 sha256:...`; never interpreted.
    """


class Journal(Struct, frozen=True, kw_only=True):
    """What was read of a file: every entry that can be read, whatever is wrong with the others."""

    entries: tuple[Entry, ...] = ()
    """In the order of the file, with those that others supersede."""
    last_day: date = date.min
    """The last day of an entry that does not lie in the future; it may have begun elsewhere."""
    problems: tuple[Problem, ...] = ()
    """J codes, located by line."""
    torn: bytes = b""
    """What stands after the last line break and is no whole line, to be kept aside."""
    is_open: bool = False
    """Whether the last line is whole, but for its line break: write one before the next line."""
