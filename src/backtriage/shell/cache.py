"""Loading a protocol: checked once, and kept until anything in it changes."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage import __version__
from backtriage.program.as_json import FORMAT, from_json, to_json
from backtriage.program.program import Program, build_program
from backtriage.shell.files import private_folder, read_rules, write_private
from backtriage.shell.paths import bundled_rules, cache_folder

if TYPE_CHECKING:
    from backtriage.protocol.protocol import Protocol

_KEPT: Final = 8
"""How many programs are kept: enough for a few protocols, few enough never to fill a disk."""


def load_protocol(folder: Path | str | None = None) -> Protocol:
    """The checked protocol in a folder, by default the one that ships.

    Raises `Unsound` with every problem, or `Unreadable`.
    """
    return load_program(Path(folder) if folder else None, save=False).protocol


def load_program(folder: Path | None = None, *, save: bool = True) -> Program:
    """The program of a rules folder. Raises `Unsound` with every problem, or `Unreadable`.

    A protocol that passed its checks once is kept as JSON, named by the digest of the rules'
    text, so any change makes it anew. `save=False` neither reads a cache nor writes one.
    """
    texts = read_rules(folder or bundled_rules())
    cache = cache_folder() / f"{_digest(texts)}.json" if save else None
    found = _from_cache(cache) if cache else None
    if found is not None:
        return found
    # Imported here: with a warm cache neither the YAML library nor the checks are needed.
    from backtriage.check import checked_protocol  # noqa: PLC0415

    program = build_program(checked_protocol(texts))
    if cache:
        _to_cache(cache, program)
    return program


def _digest(texts: dict[str, str]) -> str:
    whole = sha256(f"{FORMAT} {__version__}".encode())
    for name in sorted(texts):
        text = texts[name].encode()
        whole.update(f"\n{name} {len(text)}\n".encode() + text)
    return whole.hexdigest()


def _from_cache(path: Path) -> Program | None:
    """The program in a cache file, or None for a missing, damaged or foreign one."""
    try:
        own, digest, text = path.read_text(encoding="utf-8").split("\n", 2)
        if _seal(path, digest, text) != own:
            return None
        return build_program(from_json(text), digest)
    except (OSError, ValueError):
        return None


def _seal(path: Path, digest: str, text: str) -> str:
    """The digest of a cache file's bytes and name: another protocol's file fits no other name."""
    return sha256(f"{path.name}\n{digest}\n{text}".encode()).hexdigest()


def _to_cache(path: Path, program: Program) -> None:
    """Keep a program for the next start; a folder that cannot be written is no matter."""
    text = to_json(program.protocol)
    own = _seal(path, program.digest, text)
    try:
        private_folder(path.parent)
        write_private(path, f"{own}\n{program.digest}\n{text}")
        by_age = sorted(path.parent.glob("*.json"), key=lambda file: -file.stat().st_mtime)
        for old in by_age[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError:
        return
