"""What terminals send that is no key: replies, reports, unknown keys, and pieces of them.

Written from the documents of terminals and not from the tables of the program.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from string import ascii_letters, digits
from typing import Final

from hypothesis import strategies as st

REPLIES: Final = (
    "\x1b[I", "\x1b[O",                                    # focus in, focus out
    "\x1b[1;1R", "\x1b[24;80R", "\x1b[?24;80;1R",          # position of the cursor
    "\x1b[0n", "\x1b[?997;1n",                             # status, colour scheme
    "\x1b[?62;22c", "\x1b[>41;354;0c", "\x1b[?1;2c",       # device attributes
    "\x1b[?2026;2$y", "\x1b[4;1$y",                        # modes
    "\x1b[8;24;80t", "\x1b[4;600;800t", "\x1b[48;24;80;600;800t",  # size
    "\x1b[?1u", "\x1b[?0u",                                # flags of the kitty protocol
    "\x1b[2;1;1;112;112;1;0x",
    "\x1bP1$r2 q\x1b\\", "\x1bP1$r0m\x1b\\", "\x1bP0$r\x1b\\",     # shape of the cursor
    "\x1bP>|XTerm(390)\x1b\\", "\x1bP!|00000000\x1b\\",    # version, unit
    "\x1bP1+r544e=787465726d\x1b\\",                       # terminfo
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\", "\x1b]10;rgb:ff/ff/ff\x07",  # colours
    "\x1b]4;1;rgb:cdcd/0000/0000\x07", "\x1b]52;c;eQ1x\x1b\\",
    "\x1b]lTitle y1q\x1b\\", "\x1b]L\x1b\\",
    "\x1b_Gi=31;OK\x1b\\", "\x1b^1y\x1b\\", "\x1bX1\ry\x1b\\",
)  # fmt: skip
"""Answers to a question that some other program may have asked."""

KEYS: Final = (
    "\x1bOQ", "\x1bOR", "\x1bOE", "\x1b[E", "\x1b[2~", "\x1b[15~", "\x1b[24~", "\x1b[29~",
    "\x1b[[A", "\x1b[[E", "\x1b[25;2~", "\x1b[1;2Q", "\x1b[57358u", "\x1b[57441u", "\x1b[57427u",
    "\x1b[1;3A", "\x1b[1;5D", "\x1b[1;2B", "\x1b[5A", "\x1bO5A", "\x1b[3;5~", "\x1b[5;3~",
    "\x1b\x1b[D", "\x1b\x1bOD", "\x1b\x1b[3~",
    "\x1b[13;1:3u", "\x1b[99;5:3u", "\x1b[1;1:3D", "\x1b[27;1:3u", "\x1b[5;1:3~", "\x1b[49;1:3u",
    "\x1b[13;5u", "\x1b[13;3u", "\x1b[27;5;13~", "\x1b[27;3;49~", "\x1b[121;3u", "\x1b[121;9u",
    "\x1b[109;5u", "\x1b[104;5u", "\x1b[105;5u", "\x1b[49;5u", "\x1b[99;7u", "\x1b[99;6u",
    "\x1b[u", "\x1b[0u", "\x1b[;u", "\x1b[1114112u", "\x1b[99999999999999999999999u",
    "\x1b[1;1;1A", "\x1b[1:5A", "\x1b[~", "\x1b[201~", "\x1b[27~", "\x1b[27;5~",
    "\x1bNA", "\x1bN1", "\x1b(B", "\x1b#8", "\x1b%G", "\x1b c",
    "\x1b1", "\x1by", "\x1bq", "\x1b?", "\x1b=", "\x1b\x7f", "\x1b\r", "\x1b\t", "\x1bé",
)  # fmt: skip
"""Keys that mean nothing here, with Alt or Ctrl, or at the moment when they are released."""

MOUSE: Final = (
    "\x1b[M !!", "\x1b[M#y1", "\x1b[M\x7f\xff ", "\x1b[<0;1;1M", "\x1b[<35;80;24m",
    "\x1b[32;10;10M", "\x1b[<65;1;1M",
)  # fmt: skip

PASTES: Final = (
    "\x1b[200~\x1b[B\r\x1b[201~", "\x1b[200~y\x1b[200~1\r\x03\x1b[201~",
    "\x1b[200~\x1b]11;\x07q\r\x1b[201~1\ry\x1b[201~",
)  # fmt: skip

EIGHT_BIT: Final = (
    "\x9bO", "\x9b?62;22c", "\x901$r2 q\x9c", "\x9d11;rgb:1/1/1\x9c", "\x9fG;OK\x9c", "\x8fQ",
    "\udc9bO", "\udc901$r2 q\udc9c", "\udc9d11;rgb:1/1/1\x07", "\udcff\udc80", "\x85", "\0\x1d",
)  # fmt: skip

MEANINGLESS: Final = (*REPLIES, *KEYS, *MOUSE, *EIGHT_BIT)

CUT: Final = (
    "\x1b[", "\x1b[1", "\x1b[1;", "\x1b[?62;2", "\x1b[1 ", "\x1bO", "\x1bO1", "\x1bN", "\x1b[[",
    "\x1b[M", "\x1b[M!", "\x1b[M!!", "\x1b[<0;1", "\x1bP", "\x1bP1$r2", "\x1b]", "\x1b]11;rgb:1",
    "\x1b]11;rgb:1\x1b", "\x1b_G", "\x1b^", "\x1bX", "\x1b(", "\x1b ", "\x9b1", "\udc9b", "\x90y",
    "\x1b\x1b[", "\x1b[200", "\x1b[200~", "\x1b[200~1\ry", "\x1b[200~1\x1b[201",
)  # fmt: skip

_INTRODUCERS: Final = str.maketrans("", "", "NOPX_")
"""Characters that after Escape begin a longer sequence."""

_PARAMETERS: Final = "0123456789:;"
_CHARACTERS: Final = f"{ascii_letters}{digits} !\"#$%&'()*+,-./:;<=>?@[]^_`{{|}}~"


def _some(random: Random, characters: str, most: int) -> str:
    return "".join(random.choices(characters, k=random.randint(0, most)))


def _csi(random: Random) -> str:
    """A control sequence that is no key: by its final character, or by a mark or a space in it."""
    mark = random.choice("?><=")
    middle = random.choice(" !\"#$%&'()*+,-./")
    parameters = _some(random, _PARAMETERS, 9)
    final = random.choice(f"{ascii_letters}@\\]^_`{{|}}~")
    no_key = random.choice("EGIJKLNOQRSTUVWXYabcdefghijklmnopqrstvwxyz@\\]^_`{|}")
    return random.choice((
        f"\x1b[{parameters}{no_key}",
        f"\x1b[{mark}{parameters}{final}",
        f"\x1b[{parameters}{middle}{final}",
    ))  # fmt: skip


def _string(random: Random) -> str:
    start = random.choice("]P_^X")
    text = _some(random, f"{_CHARACTERS}\r\n\t\x03", 30)
    end = random.choice(("\x07", "\x1b\\", "\x9c"))
    return f"\x1b{start}{text}{end}"


def _mouse(random: Random) -> str:
    return f"\x1b[M{''.join(random.choices(_CHARACTERS, k=3))}"


def _held(random: Random) -> str:
    """A key that means something, with Alt, Super or Ctrl held, or at its release."""
    without_event = random.choice(("3", "4", "7", "9", "11", "131"))
    modifiers = random.choice((without_event, "1:3", "2:3", "5:3"))
    code = random.choice((13, 27, 32, 49, 57, 98, 99, 113, 121, 127, 57399, 57414))
    return random.choice((
        f"\x1b[1;{modifiers}{random.choice('ABCDFHP')}",
        f"\x1b[{random.choice((1, 3, 4, 5, 6))};{modifiers}~",
        f"\x1b[{code};{modifiers}u",
        f"\x1b[27;{without_event};{code}~",
    ))  # fmt: skip


def _alt(random: Random) -> str:
    return f"\x1b{random.choice(f'{ascii_letters}{digits}?=<>:;@_`~'.translate(_INTRODUCERS))}"


def _listed(random: Random) -> str:
    return random.choice(MEANINGLESS)


_FAMILIES: Final[tuple[Callable[[Random], str], ...]] = (
    _csi, _string, _mouse, _held, _alt, _listed,
)  # fmt: skip


def random_noise(random: Random) -> str:
    """Some sequences that are no key; the last one may be cut, or a paste that does not print."""
    sent = "".join(random.choice(_FAMILIES)(random) for _ in range(random.randint(1, 3)))
    end = random.randint(0, 9)
    if end == 0:
        return sent + random.choice(CUT)
    return sent + random.choice(PASTES) if end == 1 else sent


def noise() -> st.SearchStrategy[str]:
    """Noise as a strategy."""
    return st.builds(random_noise, st.randoms(use_true_random=False))
