"""What the page's script gets to know: all samples, the papers' numbers, one unit for both."""

import json
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from report.document.document import Report, write_report
from report.exporters.html.choices import choices, metric_options
from report.exporters.html.embedded import embedded_data
from report.run.load import load_run
from report.run.measurement import Measurement
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, add_turns, disturb, set_metric


def test_series_are_in_the_unit_of_the_report_with_every_call_that_was_timed(
    make_run: MakeRun,
) -> None:
    path = make_run(repeats=2)
    set_metric(path, "velox", "train", "peak_memory_bytes", [100_000_000, 120_000_000])
    set_metric(path, "velox", "predict", "predict_100_seconds", [[0.1, 0.3], [0.2, 0.2]])
    found = {
        (series.setting.task, series.metric): series.measured
        for series in write_report(load_run(path)).series
        if series.setting.contender == "velox"
    }
    assert found["train", "peak_memory_bytes"].samples == (100, 120)
    assert found["predict", "predict_100_seconds"].raw == ((0.1, 0.3), (0.2, 0.2))


def _printed(report: Report) -> dict[tuple[str, str, str], float]:
    return {
        (number.metric, number.contenders[0], number.device): number.value
        for number in report.printed
    }


def test_the_papers_numbers_are_in_the_same_unit(make_run: MakeRun) -> None:
    """S2's table: Velox held 239.34 MiB, and TensorFlow was right in 99.11 % on the CPU."""
    printed = _printed(write_report(load_run(make_run(profile="paper"))))
    memory = [value for (metric, *_), value in printed.items() if "memory" in metric]
    assert min(memory) == pytest.approx(239.34 * 2**20 / 1e6)  # MB, as all memory is shown
    assert printed["test_accuracy", "keras", "cpu"] == pytest.approx(99.11)


def test_numbers_of_a_larger_training_share_no_axis_with_ours(plain_report: Report) -> None:
    metrics = {metric for metric, *_ in _printed(plain_report)}
    assert metrics == {"predict_100_seconds", "inference_peak_memory_bytes"}


def _series(path: Path, metric: str) -> dict[str, Measurement]:
    """Return what was measured of it, by contender."""
    found = write_report(load_run(path)).series
    return {one.setting.contender: one.measured for one in found if one.metric == metric}


def test_turns_are_series_of_their_blocks(make_run: MakeRun) -> None:
    path = make_run()
    add_turns(path, {"velox": [0.01, 0.03]})
    assert _series(path, "step_seconds")["velox"].samples == pytest.approx((0.01, 0.03))


def test_scored_tables_are_series_of_their_scans(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "x1-table-scoring.toml", tasks=("verify", "score"))
    assert set(_series(path, "scan_seconds")) == {"pytorch", "tensorflow", "keras", "velox"}
    assert all(len(found.raw[0]) > 1 for found in _series(path, "scan_seconds").values())


def _latency(path: Path) -> dict[str, Any]:
    """Return what Velox's first prediction recorded."""
    result = path / "jobs/s2.mnist-cnn.velox.matched.cpu.predict.seed1.repeat1/result.json"
    found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))["latency"]
    return found


def test_batches_of_one_and_of_the_study_s_size_are_series_of_calls(make_run: MakeRun) -> None:
    path = make_run()
    calls = {batch["batch_size"]: batch["seconds"] for batch in _latency(path)["batches"]}
    for size in (1, 100):
        found = _series(path, f"latency_seconds[batch {size}]")["velox"]
        assert found.raw[0] == tuple(calls[size])
        assert found.samples[0] == pytest.approx(median(calls[size]))


def test_the_best_batch_is_a_series_of_samples_a_second(make_run: MakeRun) -> None:
    path = make_run()
    latency = _latency(path)
    best = latency["best_batch_size"]
    seconds = next(b["seconds"] for b in latency["batches"] if b["batch_size"] == best)
    found = _series(path, "best_batch_samples_per_second")["velox"]
    assert found.raw[0] == pytest.approx([best / one for one in seconds])


def test_disturbed_predictions_are_in_no_series(make_run: MakeRun) -> None:
    path = make_run()
    disturb(path, "velox", "predict", 2)
    assert _series(path, "latency_seconds[batch 1]")["velox"].blocks == (1,)


def test_a_page_gets_an_interval_only_of_enough_samples(make_run: MakeRun) -> None:
    path = make_run()
    add_turns(path, {"velox": [0.01, 0.011] * 3, "pytorch": [0.01, 0.011] * 2})
    data = json.loads(embedded_data(write_report(load_run(path))))
    steps = {s["contender"]: s["interval"] for s in data["series"] if s["metric"] == "step_seconds"}
    assert steps["velox"] is not None
    assert steps["pytorch"] is None


def test_readers_choose_from_what_the_run_has(plain_report: Report) -> None:
    found = {choice.key: [o.value for o in choice.options] for choice in choices(plain_report)}
    assert found["study"] == ["s2"]
    assert found["contender"] == ["pytorch", "tensorflow", "keras", "velox"]
    assert found["protocol"] == ["matched"]
    assert "gpu_percent" not in [option.value for option in metric_options(plain_report)]


def test_the_page_brings_every_series_along(plain_report: Report) -> None:
    data = json.loads(embedded_data(plain_report))
    assert len(data["series"]) == len(plain_report.series) > 0
    assert {series["metric"] for series in data["series"]} == set(data["metrics"])
    assert {series["contender"] for series in data["series"]} <= set(data["contenders"])
