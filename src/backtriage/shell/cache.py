"""Loading a protocol. Once checked, it is cached until any of its files changes."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from errno import EPERM
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from backtriage.program.program import FORMAT, Program, build_program, from_json, to_json
from backtriage.shell.paths import bundled_rules, cache_folder
from backtriage.shell.private import PrivateFolder, check_private
from backtriage.shell.reading import read_descriptor
from backtriage.shell.rules_folder import read_rules
from backtriage.terms.version import __version__

try:
    # `hashlib` loads OpenSSL, which takes longer than all that is hashed here.
    from _blake2 import blake2b
except ImportError:  # not every Python has this module under this name
    from hashlib import blake2b

if TYPE_CHECKING:
    from backtriage.decide.assessment import Assessment
    from backtriage.library import Older
    from backtriage.program.validate import ValidatedSheet
    from backtriage.protocol.protocol import Protocol
    from backtriage.shell.older_sheets import Meanings

NAMES: Final = r"[0-9a-f]{64}\.json"
"""The names of the files of the cache, as a regular expression."""

_MAX_ENTRIES: Final = 8
"""Enough for a few protocols, but too few to fill a disk."""

_MAX_BYTES: Final = 64 * 1024 * 1024

_DIGEST_BYTES: Final = 32


def load_protocol(folder: Path | str | None = None) -> Protocol:
    """Return the checked protocol of a folder, by default the bundled one.

    Raises:
        Unsound: The protocol has errors; it carries all of them.
        ReadError: The folder or one of its files cannot be read.
    """
    # Imported here: the commands do without it.
    from backtriage.library import read_older_with

    path = (Path(folder) if folder else bundled_rules()).absolute()
    program = load_program(path, save=False)
    read_older_with(program, str(path), _older_reader(path))
    return program.protocol


def _older_reader(path: Path) -> Older:
    """Return what finds an emergency in older sheets; it reads the folder once, when asked."""

    def find(program: Program, validated: ValidatedSheet) -> Assessment | None:
        from backtriage.shell.older_sheets import assess_as_older, read_meanings

        if not read:
            read.append(read_meanings(program, path))
        return assess_as_older(program, read[0], validated)

    read: list[Meanings] = []
    return find


def load_program(
    folder: Path | None = None,
    *,
    save: bool = True,
    later: Callable[[Callable[[], None]], None] = lambda work: work(),
) -> Program:
    """Return the program of a rules folder.

    A protocol that has passed its checks is cached as JSON under the digest of the rules' text,
    so any change misses the cache.

    Args:
        folder: The rules folder, by default the bundled one.
        save: Whether to use the cache at all.
        later: Is called with what writes the cache, by default at once. A disk may hang, and no
            result should wait for it.

    Raises:
        Unsound: The protocol has errors; it carries all of them.
        ReadError: The folder or one of its files cannot be read.
    """
    texts = read_rules(folder or bundled_rules())
    caches = cache_folder() if save else None
    cache = caches / f"{_digest(texts)}.json" if caches else None
    cached = _from_cache(cache) if cache else None
    if cached is not None:
        return cached
    # Imported here: with a warm cache neither the YAML library nor the checks are needed.
    from backtriage.check import checked_protocol

    program = build_program(checked_protocol(texts))
    if cache:
        later(partial(_to_cache, cache, program))
    return program


def _digest(texts: dict[str, str]) -> str:
    digest = blake2b(f"{FORMAT} {__version__}".encode(), digest_size=_DIGEST_BYTES)
    for name in sorted(texts):
        text = texts[name].encode()
        digest.update(f"\n{name} {len(text)}\n".encode() + text)
    return digest.hexdigest()


def _from_cache(path: Path) -> Program | None:
    """Return the program in a cache file; None if it is missing, damaged or of other rules.

    The checksum shows damage, but whoever can write the file can also compute it. So a file is
    used only if no other user can write to it, or could put it there.
    """
    try:
        checksum, whole = _read(path).split(b"\n", 1)
        if _checksum(path, whole) != checksum:
            return None
        digest, text = whole.split(b"\n", 1)
        return build_program(from_json(text), digest.decode())
    except (OSError, ValueError):
        return None


def _read(path: Path) -> bytes:
    """Read a private file in a private folder. Raises `OSError` for any other."""
    with PrivateFolder(path.parent) as folder:
        descriptor, status = folder.open(path.name)
        try:
            check_private(status)
            if (
                status.st_nlink > 1
            ):  # perhaps another file of this user, linked while this one slept
                raise OSError(EPERM, "it has another name")
            return read_descriptor(descriptor, _MAX_BYTES)
        finally:
            os.close(descriptor)


def _checksum(path: Path, whole: bytes) -> bytes:
    """Return a checksum, which does not match if the file was copied from another name."""
    checksum = blake2b(f"{path.name}\n".encode(), digest_size=_DIGEST_BYTES)
    checksum.update(whole)
    return checksum.hexdigest().encode()


def _to_cache(path: Path, program: Program) -> None:
    """Cache a program and evict the oldest ones; do nothing in a folder that is not private."""
    # Imported here: a program that was cached is not written.
    from backtriage.shell.locking import replace, sweep

    whole = f"{program.digest}\n{to_json(program.protocol)}".encode()
    whole = _checksum(path, whole) + b"\n" + whole
    try:
        with PrivateFolder(path.parent, make=True) as folder:
            sweep(folder, NAMES)
            os.close(replace(folder, path.name, whole, must_lock=False))
            _evict(folder)
    except OSError:  # caching is optional, so an unwritable folder is ignored
        return


def _evict(folder: PrivateFolder) -> None:
    """Remove all but the newest files of the cache."""
    import re

    ages = {}
    for name in folder.names():
        if re.fullmatch(NAMES, name):
            with suppress(FileNotFoundError):  # another run evicts too
                status = os.stat(name, dir_fd=folder.descriptor, follow_symlinks=False)
                ages[name] = status.st_mtime_ns
    for name in sorted(ages, key=lambda name: -ages[name])[_MAX_ENTRIES:]:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=folder.descriptor)
