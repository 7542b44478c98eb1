"""Two versions of the tiny protocol: paired answers, affected groups, textual edits."""

from __future__ import annotations

from dataclasses import replace as replace_fields
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from backtriage.compare import paired_sets
from backtriage.compare.affected_group import Aspect, Attribution
from backtriage.compare.comparison import Comparison, compare
from backtriage.compare.edits import edits
from backtriage.compare.example import confirmed_example
from backtriage.compare.example_text import abnormal_answers
from backtriage.compare.paired_domain import (
    PairedDomain,
    PairedValue,
    pair_answers,
    pair_questions,
)
from backtriage.compare.paired_sets import PairedSets
from backtriage.compare.to_text import comparison_lines, share_text
from backtriage.compare.urgency_changes import split_by_cause
from backtriage.program.program import build_program
from backtriage.protocol.protocol import Advice, Choice, Confirm, Question, Rule, Verdict
from backtriage.protocol.texts import AdviceCard
from backtriage.prove.counterexample import SpuriousCounterexample
from backtriage.prove.domain import Band
from backtriage.prove.engines.budget import NODES, Budget, Exhausted
from backtriage.terms.condition import All, Always, Compare, Fact, Includes, Is, Yes
from backtriage.terms.condition import Any as AnyOf
from backtriage.terms.urgency import Urgency
from backtriage.terms.value import NOT_SURE, NUMBER, ONE_OF, SOME_OF, YES_NO, Ticks
from tests.support.assessments import with_lines
from tests.support.builders import emergency_program
from tests.support.edits import Edit, add, all_of, drop, edit, rewrite
from tests.support.protocols import tiny


def compared(*changes: Edit) -> Comparison:
    """Compare the tiny protocol with some edits of it."""
    return compare(tiny(), build_program(all_of(*changes)(tiny().protocol)))


def text_of(comparison: Comparison) -> str:
    """Return what is printed, as one line."""
    return " ".join(" ".join(comparison_lines(comparison, ("old", "new"))).split())


# -- paired answers -----------------------------------------------------------------------


def question(kind: str, id_: str = "q", **fields: Any) -> Question:  # noqa: ANN401
    return Question(id=id_, section="main", kind=kind, text="?", short="q", why="A test.",
                    **fields)  # fmt: skip


def choices(*ids: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=id_, text=id_, short=id_) for id_ in ids)


def rows(old: Question | None, new: Question | None, *begins: int) -> dict[str, list[PairedValue]]:
    """Pair the answers to a question, with bands that start at some numbers in the old version."""
    starts = {"q": {Decimal(number) for number in begins}}
    return dict(pair_answers((old, new), (starts, {})))


def read(found: list[PairedValue]) -> list[tuple[object, object, bool]]:
    """Return what each version reads, and whether that is mismatched."""
    return [(*row.read, row.is_mismatched) for row in found]


def band(least: int | str, most: int | str | None = None) -> Band:
    return Band(least=Decimal(least), most=Decimal(least if most is None else most))


SURE = question(YES_NO, allows_not_sure=False)
DOUBT = question(YES_NO)
AB = question(ONE_OF, choices=choices("a", "b"), allows_not_sure=False)
BC = question(ONE_OF, choices=choices("b", "c"), allows_not_sure=False)
TO_4 = question(NUMBER, least=0, most=4, allows_not_sure=False)
FROM_2 = question(NUMBER, least=2, most=6, allows_not_sure=False)
HALVES = question(NUMBER, least=0, most=4, step="0.5", allows_not_sure=False)

PAIRED: dict[str, tuple[Question | None, Question | None, list[tuple[object, object, bool]]]] = {
    "the same question": (SURE, SURE, [(False, False, False), (True, True, False)]),
    "a removed question": (SURE, None, [(False, None, False), (True, None, False)]),
    "an added question": (None, SURE, [(None, False, False), (None, True, False)]),
    "doubt no longer allowed": (DOUBT, SURE, [
        (False, False, False), (True, True, False), (NOT_SURE, False, True),
        (NOT_SURE, True, True)]),
    "a removed and an added choice": (AB, BC, [
        ("b", "b", False), ("a", "b", True), ("a", "c", True), ("b", "c", True)]),
    "another range": (TO_4, FROM_2, [
        (band(0, 1), band(2), True), (band(2, 4), band(2, 4), False),
        (band(4), band(5, 6), True)]),
    "an added number": (None, TO_4, [(None, band(0, 4), False)]),
    "finer steps": (TO_4, HALVES, [(band(0, 4), band(0, 4), False)]),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRED)
def test_pairs_the_answers_to_a_question(name: str) -> None:
    """Shared answers are equal; any other is paired with every answer of the other version."""
    old, new, wanted = PAIRED[name]

    assert read(rows(old, new)[""]) == wanted


def test_pairs_the_items_of_a_list_one_by_one() -> None:
    """An item of one version is invisible to the other, so nothing is mismatched."""
    old = question(SOME_OF, choices=choices("a", "b"), allows_not_sure=False)
    new = question(SOME_OF, choices=choices("b", "c"), allows_not_sure=False)

    found = rows(old, new)

    assert list(found) == ["b", "c", "a"]
    assert read(found["a"]) == [(False, None, False), (True, None, False)]
    assert read(found["b"]) == [(False, False, False), (True, True, False)]
    assert read(found["c"]) == [(None, False, False), (None, True, False)]


def test_weighs_bands_by_the_finest_steps() -> None:
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


def test_pairs_questions_in_asking_order() -> None:
    """Removed questions keep their place; another kind or unit is another question."""
    one, two, three = (question(YES_NO, id_) for id_ in ("one", "two", "three"))
    four = question(NUMBER, "four", unit="days")
    weeks, some = replace(four, unit="weeks"), question(SOME_OF, "two", choices=choices("a"))
    old = replace(tiny().protocol, questions=(one, two, three, four))
    new = replace(tiny().protocol, questions=(three, some, weeks))

    assert pair_questions(old, new) == (
        (one, None), (two, None), (three, three), (four, None), (None, some), (None, weeks)
    )  # fmt: skip


def test_counts_sheets_and_mismatched_pairs() -> None:
    narrower = edit("questions", "feverish", allows_not_sure=False)(tiny().protocol)
    domain = PairedDomain(tiny(), build_program(narrower))

    one = 121 * 9 * 3 * 62  # years, airway, days, fever_days
    assert domain.count(mismatched=False) == one * 2
    assert domain.count(mismatched=True) == one * 2


# -- affected groups ----------------------------------------------------------------------

SPIT = Advice(id="spit", kind="comfort", text="Spit.", short="Spitting", strength="none",
              withhold_if=Yes("feverish"))  # fmt: skip

REPORTED: dict[str, tuple[Edit, str]] = {
    "wider advice": (
        edit("advice", "lozenges", withhold_if=Includes("airway", "drooling")),
        "ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'lozenges' (Suck a lozenge.)"),
    "added advice": (add("advice", SPIT), "ADVICE 'spit' (Spitting): not given -> given"),
    "added advice that is withheld": (
        add("advice", SPIT), "ADVICE 'spit' (Spitting): not given -> withheld"),
    "removed advice": (
        lambda p: replace(drop("advice", "drinks")(p), never_with=()),
        "ADVICE 'drinks' (Drink often, in small sips.): given -> not given"),
    "advice shown up to more": (
        edit("advice", "drinks", show_up_to=Urgency.SOON),
        "ADVICE 'drinks' (Drink often, in small sips.): not given -> given"),
    "advice shown up to less": (
        edit("advice", "drinks", show_up_to=Urgency.SELF_CARE),
        "ADVICE 'drinks' (Drink often, in small sips.): given -> not given"),
    "wider verdict": (
        edit("modules", "honey", verdicts=(
            Verdict(id="may_try", when=Compare("years", ">=", Decimal(16)), text="Try."),
            Verdict(id="ask", when=Always(), text="Ask."))),
        "VERDICT OF 'honey': ask -> may_try"),
    "harmful verdict": (
        edit("modules", "honey", verdicts=(
            Verdict(id="may_try", when=Compare("years", ">=", Decimal(6)), text="Try."),
            Verdict(id="ask", when=Always(), text="Ask."))),
        "ADVICE AGAINST WHICH THE OLD VERSION SPEAKS is given now: 'may_try' of 'honey'"),
    "removed module": (
        lambda p: replace(p, modules=(), never_with=()),
        "VERDICT OF 'honey': may_try -> not considered"),
    "another service": (
        edit("rules", "stays_long", service="hospital"),
        "WHERE TO GO AT routine: clinic -> hospital"),
    "more points": (
        lambda p: replace(p, scores=tuple(
            replace(s, points=tuple(replace(n, points=n.points + 1) for n in s.points))
            for s in p.scores)),
        "COUNT 'signs': more"),
    "question that cannot change": (
        edit("questions", "days", can_change=False),
        "WHEN TO COME BACK FOR 'stays_long' (It lasts longer than a week.): listed -> not listed"),
    "wider scope": (edit("rules", "child", out_of_scope=False), "SCOPE: out of scope -> in scope"),
    "two causes together": (
        all_of(drop("rules", "stays_long"),
               edit("rules", "child", urgency=Urgency.SELF_CARE, if_unsure=None)),
        "by two or more of these rules: 'stays_long', 'child'."),
    "removed rule": (drop("rules", "stays_long"), "It is not in the new version."),
    "added rule": (
        add("rules", Rule(id="long", urgency=Urgency.SOON, when=Is("days", ("longer",)),
                          if_unsure=None, because="It is long.")),
        "Only the new version gives soon, by the rule 'long': It is long. It is not in the old"),
    "removed floor": (
        drop("floors", "fever_that_stays"),
        "by the red flag 'fever_that_stays': A fever of five days is looked at. It is not in the"),
    "added choice": (
        lambda p: edit("questions", "days",
                       choices=(*p.questions[2].choices, *choices("ages")))(p),
        "-> to the old version: a week or longer; to the new version: ages"),
    "mismatched answers": (
        edit("questions", "days", allows_not_sure=False),
        "every answer to it is looked at. Only urgencies are compared for them, and advice "),
    "another range": (
        edit("questions", "fever_days", most=90), "Changed question 'fever_days': most: 60 -> 90"),
    "narrower guard": (
        edit("questions", "feverish", ask_when=Is("days", ("longer",))),
        "(asked by the old version only) Do you have a fever? -> yes"),
}  # fmt: skip


@pytest.mark.parametrize("name", REPORTED)
def test_reports_each_aspect(name: str) -> None:
    change, excerpt = REPORTED[name]

    assert excerpt in text_of(compared(change))


def test_an_urgency_is_lowered_where_answers_contradict_each_other() -> None:
    """Days of a fever beside no fever count for a rule that reads the days alone."""
    rule = next(rule for rule in tiny().rules if rule.id == "fever_today")

    comparison = compared(edit("rules", rule.id, when=All((Yes("feverish"), rule.when))))

    assert Aspect.CONTRADICTED in {each.group.aspect for each in comparison.lowered}
    text = text_of(comparison)
    assert "LOWERED where answers contradict each other: same_day -> self_care" in text
    assert "Only the old version gives same_day, by the rule 'fever_today'" in text
    assert "Old: same_day. Rules that fired: fever_today (same_day)" in text
    assert "New: self_care. Rules that fired: " in text


def test_reports_a_line_of_the_safety_net() -> None:
    """It is named by its text, and each example is confirmed by both versions."""
    old = with_lines()
    silent = all_of(
        drop("safety_net", "hot"),
        edit("rules", "fever_today", signs=()),
    )

    comparison = compare(old, build_program(silent(old.protocol)))

    assert "'hot' (A fever for 3 days): listed -> not listed" in text_of(comparison)


WRONG: tuple[dict[str, Any], ...] = (
    {"after": "emergency"},
    {"causes": ("home",)},
    {"aspect": Aspect.ADVICE, "subject": "spit", "is_harmful": True},
    {"aspect": Aspect.COUNT, "subject": "signs", "before": "", "after": "more"},
)


def test_rejects_an_example_the_interpreter_does_not_confirm() -> None:
    comparison = compared(edit("rules", "stays_long", urgency=Urgency.SOON))
    group, example = comparison.raised[0].group, comparison.raised[0].example

    assert confirmed_example(comparison.domain, group, example.assignment) == example
    for fields in WRONG:
        wrong = replace_fields(group, **fields)
        with pytest.raises(SpuriousCounterexample):
            confirmed_example(comparison.domain, wrong, example.assignment)


def test_marks_an_answer_to_a_question_nobody_asks() -> None:
    comparison = compared(
        edit("rules", "cannot_breathe", urgency=Urgency.SAME_DAY, if_unsure=None)
    )
    days = comparison.domain.domains[0].of_question["fever_days"]
    known = comparison.lowered[0].example
    assignment = {**known.assignment, days.index: len(days.values) - 2}
    example = replace_fields(known, assignment=assignment)

    answers = dict(abnormal_answers(comparison.domain, comparison.baseline, example))

    assert answers["(not asked, yet true) For how many days?"] == "5 to 60 days"


def test_formats_shares() -> None:
    assert [share_text(*pair) for pair in (
        (8, 8), (6, 4096), (1, 1_000_000), (3, 4_000_001), (10**6, 10**30), (1, 10**12 + 1)
    )] == [
        "All", "3 in 2,048", "1 in 1,000,000", "About 1 in 1,333,333", "About 1 in 10^24",
        "About 1 in 10^12",
    ]  # fmt: skip


# -- edits --------------------------------------------------------------------------------

LOZENGES = "airway includes drooling or years < 12 years"


def confirmed(question: Question) -> Question:
    *others, last = question.choices
    return replace(question, choices=(*others, replace(last, confirm=Confirm(text="Try."))))


EDITS: dict[str, tuple[Edit, list[str]]] = {
    "nothing": (lambda p: p, []),
    "removed rule": (drop("rules", "home"), ["removed rule 'home': "]),
    "other urgency": (
        edit("rules", "child", urgency=Urgency.SOON, out_of_scope=False),
        ["changed rule 'child': urgency: routine -> soon; out_of_scope: yes -> no"]),
    "added clause": (
        edit("rules", "stays_long", when=All((Is("days", ("longer",)), Yes("feverish")))),
        ["changed rule 'stays_long': when: without 'signs >= 2', with 'feverish'"]),
    "replaced condition": (
        edit("facts", "long_fever", when=AnyOf((Yes("feverish"), Fact("long_fever")))),
        ["changed fact 'long_fever': when: 'fever_days >= 3 days' -> 'feverish or long_fever'"]),
    "reordered clauses": (
        rewrite("rules", "stays_long", lambda when: All(when.of[::-1])),
        ["changed rule 'stays_long': when: in another order"]),
    "added condition": (
        edit("advice", "drinks", withhold_if=Yes("feverish")),
        ["changed advice 'drinks': withhold_if: with 'feverish'"]),
    "condition instead of always": (
        edit("rules", "home", when=Yes("feverish")),
        ["changed rule 'home': when: 'always' -> 'feverish'"]),
    "removed contraindication": (
        edit("advice", "lozenges", withhold_if=None),
        [f"changed advice 'lozenges': withhold_if: without '{LOZENGES}'"]),
    "other ticks if skipped": (
        edit("questions", "airway", if_skipped=Ticks(frozenset({"drooling"}))),
        ["changed question 'airway': if_skipped: none -> drooling"]),
    "other number if skipped": (
        edit("questions", "fever_days", if_skipped=NOT_SURE),
        ["changed question 'fever_days': if_skipped: 0 -> not sure"]),
    "added choice": (
        lambda p: edit("questions", "days",
                       choices=(*p.questions[2].choices, *choices("ages")))(p),
        ["changed question 'days': choices: under_1_week, longer -> under_1_week, longer, ages",
         "added answer 'days.ages': "]),
    "reworded choices": (
        edit("questions", "days", choices=choices("under_1_week", "longer")),
        ["reworded answer 'days.under_1_week': text; short",
         "reworded answer 'days.longer': text; short"]),
    "added question with choices": (
        add("questions", question(ONE_OF, choices=choices("a"))), ["added question 'q': "]),
    "removed module with verdicts": (
        lambda p: replace(p, modules=()), ["removed module 'honey': "]),
    "changed points": (
        lambda p: replace(p, scores=(replace(p.scores[0], points=p.scores[0].points[:-1]),)),
        ["changed score 'signs': points"]),
    "added confirmation": (
        edit("questions", "feverish", confirm=Confirm(text="Feel.", clears=True)),
        ["changed question 'feverish': confirm: nothing -> Feel.; no: nothing -> clears"]),
    "confirmation of a choice": (
        edit("questions", "days", choices=confirmed(tiny().questions["days"]).choices),
        ["changed answer 'days.longer': confirm: nothing -> Try.; no: nothing -> unsure"]),
    "reworded service": (
        edit("services", "home", where="Stay."), ["reworded service 'home': where"]),
    "other steps of a service": (
        edit("services", "home", steps=("Stay.",)), ["reworded service 'home': steps"]),
    "card of a service": (
        edit("services", "home", short="Stay.", book_if="It stays"),
        ["reworded service 'home': short; book_if"]),
    "card of a piece of advice": (
        edit("advice", "drinks", card=AdviceCard(do_now="Drink.")),
        ["reworded advice 'drinks': card"]),
    "card of a module": (
        edit("modules", "honey", not_now="Later.", unasked="Ask."),
        ["reworded module 'honey': not_now; unasked"]),
    "card of a verdict": (
        lambda p: replace(p, modules=(replace(p.modules[0], verdicts=tuple(
            replace(v, short="Ask.", stop=v.id == "may_try") for v in p.modules[0].verdicts)),)),
        ["reworded verdict 'honey.may_try': short; stop",
         "reworded verdict 'honey.ask': short"]),
    "reworded urgency": (
        lambda p: replace(p, levels=(replace(p.levels[0], word="HOME"), *p.levels[1:])),
        ["reworded urgency 'self_care': word"]),
    "other kind of advice": (
        edit("advice", "drinks", kind="honey"), ["reworded advice 'drinks': kind"]),
    "reordered rules": (
        lambda p: replace(p, rules=p.rules[::-1]), ["changed order 'rules': "]),
    "long value": (
        edit("never_with", "a_child_and_sweets", advice=("drinks" * 9,)),
        ["changed danger of advice 'a_child_and_sweets': advice"]),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_lists_each_kind_of_edit(name: str) -> None:
    change, wanted = EDITS[name]

    found = edits(tiny().protocol, change(tiny().protocol))

    assert [f"{e.kind} {e.noun} '{e.id}': {'; '.join(e.fields)}" for e in found] == wanted


def test_reports_a_doubt_that_a_no_clears_now() -> None:
    """It moves nobody, because sheets say no, yes or not sure; only interviews end otherwise."""
    asks = edit("questions", "feverish", confirm=Confirm(text="Feel."))
    clears = edit("questions", "feverish", confirm=Confirm(text="Feel.", clears=True))
    loose, strict = (build_program(change(tiny().protocol)) for change in (clears, asks))

    comparison = compare(strict, loose)

    assert comparison.moves_nobody
    assert comparison.clears == ("feverish",)
    assert "no longer in doubt about: feverish." in text_of(comparison)
    assert [edit.fields for edit in comparison.edits] == [("no: unsure -> clears",)]
    assert compare(loose, strict).clears == compare(loose, loose).clears == ()
    assert "CLEARED" not in text_of(compare(loose, strict))


@pytest.mark.parametrize("is_overlapping", [False, True])
def test_splits_a_set_by_the_rule_responsible(is_overlapping: bool) -> None:  # noqa: FBT001
    """Whoever several rules are responsible for comes last, and only if there is anybody."""
    sets = PairedSets(PairedDomain(tiny(), tiny()), Budget())
    breathing, drooling = (
        sets.where(sets.old.complete.encode(Includes("airway", item)).lo.surely)
        for item in ("breathing", "drooling")
    )
    other = drooling if is_overlapping else sets.subtract(drooling, breathing)
    members = sets.union(breathing, other)

    parts = list(split_by_cause(sets, members, {"one": breathing, "other": other}))

    alone = [(("one",), Attribution.ALONE), (("other",), Attribution.ALONE)]
    together = [(("one", "other"), Attribution.TOGETHER)]
    assert [(ids, how) for ids, how, _ in parts] == alone + together * is_overlapping
    assert sets.union(*(part for _, _, part in parts)) == members


def entries_for_emergencies(sets: PairedSets) -> int:
    for version in (sets.old, sets.new):
        sets.where(version.complete.at_least(Urgency.EMERGENCY))
    return sets.engine.manager.entries


def test_where_diagrams_are_large_the_order_with_the_smallest_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each question belongs to one eight places on, so the order of the questions is bad."""
    pairs = AnyOf(tuple(All((Yes(f"q{n}"), Yes(f"q{n + 8}"))) for n in range(8)))
    questions = (question(YES_NO, f"q{number}") for number in range(16))
    program = emergency_program(*questions, when=pairs)
    domain = PairedDomain(program, program)
    first = entries_for_emergencies(PairedSets(domain, Budget()))

    monkeypatch.setattr(paired_sets, "SMALL", 0)

    tried = PairedSets(domain, Budget())
    assert entries_for_emergencies(tried) < first / 2
    assert tried.engine.budget.nodes == NODES  # not what a trial may use
    with pytest.raises(Exhausted):
        entries_for_emergencies(PairedSets(domain, Budget(seconds=0)))


def test_a_rule_that_another_one_covers_is_never_alone() -> None:
    sets = PairedSets(PairedDomain(tiny(), tiny()), Budget())
    wide, narrow = (
        sets.where(sets.old.complete.encode(Includes("airway", item)).lo.surely)
        for item in ("breathing", "drooling")
    )
    narrow = sets.intersect(wide, narrow)

    parts = list(split_by_cause(sets, wide, {"wide": wide, "narrow": narrow}))

    assert parts == [
        (("wide",), Attribution.ALONE, sets.subtract(wide, narrow)),
        (("wide", "narrow"), Attribution.TOGETHER, narrow),
    ]
