"""Jobs join into measurements by study, workload, contender, protocol, device and task."""

import json
from dataclasses import replace

import pytest

from contract.result import Failure
from report.run.load import load_run
from report.run.measurements import Measurements, Setting
from report.run.records import Run
from tests.report.conftest import MakeRun
from tests.report.run_folder import disturb, set_metric

TRAINING = Setting("s2", "mnist-cnn", "pytorch", "matched", "cpu", "train")
PREDICTION = replace(TRAINING, task="predict")


def test_one_sample_per_repeat(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "train", "train_seconds", [40.0, 42.0])
    measurement = Measurements(load_run(path)).of(TRAINING, "train_seconds")
    assert measurement.samples == (40.0, 42.0)
    assert measurement.missing == ""


def test_a_job_with_many_calls_counts_once_with_their_median(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "predict", "predict_100_seconds", [[1, 2, 9], [3, 4, 5]])
    measurement = Measurements(load_run(path)).of(PREDICTION, "predict_100_seconds")
    assert measurement.samples == (2.0, 4.0)
    assert measurement.raw == ((1.0, 2.0, 9.0), (3.0, 4.0, 5.0))


def test_a_confusion_of_no_images_counts_none(make_run: MakeRun) -> None:
    path = make_run()
    for result in path.glob("jobs/*.pytorch.*.train.*/result.json"):
        content = json.loads(result.read_text(encoding="utf-8"))
        result.write_text(json.dumps(content | {"confusion_matrix": [[0, 0], [0, 0]]}), "utf-8")
    assert Measurements(load_run(path)).test_samples(TRAINING) is None


def test_tasks_are_kept_apart(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "predict", "peak_memory_bytes", [100, 200])
    measurements = Measurements(load_run(path))
    assert measurements.of(PREDICTION, "peak_memory_bytes").samples == (100.0, 200.0)
    assert 100.0 not in measurements.of(TRAINING, "peak_memory_bytes").samples


def test_times_of_a_disturbed_job_do_not_count_and_what_it_learned_does(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "train", "train_seconds", [40.0, 400.0])
    set_metric(path, "pytorch", "train", "test_accuracy", [0.5, 0.6])
    disturb(path, "pytorch", "train", 2)
    measurements = Measurements(load_run(path))

    assert measurements.of(TRAINING, "train_seconds").by_block == {1: 40.0}
    assert measurements.of(TRAINING, "test_accuracy").by_block == {1: 0.5, 2: 0.6}


@pytest.mark.parametrize(
    ("metric", "counts"),
    [
        ("train_seconds", False),
        ("cpu_percent", False),
        ("test_loss", True),
        ("peak_memory_bytes", True),
    ],
)
def test_where_every_job_was_disturbed_that_is_the_reason(
    make_run: MakeRun, metric: str, counts: bool
) -> None:
    path = make_run()
    disturb(path, "pytorch", "train", 1, 2)

    found = Measurements(load_run(path)).of(TRAINING, metric)

    assert bool(found.samples) == counts
    assert found.missing == ("" if counts else "disturbed: others used 43 % of its CPUs")


def test_a_job_that_others_hardly_touched_counts(make_run: MakeRun) -> None:
    path = make_run()
    disturb(path, "pytorch", "train", 1, 2, share=0.07)

    assert len(Measurements(load_run(path)).of(TRAINING, "train_seconds").samples) == 2


def test_scaled_to_another_unit(make_run: MakeRun) -> None:
    path = make_run()
    set_metric(path, "pytorch", "predict", "peak_memory_bytes", [100_000_000, 200_000_000])
    measurement = Measurements(load_run(path)).of(PREDICTION, "peak_memory_bytes").scaled(1e-6)
    assert measurement.samples == pytest.approx((100, 200))


def test_why_a_metric_is_missing_from_a_good_job(plain_run: Run) -> None:
    measurement = Measurements(plain_run).of(PREDICTION, "test_accuracy")
    assert measurement.samples == ()
    assert measurement.missing == "this job only predicts"


def test_why_a_failed_job_has_no_metric(make_run: MakeRun) -> None:
    failure = Failure(cause="out of memory", remedy="raise the limit")
    run = load_run(make_run(failing={"pytorch": failure}))
    missing = Measurements(run).of(TRAINING, "train_seconds").missing
    assert missing == "failed: out of memory"


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        (replace(TRAINING, device="cuda"), "this run used the CPU, not a GPU"),
        (replace(TRAINING, contender="jax"), "the contender is not part of this run"),
        (
            replace(TRAINING, protocol="published"),
            "this run did not follow the protocol “own defaults”",
        ),
        (replace(TRAINING, task="transfer"), "no transfer job in this run"),
    ],
)
def test_why_there_is_no_job(plain_run: Run, setting: Setting, reason: str) -> None:
    assert Measurements(plain_run).of(setting, "train_seconds").missing == reason


def test_the_gate_of_a_matched_run(make_run: MakeRun) -> None:
    run = load_run(make_run(unequal=("keras",), unproven=("velox",)))
    measurements = Measurements(run)
    gates = {
        name: measurements.gate(replace(PREDICTION, contender=name))
        for name in ("pytorch", "keras", "velox")
    }
    assert gates == {"pytorch": "passed", "keras": "failed", "velox": "unproven"}


def test_own_defaults_rest_on_the_matched_proof_and_need_none(make_run: MakeRun) -> None:
    run = load_run(make_run(unequal=("keras",), unproven=("velox",)))
    measurements = Measurements(run)
    gates = {
        name: measurements.gate(replace(PREDICTION, contender=name, protocol="published"))
        for name in ("pytorch", "keras", "velox")
    }
    assert gates == {"pytorch": "passed", "keras": "failed", "velox": "not required"}
