"""How much of a study's workloads a profile runs."""

from __future__ import annotations

from pydantic import NonNegativeInt, PositiveFloat, PositiveInt

from contract.base import Record


class ProfileScale(Record):
    """How much of the workloads a profile runs."""

    epochs: PositiveInt
    repeats: PositiveInt
    published_repeats: NonNegativeInt
    """Blocks, of those, that run the published protocol too."""
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None
    predict_repeats: PositiveInt = 30
    latency_seconds: PositiveFloat = 0.1
    """How long predictions of one batch size are timed where latency is measured."""
    rows: PositiveInt | None = None
    """Of the table that a score job scans."""
    timeout_seconds: PositiveFloat = 1800
    note: str = ""
    """Why these numbers, where the paper does not give them."""


class ProfileScaleChange(Record):
    """What is other than the study's scale; None leaves it."""

    epochs: PositiveInt | None = None
    repeats: PositiveInt | None = None
    published_repeats: NonNegativeInt | None = None
    train_samples: PositiveInt | None = None
    test_samples: PositiveInt | None = None
    predict_repeats: PositiveInt | None = None
    latency_seconds: PositiveFloat | None = None
    rows: PositiveInt | None = None
    timeout_seconds: PositiveFloat | None = None
    note: str | None = None
    omitted_because: str = ""
    """Why the profile does not run the workload at all."""
