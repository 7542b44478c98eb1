"""What backtriage promises, and the tests that hold it to that: an index that cannot go stale.

Whoever breaks a promise in the code finds here which tests should have turned red.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Promise:
    """One part of a promise, and its tests as `module:test`."""

    number: int
    says: str
    tests: tuple[str, ...]


WORST_FIRST: Final = (
    "rules.test_cases:"
    "test_every_emergency_that_one_finding_decides_is_certain_within_three_screens"
)

PROMISES: Final = (
    Promise(
        1,
        "The most urgent rule that fires decides: no sum, no mean, no last word.",
        (
            "laws.test_sheets:test_every_complete_sheet_comes_to_what_the_language_says",
            "laws.test_back_pain:test_complete_sheets_come_to_what_the_language_says",
            "rules.test_cases:test_case",
            "rules.test_cases:test_every_rule_is_tried_both_ways",
        ),
    ),
    Promise(
        1,
        "No other answer, score or module takes a red flag back.",
        (
            "laws.test_monotone:test_one_more_rule_never_lowers",
            "laws.test_back_pain:test_a_worse_answer_never_lowers_the_urgency",
            "laws.test_back_pain:test_each_question_keeps_its_direction",
            "laws.test_advice:test_the_cautious_verdict_comes_first",
        ),
    ),
    Promise(
        2,
        "Not sure and missing are never read as no.",
        (
            "laws.test_table:test_how_one_question_counts",
            "laws.test_sheets:test_every_completion_lies_in_the_range",
            "laws.test_sheets:test_answering_never_widens_the_range",
            "laws.test_sheets:test_incomplete_means_that_the_range_is_open",
            "laws.test_back_pain:test_nothing_known_is_an_emergency_that_is_possible",
            "cli.test_bad_input:test_null_is_absent",
        ),
    ),
    Promise(
        2,
        "A mistyped key or answer is an error with a hint, and hides no emergency.",
        (
            "cli.test_bad_input:test_a_bad_answer_hides_no_emergency",
            "cli.test_bad_input:test_a_double_key_in_json",
            "cli.test_bad_input:test_a_file_that_is_no_sheet",
            "laws.test_monotone:test_a_bad_answer_never_hides_an_emergency",
        ),
    ),
    Promise(
        2,
        "A question is left out only when it can no longer matter.",
        (
            "laws.test_open_questions:test_a_question_that_is_not_open_never_matters",
            "laws.test_open_questions:test_asking_what_is_open_equals_asking_everything",
            "laws.test_sheets:test_an_answer_set_aside_never_counts",
        ),
    ),
    Promise(
        3,
        "The worst is asked first.",
        (WORST_FIRST, "unit.cases.test_walk:test_single_findings"),
    ),
    Promise(
        3,
        "An emergency is shown the moment it is certain.",
        (
            "laws.test_interview:test_an_emergency_ends_the_interview_and_can_be_taken_back",
            "terminal.test_walks:test_an_emergency_comes_at_once_and_can_be_changed",
            "terminal.test_endings:test_a_resumed_emergency_comes_first",
            "cli.test_exit_codes:test_a_certain_emergency_is_never_hidden",
            "cli.test_exit_codes:test_overdue_rules_come_after_an_emergency",
            "laws.test_pages:test_an_emergency_is_not_distracted_from",
        ),
    ),
    Promise(
        4,
        "Each rule and each piece of advice names its source and how strong it is.",
        (
            "unit.check.test_places:test_a_problem_is_whole",
            "unit.check.test_check:test_what_makes_a_protocol_unsound",
            "unit.render.test_advice:test_advice_stands_under_its_kind_with_its_strength",
            "rules.test_cases:test_there_are_protocols_with_cases",
        ),
    ),
    Promise(
        4,
        "Nothing is said that no questionnaire can know.",
        (
            "laws.test_pages:test_nothing_is_said_that_none_can_know",
            "unit.check.test_places:test_no_title_says_what_none_can_know",
            "laws.test_advice:test_advice_is_given_or_withheld_but_not_both",
        ),
    ),
    Promise(
        4,
        "No advice is given while an answer that would hold it back is open.",
        (
            "laws.test_advice:test_advice_given_early_is_given_in_the_end",
            "laws.test_back_pain:test_a_completion_lies_in_the_range_and_keeps_its_advice",
            "unit.decide.test_assessment:test_advice_is_withheld_with_the_answers_that_hold_it",
        ),
    ),
    Promise(
        5,
        "What holds is stated as a law, for every sheet and every protocol.",
        (
            "laws.test_sheets:test_every_condition_is_the_pair_the_language_says",
            "laws.test_advice:test_the_safety_net_is_complete",
            "laws.test_open_questions:test_the_open_set_never_grows",
            "laws.test_because:test_a_reason_survives_when_only_its_answers_are_kept",
            "unit.check.test_invalid:test_every_code_has_its_mistake",
        ),
    ),
    Promise(
        5,
        "The safety claims of the shipped protocol are proved, and two engines agree.",
        (
            "rules.test_claims:test_every_claim_is_proved",
            "rules.test_faults:test_the_engines_agree_on_the_protocol_that_ships",
            "rules.test_faults:test_a_fault_is_found",
            "rules.test_certificate:test_a_proof_refutes",
            "laws.test_formulas:test_complete_sheets_of_the_protocol_that_ships",
            "laws.test_prove:test_engines_agree_with_every_case",
        ),
    ),
    Promise(
        6,
        "An interview comes to what a sheet of the same answers comes to.",
        (
            "laws.test_interview:test_the_interview_comes_to_what_asking_everything_comes_to",
            "laws.test_back_pain:test_asking_what_is_open_equals_asking_everything",
            "unit.test_public:test_an_interview_ends_where_the_sheet_does",
        ),
    ),
    Promise(
        6,
        "JSON, YAML and --set, cache and rules, command and library mean the same.",
        (
            "cli.test_same_bytes:test_a_sheet_in_yaml_is_the_same_sheet",
            "cli.test_same_bytes:test_a_second_run",
            "cli.test_same_bytes:test_another_country_changes_words_only",
            "laws.test_text:test_a_yaml_sheet_says_the_same",
            "laws.test_text:test_json_reads_back_as_the_same_protocol",
            "unit.shell.test_cache:test_any_change_of_any_file_makes_it_anew",
            "unit.test_public:test_it_decides_as_the_command_does",
            "test_second_protocol:test_assess",
        ),
    ),
    Promise(
        7,
        "Nothing leaves the computer.",
        (
            "cli.test_nothing_leaves:test_no_command_goes_out",
            "cli.test_nothing_leaves:test_the_interview_does_not_go_out",
        ),
    ),
    Promise(
        7,
        "What is kept is for its owner only, can be forgone, and can be forgotten.",
        (
            "cli.test_what_is_written:test_a_run_leaves_checked_rules_and_no_answer",
            "cli.test_what_is_written:test_nothing_is_written",
            "cli.test_what_is_written:test_forget_leaves_nothing_of_ours",
            "unit.shell.test_cache:test_only_its_owner_can_read_it",
            "terminal.test_endings:test_two_at_once_never_share_a_file",
            "terminal.test_endings:test_nothing_is_written_when_nothing_may_be",
        ),
    ),
    Promise(
        8,
        "It says what it is not, on every page and in its documents.",
        (
            "unit.render.test_result:test_the_foot_says_what_the_page_is",
            "golden.test_golden:test_a_page_is_as_it_was_reviewed",
            "terminal.test_walks:test_a_whole_interview",
            "test_docs:test_the_readme_says_what_it_is_not",
        ),
    ),
)

NAMED: Final = sorted({test for promise in PROMISES for test in promise.tests})


def test_every_promise_is_held() -> None:
    """None of the eight stands without a test."""
    assert {promise.number for promise in PROMISES} == set(range(1, 9))
    assert all(promise.tests for promise in PROMISES)


@pytest.mark.parametrize("name", NAMED)
def test_each_test_is_there(name: str) -> None:
    """It can be imported, it can be run, and nothing lets it pass by not running."""
    module, _, test = name.partition(":")

    found = getattr(import_module(f"tests.{module}"), test)

    assert callable(found)
    marks = {mark.name for mark in getattr(found, "pytestmark", ())}
    assert not marks & {"skip", "skipif", "xfail"}


@pytest.mark.parametrize("name", NAMED)
def test_each_test_looks_at_something(name: str) -> None:
    """It asserts, or it starts what asserts for it."""
    module, _, test = name.partition(":")
    file = (TESTS / module.replace(".", "/")).with_suffix(".py")
    tree = ast.parse(file.read_text(encoding="utf-8"))
    (body,) = (
        node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == test
    )

    assert any(isinstance(node, ast.Assert | ast.With | ast.Raise) for node in ast.walk(body))


def test_nothing_is_skipped() -> None:
    """No test of this project passes by not running."""
    skipping = {"skip", "skipif", "xfail", "importorskip"}
    found = [
        f"{file.relative_to(TESTS)}:{node.lineno}"
        for file in sorted(TESTS.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in skipping
    ]

    assert found == []
