"""Which numbers are no side of a ratio."""

from typing import Any

import pytest

from contract.published import PublishedRow
from report.run.near_zero import is_near_zero


def _row(metric: str, unit: str) -> PublishedRow:
    words: dict[str, Any] = {"task": "train", "better": "lower", "values": {}}
    return PublishedRow(title="t", metric=metric, unit=unit, **words)


TIME, EXCESS = _row("train_seconds", "s"), _row("first_epoch_excess_seconds", "s")
USE, LOSS = _row("gpu_percent", "%"), _row("train_loss", "")


@pytest.mark.parametrize(
    ("row", "values", "expected"),
    [
        (TIME, [0.04], False),
        (TIME, [40.0, 44.0, 42.0], False),
        (EXCESS, [0.3, -0.1, 0.2], True),
        (EXCESS, [0.01, 0.05, 0.2], True),
        (EXCESS, [8.68], False),
        (USE, [0.4], True),
        (USE, [10.0], False),
        (LOSS, [0.0000237], True),
        (LOSS, [0.8148], False),
    ],
)
def test_a_number_is_near_zero_where_its_spread_or_its_rounding_reaches_it(
    row: PublishedRow, values: list[float], expected: bool
) -> None:
    assert is_near_zero(row, values) is expected
