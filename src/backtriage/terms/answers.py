"""Answers: a frozen map from question id to value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backtriage.terms.value import Value


class Answers(Mapping[str, Value]):
    """One person's answers by question id. Never changes; `with_` and `without` copy.

    The order in which answers were given is not kept: it never decides anything.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """Copy the given values."""
        self._values: dict[str, Value] = dict(values or {})

    def __getitem__(self, question: str) -> Value:
        """The answer to a question; `KeyError` when there is none."""
        return self._values[question]

    def __contains__(self, question: object) -> bool:
        """Whether a question has an answer."""
        return question in self._values

    def value(self, question: str) -> Value | None:
        """The answer to a question, or None when there is none."""
        return self._values.get(question)

    def __iter__(self) -> Iterator[str]:
        """Question ids, in no order that matters."""
        return iter(self._values)

    def __len__(self) -> int:
        """How many questions have an answer."""
        return len(self._values)

    def __hash__(self) -> int:
        """Equal answers have equal hashes."""
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        """The answers as a dictionary."""
        return f"Answers({self._values!r})"

    def with_(self, question: str, value: Value) -> Answers:
        """These answers with one given or replaced."""
        return Answers({**self._values, question: value})

    def without(self, question: str) -> Answers:
        """These answers with one taken back; it need not be there."""
        return Answers({id_: value for id_, value in self._values.items() if id_ != question})
