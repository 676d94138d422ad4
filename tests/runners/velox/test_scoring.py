"""One plan of Velox over Parquet files; see `suite_scoring` for what every contender has to do."""

from pathlib import Path

import psutil

from runners.velox.contender import VeloxContender
from tests.runners.suite_models import NORMALISED, SMALL_CNN
from tests.runners.suite_scoring import check_scores, scorer_of, write


def test_moving_averages_are_constants_of_the_plan_too(
    contender: VeloxContender, tmp_path: Path
) -> None:
    table = write(tmp_path / "table", NORMALISED)
    with scorer_of(contender, NORMALISED, table) as scorer:
        check_scores(scorer, NORMALISED, table)


def test_functions_compute_on_one_thread_until_the_scorer_is_closed(
    contender: VeloxContender, tmp_path: Path
) -> None:
    table = write(tmp_path / "table", SMALL_CNN)
    with scorer_of(contender, SMALL_CNN, table):
        assert contender.thread_pools()["ml_functions"] == 1
    assert contender.thread_pools()["ml_functions"] == 2


def test_memory_does_not_grow_with_the_scans(contender: VeloxContender, tmp_path: Path) -> None:
    """The rows of a scan, decoded, are 2 MB."""
    process, table = psutil.Process(), write(tmp_path / "table", SMALL_CNN)
    with scorer_of(contender, SMALL_CNN, table) as scorer:
        for _ in range(5):
            scorer.scan()
        before = process.memory_info().rss
        for _ in range(40):
            scorer.scan()
        assert process.memory_info().rss - before < 10e6
