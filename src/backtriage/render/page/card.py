"""The card: the whole answer on one screen, before anything is drawn.

It says how soon, where and why, what to say on the phone, what not to do, what to do and take,
what each module concludes, and when to get help sooner. The pages behind it say the same in full.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from backtriage.decide.advice import WhyNot
from backtriage.decide.assessment import Assessment, Status
from backtriage.decide.kernel import T, U
from backtriage.program.program import Program
from backtriage.program.words import WRITTEN_CODES
from backtriage.protocol.protocol import Advice
from backtriage.render.page.advice import NOT_ASKED
from backtriage.render.page.come_back import heading_of
from backtriage.render.page.notices import (
    after_checks_of,
    checks_of,
    notices_above,
    notices_below,
)
from backtriage.render.page.patient import (
    action_of,
    is_unsettled,
    short_why,
    steps_of,
)
from backtriage.render.page.say import sentence_to_say
from backtriage.terms.urgency import Urgency

MAX_DO_NOW: Final = 3
"""How many things to do fit on the card of somebody who needs no emergency help."""

_NOT_A_DIAGNOSIS: Final = "Not a diagnosis. {}."
_REVIEWED: Final = "Reviewed by {}"
_NOT_REVIEWED: Final = "No clinician has checked this tool"
_GO_SOONER_IF: Final = "Go sooner if"


DO_NOT: Final = "Do not "
"""How each text begins that says what not to do."""


class CardBand(Struct, frozen=True, kw_only=True):
    """How soon, where and why."""

    urgency: Urgency
    word: str
    within: str
    """How soon, in a few words."""
    headline: str
    """What to do, and how soon. It is "" where the word says both."""
    where: str
    why: str
    meaning: str
    """The reason without the person's own words, for where room is short."""


class Net(Struct, frozen=True, kw_only=True):
    """What would mean help at one urgency."""

    urgency: Urgency
    heading: str
    lines: tuple[str, ...]


class Card(Struct, frozen=True, kw_only=True):
    """What the card says, in reading order. A text that is empty is not shown."""

    notices: tuple[str, ...]
    """What to know first: that the result is incomplete, or rests on a doubt."""
    band: CardBand
    remarks: tuple[str, ...] = ()
    """What to know next: who "you" is, where else to turn, and in an emergency what does not fit.
    """
    checks: tuple[str, ...] = ()
    """What may settle the doubts that alone make this an emergency."""
    after_checks: str = ""
    """What to do then."""
    say: str
    """What to read out on the phone."""
    stops: tuple[str, ...]
    """What this person must not do."""
    do_now: tuple[str, ...]
    """What to do and what not to do, the most important first.

    Where space is short, the last things to do may be left out.

    Today none is: they say where to go if nobody can help.
    """
    medicine: str
    modules: tuple[tuple[str, str], ...]
    """The title of each module, and its line. Where it is a stop, it stands there instead."""
    nets: tuple[Net, ...]
    """The most urgent first. None for an emergency, and one for somebody who needs help today."""
    book: tuple[str, str]
    """A heading, and the one time course."""
    disclaimer: str
    """Never left out."""
    provenance: str

    @property
    def to_do(self) -> tuple[str, ...]:
        """What to do."""
        return tuple(text for text in self.do_now if not text.startswith(DO_NOT))

    @property
    def not_to_do(self) -> tuple[str, ...]:
        """What not to do."""
        return tuple(text for text in self.do_now if text.startswith(DO_NOT))


def card_of(assessment: Assessment) -> Card:
    """Return the card of an assessment.

    Args:
        assessment: The result, without private answers if somebody else may read the card. The
            sentence to read out never has any.
    """
    a = assessment
    forbidden = _Forbidden(a)
    say = sentence_to_say(a)
    # Whoever is in danger, or thinks of ending their life, is not told about tablets.
    is_private = a.urgency is Urgency.SAME_DAY and not say and not is_unsettled(a)
    return Card(
        notices=tuple(text for text in notices_above(a) if text),
        band=_band(a),
        remarks=tuple(notices_below(a, say)),
        checks=(checks := checks_of(a)),
        after_checks=after_checks_of(a) if checks else "",
        say=say,
        stops=forbidden.stops,
        do_now=_do_now(a),
        medicine="" if is_private else _medicine(a),
        modules=() if is_private else tuple(_modules(a, forbidden.modules)),
        nets=tuple(_nets(a)),
        book=_book(a),
        disclaimer=not_a_diagnosis(a.program),
        provenance=_provenance(a),
    )


def not_a_diagnosis(program: Program) -> str:
    """Say in a line what the questions are not, and who has reviewed them."""
    reviewer = program.protocol.reviewed_by
    return _NOT_A_DIAGNOSIS.format(_REVIEWED.format(reviewer) if reviewer else _NOT_REVIEWED)


def _band(a: Assessment) -> CardBand:
    action = action_of(a)
    service = a.program.services[a.service]
    within = a.how_soon("within")
    headline = action.headline
    why, meaning = short_why(a)
    if a.urgency < Urgency.SAME_DAY and within in action.word.casefold():
        headline = ""  # the word says it
    elif within not in headline:
        headline = f"{headline.rstrip('.')} ({within})."
    return CardBand(
        urgency=a.urgency,
        word=action.word,
        within=within,
        headline=headline,
        where=a.words.fill(service.short) or action.where,
        why=why,
        meaning=meaning,
    )


# -- what not to do, what to do, what to take ----------------------------------------------------


class _Forbidden:
    """What the answers forbid, and the modules that it is about.

    Nothing in an emergency: whoever treats this person decides, and may well stop a medicine.
    """

    def __init__(self, a: Assessment) -> None:
        texts: list[str] = []
        modules: set[str] = set()
        if a.urgency is not Urgency.EMERGENCY and a.status is not Status.OUT_OF_SCOPE:
            kinds = {result.module.id for result in a.module_results}
            for advice, text in _advice_stops(a):
                if advice.kind not in modules:  # of a module, the first says enough
                    texts.append(text)
                modules |= {advice.kind} & kinds
            for result in a.module_results:
                if result.verdict and result.verdict.stop and result.module.id not in modules:
                    texts.append(result.verdict.short)
                    modules.add(result.module.id)
        self.stops = tuple(a.words.fill(text) for text in dict.fromkeys(texts))
        self.modules = frozenset(modules)


def _advice_stops(a: Assessment) -> Iterator[tuple[Advice, str]]:
    """Yield each piece of advice that forbids something, and its text, at any urgency."""
    evaluation = a.evaluation
    for advice in a.program.advice:
        card = advice.card
        if not (card.stop or card.withheld) or evaluation.interval(advice.when)[0] != T:
            continue
        if card.stop:
            yield advice, card.stop
        beside_medicine = card.medicine and a.urgency <= advice.show_up_to
        if card.withheld and advice.withhold_if is not None and not beside_medicine:
            lowest, _ = evaluation.interval(advice.withhold_if)
            if lowest >= U:
                yield advice, card.withheld


def _do_now(a: Assessment) -> tuple[str, ...]:
    """Return the advice for now or, if there is none or a visit is due soon, the steps to help."""
    advised = tuple(a.words.fill(each.card.do_now) for each in a.advice if each.card.do_now)
    steps = () if advised and a.urgency < Urgency.SOON else steps_of(a)
    most = None if a.urgency is Urgency.EMERGENCY else MAX_DO_NOW
    return (*steps[:1], *advised, *steps[1:])[:most]


def _medicine(a: Assessment) -> str:
    if a.urgency is Urgency.EMERGENCY or a.status is Status.OUT_OF_SCOPE:
        return ""
    evaluation = a.evaluation
    withheld = {entry.advice.id for entry in a.withheld}
    undecided = {advice.id for advice in a.undecided}
    given = {advice.id for advice in a.advice}
    for advice in a.program.advice:
        card, text = advice.card, ""
        if a.urgency > advice.show_up_to:
            text = card.not_now if evaluation.interval(advice.when)[0] == T else ""
        elif advice.id in given:
            text = card.medicine
        elif advice.id in withheld and card.medicine:
            text = card.withheld
        elif advice.id in undecided:
            text = card.unasked
        if text:
            return a.words.fill(text)
    return ""


def _modules(a: Assessment, stopped: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield the line of each module, unless a stop takes its place."""
    for result in a.module_results:
        module, verdict = result.module, result.verdict
        is_left_out = a.urgency is Urgency.EMERGENCY or result.why_not is WhyNot.OUT_OF_SCOPE
        if is_left_out or module.id in stopped:
            continue
        if verdict is not None:
            line = verdict.short or verdict.text
        elif result.why_not is WhyNot.NOT_ASKED:
            line = module.unasked or NOT_ASKED
        else:
            line = module.not_now or module.why_not
        yield a.words.fill(module.title), a.words.fill(line)


# -- when to get help sooner ---------------------------------------------------------------------


def _nets(a: Assessment) -> Iterator[Net]:
    """Yield what would mean an emergency or help today, as far as that is above the result."""
    for urgency in (Urgency.EMERGENCY, Urgency.SAME_DAY):
        lines = [a.words.fill(line.group.text) for line in a.net if line.group.urgency is urgency]
        lines += [
            a.words.fill(entry.rule.come_back)
            for entry in a.come_back
            if entry.urgency is urgency and not entry.line
        ]
        shown = tuple(dict.fromkeys(line for line in lines if line))
        if shown:
            yield Net(urgency=urgency, heading=_short_heading(a, urgency), lines=shown)


def _short_heading(a: Assessment, urgency: Urgency) -> str:
    return a.words.fill(a.program.levels[urgency].come_back_short) or heading_of(a, urgency)


def _book(a: Assessment) -> tuple[str, str]:
    """Return when to book a visit or, for whoever does so already, when to go sooner."""
    advised = next((each.card.book_if for each in a.advice if each.card.book_if), "")
    text = advised or a.program.services[a.service].book_if or a.level.book_if
    if not text or a.urgency >= Urgency.SAME_DAY:
        return "", ""
    is_at_home = a.urgency is Urgency.SELF_CARE
    heading = _short_heading(a, Urgency.ROUTINE) if is_at_home else _GO_SOONER_IF
    return heading, a.words.fill(text)


def _provenance(a: Assessment) -> str:
    """Return which rules were applied, and whose phone numbers are shown."""
    p, country = a.program.protocol, a.words.country
    shown = WRITTEN_CODES.get(country, country) if country else "no country"
    return f"{p.id} {p.version}, {shown}"
