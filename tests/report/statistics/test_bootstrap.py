"""The intervals are those of SciPy's bootstrap of the sorted samples, draw by draw."""

import numpy as np
import pytest
from scipy import stats

from report.statistics.bootstrap import RESAMPLES, SEED, bca_interval, percentile_interval


def _by_scipy(samples: list[float], method: str) -> tuple[float, float]:
    found = stats.bootstrap(
        (np.sort(samples),),
        np.median,
        n_resamples=RESAMPLES,
        method=method,
        random_state=np.random.default_rng(SEED),
    )
    return tuple(found.confidence_interval)


@pytest.mark.parametrize("n", range(3, 13))
@pytest.mark.parametrize("method", ["BCa", "percentile"])
def test_the_interval_is_scipys(n: int, method: str) -> None:
    values = list(np.random.default_rng(n).lognormal(0, 0.2, n))
    interval = bca_interval if method == "BCa" else percentile_interval
    assert interval(values, 0.95) == pytest.approx(_by_scipy(values, method))


def test_where_no_sample_pulls_the_median_there_is_no_acceleration() -> None:
    assert bca_interval([1.0, 1.0, 1.0, 2.0], 0.95) is None


def test_the_order_of_the_samples_plays_no_part() -> None:
    assert bca_interval([3.0, 1.0, 2.5, 9.0], 0.95) == bca_interval([1.0, 2.5, 3.0, 9.0], 0.95)
