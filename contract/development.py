"""What it costs to work with a contender: `development/<contender>.json` in the run's folder."""

from typing import Annotated

from pydantic import NonNegativeFloat, NonNegativeInt

from contract.base import SCHEMA_VERSION, Record, SchemaVersion, Slug
from contract.metric import BYTES, SECONDS, Measured, Metric

_LINES = Metric("lines", "lower")


class DevelopmentMetrics(Measured):
    """S1's criterion "development experience" in numbers; `unmeasured` explains each hole."""

    source_lines: Annotated[NonNegativeInt | None, _LINES] = None
    """Lines of code, without blanks and comments, that the contender's own runner needs."""
    native_source_lines: Annotated[NonNegativeInt | None, _LINES] = None
    """Of those, the ones in a compiled language."""
    packages: Annotated[NonNegativeInt | None, Metric("", "lower")] = None
    """Distributions in the contender's environment."""
    environment_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    image_bytes: Annotated[NonNegativeInt | None, BYTES] = None
    install_seconds: Annotated[NonNegativeFloat | None, SECONDS] = None
    """Time to install the environment from packages that are downloaded already."""
    image_build_seconds: Annotated[NonNegativeFloat | None, SECONDS] = None
    """Time of the last build of the image that was not answered from the engine's cache."""


class DevelopmentRecord(Record):
    """One contender's numbers."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    contender: Slug
    metrics: DevelopmentMetrics
