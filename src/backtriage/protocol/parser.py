"""The parser of conditions: text to AST, by recursive descent.

    condition = unary | unary ("and" unary)+ | unary ("or" unary)+
    unary     = ["not"] primary
    primary   = "(" condition ")" | quantity "(" condition ("," condition)+ ")" | atom
    quantity  = "any of" | "all of" | "none of" | "at least" N "of"        1 < N < count
    atom      = YES_NO | FACT
              | ONE_OF "is" ["not"] CHOICE
              | ONE_OF "is" ["not"] "one of" "(" CHOICE ("," CHOICE)+ ")"
              | SOME_OF "includes" ( ITEM | quantity "(" ITEM ("," ITEM)+ ")" )
              | NUMBER sign VALUE [UNIT] | SCORE sign N
    sign      = "<" | "<=" | ">" | ">="

Mixing `and` and `or` requires brackets. The unit is required if the question has one.
After an unknown name, a wrong kind or a constant comparison the parser goes on, to report
further errors; only a syntax error ends the condition.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final

from backtriage.protocol.protocol import Question
from backtriage.protocol.suggestions import nearest_hint
from backtriage.protocol.tokenizer import (
    ParseError,
    Suggest,
    SymbolTable,
    SyntaxFailure,
    Token,
    TokenStream,
)
from backtriage.terms.condition import (
    All,
    Always,
    Any,
    AtLeast,
    Compare,
    Condition,
    Fact,
    Includes,
    Is,
    Not,
    Scores,
    Yes,
)
from backtriage.terms.problem import listed
from backtriage.terms.value import NUMBER, ONE_OF, SOME_OF, YES_NO

SIGNS: Final = ("<", "<=", ">", ">=")

_USAGE: Final = {
    YES_NO: "'{0}' is a yes/no question; write just '{0}' or 'not {0}'",
    ONE_OF: "'{0}' is a single choice: use 'is', 'is not' or 'is one of'",
    SOME_OF: "'{0}' is a list: use 'includes'",
    NUMBER: "'{0}' is a number: use '<', '<=', '>' or '>='",
}
_MAX_DEPTH: Final = 50


def parse_condition(
    text: str, symbols: SymbolTable, suggest: Suggest = nearest_hint
) -> tuple[Condition | None, tuple[ParseError, ...]]:
    """Return the AST of a condition, or None if there is any error, and every error."""
    parser = _Parser(text, symbols, suggest)
    try:
        tree = parser.whole()
    except SyntaxFailure:
        tree = None
    return (None if parser.errors else tree), tuple(parser.errors)


class _Parser(TokenStream):
    """One method for each rule of the grammar."""

    def __init__(self, text: str, symbols: SymbolTable, suggest: Suggest) -> None:
        super().__init__(text, suggest)
        self.symbols = symbols
        self.depth = 0

    def whole(self) -> Condition:
        """Parse a condition up to the end of the text; `always` stands alone."""
        if self.next_is("always"):
            self.advance()
            if self.token.kind != "end":
                self.fail("'always' stands alone")
            return Always()
        tree = self.condition()
        if self.token.kind != "end":
            self.fail("expected the end, 'and' or 'or'")
        return tree

    def condition(self) -> Condition:
        """Parse unary | unary ("and" unary)+ | unary ("or" unary)+."""
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            self.fail(f"nested more than {_MAX_DEPTH} deep")
        operands = [self.unary()]
        word = self.token.text if self.token.text in {"and", "or"} else ""
        while word and self.accept(word):
            operands.append(self.unary())
        if word and self.token.text in {"and", "or"}:
            message = "'and' and 'or' are mixed: add brackets to say which belongs together"
            self.error("P202", message, self.token)
            raise SyntaxFailure
        self.depth -= 1
        if not word:
            return operands[0]
        return All(tuple(operands)) if word == "and" else Any(tuple(operands))

    def unary(self) -> Condition:
        """Parse ["not"] primary."""
        return Not(self.primary()) if self.accept("not") else self.primary()

    def primary(self) -> Condition:
        """Parse a condition in brackets, a quantity of conditions, or an atom."""
        if self.accept("("):
            inner = self.condition()
            self.expect(")")
            return inner
        quantity = self.quantity()
        if quantity is None:
            return self.atom()
        start = self.token
        operands = self.list_of(self.condition)
        return self.combine(quantity, operands, start)

    def quantity(self) -> tuple[str, int, Token] | None:
        """Parse "any of" | "all of" | "none of" | "at least" N "of", or nothing."""
        start = self.token
        for word in ("any", "all", "none"):
            if self.accept(word, "of"):
                return word, 0, start
        if not self.accept("at", "least"):
            return None
        if self.token.kind != "number" or "." in self.token.text:
            self.fail("expected a whole number after 'at least'")
        number = self.advance()
        self.expect("of")
        return "at least", int(number.text), number

    def combine(
        self, quantity: tuple[str, int, Token], operands: tuple[Condition, ...], start: Token
    ) -> Condition:
        word, least, number = quantity
        if len(set(operands)) < len(operands):
            self.error("P203", "the same condition appears twice in this list", start)
        if word == "any":
            return Any(operands)
        if word == "all":
            return All(operands)
        if word == "none":
            return Not(Any(operands))
        subject = f"'at least {least}' of a list of {len(operands)}"
        if least in {1, len(operands)}:
            hint = "use 'any of' for one, 'all of' for all"
            self.error("P203", f"{subject} can be said more simply", number, hint)
        elif not 1 < least < len(operands):
            self.error("P203", f"{subject} can never vary", number)
        return AtLeast(least, operands)

    def atom(self) -> Condition:
        """Parse a name and what is asked of it."""
        if self.token.kind != "word" or self.token.text in {"and", "or", "not", "is", "includes"}:
            self.fail("expected a question, fact or '('")
        name = self.advance()
        question = self.symbols.questions.get(name.text)
        if question is not None:
            return _PARSE[question.kind](self, question)
        if name.text in self.symbols.facts:
            return Fact(name.text)
        if name.text in self.symbols.scores:
            return self.score(name)
        self.unknown(name)
        self.skip_operator()
        return Yes(name.text)

    def unknown(self, name: Token) -> None:
        if name.text in self.symbols.later:
            hint = "a guard may only read earlier questions"
            self.error("P204", f"'{name.text}' comes later than this question", name, hint)
            return
        hint = self.suggest(name.text, self.symbols.names())
        self.error("P205", f"unknown question or fact '{name.text}'", name, hint)

    def skip_operator(self) -> None:
        """Skip what follows an unknown name, so that the rest is still checked."""
        if self.token.text not in {"is", "includes", *SIGNS}:
            return
        depth = 0
        while self.token.kind != "end":
            if depth == 0 and self.token.text in {"and", "or", ",", ")"}:
                return
            depth += {"(": 1, ")": -1}.get(self.token.text, 0)
            self.advance()

    def yes_no(self, question: Question) -> Condition:
        if self.token.text in {"is", "includes", *SIGNS}:
            self.fail(_USAGE[YES_NO].format(question.id), "P301")
        return Yes(question.id)

    def one_of(self, question: Question) -> Condition:
        if not self.accept("is"):
            self.fail(_USAGE[ONE_OF].format(question.id), "P301")
        negated = self.accept("not")
        start = self.token
        if self.accept("one", "of"):
            chosen = self.list_of(lambda: self.choice(question, "option"))
        else:
            chosen = (self.choice(question, "option"),)
        if len(set(chosen)) < len(chosen):
            self.error("P203", "the same option appears twice in this list", start)
        if question.choices and set(chosen) >= {choice.id for choice in question.choices}:
            self.error("P203", "this names every option, so it can never vary", start)
        return Not(Is(question.id, chosen)) if negated else Is(question.id, chosen)

    def some_of(self, question: Question) -> Condition:
        if not self.accept("includes"):
            self.fail(_USAGE[SOME_OF].format(question.id), "P301")
        quantity = self.quantity()
        if quantity is None:
            return Includes(question.id, self.choice(question, "item"))
        start = self.token
        items = self.list_of(lambda: self.choice(question, "item"))
        return self.combine(quantity, tuple(Includes(question.id, i) for i in items), start)

    def choice(self, question: Question, what: str) -> str:
        if self.token.kind != "word":
            self.fail(f"expected an {what} of '{question.id}'")
        token = self.advance()
        known = tuple(choice.id for choice in question.choices)
        if token.text not in known:
            near = self.suggest(token.text, known)
            hint = f"{what}s are: {listed(known)}" + (f"; {near}" if near else "")
            message = f"'{token.text}' is not an {what} of '{question.id}'"
            self.error("P302", message, token, hint)
        return token.text

    def number(self, question: Question) -> Condition:
        sign = self.sign(_USAGE[NUMBER].format(question.id))
        token = self.value()
        bound = Decimal(token.text)
        self.unit(question)
        if not question.least <= bound <= question.most:
            limits = f"{question.least} to {question.most}"
            message = f"{token.text} is outside the allowed range {limits} of '{question.id}'"
            self.error("P303", message, token)
        elif (bound - question.least) % Decimal(question.step):
            message = f"{token.text} is not a step of {question.step} of '{question.id}'"
            self.error("P303", message, token)
        elif (sign in {"<", ">="} and bound == question.least) or (
            sign in {">", "<="} and bound == question.most
        ):
            self.error("P203", f"'{sign} {token.text}' can never vary", token)
        return Compare(question.id, sign, bound)

    def unit(self, question: Question) -> None:
        if not question.unit:
            return
        if self.token.kind != "word" or self.token.text in {"and", "or"}:
            self.fail(f"expected the unit '{question.unit}'", "P304")
        token = self.advance()
        if token.text != question.unit:
            message = f"unit of '{question.id}' is '{question.unit}', found '{token.text}'"
            self.error("P304", message, token)

    def score(self, name: Token) -> Condition:
        sign = self.sign(f"'{name.text}' is a score: use '<', '<=', '>' or '>='")
        token = self.value()
        if "." in token.text:
            self.error("P303", "a score is a whole number", token)
            return Scores(name.text, 1)
        least = int(token.text) + (1 if sign in {">", "<="} else 0)
        most = self.symbols.scores[name.text]
        if not 0 < least <= most:
            message = f"'{name.text}' runs from 0 to {most}, so this can never vary"
            self.error("P203", message, token)
        at_least = Scores(name.text, least)
        return at_least if sign in {">", ">="} else Not(at_least)

    def sign(self, how: str) -> str:
        if self.token.kind != "sign":
            self.fail(how, "P301")
        return self.advance().text

    def value(self) -> Token:
        if self.token.kind != "number":
            self.fail("expected a number")
        return self.advance()


_PARSE: Final[Mapping[str, Callable[[_Parser, Question], Condition]]] = {
    YES_NO: _Parser.yes_no,
    ONE_OF: _Parser.one_of,
    SOME_OF: _Parser.some_of,
    NUMBER: _Parser.number,
}
