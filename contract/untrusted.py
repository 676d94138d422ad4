"""Reads files that others wrote: plain files of bounded size, with sane JSON in them.

A runner may be broken or hostile, and a run's folder may come from another machine. So no link is
followed, no pipe waited for, and nothing is believed before its size, its depth, its numbers and
its fields are known to be right.
"""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from contract.versions import origin, upgraded

MAX_FILE_BYTES = 16 * 2**20
MAX_NUMBER = 1e300
"""Larger numbers overflow in sums; what diverged is stored as exactly this (contract.evidence)."""
_MAX_DIGITS = 18

AnyModel = TypeVar("AnyModel", bound=BaseModel)
Parsed = TypeVar("Parsed")


class UntrustedError(Exception):
    """A file cannot be used; the message is the cause, and repeats nothing that the file says."""


def open_plain_file(path: Path) -> BinaryIO:
    """Open a regular file to read it; raise UntrustedError for anything else at its place."""
    # Without O_NONBLOCK the opening of a pipe would wait for somebody who writes to it.
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError as error:
        raise UntrustedError("missing") from error
    except OSError as error:
        cause = "not a file" if path.is_symlink() else f"cannot be read: {error.strerror}"
        raise UntrustedError(cause) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UntrustedError("not a file")
    return os.fdopen(descriptor, "rb")


def read_plain_file(path: Path, limit_bytes: int = MAX_FILE_BYTES) -> bytes:
    """Return what a regular file holds; raise UntrustedError where it is too large or none."""
    with open_plain_file(path) as file:
        size = os.fstat(file.fileno()).st_size
        content = file.read(limit_bytes + 1) if size <= limit_bytes else b""
    if max(size, len(content)) > limit_bytes:
        raise UntrustedError(f"{size} bytes; at most {limit_bytes} are read")
    return content


def read_record(path: Path, model: type[AnyModel]) -> AnyModel:
    """Return a file's record; raise UntrustedError where it is none."""
    return parse_record(read_plain_file(path), model)


def parse_record(content: bytes, model: type[AnyModel]) -> AnyModel:
    """Return the record that JSON spells; raise UntrustedError where it is none."""
    return parse_with(model.model_validate_json, content, model.__name__)


def parse_with(validate: Callable[..., Parsed], content: bytes, name: str) -> Parsed:
    """Return what JSON spells, brought up to the present schema version.

    Args:
        validate: Pydantic's `model_validate_json`, or a type adapter's `validate_json`.
        content: The JSON.
        name: What it should be; stands in the cause where the whole is wrong.

    Raises:
        UntrustedError: it is something else; the cause says which version wrote it.
    """
    found = parse_json(content)
    current = upgraded(found)
    try:
        return validate(content if current is found else json.dumps(current), strict=True)
    except ValidationError as error:
        raise UntrustedError(first_cause(error, name) + origin(found)) from error


def first_cause(error: ValidationError, name: str) -> str:
    """Return where a record is wrong and why, without what it says there."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(part) for part in first['loc']) or name}: {first['msg']}"


def parse_json(content: bytes) -> Any:
    """Return what UTF-8 JSON with bounded numbers and each key once spells.

    Raises:
        UntrustedError: it is something else.
    """
    try:
        from_json(content)  # bounds the depth at 200, far above any record's
        return json.loads(
            content.decode(),
            parse_int=_bounded_int,
            parse_float=_bounded_float,
            parse_constant=_refuse_constant,
            object_pairs_hook=_each_key_once,
        )
    except (ValueError, RecursionError) as error:
        raise UntrustedError(f"not valid JSON: {error}") from error


def _bounded_int(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _bounded_float(text: str) -> float:
    number = float(text)
    if abs(number) > MAX_NUMBER:
        raise ValueError("a number is too large")
    return number


def _refuse_constant(text: str) -> float:
    raise ValueError(f"{text} is not a number")


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice in one object")
    return found
