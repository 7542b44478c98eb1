"""What the fast tier leaves to `./check --full`, and what tries the same in the fast tier."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

import pytest

from tests.conftest import EXHAUSTIVE
from tests.support.tier import belongs, examples

ROOT: Final = Path(__file__).parents[1]

ONLY_THERE: Final = ""
"""Instead of a stand-in: only a built wheel shows it."""

KILLS: Final = (
    "tests/terminal/test_kills.py::test_kills_lose_nothing_that_was_shown_and_leave_nothing"
)

JOURNAL: Final = "tests/terminal/test_journal.py"
BROWSER: Final = "tests/browser/test_html_pages.py"
JOURNAL_FORMATS: Final = "tests/unit/render/journal/test_formats.py"
HTML: Final = "tests/unit/render/test_as_html.py"
COMPLETES: Final = "tests/unit/cli/test_completion.py::test_tab_offers_what_the_rules_know"

DOT: Final = "tests/unit/render/graph/test_as_dot.py"

PARQUET: Final = "tests/cli/test_parquet.py"
SPARK: Final = "tests/cli/test_spark.py"
COLUMNS: Final = "tests/properties/test_columns.py"

NEAREST: Final = (
    "tests/properties/test_mutated_sheets.py::"
    "test_the_nearest_reading_of_every_item_is_an_emergency_and_of_a_denial_is_none"
)

LEFT_OUT: Final = {
    # Kills a hundred runs, each later than the one before.
    "tests/cli/test_batch.py::test_a_kill_leaves_the_old_file_or_the_new_one": (
        "tests/cli/test_batch.py::test_strict_writes_nothing"
    ),
    # Need pyarrow, which a developer need not have.
    f"{PARQUET}::test_columns_that_are_a_row_of_data_are_not_quoted": (
        "tests/unit/batch/test_csv_rows.py::"
        "test_a_table_without_a_header_quotes_no_answer_of_its_first_row"
    ),
    f"{PARQUET}::test_a_column_that_stands_twice_hides_no_emergency": (
        "tests/unit/batch/test_csv_rows.py::test_a_refused_row_hides_no_emergency"
    ),
    f"{PARQUET}::test_columns_say_what_rows_say": (
        f"{COLUMNS}::test_random_sheets_of_the_shipped_protocol"
    ),
    f"{PARQUET}::test_rows_become_columns": (
        f"{COLUMNS}::test_random_sheets_of_the_shipped_protocol"
    ),
    f"{PARQUET}::test_other_writers": (f"{COLUMNS}::test_random_sheets_of_the_shipped_protocol"),
    f"{PARQUET}::test_a_row_that_is_refused_takes_no_other_with_it": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_what_is_no_number_is_refused": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_file_that_was_cut_off": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_file_with_a_damaged_page": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_damage_hides_no_emergency_in_the_rest": (
        "tests/cli/test_batch.py::test_one_file_that_is_gone_hides_no_emergency_in_the_next"
    ),
    f"{PARQUET}::test_a_cell_that_cannot_be_read_takes_no_other_with_it": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_what_is_carried_over_may_be_of_another_type_in_each_file": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_name_that_reads_like_an_address_is_that_of_a_file": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_reference_of_an_odd_type_hides_no_emergency": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_every_unknown_column_is_named": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_doubt_is_true_or_false": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_output_equal_to_input": (
        "tests/cli/test_batch.py::test_no_file_is_written_twice_under_another_name"
    ),
    f"{PARQUET}::test_a_read_only_target": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_full_disk": (f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"),
    f"{PARQUET}::test_strict_writes_nothing": (
        "tests/cli/test_batch.py::test_strict_writes_nothing"
    ),
    "tests/properties/test_quick_doors.py::test_each_of_many_random_sheets_is_that_of_assess": (
        "tests/properties/test_quick_doors.py::test_each_of_many_random_sheets_is_that_of_assess"
    ),
    # The fast tier takes one part of the items of the shipped protocol.
    NEAREST: NEAREST,
    f"{PARQUET}::test_results_are_reproduced_from_columns": (
        "tests/cli/test_batch_earlier.py::test_results_of_random_sheets_are_reproduced"
    ),
    f"{PARQUET}::test_a_result_of_another_person_is_found": (
        "tests/cli/test_batch_earlier.py::test_changes_are_written_with_the_higher_ones_first"
    ),
    f"{PARQUET}::test_damaged_results_hide_no_emergency": (
        "tests/cli/test_batch_earlier.py::test_what_is_no_result_is_refused_and_hides_no_emergency"
    ),
    f"{PARQUET}::test_a_cell_of_an_odd_type_takes_no_other_with_it": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_doubt_cannot_be_carried": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_small_file_does_not_unfold_to_more_than_memory_holds": (
        "tests/unit/batch/test_rows.py::test_long_texts_make_chunks_of_fewer_rows"
    ),
    f"{PARQUET}::test_columns_are_compared_as_rows_are": (
        "tests/cli/test_batch_earlier.py::test_changes_are_written_with_the_higher_ones_first"
    ),
    f"{PARQUET}::test_fields": (f"{COLUMNS}::test_random_sheets_of_the_shipped_protocol"),
    f"{PARQUET}::test_a_file_without_any_column_hides_no_emergency": (
        "tests/cli/test_batch.py::test_one_file_that_is_gone_hides_no_emergency_in_the_next"
    ),
    f"{PARQUET}::test_a_folder_that_stands_for_a_column_is_not_passed_over": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_a_folder_that_is_only_like_a_column_is_none": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    f"{PARQUET}::test_results_are_compared_also_where_archives_are_not_alike": (
        "tests/cli/test_batch_earlier.py::test_changes_are_written_with_the_higher_ones_first"
    ),
    f"{PARQUET}::test_a_page_that_differs_from_its_checksum_is_damaged": (
        f"{COLUMNS}::test_both_doors_accept_and_refuse_the_same"
    ),
    # Need pyspark and Java, which a developer need not have.
    f"{SPARK}::test_spark_says_what_one_machine_says": (
        f"{COLUMNS}::test_random_sheets_of_the_shipped_protocol"
    ),
    f"{SPARK}::test_no_folder_takes_the_place_of_a_column": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_a_folder_that_stands_for_an_answer_is_not_named_by_itself": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_no_file_answers_for_another_what_is_missing_there": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_spark_sees_every_column_or_says_which_it_does_not": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_nothing_beside_the_archive_is_run": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_every_file_has_what_is_carried": (
        f"{SPARK}::test_what_spark_would_pass_over_is_refused"
    ),
    f"{SPARK}::test_a_lost_worker_takes_no_row_with_it": (
        f"{SPARK}::test_a_folder_gets_its_name_when_it_is_whole"
    ),
    f"{SPARK}::test_nobody_else_on_the_machine_can_talk_to_spark": (
        f"{SPARK}::test_a_folder_gets_its_name_when_it_is_whole"
    ),
    # Assesses a hundred thousand sheets one by one.
    "tests/properties/test_columns.py::test_random_sheets_come_to_what_each_comes_to_alone": (
        "tests/properties/test_columns.py::test_random_sheets_of_the_shipped_protocol"
    ),
    # Kills a hundred more, and lets each go on.
    "tests/cli/test_batch_resume.py::test_kills_lose_nothing_and_write_nothing_twice": (
        "tests/cli/test_batch_resume.py::test_a_stopped_run_ends_as_if_it_had_not_been"
    ),
    # Assesses four hundred refused sheets one by one.
    "tests/properties/test_alarms.py::test_every_two_slips_are_what_they_are_alone": (
        "tests/properties/test_alarms.py"
        "::test_many_refused_sheets_are_the_emergencies_that_each_is_alone"
    ),
    # Installs the project or its wheel into a new environment.
    "tests/test_readme.py::test_every_block_exits_and_prints_as_shown": (
        "tests/test_docs.py::test_generated_parts_are_up_to_date"
    ),
    "tests/test_wheel.py::test_it_says_what_it_can_do": ONLY_THERE,
    "tests/test_wheel.py::test_it_brings_its_rules": (
        "tests/rules/test_cases.py::test_some_protocol_has_cases"
    ),
    "tests/test_wheel.py::test_it_assesses": (
        "tests/unit/test_public.py::test_assess_agrees_with_the_command"
    ),
    "tests/test_wheel.py::test_it_is_typed": ONLY_THERE,
    "tests/test_wheel.py::test_it_brings_its_manual_page": ONLY_THERE,
    # Run Chromium, which a developer need not have.
    f"{BROWSER}::test_the_people_have_every_urgency": (
        f"{HTML}::test_sign_and_word_stand_beside_each_colour"
    ),
    f"{BROWSER}::test_everybody_can_read_a_page": (
        f"{HTML}::test_the_page_of_a_patient_says_all_of_the_card_and_of_the_pages_behind_it"
    ),
    f"{BROWSER}::test_axe_would_find_what_cannot_be_read": (
        f"{HTML}::test_an_emergency_has_no_nets_and_one_heading_of_the_first_level"
    ),
    f"{BROWSER}::test_a_page_asks_for_nothing_and_has_no_script": (
        f"{HTML}::test_a_page_loads_nothing_and_runs_nothing"
    ),
    f"{BROWSER}::test_a_script_or_a_picture_in_a_page_would_not_be_loaded": (
        f"{HTML}::test_the_policy_allows_this_one_style"
    ),
    f"{BROWSER}::test_the_page_follows_what_the_reader_prefers": (
        "tests/unit/render/test_palette.py::test_text_is_readable_on_its_band"
    ),
    f"{BROWSER}::test_the_card_is_the_first_sheet_of_paper": (
        f"{HTML}::test_the_page_of_a_patient_says_all_of_the_card_and_of_the_pages_behind_it"
    ),
    f"{BROWSER}::test_everybody_can_read_a_journal": (
        f"{JOURNAL_FORMATS}::test_no_note_does_anything_in_a_page"
    ),
    f"{BROWSER}::test_the_first_sheet_of_a_journal_says_all_in_short": (
        f"{JOURNAL_FORMATS}::test_the_page_says_what_was_asked_and_answered"
    ),
    f"{BROWSER}::test_no_line_of_a_list_is_broken_and_no_heading_left_alone": (
        f"{HTML}::test_the_hand_over_sheet_says_all_of_its_page_in_order"
    ),
    # Compare and prove the shipped rules.
    "tests/test_docs.py::test_slow_samples_are_up_to_date": (
        "tests/test_docs.py::test_generated_parts_are_up_to_date"
    ),
    # Walks through 27 interviews.
    "tests/test_card_figures.py::test_the_figures_are_up_to_date": (
        "tests/test_docs.py::test_generated_parts_are_up_to_date"
    ),
    # Draws the card of each case.
    "tests/rules/test_card_rows.py::test_the_card_of_every_case": (
        "tests/rules/test_card_rows.py::test_the_card_of_people"
    ),
    # Presses Tab in real shells.
    "tests/terminal/test_completion.py::test_a_shell_completes": COMPLETES,
    "tests/terminal/test_completion.py::test_fish_completes": COMPLETES,
    # Runs Graphviz, which a developer need not have.
    f"{DOT}::test_graphviz_draws_every_node": f"{DOT}::test_every_question_and_rule_has_a_node",
    f"{DOT}::test_graphviz_accepts_hard_texts": f"{DOT}::test_no_text_breaks_the_syntax",
    f"{DOT}::test_graphviz_accepts_any_text": f"{DOT}::test_no_text_breaks_the_syntax",
    # Sends ten thousand strings; the fast tier sends three hundred.
    "tests/fuzz/test_terminal.py::test_much_noise_changes_nothing": (
        "tests/fuzz/test_terminal.py::test_noise_changes_nothing"
    ),
    # Waits until a proof of the shipped rules has reported its progress.
    "tests/cli/test_output_files.py::test_ctrl_c_ends_a_long_proof": (
        "tests/unit/prove/test_budget.py::test_a_solver_hears_ctrl_c"
    ),
    # Asks a million people; the fast tier asks some of them.
    "tests/rules/test_population.py::test_the_figures_are_those_of_both_versions": (
        "tests/rules/test_population.py::test_the_people_are_as_the_document_says"
    ),
    # Takes half a minute on the shipped rules; the fast tier mutates a small protocol.
    "tests/rules/test_mutation.py::test_every_mutant_is_killed_or_equivalent": (
        "tests/unit/mutation/test_report.py::test_totals_add_up"
    ),
    # Each sheet is as large as a sheet may be.
    "tests/fuzz/test_linear.py::test_a_full_sheet_hides_no_emergency_and_says_little": (
        "tests/fuzz/test_linear.py::test_twice_the_sheet_takes_twice_the_steps"
    ),
    # The fast tier runs some of the parameters.
    "tests/unit/check/test_linear.py::test_twice_the_rules_take_twice_the_steps": (
        "tests/unit/check/test_linear.py::test_twice_the_rules_take_twice_the_steps"
    ),
    KILLS: KILLS,
    f"{JOURNAL}::test_a_kill_loses_no_entry_that_was_confirmed": (
        f"{JOURNAL}::test_a_kill_loses_no_entry_that_was_confirmed"
    ),
    "tests/terminal/test_screen_exit.py::test_a_stopped_job_resumes": (
        "tests/terminal/test_screen_exit.py::test_a_stopped_job_resumes"
    ),
    "tests/rules/test_compare.py::test_finds_whom_an_edit_affects": (
        "tests/rules/test_compare.py::test_finds_whom_an_edit_affects"
    ),
    # Compares two versions of the shipped rules.
    "tests/rules/test_compare.py::test_the_normal_person_has_the_complaint": (
        "tests/unit/prove/test_baseline.py::"
        "test_a_list_without_a_direction_has_the_first_of_its_mildest_items_if_one_is_needed"
    ),
    # Takes a minute or two on both versions; the fast tier compares small protocols.
    "tests/rules/test_kinds.py::test_the_changelog_says_who_is_lowered": (
        "tests/rules/test_kinds.py::test_the_changelog_names_rules_of_the_two_versions"
    ),
    "tests/rules/test_kinds.py::test_a_kind_is_lowered": (
        "tests/unit/compare/test_kinds.py::test_who_is_lowered"
    ),
    "tests/rules/test_kinds.py::test_a_kind_is_not_lowered": (
        "tests/unit/compare/test_kinds.py::test_who_is_lowered"
    ),
    "tests/rules/test_faults.py::test_a_fault_is_found": (
        "tests/rules/test_faults.py::test_a_fault_is_found"
    ),
    # All cases and simulated people; the fast tier has a few.
    "tests/rules/test_one_answer.py::test_nobody_is_left_with_nothing_for_the_pain": (
        "tests/rules/test_one_answer.py::test_nobody_is_left_with_nothing_for_the_pain"
    ),
    "tests/rules/test_one_answer.py::test_no_sign_is_said_at_two_urgencies": (
        "tests/rules/test_one_answer.py::test_no_sign_is_said_at_two_urgencies"
    ),
    "tests/rules/test_one_answer.py::test_today_names_no_emergency_of_this_person": (
        "tests/rules/test_one_answer.py::test_today_names_no_emergency_of_this_person"
    ),
    "tests/rules/test_one_answer.py::test_each_person_has_one_time_course": (
        "tests/rules/test_one_answer.py::test_each_person_has_one_time_course"
    ),
    "tests/rules/test_one_answer.py::test_only_who_can_be_pregnant_reads_of_it": (
        "tests/rules/test_one_answer.py::test_only_who_can_be_pregnant_reads_of_it"
    ),
}
"""Each test that is exhaustive, at least for some parameters, with its stand-in."""


def is_defined(test: str) -> bool:
    """Whether a test `file::function` exists."""
    file, _, name = test.partition("::")
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return any(isinstance(node, ast.FunctionDef) and node.name == name for node in tree.body)


def test_the_table_lists_every_exhaustive_test(request: pytest.FixtureRequest) -> None:
    exhaustive = {test.partition("[")[0] for test in request.config.stash[EXHAUSTIVE]}

    assert exhaustive <= set(LEFT_OUT)
    assert [test for test in LEFT_OUT if not is_defined(test)] == []


def test_every_stand_in_runs_in_the_fast_tier(request: pytest.FixtureRequest) -> None:
    exhaustive = {test for test in request.config.stash[EXHAUSTIVE] if "[" not in test}

    for stand_in in filter(None, LEFT_OUT.values()):
        assert is_defined(stand_in), stand_in
        assert stand_in not in exhaustive


@pytest.mark.parametrize(("full", "fast"), [(500, 50), (40, 5), (10, 5)])
def test_the_fast_tier_tries_fewer_random_examples(
    full: int, fast: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.tier.IS_SEARCH", False)

    monkeypatch.setattr("tests.support.tier.IS_FULL", True)
    assert examples(full) == full
    monkeypatch.setattr("tests.support.tier.IS_FULL", False)
    assert examples(full) == fast


@pytest.mark.parametrize("marks", [set(), {"exhaustive"}, {"larger"}, {"hypothesis"}])
def test_the_rest_is_what_the_fast_tier_leaves_out_or_tries_less_of(
    marks: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = {}
    for tier in ("fast", "rest", "full"):
        monkeypatch.setattr("tests.support.tier.TIER", tier)
        runs[tier] = belongs(marks)

    assert runs == {"fast": marks != {"exhaustive"}, "rest": bool(marks), "full": True}


def test_of_what_takes_long_the_fast_tier_runs_the_first_and_the_rest_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs = {}
    for tier in ("fast", "rest", "full"):
        monkeypatch.setattr("tests.support.tier.TIER", tier)
        runs[tier] = [belongs({"first_only"}, is_first=is_first) for is_first in (True, False)]

    assert runs == {"fast": [True, False], "rest": [False, True], "full": [True, True]}


@pytest.mark.parametrize("mark", ["once", "browser"])
def test_another_python_need_not_do_what_was_done_once(
    mark: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.tier.TIER", "full")
    monkeypatch.setattr("tests.support.tier.HAS_BROWSER", mark == "once")
    monkeypatch.setattr("tests.support.tier.IS_AGAIN", mark == "once")

    assert not belongs({mark, "exhaustive"})
    assert belongs({mark}) == (mark == "once")
    assert belongs({"exhaustive"})


def test_what_depends_on_the_tier_is_marked() -> None:
    files = [file for file in ROOT.glob("tests/**/test_*.py") if file != Path(__file__)]
    texts = {file: file.read_text(encoding="utf-8") for file in files}
    dependent = {file for file, text in texts.items() if "import IS_FULL" in text}

    assert dependent
    assert {file for file, text in texts.items() if "@pytest.mark.larger" in text} == dependent
