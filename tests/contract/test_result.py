"""A result cannot contradict itself."""

import pytest
from pydantic import ValidationError

from contract.job import Limits
from contract.result import Equivalence, Metrics, Pin
from tests.contract.examples import equivalence, job, trained_result


def test_a_missing_metric_needs_its_reason():
    with pytest.raises(ValidationError, match="train_seconds is missing without a reason"):
        Metrics(predict_100_seconds=(0.1,))


def test_a_measured_metric_has_no_reason_to_be_missing():
    measured = trained_result().metrics.model_dump()
    measured["unmeasured"] |= {"train_seconds": "why not"}

    with pytest.raises(ValidationError, match="train_seconds is measured and named"):
        Metrics.model_validate(measured)


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
