"""One person's answers, and what a sheet holds besides."""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping
from typing import Final

from backtriage.terms.value import Value

REF: Final = "ref"
"""The key for a clinic's own reference, which is echoed and never interpreted."""

CHECKED: Final = "checked"
"""The key for the doubts that somebody has tried to settle: echoed, read by no rule."""

PROTOCOL: Final = "protocol"
"""The key for the protocol whose questions a sheet answers, with its major version."""

COMPANION: Final = ".not_sure"
"""How the column ends that says of a question "not sure", which no number can say."""

RESERVED: Final = (REF, CHECKED, PROTOCOL)
"""Every key of a sheet that is no question, so no question may be called so."""


class Answers(Mapping[str, Value]):
    """An immutable mapping from question id to value; `with_` and `without` return copies.

    Their order never matters, so it is not kept.
    """

    __slots__ = ("_values", "value")

    value: Callable[[str], Value | None]
    """Return the answer to a question, or None."""

    def __init__(self, values: Mapping[str, Value] | None = None) -> None:
        """Copy the values."""
        self._values: dict[str, Value] = dict(values or {})
        self.value = self._values.get

    def __getitem__(self, question: str) -> Value:
        """Return the answer to a question. Raises `KeyError` if there is none."""
        return self._values[question]

    def __contains__(self, question: object) -> bool:
        """Return whether a question has an answer."""
        return question in self._values

    def items(self) -> ItemsView[str, Value]:
        """Return the answers with their questions, without the detour of `Mapping`."""
        return self._values.items()

    def __iter__(self) -> Iterator[str]:
        """Iterate over question ids, in arbitrary order."""
        return iter(self._values)

    def __len__(self) -> int:
        """Return the number of answers."""
        return len(self._values)

    def __hash__(self) -> int:
        """Hash by content."""
        return hash(frozenset(self._values.items()))

    def __repr__(self) -> str:
        """Return the constructor call."""
        return f"Answers({self._values!r})"

    def with_(self, question: str, value: Value) -> Answers:
        """Return a copy with one answer added or replaced."""
        return Answers({**self._values, question: value})

    def without(self, question: str) -> Answers:
        """Return a copy without one answer, if it has one."""
        return Answers({id_: value for id_, value in self._values.items() if id_ != question})
