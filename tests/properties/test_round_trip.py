"""Round trips: protocols and sheets survive being written and read; layout does not count."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.decide.receipt import receipt_of
from backtriage.program.program import Program, build_program, digest_of, from_json, to_json
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, plain_sheet, validate
from backtriage.protocol.guarantees import Waiver
from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.printable import is_printable
from backtriage.terms.value import NotSure, Ticks, Value
from tests.support.guarantees import guaranteed
from tests.support.protocol_writer import to_text
from tests.support.strategies import checked_names, partial_sheets, programs, protocols

WORDS = (
    st.text(min_size=1, max_size=20)
    .map(lambda text: " ".join("".join(filter(is_printable, text)).split()))
    .filter(bool)
)
"""Text with anything in it that prints: quotes, colons, signs, other alphabets."""


def read(texts: dict[str, str]) -> Protocol:
    """Return the protocol of rules without problems."""
    source, problems = parse_protocol(texts)
    assert problems == ()
    assert isinstance(source, LoadedProtocol)
    return source.protocol


def scattered(data: st.DataObject, text: str) -> dict[str, str]:
    """Split rules into several files, with comments and empty lines wherever they may stand."""
    noise = st.sampled_from(["", "", "", "\n", "  # a comment: with - signs\n"])
    first, *sections = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    files = {"protocol.yaml": first}
    for section in sections:
        name = data.draw(st.sampled_from(["protocol.yaml", "one.yaml", "two.yaml"]))
        lines = [data.draw(noise) + line for line in section.splitlines(keepends=True)]
        files[name] = files.get(name, "# a file\n") + "".join(lines)
    listed = "".join(f"\n    - {name}" for name in files if name != "protocol.yaml")
    files["protocol.yaml"] = files["protocol.yaml"].replace(
        "files: none", f"files:{listed or ' none'}"
    )
    return files


@given(protocol=protocols())
def test_a_protocol_round_trips_through_text(protocol: Protocol) -> None:
    text = to_text(protocol)
    parsed = read({"protocol.yaml": text})
    assert parsed == protocol
    assert to_text(parsed) == text


@given(data=st.data(), protocol=protocols())
def test_any_text_round_trips(data: st.DataObject, protocol: Protocol) -> None:
    first = replace(
        protocol.questions[0],
        text=data.draw(WORDS),
        why=data.draw(WORDS),
        help=data.draw(WORDS),
        short=data.draw(WORDS),
    )
    rule = replace(protocol.rules[0], because=data.draw(WORDS), come_back=data.draw(WORDS))
    level = replace(protocol.levels[4], steps=tuple({data.draw(WORDS), data.draw(WORDS)}))
    changed = replace(
        protocol,
        about=data.draw(WORDS),
        questions=(first, *protocol.questions[1:]),
        rules=(rule, *protocol.rules[1:]),
        levels=(*protocol.levels[:4], level),
        reviewed_by=data.draw(st.sampled_from([None, 'Dr. No: "yes"'])),
    )
    assert read({"protocol.yaml": to_text(changed)}) == changed


@given(data=st.data(), protocol=protocols())
def test_layout_and_comments_change_no_digest(data: st.DataObject, protocol: Protocol) -> None:
    """Nor does it matter which file holds a section."""
    texts = scattered(data, to_text(protocol))
    assert digest_of(read(texts)) == digest_of(protocol)


@given(protocol=protocols())
def test_a_protocol_round_trips_through_json(protocol: Protocol) -> None:
    text = to_json(protocol)
    parsed = from_json(text)
    assert parsed == protocol
    assert to_json(parsed) == text
    assert digest_of(parsed) == digest_of(protocol)
    types = [type(question.if_skipped) for question in protocol.questions]
    assert [type(question.if_skipped) for question in parsed.questions] == types


@given(data=st.data(), protocol=protocols())
def test_every_change_of_words_or_logic_changes_the_digest(
    data: st.DataObject, protocol: Protocol
) -> None:
    first, *others = protocol.questions
    changed = data.draw(st.sampled_from([
        replace(protocol, rules=protocol.rules[:-1]),
        replace(protocol, about="Something else."),
        replace(protocol, questions=protocol.questions[::-1]),
        replace(protocol, questions=(replace(first, can_change=not first.can_change), *others)),
    ]))  # fmt: skip
    assert digest_of(changed) != digest_of(protocol)


@given(data=st.data(), program=programs())
def test_a_sheet_round_trips_through_json(data: st.DataObject, program: Program) -> None:
    sheet, checked = data.draw(partial_sheets(program)), data.draw(checked_names(program))
    written = json.dumps(plain_sheet(program, sheet, checked)).encode()
    read_back = validate(program, sheet_from_bytes(written, "sheet.json", is_yaml=False))
    assert read_back == ValidatedSheet(answers=sheet, checked=checked)
    again = plain_sheet(program, read_back.answers, read_back.checked)
    assert json.dumps(again).encode() == written
    assert receipt_of(assess(program, read_back.answers)) == receipt_of(assess(program, sheet))


@given(data=st.data(), program=programs())
def test_a_sheet_round_trips_through_yaml(data: st.DataObject, program: Program) -> None:
    sheet = data.draw(partial_sheets(program))
    rows = [f"{id_}: {typed(program.questions[id_], sheet[id_])}\n" for id_ in sheet]
    text = "# answers\n" + ("".join(rows) or "{}")
    read_back = validate(program, sheet_from_bytes(text.encode(), "sheet.yaml", is_yaml=True))
    assert read_back == ValidatedSheet(answers=sheet)


def typed(question: Question, value: Value) -> str:
    """Return an answer as a person would type it."""
    if isinstance(value, bool):
        return "Yes" if value else "FALSE"
    if isinstance(value, NotSure):
        return "not_sure"
    if isinstance(value, Ticks):
        ids = [choice.id for choice in question.choices]
        marked = [
            id_ if id_ in value.yes else f"{id_}?"
            for id_ in ids
            if id_ in value.yes | value.unsure
        ]
        return ";".join(marked) or "none"
    return f"{value:f}" if isinstance(value, Decimal) else value


@given(program=programs())
def test_a_program_indexes_its_protocol_in_order(program: Program) -> None:
    p = program.protocol
    assert build_program(p, program.digest) == program
    assert build_program(p).digest == digest_of(p)
    assert list(program.questions.values()) == list(p.questions)
    assert program.order == {question.id: at for at, question in enumerate(p.questions)}
    assert (program.rules, program.advice, program.modules) == (p.rules, p.advice, p.modules)


WAIVER = Waiver(about="floor0", accepts="hidden", reason="A test.", review_by="2030-01-01")


@given(protocol=guaranteed())
def test_guarantees_round_trip_through_text_and_json(protocol: Protocol) -> None:
    protocol = replace(protocol, waivers=(WAIVER,))

    assert read({"protocol.yaml": to_text(protocol)}) == protocol
    assert from_json(to_json(protocol)) == protocol


@given(protocol=guaranteed())
def test_guarantees_are_part_of_the_digest(protocol: Protocol) -> None:
    """Whoever signs a digest signs the guarantees."""
    assert digest_of(protocol) != digest_of(replace(protocol, floors=()))
