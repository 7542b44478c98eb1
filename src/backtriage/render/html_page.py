"""The frame and the look of our pages of HTML: one file each, without a script, fetching nothing.

The colour of an urgency never stands alone: its sign and its word are always beside it. On paper
only borders have colour, since few printers are told to print backgrounds.
"""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from typing import Final

from backtriage.render.palette import PALETTE

LANGUAGE: Final = "en"
"""The language of every rule and of all our own words."""

_COLOURS: Final = "".join(
    f".{urgency.id}{{--band:{colours.background_hex};--ink:{colours.ink_hex}}}\n"
    for urgency, colours in PALETTE.items()
)

STYLE: Final = f"""\
:root{{color-scheme:light dark;--page:#fff;--text:#111;--line:#707070}}
@media (prefers-color-scheme:dark){{:root{{--page:#121212;--text:#f2f2f2;--line:#999}}}}
{_COLOURS}\
*{{box-sizing:border-box}}
html{{-webkit-text-size-adjust:100%;text-size-adjust:100%}}
body{{margin:0 auto;max-width:62rem;padding:1rem;background:var(--page);color:var(--text);
 font:1rem/1.45 system-ui,sans-serif;overflow-wrap:anywhere}}
h1,h2,h3,p,ul,ol,dl{{margin:0 0 .6rem}}
h1{{font-size:1.5rem;line-height:1.2}}
h2{{font-size:1.25rem;line-height:1.25}}
h3{{font-size:1.05rem;margin-top:1rem}}
ul,ol{{padding:0}}
li{{margin:0 0 .2rem 1.5rem}}
dt,.notices{{font-weight:700}}
dd{{margin:0 0 .5rem}}
dd>:last-child,.band>:last-child,.notices>:last-child{{margin-bottom:0}}
.band,.net>h2{{background:var(--band);color:var(--ink);border:2px solid var(--text)}}
.band{{padding:.8rem 1rem;margin-bottom:1rem}}
.net>h2{{font-size:1rem;padding:.2rem .6rem}}
.notices{{border:2px solid var(--text);padding:.6rem 1rem;margin-bottom:1rem}}
.loud>dt>span{{background:var(--text);color:var(--page);border:1px solid var(--text);
 padding:0 .4rem}}
.loud>dd{{font-weight:700}}
nav{{display:flex;flex-wrap:wrap;gap:.4rem 1.5rem;margin:1rem 0 0}}
a{{color:inherit;padding:.2rem 0}}
.part{{border-top:2px solid var(--line);padding-top:.8rem;margin-top:1.6rem}}
table{{border-collapse:collapse;margin:0 0 .8rem;max-width:calc(100% - 1px)}}
caption,th,td{{text-align:left;vertical-align:top}}
th,td{{border:1px solid var(--line);padding:.25rem .5rem}}
tbody>tr>th{{min-width:6rem;width:25%}}
svg{{display:block;width:100%;max-width:30rem;height:auto;margin:0 0 .6rem}}
@media print,(min-width:44rem){{
 .rows{{display:grid;grid-template-columns:fit-content(10rem) 1fr;gap:0 1rem}}
 .rows>div{{display:grid;grid-column:span 2;grid-template-columns:subgrid}}
 .nets{{display:grid;grid-template-columns:5fr 4fr;grid-template-rows:auto 1fr;gap:0 1.2rem;
 align-items:start}}
 .net:first-child{{grid-row:span 2}}
 .net:only-child{{grid-column:span 2}}
 .net:only-child>ul{{columns:2;column-gap:1.2rem}}
 .net li{{break-inside:avoid}}
}}
@media (forced-colors:active){{:root{{--page:Canvas;--text:CanvasText;--line:CanvasText}}}}
@media print{{
 @page{{margin:13mm}}
 :root{{color-scheme:light;--page:#fff;--text:#000;--line:#707070}}
 body{{max-width:none;padding:0;font-size:10pt;line-height:1.3}}
 h1{{font-size:16pt}}
 h2{{font-size:13pt}}
 h3{{font-size:11pt}}
 .band,.net>h2,.loud>dt>span{{background:none;color:var(--text)}}
 .band,.notices{{padding:.3rem .7rem;margin-bottom:.6rem}}
 .band,.net>h2{{border:3pt solid var(--band);outline:.75pt solid var(--text)}}
 nav{{display:none}}
 svg{{max-width:16rem;break-after:avoid}}
 th,td{{padding:.1rem .5rem}}
 h1,h2,h3{{break-after:avoid}}
 .band,.notices,.rows>div,li,p,tr,svg{{break-inside:avoid}}
 p,li,dd{{orphans:3;widows:3}}
 li{{margin-bottom:.05rem}}
 dd{{margin-bottom:.25rem}}
}}
"""
"""Everything on a page is laid out with this; it names no font, picture or other file."""

_STYLE_HASH: Final = b2a_base64(sha256(STYLE.encode()).digest(), newline=False).decode()

_POLICY: Final = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; form-action 'none'"
)
"""What a browser may load for the page: nothing but this one style, which is in the page."""


def html_page(title: str, body: Iterable[str]) -> str:
    """Return a whole document.

    Args:
        title: What the page is, as plain text.
        body: HTML, one element or line each; whatever was text in it is escaped.
    """
    lines = (
        "<!doctype html>",
        f'<html lang="{LANGUAGE}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escaped(title)}</title>",
        f"<style>{STYLE}</style>",
        "</head>",
        "<body>",
        *body,
        "</body>",
        "</html>",
    )
    return "".join(f"{line}\n" for line in lines)


def escaped(text: str) -> str:
    """Return text that HTML shows literally, also in an attribute."""
    return escape(" ".join(text.split()))
