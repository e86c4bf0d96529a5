"""The sandbox that templates run in: no way out of it, and a budget of work that no template can pass.

A template may come from a colleague or from the internet. It sees data and a few functions; it cannot reach Python, a
file, or the clock; and a loop or a text that grows without end stops with an error long before it hurts.
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import Protocol, TypeVar

from jinja2 import nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer

MAX_WORK = 1_500_000
"""Units of work of one rendering: passes of loops, calls (each `CALL`), and characters (a hundred to the unit)."""
CALL = 4
MAX_TEXT = 2_000_000
"""Characters of one value, items of one list."""
MAX_FACTOR = 10_000
CHARACTERS_PER_UNIT = 100

_FILTERS = """
abs capitalize count d default dictsort e escape first float groupby int items join last length list lower map max min
reject rejectattr replace reverse select selectattr sort string sum title trim unique upper
"""
FILTERS = frozenset(_FILTERS.split())
"""Filters of Jinja that a template may use: none that marks text as safe, is random, or pads to any width."""

_TEXT = """
capitalize casefold count endswith find isalpha isdigit lower lstrip partition removeprefix removesuffix rpartition
rstrip split startswith strip title upper
"""
_METHODS: tuple[tuple[type, frozenset[str]], ...] = (
    (str, frozenset(_TEXT.split())),
    (bytes, frozenset()),
    (bool, frozenset()),
    (int, frozenset()),
    (float, frozenset()),
    (dict, frozenset({"items", "keys", "values", "get"})),
    (list, frozenset({"index", "count"})),
    (tuple, frozenset({"index", "count"})),
)

T = TypeVar("T")


class Anything(Protocol):
    """Something that can be called; what with is the business of the template."""

    def __call__(self, *args: object, **kwargs: object) -> object: ...


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment of Jinja whose templates cannot do harm. One rendering at a time: the budget is its own."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%", "**"})

    def __init__(self, **options: object) -> None:
        super().__init__(**options)
        self.left = MAX_WORK
        self.filters = {name: self._charged(filter_) for name, filter_ in self.filters.items() if name in FILTERS}
        self.filters |= {"_counted": self._counted(), "_charge": self._charge(), "_sized": self._sized}
        self.globals = {name: self.globals[name] for name in ("dict", "namespace", "cycler", "joiner")}
        self.globals["range"] = self._range

    def spend(self, units: int) -> None:
        """Take work from the budget; raises SecurityError when none is left."""
        self.left -= units
        if self.left < 0:
            raise SecurityError("the template does more work than a document can need")

    # --- what Jinja asks -------------------------------------------------------------------------------------------

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        metered = _Metered(self, name, filename).visit(tree)
        assert isinstance(metered, nodes.Template)
        return metered

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        for kind, names in _METHODS:
            if isinstance(obj, kind):
                return attr in names
        return super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: object) -> None:
        """Nothing is a format method here: a width in it would make a text of any length."""
        return

    def call_binop(self, context: Context, operator: str, left: object, right: object) -> object:
        self.spend(1)
        if operator in ("*", "**", "%") and not (_is_small(left, operator) and _is_small(right, operator)):
            raise SecurityError(f"`{operator}` is only for numbers that are not huge")
        return self._sized(super().call_binop(context, operator, left, right))

    def call(__self, __context: Context, __obj: object, *args: object, **kwargs: object) -> object:  # noqa: N805
        __self.spend(CALL)
        return __self._sized(super().call(__context, __obj, *args, **kwargs))

    # --- the meters ------------------------------------------------------------------------------------------------

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        if len(numbers) > MAX_FACTOR:
            raise SecurityError(f"`range` gives at most {MAX_FACTOR} numbers")
        return numbers

    def _sized(self, value: T) -> T:
        if isinstance(value, str | list | tuple | dict):
            self.spend(len(value) // CHARACTERS_PER_UNIT)
            if len(value) > MAX_TEXT:
                raise SecurityError(f"a value of the template is longer than {MAX_TEXT}")
        return value

    def _charged(self, filter_: Anything) -> Anything:
        """A filter that pays for the length of what it is given and of what it gives."""

        @functools.wraps(filter_)
        def charged(*args: object, **kwargs: object) -> object:
            self.spend(1 + sum(len(value) for value in args if isinstance(value, list | tuple | dict | range)))
            if _joins_to(getattr(filter_, "__name__", ""), args) > MAX_TEXT:
                raise SecurityError(f"a value of the template is longer than {MAX_TEXT}")
            return self._sized(filter_(*args, **kwargs))

        return charged

    def _counted(self) -> Callable[[Context, Iterable[object]], Iterable[object]]:
        @pass_context
        def counted(context: Context, values: Iterable[object]) -> Iterable[object]:
            return values if isinstance(values, Undefined) else self._each(values)

        return counted

    def _each(self, values: Iterable[object]) -> Iterator[object]:
        for value in values:
            self.spend(1)
            yield value

    def _charge(self) -> Callable[[Context, int], str]:
        @pass_context
        def charge(context: Context, units: int) -> str:
            self.spend(units)
            return ""

        return charge


def _is_small(value: object, operator: str) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) <= (64 if operator == "**" else 10**15)


def _joins_to(name: str, args: tuple[object, ...]) -> int:
    """How long a text a filter may make, where it can make a long one of short ones."""
    texts = [len(value) for value in args if isinstance(value, str)]
    if name == "do_replace" and len(texts) >= 3:
        return (texts[-3] + 1) * (texts[-1] + 1)
    if name == "sync_do_join" or name == "do_join":
        lists = [value for value in args if isinstance(value, Sized) and not isinstance(value, str)]
        return sum(len(value) for value in lists) * (sum(texts) + 1)
    return 0


class _Metered(NodeTransformer):
    """Puts the meters into a template: in each loop, macro and block, and around each `~`."""

    def __init__(self, environment: Sandbox, name: str | None, filename: str | None) -> None:
        self.environment, self.name, self.filename = environment, name, filename

    def visit_For(self, node: nodes.For) -> nodes.For:  # noqa: N802 (Jinja calls it so)
        self.generic_visit(node)
        node.iter = self._filtered(node.iter, "_counted")
        node.body = [self._toll(node.body), *node.body]
        return node

    def visit_Macro(self, node: nodes.Macro) -> nodes.Macro:  # noqa: N802
        self.generic_visit(node)
        node.body = [self._toll(node.body), *node.body]
        return node

    def visit_Block(self, node: nodes.Block) -> nodes.Block:  # noqa: N802
        self.generic_visit(node)
        node.body = [self._toll(node.body), *node.body]
        return node

    def visit_CallBlock(self, node: nodes.CallBlock) -> nodes.CallBlock:  # noqa: N802
        self.generic_visit(node)
        node.body = [self._toll(node.body), *node.body]
        return node

    def visit_Template(self, node: nodes.Template) -> nodes.Template:  # noqa: N802
        self.generic_visit(node)
        if not any(isinstance(part, nodes.Extends) for part in node.body):
            node.body = [self._toll(node.body), *node.body]
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Filter:  # noqa: N802
        self.generic_visit(node)
        return self._filtered(node, "_sized")

    def visit_ScopedEvalContextModifier(self, node: nodes.ScopedEvalContextModifier) -> nodes.Node:  # noqa: N802
        raise TemplateSyntaxError(
            "`autoescape` cannot be switched in a template", node.lineno, self.name, self.filename
        )

    def _toll(self, body: list[nodes.Node]) -> nodes.Output:
        """The price of running a body once: 1, and its own text."""
        length = sum(len(data.data) for part in body for data in part.find_all(nodes.TemplateData))
        length += sum(len(part.data) for part in body if isinstance(part, nodes.TemplateData))
        charge = self._filtered(nodes.Const(1 + length // CHARACTERS_PER_UNIT), "_charge")
        return nodes.Output([charge])

    def _filtered(self, node: nodes.Node, name: str) -> nodes.Filter:
        return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno, environment=self.environment)
