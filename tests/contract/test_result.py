"""A result cannot contradict itself."""

import pytest
from pydantic import ValidationError

from contract.development import DevelopmentMetrics
from contract.evidence import Equivalence
from contract.job import Limits
from contract.latency import BatchLatency
from contract.meters import Meters
from contract.metric import metrics_of
from contract.metrics import Metrics
from contract.outcomes import Scoring
from contract.result import Pin, Result
from contract.turns import Turns
from tests.contract.examples import (
    disturbance,
    equivalence,
    failed_result,
    job,
    trained_result,
)


def test_a_missing_metric_needs_its_reason():
    with pytest.raises(ValidationError, match="train_seconds: a number or a reason"):
        Metrics(predict_100_seconds=(0.1,))


def test_a_measured_metric_has_no_reason_to_be_missing():
    measured = trained_result().metrics.model_dump()
    measured["unmeasured"] |= {"train_seconds": "why not"}

    with pytest.raises(ValidationError, match="train_seconds: a number or a reason"):
        Metrics.model_validate(measured)


def test_a_reason_for_what_is_no_field_is_refused():
    measured = trained_result().metrics.model_dump()
    measured["unmeasured"] |= {"speed": "why not"}

    with pytest.raises(ValidationError, match="names what is no field: speed"):
        Metrics.model_validate(measured)


@pytest.mark.parametrize("name", ["train_seconds", "epoch_seconds", "test_loss", "import_seconds"])
def test_no_reason_excuses_what_a_task_is_there_for(name):
    measured = trained_result().metrics.model_dump()
    measured["unmeasured"] |= {name: "forgotten"}
    del measured[name]

    with pytest.raises(ValidationError, match=f"an ok train result needs: {name}"):
        trained_result(metrics=measured)


def test_what_instruments_measure_may_be_missing_with_a_reason():
    measured = trained_result().metrics.model_dump()
    measured |= {"peak_memory_bytes": None, "inference_peak_memory_bytes": None}
    measured["unmeasured"] |= dict.fromkeys(
        ("peak_memory_bytes", "inference_peak_memory_bytes"), "the instrument failed"
    )

    assert trained_result(metrics=measured).is_ok


@pytest.mark.parametrize(
    ("task", "needed"),
    [
        ("train", "metrics, history, meters"),
        ("predict", "metrics, meters, latency"),
        ("verify", "equivalence"),
        ("transfer", "transfer"),
        ("mistakes", "mistakes"),
        ("score", "scoring"),
        ("sweep", "sweep"),
        ("turns", "turns"),
    ],
)
def test_an_ok_result_without_what_its_task_measures_is_refused(task, needed):
    nothing = {"metrics": None, "meters": None, "history": (), "equivalence": None}
    identity = job().identity.model_copy(update={"task": task})

    with pytest.raises(ValidationError, match=f"an ok {task} result needs: {needed}"):
        trained_result(job=identity, **nothing)


def test_a_failed_result_needs_nothing_but_its_failure():
    assert failed_result().metrics is None


@pytest.mark.parametrize("record", [Metrics, Meters, Scoring, Turns, DevelopmentMetrics])
def test_a_metrics_name_ends_in_its_unit(record):
    endings = {"seconds": "s", "bytes": "B", "percent": "%", "joules": "J", "accuracy": "share"}
    for name, metric in metrics_of(record).items():
        assert metric.unit == endings.get(name.rsplit("_", 1)[-1], metric.unit), name


def test_an_ok_result_has_no_failure_and_a_failed_one_has():
    with pytest.raises(ValidationError, match="exactly when the status is not ok"):
        trained_result(failure={"cause": "x", "remedy": "y"})
    with pytest.raises(ValidationError, match="exactly when the status is not ok"):
        trained_result(status="failed")


def test_an_ok_result_has_no_broken_pin():
    broken = {"cpus": Pin(requested="0,1", observed="0", matches=False)}

    with pytest.raises(ValidationError, match="broken: cpus"):
        trained_result(pins=broken)


def test_the_gates_verdict_follows_from_its_cases():
    failing = equivalence(error=1e-3)

    assert not failing.passed
    with pytest.raises(ValidationError, match="contradicts"):
        Equivalence.model_validate(failing.model_dump() | {"passed": True})


def test_a_number_that_is_none_cannot_be_stored():
    with pytest.raises(ValidationError):
        equivalence(error=float("nan"))


@pytest.mark.parametrize("seconds", [0.0, 5e-324])
def test_a_call_that_took_no_time_was_not_timed(seconds):
    with pytest.raises(ValidationError, match="greater than or equal to"):
        BatchLatency(batch_size=1, warmup_seconds=(0.1,), seconds=(0.1, seconds))


def test_more_threads_than_cpus_are_refused():
    with pytest.raises(ValidationError, match="oversubscribe"):
        Limits(cpus=(0,), threads=2, memory_bytes=1, timeout_seconds=1)


def test_a_score_and_no_other_job_has_rows():
    for change in ({"task": "score"}, {"rows": 1000}):
        with pytest.raises(ValidationError, match="exactly when the task is score"):
            job(**change)
    assert job(task="score", rows=1000).rows == 1000


def test_job_ids_tell_jobs_apart_and_are_safe_in_a_path():
    ids = {
        job(**change).job_id
        for change in (
            {},
            {"contender": "keras"},
            {"task": "predict"},
            {"seed": 1},
            {"repeat": 2},
            {"device": "cuda"},
        )
    }

    assert len(ids) == 6
    assert all("/" not in job_id for job_id in ids)


@pytest.mark.parametrize("name", ["../etc", "A", "a b", "", "a/b", "x" * 65])
def test_names_that_would_be_unsafe_in_a_path_are_refused(name):
    with pytest.raises(ValidationError):
        job(contender=name)


def test_a_job_is_disturbed_where_one_of_its_timed_parts_is():
    quiet, hit = disturbance(), disturbance(foreign_cpu_share=0.43)

    assert trained_result().disturbed_because == ""
    assert trained_result(disturbances={"train": quiet}).disturbed_because == ""
    assert (
        trained_result(disturbances={"train": quiet, "predict": hit}).disturbed_because
        == "others used 43 % of its CPUs"
    )


def test_a_record_of_before_disturbances_were_told_is_read_as_undisturbed():
    earlier = trained_result().model_dump(mode="json")
    del earlier["disturbances"]

    assert Result.model_validate(earlier).disturbed_because == ""
