"""A grown run is a run: every result is valid, and the first blocks are the real ones."""

from pathlib import Path

import pytest

from benchmarks.grown_run import grow
from report.run.load import load_run
from tests.report.run_folder import RunFolder


def test_a_grown_run_has_so_many_results_that_all_load(tmp_path: Path) -> None:
    real = RunFolder(tmp_path / "real", contenders=("pytorch", "velox")).write()
    grow(real, tmp_path / "grown", 30)
    before, after = load_run(real), load_run(tmp_path / "grown")
    assert after.problems == ()
    assert len(after.jobs) == 30
    assert after.jobs[: len(before.jobs)] == before.jobs
    train = [job.result.metrics.train_seconds for job in after.jobs
             if job.result and job.result.metrics and job.identity.task == "train"]  # fmt: skip
    assert len(set(train)) == len(train)


def test_a_run_is_not_shrunk(tmp_path: Path) -> None:
    real = RunFolder(tmp_path / "real", contenders=("pytorch", "velox")).write()
    with pytest.raises(ValueError, match="8 jobs"):
        grow(real, tmp_path / "grown", 3)


def test_an_unfinished_run_grows_by_what_it_has(tmp_path: Path) -> None:
    real = RunFolder(tmp_path / "real", contenders=("pytorch", "velox")).write()
    next(real.glob("jobs/*velox*train*repeat2/result.json")).unlink()
    grow(real, tmp_path / "grown", 30)
    assert len(load_run(tmp_path / "grown").jobs) == 30
