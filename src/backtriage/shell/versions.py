"""Two versions of a protocol, each from a folder or from a git revision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backtriage.shell.files import read_rules
from backtriage.shell.git import Revision, read_revision, repository_root
from backtriage.shell.paths import bundled_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesVersion:
    """One version of the rules."""

    name: str
    """Where it is from."""
    texts: dict[str, str]
    """The text of its files, by file name."""


def read_versions(
    old: str, new: str | None, rules: Path | None
) -> tuple[RulesVersion, RulesVersion]:
    """Read the old and the new version of a protocol.

    Args:
        old: A folder, or a revision as `REV` or `REV:FOLDER`.
        new: The same; by default the folder in the working tree.
        rules: The rules folder that was named, if any.

    Raises:
        ReadError: One of them cannot be read.
    """
    arguments = [old] if new is None else [old, new]
    folders = [Path(argument) for argument in arguments if Path(argument).is_dir()]
    known = [*folders, *([rules] if rules else []), bundled_rules()]
    sources = [_source(argument, known) for argument in arguments]
    if new is None:
        sources.append(rules or _working_tree(sources[0]))
    first, second = (_read(source) for source in sources)
    return first, second


def _source(argument: str, known: Sequence[Path]) -> Path | Revision:
    """Return a folder that exists, or else a revision."""
    if Path(argument).is_dir():
        return Path(argument)
    name, colon, path = argument.partition(":")
    if not colon:
        path = _default_path(known)
    elif path.startswith("."):  # as git reads it: relative to here, not to the top
        path = _from_root(Path(path)) or path
    return Revision(name=name, path=path.rstrip("/"))


def _default_path(known: Sequence[Path]) -> str:
    """Return where the rules are in the repository when no folder was given: as they are now."""
    return next(filter(None, map(_from_root, known)), f"rules/{bundled_rules().name}")


def _from_root(path: Path) -> str:
    """Return a path from the top of the repository; "" for one outside."""
    root, absolute = repository_root().resolve(), path.resolve()
    return absolute.relative_to(root).as_posix() if absolute.is_relative_to(root) else ""


def _working_tree(old: Path | Revision) -> Path:
    """Return the folder to compare the old version with."""
    return repository_root() / old.path if isinstance(old, Revision) else bundled_rules()


def _read(source: Path | Revision) -> RulesVersion:
    texts = read_revision(source) if isinstance(source, Revision) else read_rules(source)
    return RulesVersion(name=str(source), texts=texts)
