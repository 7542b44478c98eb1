"""Loading a protocol. Once checked, it is cached until any of its files changes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage.program.program import FORMAT, Program, build_program, from_json, to_json
from backtriage.shell.files import write_private
from backtriage.shell.paths import bundled_rules, cache_folder
from backtriage.shell.rules_folder import read_rules
from backtriage.terms.version import __version__

if TYPE_CHECKING:
    from backtriage.protocol.protocol import Protocol

_MAX_ENTRIES: Final = 8
"""Enough for a few protocols, but too few to fill a disk."""


def load_protocol(folder: Path | str | None = None) -> Protocol:
    """Return the checked protocol of a folder, by default the bundled one.

    Raises:
        Unsound: The protocol has errors; it carries all of them.
        ReadError: The folder or one of its files cannot be read.
    """
    return load_program(Path(folder) if folder else None, save=False).protocol


def load_program(folder: Path | None = None, *, save: bool = True) -> Program:
    """Return the program of a rules folder.

    A protocol that has passed its checks is cached as JSON under the digest of the rules' text,
    so any change misses the cache.

    Args:
        folder: The rules folder, by default the bundled one.
        save: Whether to use the cache at all.

    Raises:
        Unsound: The protocol has errors; it carries all of them.
        ReadError: The folder or one of its files cannot be read.
    """
    texts = read_rules(folder or bundled_rules())
    cache = cache_folder() / f"{_digest(texts)}.json" if save else None
    cached = _from_cache(cache) if cache else None
    if cached is not None:
        return cached
    # Imported here: with a warm cache neither the YAML library nor the checks are needed.
    from backtriage.check import checked_protocol

    program = build_program(checked_protocol(texts))
    if cache:
        _to_cache(cache, program)
    return program


def _digest(texts: dict[str, str]) -> str:
    digest = sha256(f"{FORMAT} {__version__}".encode())
    for name in sorted(texts):
        text = texts[name].encode()
        digest.update(f"\n{name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def _from_cache(path: Path) -> Program | None:
    """Return the program in a cache file, or None if it is missing, damaged or of other rules."""
    try:
        checksum, digest, text = path.read_text(encoding="utf-8").split("\n", 2)
        if _checksum(path, digest, text) != checksum:
            return None
        return build_program(from_json(text), digest)
    except (OSError, ValueError):
        return None


def _checksum(path: Path, digest: str, text: str) -> str:
    """Return a checksum, which does not match if the file was copied from another name."""
    return sha256(f"{path.name}\n{digest}\n{text}".encode()).hexdigest()


def _to_cache(path: Path, program: Program) -> None:
    """Cache a program and evict the oldest ones."""
    text = to_json(program.protocol)
    checksum = _checksum(path, program.digest, text)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, f"{checksum}\n{program.digest}\n{text}")
        newest_first = sorted(path.parent.glob("*.json"), key=lambda file: -file.stat().st_mtime)
        for file in newest_first[_MAX_ENTRIES:]:
            file.unlink(missing_ok=True)
    except OSError:  # caching is optional, so an unwritable folder is ignored
        return
