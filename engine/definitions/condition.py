"""The language of `where:`, `when:` and `exposure:`: parsed with the place of every word, never executed.

or, and, not, == != < <= > >=, in [..], + - * /, names (Cyrillic too; odd ones in `backticks`), calls,
literals: 'text', 12_000, 1.5, 90%, 15m, 1h30m, yes, no
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from engine.definitions.document import Span, WrongValue, parsed, shortened


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, text or flag. `unit`: "" | "s" (seconds) | "wd" (working days) | "%" (already a ratio)."""

    value: float | str | bool
    unit: str
    offset: int


@dataclass(frozen=True, slots=True)
class Name:
    """A column, attribute, dimension or control point (`process.name`)."""

    name: str
    offset: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function of the catalogue: `count(call_attempt)`, `finding(slow_reaction)`."""

    function: str
    arguments: tuple["Expression", ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Unary:
    """`not x` or `-x`."""

    operator: str
    operand: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`and or == != < <= > >= + - * /`."""

    operator: str
    left: "Expression"
    right: "Expression"
    offset: int


@dataclass(frozen=True, slots=True)
class Membership:
    """`x in [a, b]`; `not in` is a Unary around it."""

    item: "Expression"
    values: tuple[Literal, ...]
    offset: int


Expression = Literal | Name | Call | Unary | Binary | Membership


@dataclass(frozen=True, slots=True)
class Expr:
    """A parsed condition: its text as written, and its tree."""

    text: str
    tree: Expression

    @staticmethod
    def parse(text: str) -> "Expr":
        """Parse; raises WrongValue with the offset of the first wrong word."""
        return Expr(text, _Parser(text).whole())

    def nodes(self) -> Iterator[Expression]:
        """Every node of the tree, parents first."""
        pending = [self.tree]
        while pending:
            node = pending.pop(0)
            yield node
            pending.extend(children(node))

    def names(self) -> tuple[Name, ...]:
        """Every name in it, but not the arguments of calls."""
        inside = {id(n) for call in self.nodes() if isinstance(call, Call) for n in call.arguments}
        return tuple(node for node in self.nodes() if isinstance(node, Name) and id(node) not in inside)


Condition = Annotated[Expr, parsed(Expr.parse, example="source != 'partner'")]


def children(node: Expression) -> tuple[Expression, ...]:
    """The operands of a node."""
    match node:
        case Call():
            return node.arguments
        case Unary():
            return (node.operand,)
        case Binary():
            return (node.left, node.right)
        case Membership():
            return (node.item, *node.values)
        case _:
            return ()


_TOKEN = re.compile(
    r"""\s*(?:
      (?P<duration>(?:\d+(?:wd|[smhdw]))+(?!\w))
    | (?P<number>\d[\d_]*(?:\.\d+)?)(?P<percent>\s*%)?
    | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<quoted>`[^`]+`)
    | (?P<name>[^\W\d]\w*(?:\.[^\W\d]\w*)*)
    | (?P<symbol>==|!=|<=|>=|[<>()\[\],+\-*/])
    )""",
    re.VERBOSE,
)
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
MAX_WORDS = 500
MAX_CHARACTERS = 10_000
MAX_NESTING = 40


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    offset: int


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tuple(_tokens(text))
        if len(self.tokens) > MAX_WORDS:
            raise WrongValue(f"is longer than {MAX_WORDS} words", code="condition", hint="split it into several rules")
        self.position = 0
        self.depth = 0

    def whole(self) -> Expression:
        tree = self.either()
        if self.position < len(self.tokens):
            self.fail(f"`{self.tokens[self.position].text}` is not expected here")
        return tree

    def fail(self, message: str, hint: str = "") -> None:
        at_end = self.position >= len(self.tokens)
        offset = len(self.text) if at_end else self.tokens[self.position].offset
        raise WrongValue(message, code="condition", hint=hint, offset=offset)

    def peek(self) -> str:
        if self.position >= len(self.tokens):
            return ""
        token = self.tokens[self.position]
        return token.text if token.kind in ("symbol", "name") else ""

    def take(self) -> _Token:
        if self.position >= len(self.tokens):
            self.fail("something is missing at the end")
        self.position += 1
        return self.tokens[self.position - 1]

    def expect(self, symbol: str) -> None:
        if self.peek() != symbol:
            self.fail(f"`{symbol}` is missing")
        self.position += 1

    def either(self) -> Expression:
        self.depth += 1
        if self.depth > MAX_NESTING:
            self.fail(f"is nested deeper than {MAX_NESTING} levels")
        left = self.both()
        while self.peek() == "or":
            offset = self.take().offset
            left = Binary("or", left, self.both(), offset)
        self.depth -= 1
        return left

    def both(self) -> Expression:
        left = self.negation()
        while self.peek() == "and":
            offset = self.take().offset
            left = Binary("and", left, self.negation(), offset)
        return left

    def negation(self) -> Expression:
        negations = []
        while self.peek() == "not":
            negations.append(self.take().offset)
        tree = self.comparison()
        for offset in reversed(negations):
            tree = Unary("not", tree, offset)
        return tree

    def comparison(self) -> Expression:
        left = self.sum()
        word = self.peek()
        if word in _COMPARISONS:
            offset = self.take().offset
            left = Binary(word, left, self.sum(), offset)
            if self.peek() in _COMPARISONS:
                self.fail("comparisons cannot be chained", "write `a < b and b < c`")
        elif word == "in":
            left = self.membership(left)
        elif word == "not":
            offset = self.take().offset
            if self.peek() != "in":
                self.fail("`in` is missing after `not`")
            left = Unary("not", self.membership(left), offset)
        elif word == "=" or self.text[self.here() : self.here() + 1] == "=":
            self.fail("`=` is not a comparison", "write `==`")
        return left

    def here(self) -> int:
        return self.tokens[self.position].offset if self.position < len(self.tokens) else len(self.text)

    def membership(self, item: Expression) -> Expression:
        offset = self.take().offset
        self.expect("[")
        values = []
        while True:
            literal = self.atom()
            if not isinstance(literal, Literal):
                self.fail("a list holds texts and numbers only")
            else:
                values.append(literal)
            if self.peek() != ",":
                break
            self.take()
        self.expect("]")
        return Membership(item, tuple(values), offset)

    def sum(self) -> Expression:
        left = self.product()
        while self.peek() in ("+", "-"):
            token = self.take()
            left = Binary(token.text, left, self.product(), token.offset)
        return left

    def product(self) -> Expression:
        left = self.sign()
        while self.peek() in ("*", "/"):
            token = self.take()
            left = Binary(token.text, left, self.sign(), token.offset)
        return left

    def sign(self) -> Expression:
        if self.peek() == "-":
            offset = self.take().offset
            return Unary("-", self.atom(), offset)
        return self.atom()

    def atom(self) -> Expression:
        token = self.take()
        match token.kind:
            case "duration":
                span = _span(token)
                unit, value = ("wd", span.working_days) if span.working_days else ("s", span.seconds)
                return Literal(float(value), unit, token.offset)
            case "number":
                return Literal(_number(token), "", token.offset)
            case "percent":
                return Literal(_number(token) / 100, "%", token.offset)
            case "text":
                return Literal(re.sub(r"\\(.)", r"\1", token.text[1:-1]), "", token.offset)
            case "quoted":
                return Name(token.text[1:-1], token.offset)
            case "name" if token.text in ("yes", "true", "no", "false"):
                return Literal(token.text in ("yes", "true"), "", token.offset)
            case "name" if token.text in ("and", "or", "not", "in"):
                self.position -= 1
                self.fail(f"`{token.text}` is not expected here")
            case "name":
                return self.call(token) if self.peek() == "(" else Name(token.text, token.offset)
            case _ if token.text == "(":
                inner = self.either()
                self.expect(")")
                return inner
        self.position -= 1
        self.fail(f"`{token.text}` is not expected here")
        raise AssertionError("fail always raises")

    def call(self, token: _Token) -> Expression:
        self.expect("(")
        arguments: list[Expression] = []
        while self.peek() != ")":
            arguments.append(self.either())
            if self.peek() != ",":
                break
            self.take()
        self.expect(")")
        return Call(token.text, tuple(arguments), token.offset)


def _span(token: _Token) -> Span:
    try:
        return Span.parse(token.text)
    except WrongValue as wrong:
        raise WrongValue(str(wrong), code=wrong.code, hint=wrong.hint, offset=token.offset) from None


def _number(token: _Token) -> float:
    digits = token.text.rstrip("% \t\n").replace("_", "")
    if len(digits) > 30:
        raise WrongValue(f"`{shortened(digits)}` is too large", code="condition", offset=token.offset)
    return float(digits)


def _tokens(text: str) -> Iterator[_Token]:
    position = 0
    if len(text) > MAX_CHARACTERS:
        message = f"is longer than {MAX_CHARACTERS} characters"
        raise WrongValue(message, code="condition", hint="split it into several rules")
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if not match:
            offset = position + len(text[position:]) - len(text[position:].lstrip())
            hint = "write `==`" if text[offset] == "=" else ""
            raise WrongValue(f"`{text[offset]}` is not expected here", code="condition", hint=hint, offset=offset)
        kind = match.lastgroup or ""
        name = "number" if kind == "percent" else kind
        word = match[name] + (match["percent"] or "" if name == "number" else "")
        yield _Token(kind, word, match.start(name))
        position = match.end()
    if not text.strip():
        raise WrongValue("a condition is empty", code="condition")
