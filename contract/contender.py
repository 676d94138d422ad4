"""What describes a contender: `runners/<folder>/contender.toml`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field, PositiveFloat, StringConstraints, model_validator

from contract.base import EVERY_DEVICE, Device, Record, Slug
from contract.layers import LayerKind
from contract.toml_lines import read_toml

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9A-F]{6}$")]
Variable = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]


class Abilities(Record):
    """What a contender can be asked for; what exceeds this is left out, with the reason."""

    layers: tuple[LayerKind, ...] = Field(min_length=1)
    """The kinds of layers that it has; a kind that is new to the contract is not among them."""
    devices: tuple[Device, ...] = Field(default=EVERY_DEVICE, min_length=1)
    """Those that it computes on."""
    machines: tuple[str, ...] = ()
    """The processors that it runs on, as `platform.machine()` names them; empty: any."""
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
    colour: Colour | None = None
    """In figures; None: one of the report's spare ones."""
    notable_packages: tuple[str, ...] = ()
    """Distributions whose versions a report shows in the open."""
    thread_variables: tuple[Variable, ...] = ()
    """Environment variables from which it sizes its thread pools."""
    recorded_variables: tuple[Variable, ...] = ()
    """Environment variables that belong to the fingerprint; one that ends in an underscore stands
    for all that begin with it."""
    abilities: Abilities


class ContenderError(Exception):
    """A contender's description cannot be used; the message names file and line."""


def discover_contenders(runners: Path) -> dict[str, tuple[ContenderInfo, Path]]:
    """Return every contender below `runners`, by name, with its folder.

    Raises:
        ContenderError: a `contender.toml` cannot be used, or two have one name.
    """
    found: dict[str, tuple[ContenderInfo, Path]] = {}
    for path in sorted(runners.glob("*/contender.toml")):
        info = read_toml(path, ContenderInfo, ContenderError)
        if info.name in found:
            other = found[info.name][1] / path.name
            raise ContenderError(f"{path}: the name {info.name!r} is taken by {other}")
        found[info.name] = info, path.parent
    return found
