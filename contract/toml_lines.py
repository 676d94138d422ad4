"""TOML with line numbers: the standard parser tells what a file says, but not where it says it."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HEADER = re.compile(r"^\s*(?P<brackets>\[\[?)\s*(?P<name>[^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*(?P<key>[\w.\"'-]+)\s*=")
_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")

Path = tuple[int | str, ...]


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


def line_of(text: str, path: Sequence[int | str]) -> int:
    """Return the line (from 1) of the value at `path`, or of its nearest parent that has one."""
    lines = _index(text)
    for length in range(len(path), 0, -1):
        line = lines.get(tuple(path[:length]))
        if line is not None:
            return line
    return 1


def _index(text: str) -> dict[Path, int]:
    """Line of every table, key, and one-line element of a multi-line array."""
    lines: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    array: Path | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        key = _KEY.match(line)
        if array is not None and line.lstrip().startswith("]"):
            array = None
        elif array is not None and line.lstrip().startswith(("{", '"', "'")):
            counts[array] = counts.get(array, -1) + 1
            element: Path = (*array, counts[array])
            lines[element] = number
        elif header and array is None:
            table = _table_path(header, counts)
            lines[table] = number
        elif key and array is None:
            path = (*table, *_parts(key["key"]))
            lines[path] = number
            if line.split("#")[0].rstrip().endswith("["):
                array = path
    return lines


def _table_path(header: re.Match[str], counts: dict[Path, int]) -> Path:
    """Path of a [table] or the next element of a [[table]], inside its latest parents."""
    path: Path = ()
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
