"""Serialise a whole protocol as one `protocol.yaml` that reads back as the same protocol."""

from __future__ import annotations

from decimal import Decimal

from msgspec import Struct
from msgspec.structs import asdict

from backtriage.protocol.features import Feature
from backtriage.protocol.protocol import Confirm, Points, Protocol, Question, Rule
from backtriage.protocol.texts import AdviceCard
from backtriage.terms.condition import Always, Condition, condition_text
from backtriage.terms.value import NOT_SURE, SOME_OF, YES_NO, Ticks, Value, number_text


def to_text(protocol: Protocol) -> str:
    """Return the protocol as the text of one `protocol.yaml`; comments and layout are not kept."""
    return _Writer(protocol).whole()


class _Writer:
    """Builds lines of block-style YAML with every scalar quoted."""

    def __init__(self, protocol: Protocol) -> None:
        self.protocol = protocol
        self.units = protocol.units
        self.lines: list[str] = []

    def condition(self, condition: Condition) -> str:
        return condition_text(condition, self.units)

    def if_any(self, condition: Condition | None) -> str:
        return "" if condition is None else self.condition(condition)

    def pair(self, indent: int, key: str, value: object) -> None:
        """Write one key with a text or a list of texts; an empty value writes nothing."""
        if value is None or value in {"", ()}:
            return
        if isinstance(value, tuple):
            self.lines.append(f"{'  ' * indent}{key}:")
            self.lines += [f"{'  ' * indent}  - {_quoted(str(entry))}" for entry in value]
        else:
            self.lines.append(f"{'  ' * indent}{key}: {_quoted(str(value))}")

    def entry(self, indent: int, **pairs: object) -> None:
        """Write one list entry; its first key carries the dash."""
        start = len(self.lines)
        for key, value in pairs.items():
            self.pair(indent + 1, key.rstrip("_"), value)
        dash = "  " * indent + "- "
        self.lines[start] = dash + self.lines[start][len(dash) :]

    def section(self, name: str) -> None:
        self.lines.append(f"{name}:")

    def whole(self) -> str:
        self.head()
        p = self.protocol
        self.plain("sections", p.sections)
        self.levels()
        asked = (*p.questions, *p.journal)
        self.section_if("questions", asked)
        for question in asked:
            self.question(question)
        self.logic()
        self.plain("advice_kinds", p.advice_kinds)
        self.advice()
        self.plain("tables", p.tables)
        self.modules()
        self.plain("services", p.services)
        self.countries()
        self.section_if("notes", p.notes)
        for note in p.notes:
            self.entry(1, id=note.id, when=self.condition(note.when), text=note.text)
        self.plain("evidence", p.evidence)
        self.section_if("risk", p.risk)
        for risk in p.risk:
            urgencies = tuple(urgency.id for urgency in risk.urgencies)
            when = self.if_any(risk.when)
            self.entry(1, **{**asdict(risk), "urgencies": urgencies, "when": when})
        self.plain("waivers", p.waivers)
        self.guarantees()
        return "\n".join(self.lines) + "\n"

    def section_if(self, name: str, entries: tuple[object, ...]) -> None:
        if entries:
            self.section(name)

    def plain(self, name: str, entries: tuple[Struct, ...]) -> None:
        """Write a section whose entries hold only texts."""
        self.section_if(name, entries)
        for entry in entries:
            self.entry(1, **asdict(entry))

    def guarantees(self) -> None:
        p = self.protocol
        self.section_if("floors", p.floors)
        for floor in p.floors:
            unsure = "" if floor.if_unsure is None else floor.if_unsure.id
            self.entry(1, id=floor.id, when=self.condition(floor.when),
                       at_least=floor.at_least.id, if_unsure=unsure, because=floor.because,
                       evidence=floor.evidence)  # fmt: skip
        self.section_if("impossible", p.impossible)
        for fact in p.impossible:
            self.entry(1, id=fact.id, when=self.condition(fact.when), because=fact.because)
        self.plain("conflicts", p.conflicts)
        self.section_if("never_with", p.never_with)
        for never in p.never_with:
            self.entry(1, id=never.id, advice=never.advice, when=self.condition(never.when),
                       because=never.because)  # fmt: skip
        self.section_if("net_limits", p.net_limits)
        for limit in p.net_limits:
            self.entry(1, urgency=limit.urgency.id, groups=limit.groups, lines=limit.lines,
                       columns=limit.columns)  # fmt: skip

    def head(self) -> None:
        p = self.protocol
        self.section("protocol")
        for key in ("id", "version", "title", "effective", "review_due"):
            self.pair(1, key, getattr(p, key))
        self.pair(1, "reviewed_by", p.reviewed_by or "nobody yet")
        for key in ("about", "disclaimer", "emergency_line"):
            self.pair(1, key, getattr(p, key))
        self.lines.append("  files: none")

    def levels(self) -> None:
        self.section_if("urgencies", self.protocol.levels)
        for level in self.protocol.levels:
            self.entry(1, id=level.urgency.id, word=level.word, headline=level.headline,
                       within=level.within, service=level.service,
                       come_back_heading=level.come_back_heading,
                       come_back_short=level.come_back_short, steps=level.steps,
                       bring=level.bring, book_if=level.book_if)  # fmt: skip

    def question(self, q: Question) -> None:
        guarded = not isinstance(q.ask_when, Always)
        defaults: dict[str, Value] = {YES_NO: False, SOME_OF: Ticks()}
        unread = defaults.get(q.kind, NOT_SURE)
        number = q.most > q.least
        self.entry(
            1, id=q.id, section=q.section, kind=q.kind, text=q.text, short=q.short, why=q.why,
            help=q.help, none=q.none, unit=q.unit, min=q.least if number else "",
            max=q.most if number else "", step=q.step if number else "",
            not_sure="" if q.allows_not_sure else "no",
            ask_when=self.condition(q.ask_when) if guarded else "",
            follows_from="yes" if q.follows_from else "",
            if_skipped=self.skipped(q) if guarded or q.if_skipped != unread else "",
            can_change="" if q.can_change else "no", private="yes" if q.private else "",
            from_journal=_feature(q.from_journal), journal="yes" if q.in_journal else "",
            evidence=q.evidence,
        )  # fmt: skip
        self.confirm(2, q.confirm)
        if q.choices:
            self.lines.append("    choices:")
        for choice in q.choices:
            self.entry(3, id=choice.id, text=choice.text, short=choice.short, check=choice.check,
                       help=choice.help, private="yes" if choice.private else "",
                       opens=choice.opens)  # fmt: skip
            self.confirm(4, choice.confirm)

    def confirm(self, indent: int, confirm: Confirm | None) -> None:
        if confirm is not None:
            self.lines.append(f"{'  ' * indent}confirm:")
            self.pair(indent + 1, "text", confirm.text)
            self.pair(indent + 1, "no", "clears" if confirm.clears else "")

    def skipped(self, question: Question) -> str:
        value = question.if_skipped
        if isinstance(value, Ticks):
            ids = [choice.id for choice in question.choices if choice.id in value.yes]
            return ";".join(ids) or "none"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return number_text(value) if isinstance(value, Decimal) else str(value)

    def logic(self) -> None:
        p = self.protocol
        self.section_if("facts", p.facts)
        for fact in p.facts:
            self.entry(1, id=fact.id, when=self.condition(fact.when), text=fact.text)
        self.section_if("scores", p.scores)
        for score in p.scores:
            self.entry(1, id=score.id)
            self.lines.append("    points:")
            self.points(score.points)
        self.section_if("rules", p.rules)
        for rule in p.rules:
            self.rule(rule)
        self.section_if("safety_net", p.safety_net)
        for group in p.safety_net:
            self.entry(1, id=group.id, urgency=group.urgency.id, text=group.text,
                       personal_when=self.if_any(group.personal_when))  # fmt: skip

    def points(self, points: tuple[Points, ...]) -> None:
        for at, one in enumerate(points):
            if at == 0 or points[at - 1].question != one.question:
                self.lines.append(f"      {one.question}:")
            self.pair(4, one.answer or f"{one.least} to {one.most}", one.points)

    def rule(self, rule: Rule) -> None:
        self.entry(
            1, id=rule.id, urgency=rule.urgency.id, when=self.condition(rule.when),
            if_unsure="nothing" if rule.if_unsure is None else rule.if_unsure.id,
            because=rule.because, come_back=rule.come_back, service=rule.service,
            out_of_scope="yes" if rule.out_of_scope else "",
            opens_triage="yes" if rule.opens_triage else "", evidence=rule.evidence,
        )  # fmt: skip
        if rule.signs:
            self.lines.append("    signs:")
        for sign in rule.signs:
            self.entry(3, group=sign.group, words=sign.words, names=self.if_any(sign.names),
                       reason=sign.reason, unlisted="yes" if sign.unlisted else "")  # fmt: skip

    def advice(self) -> None:
        self.section_if("advice", self.protocol.advice)
        for a in self.protocol.advice:
            self.entry(1, id=a.id, kind=a.kind, short=a.short, when=self.condition(a.when),
                       withhold_if=self.if_any(a.withhold_if), show_up_to=a.show_up_to.id,
                       text=a.text, strength=a.strength, evidence=a.evidence,
                       step="yes" if a.step else "")  # fmt: skip
            if a.card != AdviceCard():
                self.lines.append("    card:")
            for place, text in asdict(a.card).items():
                self.pair(3, place, text)
            self.pair(2, "table", a.table)
            if a.rows:
                self.lines.append("    rows:")
            for row in a.rows:
                self.entry(3, **asdict(row))

    def modules(self) -> None:
        self.section_if("modules", self.protocol.modules)
        for m in self.protocol.modules:
            self.entry(1, id=m.id, title=m.title, show_up_to=m.show_up_to.id, why_not=m.why_not,
                       not_now=m.not_now, unasked=m.unasked, counts=m.counts)  # fmt: skip
            self.lines.append("    verdicts:")
            for v in m.verdicts:
                self.entry(3, id=v.id, when=self.condition(v.when), text=v.text,
                           short=v.short, stop="yes" if v.stop else "",
                           evidence=v.evidence)  # fmt: skip

    def countries(self) -> None:
        self.section_if("countries", self.protocol.countries)
        for country in self.protocol.countries:
            self.entry(1, id=country.id, name=country.name, evidence=country.evidence)
            if country.words:
                self.lines.append("    words:")
            for key, text in country.words:
                self.pair(3, key, text)


def _quoted(text: str) -> str:
    """Return a double-quoted YAML scalar on one line."""
    marks = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    safe = "".join(marks.get(c, c if c.isprintable() else f"\\U{ord(c):08x}") for c in text)
    return f'"{safe}"'


def _feature(feature: Feature | None) -> str:
    """Return a feature of the journal as a question names it."""
    if feature is None:
        return ""
    of, by = feature.of and f" of {feature.of}", feature.by and f" by {feature.by}"
    return f"{feature.name}{of}{by or ''}"
