"""Assessments of the tiny protocol, and of protocols changed for one test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from backtriage.decide.assessment import Assessment, assess
from backtriage.program.program import Program, build_program
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import validate
from backtriage.protocol.protocol import Rule, Sign, SignGroup
from backtriage.render.page import Block, Page
from backtriage.terms.condition import Condition
from backtriage.terms.urgency import Urgency
from tests.support.protocols import tiny


def assessed(
    sheet: Mapping[str, object], country: str | None = "GB", program: Program | None = None
) -> Assessment:
    """Return the assessment of a sheet, by default with the tiny protocol."""
    program = program or tiny()
    data = json.dumps(dict(sheet)).encode()
    validated = validate(program, sheet_from_bytes(data, "sheet.json", is_yaml=False))
    assert not validated.problems
    return assess(program, validated.answers, country, validated.ref, validated.checked)


def block_under(page: Page, heading: str) -> Block:
    """Return the block of a page that has a heading."""
    return next(block for block in page.blocks if block.heading == heading)


def changed(**parts: object) -> Program:
    """Return the tiny protocol with some of its fields replaced."""
    return build_program(replace(tiny().protocol, **parts))


def with_lines() -> Program:
    """Return the tiny protocol with a safety net of two lines."""
    groups = (
        SignGroup(id="breath", urgency=Urgency.EMERGENCY, text="Hard to breathe"),
        SignGroup(id="hot", urgency=Urgency.SAME_DAY, text="A fever for 3 days"),
    )
    signs = {
        "cannot_breathe": Sign(group="breath", words=("Hard to breathe",)),
        "fever_today": Sign(group="hot", words=("A fever", "for 3 days")),
    }
    rules = tuple(
        replace(rule, signs=(signs[rule.id],)) if rule.id in signs else rule
        for rule in tiny().rules
    )
    return changed(safety_net=groups, rules=rules)


def rule(id_: str, urgency: Urgency, when: Condition, **fields: Any) -> Rule:  # noqa: ANN401
    """Return a rule whose sentences name it."""
    plain = Rule(
        id=id_,
        urgency=urgency,
        when=when,
        if_unsure=None,
        because=f"Because of {id_}.",
        come_back=f"You see {id_}.",
    )
    return replace(plain, **fields)
