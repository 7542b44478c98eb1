"""OLD and NEW as somebody types them -> two versions: folders, or revisions that git knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from backtriage.shell.files import read_rules
from backtriage.shell.history.git import top
from backtriage.shell.history.revision import Revision, read_revision
from backtriage.shell.paths import bundled_rules

Location: TypeAlias = Path | Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version: where it is from, and the text of its files."""

    name: str
    texts: dict[str, str]


def versions(old: str, new: str | None, rules: Path | None) -> tuple[Version, Version]:
    """Both versions. Raises `Unreadable` with the cure."""
    typed = [text for text in (old, new) if text is not None]
    folders = [Path(text) for text in typed if Path(text).is_dir()]
    known = [*folders, *([rules] if rules else []), bundled_rules()]
    locations = [_place(text, known) for text in typed]
    if new is None:
        locations.append(rules or _beside(locations[0]))
    one, other = (_read(location) for location in locations)
    return one, other


def _place(text: str, known: Sequence[Path]) -> Location:
    """What was typed, as a folder that is there, or as a revision."""
    if Path(text).is_dir():
        return Path(text)
    name, colon, path = text.partition(":")
    if not colon:
        path = _within(known)
    elif path.startswith("."):  # as git reads it: from here, not from the top
        path = _from_top(Path(path)) or path
    return Revision(name=name, path=path.rstrip("/"))


def _within(known: Sequence[Path]) -> str:
    """Where in the repository the rules are, when nobody said: where they are now."""
    return next(filter(None, map(_from_top, known)), f"rules/{bundled_rules().name}")


def _from_top(path: Path) -> str:
    """A path as git writes it, from the top of the repository; "" for one outside."""
    repository, whole = top().resolve(), path.resolve()
    return whole.relative_to(repository).as_posix() if whole.is_relative_to(repository) else ""


def _beside(location: Location) -> Path:
    """The folder to compare with when there is no NEW: the one that we work in."""
    return top() / location.path if isinstance(location, Revision) else bundled_rules()


def _read(location: Location) -> Version:
    read = read_revision(location) if isinstance(location, Revision) else read_rules(location)
    return Version(name=str(location), texts=read)
