"""Puts an attack into every free text of a record: wherever its model lets any text stand."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

PAYLOAD = (
    "</script><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    '"><svg onload="window.hacked = 1"><!-- {{ 7 * 7 }} `<b>`'
)
Record = TypeVar("Record", bound=BaseModel)
Place = tuple[Any, Any]
"""A container, and the key or index of one of its values."""


def hostile(record: Record) -> Record:
    """Return a record with the payload as each string, and each key, that may be anything."""
    model, content = type(record), record.model_dump(mode="json")
    for container, key in list(_strings(content)):
        harmless, container[key] = container[key], PAYLOAD
        if not _is_valid(model, content):
            container[key] = harmless
    for parent, key in list(_keys(content)):
        parent[PAYLOAD] = parent.pop(key)
        if not _is_valid(model, content):
            parent[key] = parent.pop(PAYLOAD)
    return model.model_validate_json(json.dumps(content))


def make_hostile(path: Path, model: type[BaseModel]) -> None:
    """Do that to a file of a run."""
    record = model.model_validate_json(path.read_text(encoding="utf-8"))
    path.write_text(hostile(record).model_dump_json(), encoding="utf-8")


def as_toml(content: Any) -> str:
    """Return JSON data as TOML: tables inline, what is null left out."""
    lines = (f"{key} = {_inline(value)}\n" for key, value in content.items() if value is not None)
    return "".join(lines)


def _inline(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ((key, item) for key, item in value.items() if item is not None)
        return f"{{{', '.join(f'{json.dumps(key)} = {_inline(item)}' for key, item in pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_inline, value))}]"
    return json.dumps(value)


def _is_valid(model: type[BaseModel], content: Any) -> bool:
    try:
        model.model_validate_json(json.dumps(content))
    except ValidationError:
        return False
    return True


def _strings(content: Any) -> Iterator[Place]:
    """Yield the place of every string."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        if isinstance(value, str):
            yield content, key
        elif isinstance(value, dict | list):
            yield from _strings(value)


def _keys(content: Any) -> Iterator[Place]:
    """Yield every key of every table."""
    values = content.values() if isinstance(content, dict) else content
    for value in values:
        if isinstance(value, dict | list):
            yield from _keys(value)
    if isinstance(content, dict):
        for key in content:
            yield content, key
