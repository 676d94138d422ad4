"""What the page's script gets to know: all samples, the papers' numbers, one unit for both."""

import json

import pytest

from report.document.document import Report, write_report
from report.exporters.html.choices import choices, metric_options
from report.exporters.html.embedded import embedded_data
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric


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
