"""A YAML file read once: its data as text, the place of every value, its shape checked by the dataclass it should be.

The only module that knows PyYAML and pydantic. Scalars stay the text the author wrote (`on`, `010`, `9:30`); the shape
that expects a number, a flag or a duration types them.
"""

import difflib
import functools
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, TypeVar, cast, dataclass_transform

import yaml
from pydantic import BeforeValidator, GetJsonSchemaHandler, TypeAdapter, ValidationError, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from engine.errors import Level, Location, Problem

T = TypeVar("T")
Key = str | int
Path_ = tuple[Key, ...]
Raw = Any

MAX_BYTES = 5_000_000
MAX_VALUES = 200_000
MAX_DEPTH = 60


class WrongValue(ValueError):
    """Raised by a converter of this package: what is wrong with a text, and from which character on."""

    def __init__(self, message: str, *, code: str = "bad-value", hint: str = "", offset: int = 0) -> None:
        super().__init__(message)
        self.code, self.hint, self.offset = code, hint, offset


# --- shapes ----------------------------------------------------------------------------------------------------------


def _drop_trailing_underscore(name: str) -> str:
    return name.removesuffix("_")


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def shape(cls: type[T]) -> type[T]:
    """Make a class a frozen dataclass that a document can be checked against; unknown keys are problems.

    A field `from_` is the key `from`: one trailing underscore is dropped.
    """
    cls.__pydantic_config__ = {  # type: ignore[attr-defined]
        "extra": "forbid",
        "alias_generator": _drop_trailing_underscore,
        "validate_by_name": False,
        "arbitrary_types_allowed": True,
        "allow_inf_nan": False,
    }
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


def parsed(convert: Callable[[str], T], *, example: str) -> Any:
    """Annotation of a value that is written as one text, e.g. `Annotated[Duration, parsed(Duration.parse, ...)]`."""

    def before(raw: Raw) -> Raw:
        if not isinstance(raw, str):
            return raw
        return _guarded(convert, raw)

    schema: dict[str, Any] = {"type": "string", "examples": [example]}
    return _Together((BeforeValidator(before), WithJsonSchema(schema)))


def shorthand(expand: Callable[[Raw], Raw], *, also: Mapping[str, Any] | None = None) -> Any:
    """Annotation of a value with a short form: `expand` turns what was written into the long form."""
    return _Together((BeforeValidator(functools.partial(_guarded, expand)), _Also(also or {"type": "string"})))


def _guarded(convert: Callable[[Any], T], raw: Raw) -> T:
    try:
        return convert(raw)
    except WrongValue as wrong:
        context = {"code": wrong.code, "hint": wrong.hint, "offset": wrong.offset, "text": str(wrong)}
        raise PydanticCustomError("wrong_value", "{text}", context) from None


@dataclass(frozen=True, eq=False)
class _Also:
    """Adds the short form to the JSON Schema."""

    schema: Mapping[str, Any]

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"anyOf": [dict(self.schema), handler(core)]}


class _Together:
    """Several annotations under one name."""

    def __init__(self, parts: tuple[Any, ...]) -> None:
        self.parts = parts

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        kind: Any = source
        for part in self.parts:
            kind = Annotated[kind, part]
        return cast(CoreSchema, handler.generate_schema(kind) if hasattr(handler, "generate_schema") else handler(kind))


def _one_or_many(raw: Raw) -> Raw:
    return raw if isinstance(raw, list) or raw is None else [raw]


class _OneOrMany:
    """Adds the single value to the JSON Schema."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


Many = Annotated[tuple[T, ...], BeforeValidator(_one_or_many), _OneOrMany()]
"""One value or a list of them."""


def _named(raw: Raw) -> Raw:
    if not isinstance(raw, dict):
        return raw
    return {key: {**value, "name": key} if isinstance(value, dict) else value for key, value in raw.items()}


Named = Annotated[dict[str, T], BeforeValidator(_named)]
"""A mapping whose keys are the names of its values: each value is told its own (`name`)."""


def rest(known: Iterable[str], into: str) -> Any:
    """Annotation of a mapping that takes keys beyond `known`: they are gathered under `into`."""
    names = frozenset(known)

    def gather(raw: Raw) -> Raw:
        if not isinstance(raw, dict) or into in raw:
            return raw
        return {**{k: v for k, v in raw.items() if k in names}, into: {k: v for k, v in raw.items() if k not in names}}

    return BeforeValidator(gather)


# --- values that many files share -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LocalText:
    """A text that a person reads, in Russian and English; a missing language falls back to the other."""

    ru: str
    en: str

    def of(self, locale: str) -> str:
        """The text in `ru` or `en`."""
        return self.en if locale == "en" else self.ru

    @staticmethod
    def parse(raw: Raw) -> "LocalText":
        """From `text` or `{ru: text, en: text}`."""
        if isinstance(raw, LocalText):
            return raw
        if isinstance(raw, str):
            return LocalText(raw, raw)
        if not isinstance(raw, dict) or not raw or set(raw) - {"ru", "en"} or not all(map(_is_text, raw.values())):
            raise WrongValue("expected a text, or `{ru: text, en: text}`", code="bad-type")
        either = next(iter(raw.values()))
        return LocalText(raw.get("ru", either), raw.get("en", either))


def _is_text(value: Raw) -> bool:
    return isinstance(value, str)


Text = Annotated[
    LocalText,
    BeforeValidator(functools.partial(_guarded, LocalText.parse)),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"ru": {"type": "string"}, "en": {"type": "string"}},
                    "additionalProperties": False,
                },
            ]
        }
    ),
]

_LONGEST = 100 * 366 * 86_400
_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True, slots=True)
class Span:
    """A duration: whole seconds, or `working_days` of the calendar (then `seconds` is 0). A day is always 24 h."""

    text: str
    seconds: int
    working_days: int = 0

    @staticmethod
    def parse(text: str) -> "Span":
        """From `30s 15m 4h 3d 2w`, `1h30m` or `2wd`."""
        hint = "write 30s, 15m, 4h, 3d, 2w or 2wd"
        if len(text) > 40 or not re.fullmatch(r"[0-9]+wd|([0-9]+[smhdw]\s*)+", text):
            raise WrongValue(f"`{shortened(text)}` is no duration", code="bad-duration", hint=hint)
        if text.endswith("wd"):
            span = Span(text, 0, int(text[:-2]))
        else:
            span = Span(text, sum(int(n) * _UNITS[unit] for n, unit in re.findall(r"(\d+)([smhdw])", text)))
        if span.seconds > _LONGEST or span.working_days * 86_400 > _LONGEST:
            raise WrongValue(f"`{shortened(text)}` is longer than 100 years", code="bad-duration", hint=hint)
        return span


Duration = Annotated[Span, parsed(Span.parse, example="15m")]


def parse_moment(text: str) -> datetime:
    """From `2026-09-30`, `2026-09-30T18:00` or `2026-09-30 18:00:00`, with or without an offset."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise WrongValue(
            f"`{shortened(text)}` is no date or time", code="bad-time", hint="write 2026-09-30T18:00"
        ) from None


def parse_day(text: str) -> date:
    """From `2026-09-30`."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongValue(f"`{shortened(text)}` is no date", code="bad-time", hint="write 2026-09-30") from None


Moment = Annotated[datetime, parsed(parse_moment, example="2026-09-30T18:00")]
Day = Annotated[date, parsed(parse_day, example="2026-09-30")]


# --- the file ---------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Document:
    """One YAML file: `data` with every scalar as text (null is None), and where each value and key stands.

    `origins` names the file of what was taken over from another one (`extends`, `profile`); `folds` says for a text
    of several lines which character of it stands where: (offset, line, column), ascending. `sha256` is of the bytes
    read, whatever the line ends.
    """

    file: str
    data: Raw = None
    problems: list[Problem] = field(default_factory=list)
    values: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    keys: dict[Path_, tuple[int, int]] = field(default_factory=dict)
    origins: dict[Path_, str] = field(default_factory=dict)
    folds: dict[Path_, tuple[tuple[int, int, int], ...]] = field(default_factory=dict)
    sha256: str = ""

    def at(self, *path: Key, key: bool = False, offset: int = 0) -> Location:
        """The place of a value (or of its key); a path that is not in the file gives its nearest parent."""
        steps = tuple(path)
        table = self.keys if key and steps in self.keys else self.values
        while steps and steps not in table:
            steps, offset = steps[:-1], 0
        line, column = table.get(steps) or self.values.get(steps) or (1, 1)
        file = self.origins.get(steps, self.file)
        if offset and steps in self.folds:
            start, line, column = [fold for fold in self.folds[steps] if fold[0] <= offset or not fold[0]][-1]
            offset -= start
        return Location(file, line, column + offset)

    def carry(self, other: "Document", plan: Mapping[Path_, Path_]) -> None:
        """Take over the places of `other` below the given paths of one to three steps: {its path: ours}."""
        for table, theirs in ((self.values, other.values), (self.keys, other.keys)):
            for path, place in theirs.items():
                new = _moved(path, plan)
                if new is None:
                    continue
                table[new] = place
                origin = other.origins.get(path, other.file)
                if origin != self.file:
                    self.origins[new] = origin
                if path in other.folds:
                    self.folds[new] = other.folds[path]

    def problem(
        self,
        path: Path_,
        code: str,
        message: str,
        hint: str = "",
        *,
        key: bool = False,
        offset: int = 0,
        level: Level = "error",
    ) -> Problem:
        """A problem at the place of a value of this file; `offset` is the character in it that is wrong."""
        where = self.at(*path, key=key, offset=offset)
        return Problem(where=where, code=code, message=printable(message), hint=printable(hint), level=level)

    def shaped(self, kind: Any, *path: Key) -> Any:
        """The data (below `path`) as the dataclass `kind`, or None with problems added."""
        data = functools.reduce(lambda value, step: value[step], path, self.data)
        try:
            return _adapter(kind).validate_python(data)
        except ValidationError as error:
            found = [self._explained(kind, path, detail) for detail in error.errors(include_url=False)]
            unique = {(p.where, p.code, p.message): p for p in found}
            self.problems.extend(unique.values())
            return None

    def _explained(self, kind: Any, above: Path_, error: Any) -> Problem:
        path = above + self._real(above, tuple(error["loc"]))
        kind_of_error, context = error["type"], error.get("ctx") or {}
        if kind_of_error == "wrong_value":
            return self.problem(path, context["code"], context["text"], context["hint"], offset=context["offset"])
        if kind_of_error in ("extra_forbidden", "unexpected_keyword_argument", "no_such_attribute"):
            name = str(error["loc"][-1])
            hint = did_you_mean(name, property_names(kind))
            return self.problem(path, "unknown-key", f"unknown key `{shortened(name)}`", hint, key=True)
        if kind_of_error in ("missing", "missing_argument", "missing_keyword_only_argument"):
            return self.problem(path, "missing-key", f"key `{error['loc'][-1]}` is missing")
        if kind_of_error == "literal_error":
            expected = str(context.get("expected", "")).replace("'", "`")
            hint = did_you_mean(str(error["input"]), re.findall(r"`([^`]*)`", expected))
            return self.problem(path, "bad-value", f"{_found(error['input'])} is not one of {expected}", hint)
        return self.problem(path, "bad-type", f"expected {_expected(kind_of_error)}, found {_found(error['input'])}")

    def _real(self, above: Path_, loc: Path_) -> Path_:
        """The steps of pydantic's location that are in the file (it also names unions, and what we moved)."""
        path: Path_ = ()
        for step in loc:
            if above + path + (step,) in self.values:
                path += (step,)
        return path


def _moved(path: Path_, plan: Mapping[Path_, Path_]) -> Path_ | None:
    for length in (3, 2, 1):
        if path[:length] in plan:
            return plan[path[:length]] + path[length:]
    return None


def _expected(kind: str) -> str:
    for start, words in _EXPECTED.items():
        if kind.startswith(start):
            return words
    return "something else"


_EXPECTED = {
    "int": "a whole number",
    "float": "a number",
    "finite": "a number",
    "decimal": "a number",
    "bool": "yes or no",
    "string": "a text",
    "tuple": "a list",
    "list": "a list",
    "dict": "a mapping (key: value)",
    "dataclass": "a mapping (key: value)",
    "greater": "a larger number",
    "less": "a smaller number",
    "too_short": "more values",
    "too_long": "fewer values",
    "none": "nothing",
}


def _found(value: Raw) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    return f"`{shortened(str(value))}`"


def shortened(text: str) -> str:
    """A text as a message shows it: on one line, at most 60 characters, nothing that a terminal would obey."""
    plain = printable(" ".join(text[:1000].split()))
    return f"{plain[:60]}…" if len(plain) > 60 or len(text) > 1000 else plain


def printable(text: str) -> str:
    """A text without what a terminal would obey."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing."""
    words = tuple(known)
    near = difflib.get_close_matches(name[:100].casefold(), [word.casefold() for word in words], n=1, cutoff=0.6)
    match = next((word for word in words if near and word.casefold() == near[0]), None)
    return f"did you mean `{match}`?" if match else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or all of them where they are few and none is near."""
    words = tuple(known)
    few = 0 < len(words) <= 8
    return did_you_mean(name, words) or (f"there is {', '.join(words)}" if few else "")


@functools.cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def json_schema(kind: Any) -> dict[str, Any]:
    """JSON Schema (2020-12) of a shape, for editors; a text may be written like a number or a flag."""
    return cast(dict[str, Any], _texts_widened(_adapter(kind).json_schema(by_alias=True)))


def _texts_widened(schema: Raw) -> Raw:
    if isinstance(schema, list):
        return [_texts_widened(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    said = {
        key: value
        for key, value in schema.items()
        if key != "default" and not (key == "title" and isinstance(value, str))
    }
    wide = {key: _texts_widened(value) for key, value in said.items()}
    if "const" in wide:
        wide["enum"] = [wide.pop("const")]
    match wide:
        case {"enum": list(values)}:
            wide.pop("type", None)
            wide["enum"] = [*values, *(_AS_EDITORS_READ[value] for value in values if value in _AS_EDITORS_READ)]
        case {"type": "string"}:
            wide["type"] = ["string", "number", "boolean"]
        case {"type": "number" | "integer" as kind}:
            wide |= {"type": [kind, "string"], "pattern": r"^-?[0-9_]+(\.[0-9]+)?$"}
    return wide


_AS_EDITORS_READ: Mapping[str, bool | int] = {"yes": True, "no": False, "1": 1}


@functools.cache
def property_names(kind: Any) -> tuple[str, ...]:
    """Every key that may stand anywhere in a shape, as users write them."""
    names: set[str] = set()

    def walk(schema: Raw) -> None:
        if isinstance(schema, dict):
            if isinstance(schema.get("properties"), dict):
                names.update(schema["properties"])
            for value in schema.values():
                walk(value)
        elif isinstance(schema, list):
            for value in schema:
                walk(value)

    walk(_adapter(kind).json_schema(by_alias=True))
    return tuple(sorted(names))


def own_keys(kind: Any) -> tuple[str, ...]:
    """The keys of a shape itself, as users write them."""
    return tuple(_drop_trailing_underscore(name) for name in kind.__dataclass_fields__)


# --- reading ----------------------------------------------------------------------------------------------------------


def read(path: Path, shown_as: str) -> Document:
    """Read a YAML file; whatever is wrong with it is among the problems of the document, with a place."""
    document = Document(shown_as)
    try:
        content = path.read_bytes()
    except OSError as error:
        document.problems.append(_whole(shown_as, "unreadable", f"cannot be read: {error.strerror}"))
        return document
    if len(content) > MAX_BYTES:
        document.problems.append(_whole(shown_as, "too-large", f"is larger than {MAX_BYTES // 1_000_000} MB"))
        return document
    document.sha256 = hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        where = Location(shown_as, line, error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1)
        problem = Problem(where=where, code="encoding", message="is not UTF-8 text", hint="save the file as UTF-8")
        document.problems.append(problem)
        return document
    return _composed(document, text)


def read_text(text: str, shown_as: str) -> Document:
    """Read YAML from a text, see `read`."""
    return _composed(Document(shown_as), text)


def _composed(document: Document, text: str) -> Document:
    shown_as = document.file
    if odd := _NOT_ALLOWED.search(text):
        message, hint = f"character not allowed: U+{ord(odd[0]):04X}", "delete it, or save the file as UTF-8"
        problem = Problem(where=_place_of(shown_as, text, odd.start()), code="yaml", message=message, hint=hint)
        document.problems.append(problem)
        return document
    try:
        _Composer(document).compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = Location(shown_as, mark.line + 1, mark.column + 1) if mark else Location(shown_as, 1, 1)
        hint = "indent with spaces, not tabs" if mark and _indented_by_tab(text, mark.line) else ""
        message = f"is not valid YAML: {error.problem or error.context}"
        document.problems.append(Problem(where=where, code="yaml", message=message, hint=hint))
    except yaml.reader.ReaderError as error:
        where = _place_of(shown_as, text, error.position)
        document.problems.append(Problem(where=where, code="yaml", message=f"character not allowed: {error.reason}"))
    except _TooLarge as error:
        document.problems.append(Problem(where=Location(shown_as, error.line, 1), code="too-large", message=str(error)))
    if document.problems:
        document.data = None
    elif not isinstance(document.data, dict):
        document.problems.append(_no_mapping(document))
        document.data = None
    return document


_NOT_ALLOWED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


def _indented_by_tab(text: str, line: int) -> bool:
    found = text.split("\n")[line : line + 1]
    return bool(found) and "\t" in found[0][: len(found[0]) - len(found[0].lstrip())]


def _place_of(file: str, text: str, position: int) -> Location:
    return Location(file, text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position))


def _no_mapping(document: Document) -> Problem:
    if document.data is None:
        return Problem(where=Location(document.file, 1, 1), code="empty-file", message="the file is empty")
    message = f"expected keys and values (`key: value`), found {_found(document.data)}"
    return Problem(where=document.at(), code="bad-type", message=message)


def _whole(file: str, code: str, message: str) -> Problem:
    return Problem(where=Location(file), code=code, message=message)


class _TooLarge(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    path: Path_
    value: dict[str, Raw] | list[Raw]
    anchor: str | None
    began_with: int
    key: str | None = None


class _Composer:
    """Builds data and places from the parser's events with a stack of its own, so that no input can be too deep."""

    LOADER: ClassVar[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    def __init__(self, document: Document) -> None:
        self.document = document
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Raw, int]] = {}
        self.count = 0
        self.documents = 0
        self.lines: list[str] = []

    def compose(self, text: str) -> None:
        self.lines = text.split("\n")
        for event in yaml.parse(text, Loader=self.LOADER):
            match event:
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        self._problem(event, "yaml", "a second document begins here", "keep one document per file")
                case yaml.AliasEvent():
                    self._alias(event)
                case yaml.ScalarEvent():
                    self._scalar(event)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._start(event)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    done = self.stack.pop()
                    if done.anchor:
                        self.anchors[done.anchor] = (done.value, self.count - done.began_with)

    def _problem(self, event: Any, code: str, message: str, hint: str = "") -> None:
        where = Location(self.document.file, event.start_mark.line + 1, event.start_mark.column + 1)
        self.document.problems.append(Problem(where=where, code=code, message=message, hint=hint))

    def _counted(self, event: Any, values: int = 1) -> None:
        self.count += values
        if self.count > MAX_VALUES:
            raise _TooLarge(f"holds more than {MAX_VALUES} values (aliases count in full)", event.start_mark.line + 1)

    def _tag(self, event: Any) -> None:
        if event.tag not in (None, "!"):
            self._problem(event, "yaml-tag", f"tag `{event.tag}` is not allowed", "write plain values")

    def _start(self, event: Any) -> None:
        self._counted(event)
        self._tag(event)
        if len(self.stack) >= MAX_DEPTH:
            raise _TooLarge(f"is nested deeper than {MAX_DEPTH} levels", event.start_mark.line + 1)
        value: dict[str, Raw] | list[Raw] = {} if isinstance(event, yaml.MappingStartEvent) else []
        if self._expects_key():
            self._problem(event, "yaml", "a key must be a text")
            self.stack[-1].key = ""
            path = (*self.stack[-1].path, "")
        else:
            path = self._place(event, value)
        self.stack.append(_Open(path, value, event.anchor, self.count))

    def _scalar(self, event: Any) -> None:
        self._counted(event)
        self._tag(event)
        plain = event.style is None or event.style == ""
        value = None if plain and event.value in ("", "~", "null", "Null", "NULL") else event.value
        if self._expects_key():
            self._key(event)
            return
        self._place(event, value)
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)

    def _alias(self, event: Any) -> None:
        value, size = self.anchors.get(event.anchor, (None, 0))
        if not size:
            self._problem(event, "yaml", f"`*{event.anchor}` refers to nothing complete above it")
        self._counted(event, max(size, 1))
        if self._expects_key():
            self._problem(event, "yaml", "a key must be a text")
            self.stack[-1].key = ""
        else:
            self._place(event, value)

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _key(self, event: Any) -> None:
        top = self.stack[-1]
        path = (*top.path, event.value)
        if path in self.document.keys:
            line = self.document.keys[path][0]
            self._problem(event, "duplicate-key", f"key `{shortened(event.value)}` stands twice (first in line {line})")
        else:
            self.document.keys[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        top.key = event.value

    def _place(self, event: Any, value: Raw) -> Path_:
        """Put a value where it belongs and remember where it stands."""
        quoted = isinstance(event, yaml.ScalarEvent) and event.style in ("'", '"')
        place = (event.start_mark.line + 1, event.start_mark.column + 1 + quoted)
        if not self.stack:
            if self.documents == 1:
                self.document.data = value
            path: Path_ = ()
        else:
            top = self.stack[-1]
            if isinstance(top.value, dict):
                path = (*top.path, top.key or "")
                top.value[top.key or ""] = value
                top.key = None
            else:
                path = (*top.path, len(top.value))
                top.value.append(value)
        self.document.values[path] = place
        self._fold(path, event)
        return path

    def _fold(self, path: Path_, event: Raw) -> None:
        """Find the lines of a text of several lines again, so that a word inside it has a place."""
        value = getattr(event, "value", "")
        if not value or event.end_mark.line == event.start_mark.line:
            return
        folds: list[tuple[int, int, int]] = []
        position = 0
        for number in range(event.start_mark.line, min(event.end_mark.line + 1, len(self.lines))):
            line = self.lines[number]
            left = event.start_mark.column if number == event.start_mark.line else 0
            words = line[left:].strip().strip("'\"").strip()
            found = value.find(words, position) if words else -1
            if found >= 0:
                folds.append((found, number + 1, line.index(words, left) + 1))
                position = found + len(words)
        if folds:
            self.document.folds[path] = ((0, *folds[0][1:]), *folds[1:])
