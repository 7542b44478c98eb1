"""`backtriage rules template`: an empty answer sheet to fill in."""

from __future__ import annotations

from backtriage.cli import exits
from backtriage.cli.options import Rules
from backtriage.shell.output import write_out


@exits.guarded
def template(rules: Rules = None) -> None:
    """Write an empty answer sheet in YAML, with a comment for each question.

    Save it as a .yaml file, fill in what you know, and pass it to 'backtriage assess'. A question
    that stays empty is missing; it never counts as no.
    """
    from backtriage.exchange.template import template_text
    from backtriage.shell.cache import load_program

    write_out(template_text(load_program(rules, save=False)))
