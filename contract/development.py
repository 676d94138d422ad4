"""What it costs to work with a contender: `development/<contender>.json` in the run's folder."""

from __future__ import annotations

from pydantic import Field, NonNegativeFloat, NonNegativeInt, model_validator

from contract.base import SCHEMA_VERSION, Record, SchemaVersion, Slug


class DevelopmentMetrics(Record):
    """S1's criterion "development experience" in numbers; `unmeasured` explains each hole."""

    source_lines: NonNegativeInt | None = None
    """Lines of code, without blanks and comments, that the contender's own runner needs."""
    native_source_lines: NonNegativeInt | None = None
    """Of those, the ones in a compiled language."""
    packages: NonNegativeInt | None = None
    """Distributions in the contender's environment."""
    environment_bytes: NonNegativeInt | None = None
    image_bytes: NonNegativeInt | None = None
    install_seconds: NonNegativeFloat | None = None
    """Time to install the environment from packages that are downloaded already."""
    image_build_seconds: NonNegativeFloat | None = None
    """Time of the last build of the image that was not answered from the engine's cache."""
    unmeasured: dict[str, str] = Field(default_factory=dict)
    """Why a number is missing, by its name."""

    @model_validator(mode="after")
    def _holes_have_reasons(self) -> DevelopmentMetrics:
        for name in type(self).model_fields:
            missing = name != "unmeasured" and getattr(self, name) is None
            if missing != (name in self.unmeasured):
                raise ValueError(f"{name}: a number or a reason in `unmeasured`, not both")
        return self


class DevelopmentRecord(Record):
    """One contender's numbers."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    contender: Slug
    metrics: DevelopmentMetrics
