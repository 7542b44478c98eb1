"""What a text names in full, as forms write what was ticked."""

from __future__ import annotations

from itertools import permutations

import pytest

from backtriage.protocol.choice_texts import choices_in
from backtriage.protocol.suggestions import marks_in
from tests.support.protocols import shipped

DANGERS = shipped().questions["danger_signs"]


@pytest.mark.parametrize("between", [", ", "; ", ";", "|", "\n", " and ", "\n- "])
def test_each_of_two_choices_is_found(between: str) -> None:
    for one, two in permutations(DANGERS.choices, 2):
        text = f"{one.text}{between}{two.text.upper()}"

        assert choices_in(DANGERS, text) == (one.id, two.id)
        assert marks_in(DANGERS, text).yes == {one.id, two.id}


@pytest.mark.parametrize("form", ["{}", "{};", "- {}", "\u2022 {},", "{} ."])
def test_a_choice_may_be_a_list_of_one(form: str) -> None:
    for choice in DANGERS.choices:
        for text in (choice.text, choice.short):
            assert choices_in(DANGERS, form.format(text)) == (choice.id,)


@pytest.mark.parametrize("form", ["no {}", "{} no", "{}; no", "{}s", "{} {}", "x; {}", "{}?"])
def test_what_says_anything_else_names_no_choice(form: str) -> None:
    choice = DANGERS.choices[0]
    assert choices_in(DANGERS, form.format(choice.text, "x")) == ()


def test_a_text_that_is_too_long_is_not_looked_at() -> None:
    assert choices_in(DANGERS, f"{DANGERS.choices[0].text};" * 1_000) == ()
    assert choices_in(DANGERS, " ,;") == ()
