"""`backtriage rules show`: what the rules say, in words."""

from __future__ import annotations

from tests.support.edited_rules import rules_command


def test_show_says_what_a_confirmation_settles() -> None:
    code, out, _ = rules_command("show", "collapse")

    assert code == 0
    assert "(a no clears the doubt)" in " ".join(out.split())
    assert "(after a no it stays in doubt)" in " ".join(out.split())
