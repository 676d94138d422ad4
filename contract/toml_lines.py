"""TOML that people write: a file that cannot be used is refused by line.

The standard parser tells what a file says, but not where it says it.
"""

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from contract.base import LocatedError
from contract.untrusted import AnyModel, UntrustedError, read_plain_file

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADER = re.compile(r"^\s*(?P<brackets>\[\[?)\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>[\w.\"'-]+)\s*=")
_WORD = re.compile(
    r"""(?P<comment>\#.*)|(?P<key>[\w-]+)\s*=|(?P<sign>[\[\]{},])"""
    r"""|(?P<value>"(?:\\.|[^"\\])*"|'[^']*'|[^\s\[\]{},"'\#]+)"""
)
_SHOWN = 40
"""Characters of a wrong value that a message has room for."""
_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")

_PYTHON_WORDS = {
    "tuple": "array",
    "Tuple": "Array",
    "dictionary": "table",
    " or object to extract fields from": "",
}
"""What pydantic calls by Python's name, by TOML's."""

Place = tuple[int | str, ...]
"""Where a value stands: keys, and numbers of array elements."""


class TomlSyntaxError(ValueError):
    """The text is not TOML."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML; raise TomlSyntaxError with the line where it breaks."""
    try:
        parsed: dict[str, Any] = tomllib.loads(text)
        return parsed
    except tomllib.TOMLDecodeError as error:
        match = _LINE.search(str(error))
        line = int(match[1]) if match and match[1] else len(text.splitlines())
        raise TomlSyntaxError(_LINE.sub("", str(error)).strip(), line) from error
    except (ValueError, RecursionError) as error:  # thousands of digits, or of brackets
        lines = text.splitlines()
        longest = max(range(len(lines)), key=lambda index: len(lines[index]))
        message = "a number is too long, or brackets are nested too deep"
        raise TomlSyntaxError(message, 1 + longest) from error


def read_toml(path: Path, model: type[AnyModel], refusal: Callable[[str], Exception]) -> AnyModel:
    """Return a file's record; the mark that some editors put before UTF-8 says nothing.

    Raises:
        Exception: a `refusal`, `FILE:LINE: what is wrong`, for the first thing that is wrong.
    """
    try:
        text = read_plain_file(path.resolve()).decode("utf-8-sig")
    except (OSError, RuntimeError, UntrustedError, UnicodeDecodeError) as error:
        raise refusal(f"{path}: cannot be read: {error}") from error
    try:
        return model.model_validate(_with_tuples(parse_toml(text)), strict=True)
    except TomlSyntaxError as error:
        raise refusal(f"{path}:{error.line}: not valid TOML: {error}") from error
    except ValidationError as error:
        # A field that nobody knows is more likely a slip of the pen than the field then missing.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        cause = first.get("ctx", {}).get("error")
        where = (*first["loc"], *(cause.path if isinstance(cause, LocatedError) else ()))
        raise refusal(f"{located(path, text, where)}: {_message(first)}") from error


def located(path: Path, text: str, where: Sequence[int | str]) -> str:
    """Return `FILE:LINE: label` of a place in a file's text.

    The label leaves out what the text does not have, but for a last part: that is missing there.
    """
    line, place = _find(text, where)
    last = where[-1:] if where[-1:] != place[-1:] else ()
    missing = [part for part in last if isinstance(part, str) and "[" not in part]
    label = ".".join(map(str, (*place, *missing))) or path.stem
    return f"{path}:{line}: {label}"


def _with_tuples(value: Any) -> Any:
    """Return a parsed value with arrays as tuples, the only arrays to a strict record."""
    if isinstance(value, dict):
        return {key: _with_tuples(item) for key, item in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value


def _message(error: ErrorDetails) -> str:
    """Say what is wrong with a value, and show it as TOML writes it where it is short."""
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    context = error.get("ctx", {})
    if error["type"] == "union_tag_not_found":
        return f"{context['discriminator']} is missing"
    if error["type"] == "union_tag_invalid":
        wanted = f"expected one of {context['expected_tags']}"
        return f"{context['discriminator']} is {context['tag']!r}, {wanted}"
    message, found = error["msg"], error["input"]
    for word, plain in _PYTHON_WORDS.items():
        message = message.replace(word, plain)
    if not isinstance(found, bool | int | float | str):
        return message
    is_number = isinstance(found, int | float) and not isinstance(found, bool)
    try:
        shown = repr(found) if is_number else json.dumps(found, ensure_ascii=False)
    except ValueError:  # Python spells no whole number of thousands of digits
        return message
    return f"{message}, found {shown}" if len(shown) <= _SHOWN else message


def line_of(text: str, path: Sequence[int | str]) -> int:
    """Return the line (from 1) of the value at `path`, or of its nearest parent that has one.

    Parts of the path that the text does not have are passed over: a checker of unions puts in the
    name of the alternative that it took.
    """
    return _find(text, path)[0]


def _find(text: str, path: Sequence[int | str]) -> tuple[int, Place]:
    """Return a line as `line_of` does, and what of `path` the text has."""
    index = _Index()
    for number, line in enumerate(text.splitlines(), start=1):
        index.read(number, line)
    lines = index.lines
    known = {place[:length] for place in lines for length in range(1, len(place) + 1)}
    place: Place = ()
    for part in path:
        if (*place, part) in known:
            place = (*place, part)
    parents = (place[:length] for length in range(len(place), 0, -1))
    return next((lines[parent] for parent in parents if parent in lines), 1), place


@dataclass
class _Bracket:
    """An array or inline table that is open."""

    path: Place
    part: int | str
    """Number of the element, or the key, that is being read."""


@dataclass
class _Index:
    """Reads a text line by line. Strings that go over several lines are not known to it."""

    lines: dict[Place, int] = field(default_factory=dict)
    """Of every table, key and array element, those within arrays and inline tables too."""
    _counts: dict[Place, int] = field(default_factory=dict)
    _table: Place = ()
    _open: list[_Bracket] = field(default_factory=list)

    def read(self, number: int, line: str) -> None:
        """Note what the line holds."""
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if self._open:
            self._read_value(number, line, ())
        elif header:
            self._table = _table_path(header, self._counts)
            self.lines[self._table] = number
        elif key:
            path = (*self._table, *_parts(key["key"]))
            self.lines[path] = number
            self._read_value(number, line[key.end() :], path)

    def _read_value(self, number: int, text: str, path: Place) -> None:
        for word in _WORD.finditer(text):
            inner = self._open[-1] if self._open else None
            place = (*inner.path, inner.part) if inner else path
            if word["value"] or word["sign"] in ("[", "{"):
                self.lines.setdefault(place, number)
            if word["sign"] in ("[", "{"):
                self._open.append(_Bracket(place, 0))
            elif word["sign"] in ("]", "}") and inner:
                self._open.pop()
            elif word["sign"] == "," and inner and isinstance(inner.part, int):
                inner.part += 1
            elif word["key"] and inner:
                inner.part = word["key"]
                self.lines[(*inner.path, inner.part)] = number


def _table_path(header: re.Match[str], counts: dict[Place, int]) -> Place:
    """Place of a [table] or the next element of a [[table]], inside its latest parents."""
    path: Place = ()
    parts = _parts(header["name"])
    for position, part in enumerate(parts):
        path = (*path, part)
        if position == len(parts) - 1 and header["brackets"] == "[[":
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _parts(name: str) -> list[str]:
    return [part.strip().strip("\"'") for part in name.split(".")]
