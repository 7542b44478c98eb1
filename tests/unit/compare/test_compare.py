"""Two versions of the tiny protocol: how answers are paired, what is said, what was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as other
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.compare.affected_group import Aspect
from backtriage.compare.comparison import Comparison, compare
from backtriage.compare.edits import edits
from backtriage.compare.example import Example, confirmed_example
from backtriage.compare.example_text import abnormal_answers
from backtriage.compare.paired_domain import (
    PairedDomain,
    PairedValue,
    pair_answers,
    pair_questions,
)
from backtriage.compare.to_text import comparison_lines, share_text
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Advice, Choice, Protocol, Question, Rule, Verdict
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.prove.domain import Band
from backtriage.terms.condition import All, Always, Compare, Fact, Includes, Is, Yes
from backtriage.terms.condition import Any as AnyOf
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support import protocols

Edit = Callable[[Protocol], Protocol]


def tiny() -> Protocol:
    return protocols.tiny().protocol


def edit(section: str, id_: str, **changes: Any) -> Edit:  # noqa: ANN401
    """Change some fields of one entry."""

    def change(p: Protocol) -> Protocol:
        nouns = getattr(p, section)
        return replace(p, **{
            section: tuple(replace(n, **changes) if n.id == id_ else n for n in nouns)
        })  # fmt: skip

    return change


def drop(section: str, id_: str) -> Edit:
    """Take one entry out."""
    return lambda p: replace(p, **{
        section: tuple(noun for noun in getattr(p, section) if noun.id != id_)
    })  # fmt: skip


def add(section: str, *nouns: object) -> Edit:
    """Put entries at the end."""
    return lambda p: replace(p, **{section: (*getattr(p, section), *nouns)})


def compared(*changes: Edit) -> Comparison:
    """The tiny protocol against itself with some edits."""
    new = tiny()
    for change in changes:
        new = change(new)
    return compare(build_program(tiny()), build_program(new))


def text_of(comparison: Comparison) -> str:
    """What is printed, as one line."""
    return " ".join(" ".join(comparison_lines(comparison, ("old", "new"))).split())


# -- answers side by side -----------------------------------------------------------------


def question(kind: str, id_: str = "q", **fields: Any) -> Question:  # noqa: ANN401
    """A question of one kind."""
    return Question(id=id_, section="main", kind=kind, text="?", short="q", why="A test.",
                    **fields)  # fmt: skip


def choices(*ids: str) -> tuple[Choice, ...]:
    """Choices with these ids."""
    return tuple(Choice(id=id_, text=id_, short=id_) for id_ in ids)


def rows(old: Question | None, new: Question | None, *begins: int) -> dict[str, list[PairedValue]]:
    """The rows of a question, with bands that begin at some numbers in the old version."""
    starts = {"q": {Decimal(number) for number in begins}}
    return dict(pair_answers((old, new), (starts, {})))


def read(found: list[PairedValue]) -> list[tuple[object, object, bool]]:
    """What each version reads, and whether that differs."""
    return [(*row.read, row.is_mismatched) for row in found]


def band(least: int | str, most: int | str | None = None) -> Band:
    """Some numbers."""
    return Band(least=Decimal(least), most=Decimal(least if most is None else most))


SURE = question(YES_NO, allows_not_sure=False)
DOUBT = question(YES_NO)
AB = question(ONE_OF, choices=choices("a", "b"), allows_not_sure=False)
BC = question(ONE_OF, choices=choices("b", "c"), allows_not_sure=False)
TO_4 = question(NUMBER, least=0, most=4, allows_not_sure=False)
FROM_2 = question(NUMBER, least=2, most=6, allows_not_sure=False)
HALVES = question(NUMBER, least=0, most=4, step="0.5", allows_not_sure=False)

PAIRED: dict[str, tuple[Question | None, Question | None, list[tuple[object, object, bool]]]] = {
    "the same": (SURE, SURE, [(False, False, False), (True, True, False)]),
    "only the old": (SURE, None, [(False, None, False), (True, None, False)]),
    "only the new": (None, SURE, [(None, False, False), (None, True, False)]),
    "doubt that is allowed no more": (DOUBT, SURE, [
        (False, False, False), (True, True, False), (NOT_SURE, False, True),
        (NOT_SURE, True, True)]),
    "a choice that went and one that came": (AB, BC, [
        ("b", "b", False), ("a", "b", True), ("a", "c", True), ("b", "c", True)]),
    "a range that moved": (TO_4, FROM_2, [
        (band(0, 1), band(2), True), (band(2, 4), band(2, 4), False),
        (band(4), band(5, 6), True)]),
    "numbers of one version": (None, TO_4, [(None, band(0, 4), False)]),
    "finer steps": (TO_4, HALVES, [(band(0, 4), band(0, 4), False)]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRED)
def test_answers_are_paired(name: str) -> None:
    """An answer that both take is the same; any other is looked at with each of the other's."""
    old, new, wanted = PAIRED[name]

    assert read(rows(old, new)[""]) == wanted


def test_items_are_paired_one_by_one() -> None:
    """An item that only one version has is not seen by the other, and nothing differs."""
    old = question(SOME_OF, choices=choices("a", "b"), allows_not_sure=False)
    new = question(SOME_OF, choices=choices("b", "c"), allows_not_sure=False)

    found = rows(old, new)

    assert list(found) == ["b", "c", "a"]
    assert read(found["a"]) == [(False, None, False), (True, None, False)]
    assert read(found["b"]) == [(False, False, False), (True, True, False)]
    assert read(found["c"]) == [(None, False, False), (None, True, False)]


def test_numbers_are_counted() -> None:
    """A band weighs as many answers as it has of the finest steps, beside doubt too."""
    unsure = replace(HALVES, allows_not_sure=True)

    found = rows(TO_4, unsure, 3)[""]

    assert [(row.read, row.weight, row.is_mismatched) for row in found] == [
        ((band(0, 2), band("0", "2.5")), 6, False),
        ((band(3, 4), band(3, 4)), 3, False),
        ((band(0, 2), NOT_SURE), 6, True),
        ((band(3, 4), NOT_SURE), 3, True),
    ]
    back = rows(unsure, TO_4)[""]
    assert read(back)[-1] == (NOT_SURE, band(0, 4), True)
    assert read(rows(unsure, unsure)[""])[-1] == (NOT_SURE, NOT_SURE, False)


def test_questions_stand_where_they_stood() -> None:
    """What is gone stands behind what it stood behind; another kind or unit is another one."""
    one, two, three = (question(YES_NO, id_) for id_ in ("one", "two", "three"))
    four = question(NUMBER, "four", unit="days")
    weeks, some = replace(four, unit="weeks"), question(SOME_OF, "two", choices=choices("a"))
    old = replace(tiny(), questions=(one, two, three, four))
    new = replace(tiny(), questions=(three, some, weeks))

    assert pair_questions(old, new) == (
        (one, None), (two, None), (three, three), (four, None), (None, some), (None, weeks)
    )  # fmt: skip


def test_pairs_are_counted() -> None:
    """Sheets with answers that do not differ, and the pairs with answers that do."""
    narrower = edit("questions", "feverish", allows_not_sure=False)(tiny())
    domain = PairedDomain(build_program(tiny()), build_program(narrower))

    one = 121 * 9 * 3 * 62  # years, airway, days, fever_days
    assert domain.count(mismatched=False) == one * 2
    assert domain.count(mismatched=True) == one * 2


# -- what is said -------------------------------------------------------------------------

SPIT = Advice(id="spit", kind="comfort", text="Spit.", short="Spitting", strength="none",
              withhold_if=Yes("feverish"))  # fmt: skip

SAID: dict[str, tuple[Edit, str]] = {
    "advice for more": (
        edit("advice", "lozenges", withhold_if=Includes("airway", "drooling")),
        "ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'lozenges' (Suck a lozenge.)"),
    "new advice": (add("advice", SPIT), "ADVICE 'spit' (Spitting): not given -> given"),
    "new advice that is withheld": (
        add("advice", SPIT), "ADVICE 'spit' (Spitting): not given -> withheld"),
    "advice that is gone": (
        lambda p: replace(drop("advice", "drinks")(p), never_with=()),
        "ADVICE 'drinks' (Drink often, in small sips.): given -> not given"),
    "advice shown further": (
        edit("advice", "drinks", show_up_to=Urgency.SOON),
        "ADVICE 'drinks' (Drink often, in small sips.): not given -> given"),
    "advice shown less far": (
        edit("advice", "drinks", show_up_to=Urgency.SELF_CARE),
        "ADVICE 'drinks' (Drink often, in small sips.): given -> not given"),
    "a verdict for more": (
        edit("modules", "honey", verdicts=(
            Verdict(id="may_try", when=Compare("years", ">=", Decimal(16)), text="Try."),
            Verdict(id="ask", when=Always(), text="Ask."))),
        "VERDICT OF 'honey': ask -> may_try"),
    "a verdict for children": (
        edit("modules", "honey", verdicts=(
            Verdict(id="may_try", when=Compare("years", ">=", Decimal(6)), text="Try."),
            Verdict(id="ask", when=Always(), text="Ask."))),
        "ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'may_try' of 'honey'"),
    "a module that is gone": (
        lambda p: replace(p, modules=(), never_with=()),
        "VERDICT OF 'honey': may_try -> not considered"),
    "somewhere else to go": (
        edit("rules", "stays_long", service="hospital"),
        "WHERE TO GO AT routine: clinic -> hospital"),
    "more points": (
        lambda p: replace(p, scores=tuple(
            replace(s, points=tuple(replace(n, points=n.points + 1) for n in s.points))
            for s in p.scores)),
        "COUNT 'signs': more"),
    "a question that cannot change": (
        edit("questions", "days", can_change=False),
        "WHEN TO COME BACK FOR 'stays_long' (It lasts longer than a week.): listed -> not listed"),
    "in scope": (edit("rules", "child", out_of_scope=False), "SCOPE: out of scope -> in scope"),
    "two rules at once": (
        lambda p: drop("rules", "stays_long")(edit("rules", "child", urgency=Urgency.SELF_CARE,
                                                   if_unsure=None)(p)),
        "by two or more of these rules: 'stays_long', 'child'."),
    "a rule that is gone": (drop("rules", "stays_long"), "It is not in the new version."),
    "a new rule": (
        add("rules", Rule(id="long", urgency=Urgency.SOON, when=Is("days", ("longer",)),
                          if_unsure=None, because="It is long.")),
        "Only the new version gives soon, by the rule 'long': It is long. It is not in the old"),
    "a red flag that is gone": (
        drop("floors", "fever_that_stays"),
        "by the red flag 'fever_that_stays': A fever of five days is looked at. It is not in the"),
    "an answer of one version": (
        lambda p: edit("questions", "days",
                       choices=(*p.questions[2].choices, *choices("ages")))(p),
        "-> to the old version: a week or longer; to the new version: ages"),
    "people who give it": (
        edit("questions", "days", allows_not_sure=False),
        "every answer to it is looked at. Only urgencies are compared for them, and advice "),
    "another range": (
        edit("questions", "fever_days", most=90), "Changed question 'fever_days': most: 60 -> 90"),
    "a question asked of fewer": (
        edit("questions", "feverish", ask_when=Is("days", ("longer",))),
        "(asked by the old version only) Do you have a fever? -> yes"),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_what_is_told_differently_is_said(name: str) -> None:
    """Each aspect of a page has its own words."""
    change, said = SAID[name]

    assert said in text_of(compared(change))


def test_somebody_of_another_kind_is_refused() -> None:
    """An example that the interpreter does not confirm is never shown."""
    found = compared(edit("rules", "stays_long", urgency=Urgency.SOON))
    difference = found.raised[0]
    domain, case = found.domain, difference.example.assignment

    assert confirmed_example(domain, difference.group, case) == difference.example
    for wrong in (
        other(difference.group, after="emergency"), other(difference.group, causes=("home",)),
        other(difference.group, aspect=Aspect.ADVICE, subject="spit", is_harmful=True),
        other(difference.group, aspect=Aspect.COUNT, subject="signs", before="", after="more"),
    ):  # fmt: skip
        with pytest.raises(SpuriousCounterexample):
            confirmed_example(domain, wrong, case)


def test_an_answer_to_what_nobody_asks() -> None:
    """An answer that is true though no version asks for it says so."""
    found = compared(edit("rules", "cannot_breathe", urgency=Urgency.SAME_DAY, if_unsure=None))
    days = found.domain.domains[0].of_question["fever_days"]
    known = found.lowered[0].example
    case = {**known.assignment, days.index: len(days.values) - 2}

    said = dict(
        abnormal_answers(
            found, Example(assignment=case, sheets=known.sheets, assessments=known.assessments)
        )
    )

    assert said["(not asked, yet true) For how many days?"] == "5 to 60 days"


def test_a_share() -> None:
    """Exact while it is short."""
    assert [share_text(*pair) for pair in (
        (8, 8), (6, 4096), (1, 1_000_000), (3, 4_000_001), (10**6, 10**30), (1, 10**12 + 1)
    )] == [
        "All", "3 in 2,048", "1 in 1,000,000", "About 1 in 1,333,333", "About 1 in 10^24",
        "About 1 in 10^12",
    ]  # fmt: skip


# -- what was written ---------------------------------------------------------------------

LOZENGES = "airway includes drooling or years < 12 years"

WRITTEN: dict[str, tuple[Edit, list[str]]] = {
    "nothing": (lambda p: p, []),
    "a rule is gone": (drop("rules", "home"), ["removed rule 'home': "]),
    "another urgency": (
        edit("rules", "child", urgency=Urgency.SOON, out_of_scope=False),
        ["changed rule 'child': urgency: routine -> soon; out_of_scope: yes -> no"]),
    "a clause more": (
        edit("rules", "stays_long", when=All((Is("days", ("longer",)), Yes("feverish")))),
        ["changed rule 'stays_long': when: without 'signs >= 2', with 'feverish'"]),
    "clauses the other way round": (
        edit("facts", "long_fever", when=AnyOf((Yes("feverish"), Fact("long_fever")))),
        ["changed fact 'long_fever': when: 'fever_days >= 3 days' -> 'feverish or long_fever'"]),
    "only another order": (
        lambda p: edit("rules", "stays_long", when=All(next(
            r.when.of[::-1] for r in p.rules if r.id == "stays_long" and isinstance(r.when, All)
        )))(p),
        ["changed rule 'stays_long': when: in another order"]),
    "a condition comes": (
        edit("advice", "drinks", withhold_if=Yes("feverish")),
        ["changed advice 'drinks': withhold_if: with 'feverish'"]),
    "always no more": (
        edit("rules", "home", when=Yes("feverish")),
        ["changed rule 'home': when: 'always' -> 'feverish'"]),
    "a contraindication goes": (
        edit("advice", "lozenges", withhold_if=None),
        [f"changed advice 'lozenges': withhold_if: without '{LOZENGES}'"]),
    "a list reads as another": (
        edit("questions", "airway", if_skipped=Ticks(frozenset({"drooling"}))),
        ["changed question 'airway': if_skipped: none -> drooling"]),
    "a number reads as another": (
        edit("questions", "fever_days", if_skipped=NOT_SURE),
        ["changed question 'fever_days': if_skipped: 0 -> not sure"]),
    "a choice comes": (
        lambda p: edit("questions", "days",
                       choices=(*p.questions[2].choices, *choices("ages")))(p),
        ["changed question 'days': choices: under_1_week, longer -> under_1_week, longer, ages",
         "added answer 'days.ages': "]),
    "a choice in other words": (
        edit("questions", "days", choices=choices("under_1_week", "longer")),
        ["reworded answer 'days.under_1_week': text; short",
         "reworded answer 'days.longer': text; short"]),
    "a question comes with its choices": (
        add("questions", question(ONE_OF, choices=choices("a"))), ["added question 'q': "]),
    "a module goes with its verdicts": (
        lambda p: replace(p, modules=()), ["removed module 'honey': "]),
    "points": (
        lambda p: replace(p, scores=(replace(p.scores[0], points=p.scores[0].points[:-1]),)),
        ["changed score 'signs': points"]),
    "words of a service": (
        edit("services", "home", where="Stay."), ["reworded service 'home': where"]),
    "words of an urgency": (
        lambda p: replace(p, levels=(replace(p.levels[0], word="HOME"), *p.levels[1:])),
        ["reworded urgency 'self_care': word"]),
    "the kind of advice": (
        edit("advice", "drinks", kind="honey"), ["reworded advice 'drinks': kind"]),
    "the order of rules": (
        lambda p: replace(p, rules=p.rules[::-1]), ["changed order 'rules': "]),
    "a long list": (
        edit("never_with", "a_child_and_sweets", advice=("drinks" * 9,)),
        ["changed danger of advice 'a_child_and_sweets': advice"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITTEN)
def test_what_was_written_is_said(name: str) -> None:
    """Each entry that was added, removed or changed, with what of it; words apart."""
    change, wanted = WRITTEN[name]

    found = edits(tiny(), change(tiny()))

    assert [f"{e.kind} {e.noun} '{e.id}': {'; '.join(e.fields)}" for e in found] == wanted
