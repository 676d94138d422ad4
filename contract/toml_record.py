"""Records that people write as TOML: a file that cannot be used is refused by line."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from contract.base import LocatedError
from contract.toml_lines import TomlSyntaxError, line_of, parse_toml
from contract.untrusted import AnyModel


def read_toml(path: Path, model: type[AnyModel], refusal: type[Exception]) -> AnyModel:
    """Return a file's record.

    Raises:
        Exception: a `refusal`, `FILE:LINE: what is wrong`, for the first thing that is wrong.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refusal(f"{path}: cannot be read: {error}") from error
    try:
        return model.model_validate(parse_toml(text))
    except TomlSyntaxError as error:
        raise refusal(f"{path}:{error.line}: not valid TOML: {error}") from error
    except ValidationError as error:
        # A field that nobody knows is more likely a slip of the pen than the field then missing.
        first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
        cause = first.get("ctx", {}).get("error")
        where = (*first["loc"], *(cause.path if isinstance(cause, LocatedError) else ()))
        label = ".".join(str(part) for part in where) or path.stem
        message = first["msg"].removeprefix("Value error, ")
        raise refusal(f"{path}:{line_of(text, where)}: {label}: {message}") from error
