"""How many samples a test needs to find what is there."""

from __future__ import annotations

import numpy as np
from scipy import stats

from report.statistics.summary import MOST_SAMPLES

POWER = 0.8
"""How often a planned number of samples shall find what is there (Cohen 1988, section 1.5)."""


def samples_for_power(
    effect: float, level: float, least: int, df_per_sample: float = 1.0
) -> int | None:
    """Return how many samples find an effect by a two-sided t test in `POWER` of all studies.

    By the noncentral t distribution (Cohen 1988, section 2.2). `effect` is what t grows by with the
    square root of the number of samples n: for paired values their mean in standard deviations.
    `df_per_sample` is what the degrees of freedom grow by with n − 1. At least `least` are
    returned; None where even `MOST_SAMPLES` would not do.
    """
    n = np.arange(least, MOST_SAMPLES + 1)
    df = (n - 1) * df_per_sample
    found = stats.nct.sf(stats.t.ppf(1 - level / 2, df), df, abs(effect) * np.sqrt(n))
    enough = np.flatnonzero(found >= POWER)
    return int(n[enough[0]]) if len(enough) else None
