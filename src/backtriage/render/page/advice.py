"""What may help: advice by kind, modules, and advice that is withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from backtriage.decide.advice import ModuleResult, WhyNot, Withheld
from backtriage.decide.assessment import (
    Assessment,
)
from backtriage.protocol.protocol import Advice, Titled
from backtriage.render.page.page import Block
from backtriage.render.page.phrasing import (
    join_with_and,
    lower_first,
    reported_answers,
    upper_first,
)
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency

MIN_USUAL: Final = 3
"""A strength that this many pieces of a kind share is stated once for all of them."""

_HOW_SURE: Final = "Brackets show how sure we are."
_ELSE: Final = "Where nothing stands in brackets"
NOT_ASKED: Final = "You have not answered the questions about this."


def advice_blocks(a: Assessment) -> Iterator[Block]:
    """Yield advice by kind; a module replaces the block of the kind with the same id."""
    module_results = {result.module.id: result for result in a.module_results if result.verdict}
    for kind in a.program.protocol.advice_kinds:
        block = _given(a, kind)
        result = module_results.pop(kind.id, None)
        yield _module(a, result, block) if result else block
    for result in module_results.values():
        yield _module(a, result, Block())


def how_sure(a: Assessment) -> Block:
    """Return how to read the strengths."""
    has_any = any(advice.strength for advice in a.advice)
    return Block(paragraphs=(_HOW_SURE,)) if has_any else Block()


def _given(a: Assessment, kind: Titled) -> Block:
    """One kind of advice; the most common strength is stated once, below it."""
    given = [advice for advice in a.advice if advice.kind == kind.id]
    usual = _usual_strength(given)
    return Block(
        heading=kind.title,
        items=tuple(_advice_text(a, advice, usual) for advice in given),
        closing=(a.words.fill(f"{_ELSE}: {lower_first(usual)}."),) if usual else (),
    )


def _usual_strength(given: list[Advice]) -> str:
    """The most common strength of a kind, or "" if too few pieces share it."""
    strengths = Counter(advice.strength for advice in given)
    if not strengths or not all(strengths):
        return ""  # no brackets would then mean two things
    (strength, count), *_ = strengths.most_common(1)
    return strength if count >= MIN_USUAL else ""


def _advice_text(a: Assessment, advice: Advice, usual: str) -> str:
    label = f"{advice.short}: " if advice.short else ""
    remark = f" [{advice.strength}]" if advice.strength not in {"", usual} else ""
    return a.words.fill(f"{label}{advice.text}{remark}")


def _module(a: Assessment, result: ModuleResult, given: Block) -> Block:
    """A module's verdict, the answers behind it, its counts, and its own advice."""
    verdict = result.verdict
    paragraphs = [a.words.fill(verdict.text)] if verdict else []
    because = reported_answers(a, result.because)
    paragraphs += [because] if because else []
    paragraphs += [counts_text(result)] if result.counts else []
    return replace(given, heading=result.module.title, paragraphs=tuple(paragraphs))


def counts_text(result: ModuleResult) -> str:
    """Counts are never turned into a probability."""
    counts = join_with_and(
        f"{spell_out(score)} {number}" for score, number in result.counts.items()
    )
    return f"Counted from your answers: {counts}. A count alone shows nothing about your health."


def spell_out(name: str) -> str:
    """Return an id as words."""
    return name.replace("_", " ")


def module_notes(a: Assessment) -> Iterator[Block]:
    """Yield why modules are not discussed at this urgency."""
    if a.urgency is Urgency.EMERGENCY:
        return
    for result in a.module_results:
        if result.verdict is None:
            is_open = result.why_not is WhyNot.NOT_ASKED
            why_not = NOT_ASKED if is_open else a.words.fill(result.module.why_not)
            yield Block(heading=result.module.title, paragraphs=(why_not,))


def withheld_block(a: Assessment) -> Block:
    """Return withheld advice, grouped by the answers responsible."""
    groups: dict[Answers, list[Withheld]] = {}
    for withheld in a.withheld:
        groups.setdefault(withheld.because, []).append(withheld)
    items = tuple(_withheld_text(a, group) for group in groups.values())
    paragraphs = ("These may not suit you. Ask before you try them.",)
    return Block(heading="What we hold back", paragraphs=paragraphs if items else (), items=items)


def _withheld_text(a: Assessment, group: list[Withheld]) -> str:
    names = dict.fromkeys(lower_first(advice_name(entry.advice)) for entry in group)
    reason = reported_answers(a, group[0].because, "You told us")
    return a.words.fill(f"{upper_first('; '.join(names))}. {reason}".rstrip())


def advice_name(advice: Advice) -> str:
    """Return what a piece of advice is about."""
    return advice.short or spell_out(advice.id)
