"""Laws of text: what is written reads back as the same thing, and layout is nothing."""

from __future__ import annotations

import json
import re
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backtriage.decide.assessment import assess
from backtriage.decide.receipt import plain_answers, receipt_of
from backtriage.program.as_json import from_json, to_json
from backtriage.program.program import Program, build_program, digest_of
from backtriage.program.sheet import sheet_from_bytes
from backtriage.program.validate import ValidatedSheet, validate
from backtriage.protocol.loader.loader import LoadedProtocol, parse_protocol
from backtriage.protocol.protocol import Protocol, Question
from backtriage.terms.value import NotSure, Ticks, Value
from tests.support.protocol_writer import to_text
from tests.support.strategies import partial_sheets, programs, protocols

WORDS = st.text(min_size=1, max_size=20).map(str.strip).filter(bool)
"""Anything that can be written: quotes, line ends, colons, signs, other alphabets."""


def read(texts: dict[str, str]) -> Protocol:
    """The protocol of a rules folder that has no problems."""
    source, problems = parse_protocol(texts)
    assert problems == ()
    assert isinstance(source, LoadedProtocol)
    return source.protocol


def scattered(data: st.DataObject, text: str) -> dict[str, str]:
    """The same rules over several files, with comments and empty lines wherever they may stand."""
    noise = st.sampled_from(["", "", "", "\n", "  # a comment: with - signs\n"])
    head, *sections = re.split(r"^(?=[a-z])", text, flags=re.MULTILINE)[1:]
    files = {"protocol.yaml": head}
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
def test_text_reads_back_as_the_same_protocol(protocol: Protocol) -> None:
    """Protocol to text to protocol is the same protocol, and its text is the same text."""
    text = to_text(protocol)
    back = read({"protocol.yaml": text})
    assert back == protocol
    assert to_text(back) == text


@given(data=st.data(), protocol=protocols())
def test_any_words_read_back(data: st.DataObject, protocol: Protocol) -> None:
    """Every text field may hold any words: quotes, line ends, other alphabets."""
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
    """Comments, empty lines, and which file a section stands in: the digest does not see them."""
    texts = scattered(data, to_text(protocol))
    assert digest_of(read(texts)) == digest_of(protocol)


@given(protocol=protocols())
def test_json_reads_back_as_the_same_protocol(protocol: Protocol) -> None:
    """Protocol to JSON to protocol is the same, byte for byte and kind for kind."""
    text = to_json(protocol)
    back = from_json(text)
    assert back == protocol
    assert to_json(back) == text
    assert digest_of(back) == digest_of(protocol)
    skipped = [question.if_skipped for question in protocol.questions]
    assert [type(q.if_skipped) for q in back.questions] == [type(value) for value in skipped]


@given(data=st.data(), protocol=protocols())
def test_every_change_of_words_or_logic_changes_the_digest(
    data: st.DataObject, protocol: Protocol
) -> None:
    """The digest covers every word and every rule."""
    changed = data.draw(
        st.sampled_from(
            [
                replace(protocol, rules=protocol.rules[:-1]),
                replace(protocol, about="Something else."),
                replace(protocol, questions=protocol.questions[::-1]),
                replace(
                    protocol,
                    questions=(
                        replace(
                            protocol.questions[0], can_change=not protocol.questions[0].can_change
                        ),
                        *protocol.questions[1:],
                    ),
                ),
            ]
        )
    )
    assert digest_of(changed) != digest_of(protocol)


@given(data=st.data(), program=programs())
def test_a_canonical_sheet_is_taken_back_unchanged(data: st.DataObject, program: Program) -> None:
    """Answers to JSON to answers are the same answers, with the same receipt."""
    sheet = data.draw(partial_sheets(program))
    written = json.dumps(plain_answers(program, sheet)).encode()
    back = validate(program, sheet_from_bytes(written, "sheet.json", is_yaml=False))
    assert back == ValidatedSheet(answers=sheet)
    again = json.dumps(plain_answers(program, back.answers)).encode()
    assert again == written
    assert receipt_of(assess(program, back.answers)) == receipt_of(assess(program, sheet))


@given(data=st.data(), program=programs())
def test_a_yaml_sheet_says_the_same(data: st.DataObject, program: Program) -> None:
    """The same answers written as text are the same answers."""
    sheet = data.draw(partial_sheets(program))
    rows = [f"{id_}: {as_text(program.questions[id_], sheet[id_])}\n" for id_ in sheet]
    text = "# answers\n" + ("".join(rows) or "{}")
    back = validate(program, sheet_from_bytes(text.encode(), "sheet.yaml", is_yaml=True))
    assert back == ValidatedSheet(answers=sheet)


def as_text(question: Question, value: Value) -> str:
    """One answer as a person would type it."""
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
def test_a_program_is_its_protocol(program: Program) -> None:
    """The indexes hold exactly what the protocol holds, in its order."""
    p = program.protocol
    assert build_program(p, program.digest) == program
    assert build_program(p).digest == digest_of(p)
    assert list(program.questions.values()) == list(p.questions)
    assert program.order == {question.id: at for at, question in enumerate(p.questions)}
    assert (program.rules, program.advice, program.modules) == (p.rules, p.advice, p.modules)
