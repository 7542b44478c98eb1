"""What may help: advice by kind, the modules, and what is held back. Shown as `decide` gave it."""

from __future__ import annotations

from collections.abc import Iterator

from backtriage.decide.assessment import Assessment, Finding, Withheld
from backtriage.protocol.protocol import Advice
from backtriage.render.page.page import Block
from backtriage.render.page.said import listed, sentence, told
from backtriage.terms.answers import Answers
from backtriage.terms.urgency import Urgency


def advice_blocks(a: Assessment) -> Iterator[Block]:
    """Advice in the protocol's order of kinds; a module stands at the kind of its name."""
    findings = {finding.module.id: finding for finding in a.findings if finding.verdict}
    kinds = a.program.protocol.advice_kinds
    for kind in kinds:
        items = tuple(_advice_text(a, advice) for advice in a.advice if advice.kind == kind.id)
        finding = findings.pop(kind.id, None)
        yield _module(a, finding, items) if finding else Block(heading=kind.title, items=items)
    for finding in findings.values():
        yield _module(a, finding, ())


def _advice_text(a: Assessment, advice: Advice) -> str:
    text = a.words.fill(advice.text)
    strength = a.words.fill(advice.strength)
    return f"{text} [Evidence: {strength}]" if strength else text


def _module(a: Assessment, finding: Finding, items: tuple[str, ...]) -> Block:
    """A module's verdict, the answers behind it, its counts, and its own advice."""
    verdict = finding.verdict
    says = [a.words.fill(verdict.text)] if verdict else []
    says += [because for because in [told(a, finding.because)] if because]
    says += [_counts(finding)] if finding.counts else []
    return Block(heading=finding.module.title, says=tuple(says), items=items)


def _counts(finding: Finding) -> str:
    """Counts as counts. They are never turned into how likely something is."""
    counted = listed(f"{in_words(score)} {number}" for score, number in finding.counts.items())
    return f"Counted from your answers: {counted}. A count alone shows nothing about your health."


def in_words(name: str) -> str:
    """An id as words."""
    return name.replace("_", " ")


def module_notes(a: Assessment) -> Iterator[Block]:
    """Why a module has nothing to say above its urgency."""
    if a.urgency is Urgency.EMERGENCY:
        return
    for finding in a.findings:
        if finding.verdict is None:
            why_not = a.words.fill(finding.module.why_not)
            yield Block(heading=finding.module.title, says=(why_not,))


def held_back(a: Assessment) -> Block:
    """Advice that is held back, with the answers that hold it back."""
    groups: dict[Answers, list[Withheld]] = {}
    for withheld in a.withheld:
        groups.setdefault(withheld.because, []).append(withheld)
    items = tuple(_held_text(a, because, group) for because, group in groups.items())
    return Block(heading="What we hold back", items=items)


def _held_text(a: Assessment, because: Answers, group: list[Withheld]) -> str:
    names = listed(f'"{in_words(withheld.advice.id)}"' for withheld in group)
    reason = told(a, because, "You told us") or sentence("we do not know enough yet")
    return f"We hold back our advice on {names}, because of your answers. {reason}"
