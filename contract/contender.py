"""What describes a contender: `runners/<folder>/contender.toml`."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, PositiveFloat, ValidationError, model_validator

from contract.base import Record, Slug
from contract.layers import LayerKind
from contract.toml_lines import TomlSyntaxError, line_of, parse_toml


class Abilities(Record):
    """What a contender can be asked for; what exceeds this is left out, with the reason."""

    layers: tuple[LayerKind, ...] = Field(min_length=1)
    """The kinds of layers that it has; a kind that is new to the contract is not among them."""
    most_multiply_adds: PositiveFloat | None = None
    """What one job may cost it at most; None: anything."""
    because: str = ""
    """Why there is such a limit: what it can do in a second."""

    @model_validator(mode="after")
    def _limits_have_reasons(self) -> Abilities:
        if (self.most_multiply_adds is None) != (not self.because):
            raise ValueError("`most_multiply_adds` and `because` go together")
        return self


class ContenderInfo(Record):
    """A contender, as everything outside its own folder knows it."""

    name: Slug
    title: str
    environment: Slug
    """Name of its virtual environment and of its locked requirements."""
    image: Slug
    """Name of its container image, after `plumbline/`."""
    description: str
    source: tuple[str, ...] = Field(min_length=1)
    """Files and folders, from the repository's root, that were written for this contender."""
    abilities: Abilities


class ContenderError(Exception):
    """A contender's description cannot be used; the message names file and line."""


def discover_contenders(runners: Path) -> dict[str, tuple[ContenderInfo, Path]]:
    """Return every contender below `runners`, by name, with its folder.

    Raises:
        ContenderError: a `contender.toml` cannot be used.
    """
    described = [(_load(path), path.parent) for path in sorted(runners.glob("*/contender.toml"))]
    return {info.name: (info, folder) for info, folder in described}


def _load(path: Path) -> ContenderInfo:
    text = path.read_text(encoding="utf-8")
    try:
        return ContenderInfo.model_validate(parse_toml(text))
    except TomlSyntaxError as error:
        raise ContenderError(f"{path}:{error.line}: not valid TOML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        label = ".".join(str(part) for part in first["loc"])
        line = line_of(text, first["loc"])
        raise ContenderError(f"{path}:{line}: {label}: {first['msg']}") from error
