"""Text of SQL without holes: values are bound, identifiers quoted by one function, conditions compiled."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.definitions.condition import Binary, Call, Expression, Literal, Membership, Name, Unary

Value = str | int | float | bool | datetime | date | None


def quote(name: str) -> str:
    """An identifier, quoted."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text as SQL shows it; only for statements that are printed or cannot take bound values."""
    return "'" + text.replace("'", "''") + "'"


def literal(value: Value) -> str:
    """A value as SQL shows it: for statements that are printed, and columns that are made when they are read."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime):
        return f"timestamp '{value.isoformat(sep=' ')}'"
    return f"date '{value.isoformat()}'" if isinstance(value, date) else text_literal(value)


def written_out(sql: str, values: Mapping[str, Value]) -> str:
    """SQL with its bound values written out."""
    return re.sub(r"\$(\w+)", lambda match: literal(values[match[1]]) if match[1] in values else match[0], sql)


@dataclass(slots=True)
class Bound:
    """The values of one statement: `bound(value)` gives the placeholder to write."""

    values: dict[str, Value] = field(default_factory=dict)

    def __call__(self, value: Value) -> str:
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"${name}"


@dataclass(frozen=True, slots=True)
class Column:
    """An SQL expression and its type: text number money time date flag seconds."""

    sql: str
    type: str


Resolve = Callable[[Name], Column]
Functions = Mapping[str, Callable[[Call], Column]]


def compile_condition(tree: Expression, resolve: Resolve, functions: Functions, bound: Bound) -> str:
    """An expression as SQL that is true or false, never null: a comparison with nothing is false, `!=` true."""
    return _Compiler(resolve, functions, bound).truth(tree)


_NUMERIC = ("number", "money", "seconds")


class _Compiler:
    def __init__(self, resolve: Resolve, functions: Functions, bound: Bound) -> None:
        self.resolve, self.functions, self.bound = resolve, functions, bound

    def truth(self, node: Expression) -> str:
        match node:
            case Binary("and" | "or" as word, left, right):
                return f"({self.truth(left)} {word} {self.truth(right)})"
            case Unary("not", operand):
                return f"(not {self.truth(operand)})"
            case Binary("==" | "!=" | "<" | "<=" | ">" | ">=" as operator, left, right):
                return self.comparison(operator, left, right)
            case Membership(item, values):
                tests = [self.comparison("==", item, value) for value in values]
                return f"({' or '.join(tests)})"
            case _:
                column = self.column(node)
                flag = column.sql if column.type == "flag" else f"try_cast({column.sql} as boolean)"
                return f"coalesce({flag}, false)"

    def comparison(self, operator: str, left: Expression, right: Expression) -> str:
        a, b = self.column(left), self.column(right)
        first, second = self.alike(a, b)
        if operator == "==":
            return f"coalesce({first} = {second}, false)"
        if operator == "!=":
            return f"({first} is distinct from {second})"
        return f"coalesce({first} {operator} {second}, false)"

    def alike(self, a: Column, b: Column) -> tuple[str, str]:
        """Two columns made comparable: a text against a number is read as a number, against a time as a time."""
        kinds = {a.type, b.type}
        if kinds & set(_NUMERIC):
            return _as_number(a), _as_number(b)
        if kinds & {"time", "date"}:
            return _cast(a, "timestamp"), _cast(b, "timestamp")
        if "flag" in kinds:
            return _cast(a, "boolean"), _cast(b, "boolean")
        return a.sql, b.sql

    def column(self, node: Expression) -> Column:
        match node:
            case Literal(bool() as value):
                return Column(f"cast({self.bound(value)} as boolean)", "flag")
            case Literal(str() as value):
                return Column(f"cast({self.bound(value)} as varchar)", "text")
            case Literal(value, unit):
                return Column(f"cast({self.bound(value)} as double)", "seconds" if unit == "s" else "number")
            case Name():
                return self.resolve(node)
            case Call(function):
                return self.functions[function](node)
            case Binary("+" | "-" | "*" | "/" as operator, left, right):
                a, b = self.column(left), self.column(right)
                if operator == "-" and {a.type, b.type} <= {"time", "date"}:
                    return Column(f"(epoch({_cast(a, 'timestamp')}) - epoch({_cast(b, 'timestamp')}))", "seconds")
                divisor = f"nullif({_as_number(b)}, 0)" if operator == "/" else _as_number(b)
                return Column(f"({_as_number(a)} {operator} {divisor})", "number")
            case Unary("-", operand):
                return Column(f"(-{_as_number(self.column(operand))})", "number")
            case _:
                return Column(self.truth(node), "flag")


def _as_number(column: Column) -> str:
    if column.type in _NUMERIC:
        return column.sql
    return f"try_cast(replace({column.sql}::varchar, ',', '.') as double)"


def _cast(column: Column, to: str) -> str:
    return column.sql if column.type == ("flag" if to == "boolean" else "time") else f"try_cast({column.sql} as {to})"
