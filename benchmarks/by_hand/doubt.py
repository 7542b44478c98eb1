"""How answers are read that may be "not sure"."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final, TypeAlias

Sheet: TypeAlias = Mapping[str, Any]


class Everything:
    """What the answer to a single choice may be when it is "not sure"."""

    def __contains__(self, choice: object) -> bool:
        """Contain every choice."""
        return True


EVERYTHING: Final = Everything()


def has_doubt(sheet: Sheet) -> bool:
    """Return whether any answer, or any item of a list, is "not sure"."""
    for answer in sheet.values():
        if answer == "not_sure":
            return True
        if isinstance(answer, list) and any(item.endswith("?") for item in answer):
            return True
    return False


def ticks(answer: list[str], *, doubt: bool) -> list[str]:
    """Return the items that count as ticked, with or without those in doubt."""
    if doubt:
        return [item.removesuffix("?") for item in answer]
    return [item for item in answer if not item.endswith("?")]


def choice(answer: str, *, doubt: bool) -> Container[str]:
    """Return the choices that count as chosen."""
    if answer == "not_sure":
        return EVERYTHING if doubt else ()
    return (answer,)


def yes(answer: bool | str, *, doubt: bool) -> bool:  # noqa: FBT001 - an answer, not a flag
    """Return whether an answer counts as yes."""
    return doubt if answer == "not_sure" else answer is True
