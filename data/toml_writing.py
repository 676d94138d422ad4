"""Writes what the standard library only reads: TOML."""

import json
import re
from collections.abc import Mapping
from typing import Any


def toml_table(name: str, entries: Mapping[str, Any]) -> str:
    """Return a table with a line for each entry; what is None or empty is left out."""
    lines = [f"[{_key(name)}]"]
    lines += [
        f"{_key(key)} = {_value(value)}"
        for key, value in entries.items()
        if value not in (None, "", [], {})
    ]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = (f"{_key(key)} = {_value(item)}" for key, item in value.items() if item is not None)
        return f"{{ {', '.join(inner)} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return _text(value) if isinstance(value, str) else json.dumps(value)


def _text(text: str) -> str:
    """Return a basic string: TOML's is JSON's, but for one character that TOML has escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
