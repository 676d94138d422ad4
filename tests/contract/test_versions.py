"""What the previous version wrote is read; of what cannot be read, the version is told."""

import json
from datetime import timedelta

import pytest

from contract.base import SCHEMA_VERSION
from contract.event import parse_event
from contract.job import JobSpec
from contract.result import Result
from contract.run import RunRecord
from contract.untrusted import UntrustedError, parse_record
from contract.versions import upgraded
from tests.contract.examples import MOMENT, job, scoring, trained_result

PREVIOUS = SCHEMA_VERSION - 1


def run_record(**changes):
    values = {
        "run_id": "run",
        "created": MOMENT,
        "finished": MOMENT + timedelta(hours=1),
        "profile": "quick",
        "engine": {"name": "local", "version": "1", "reason": "asked for"},
        "studies": ("s2",),
        "contenders": ("pytorch",),
        "devices": ("cpu",),
        "repeats": 1,
        "seed": 0,
        "command": ("run",),
        "plumbline_version": "0.9.1",
        "source_commit": None,
        "source_dirty": None,
        "order": (),
    }
    return RunRecord.model_validate(values | changes)


def written(record, **changes):
    """The file of a record, changed after it was written."""
    return json.dumps(json.loads(record.model_dump_json()) | changes).encode()


@pytest.mark.parametrize("record", [trained_result(), job(), run_record()])
def test_a_record_of_the_previous_version_is_read_with_the_same_numbers(record):
    assert parse_record(written(record, schema_version=PREVIOUS), type(record)) == record


def test_version_1_had_other_names_for_what_a_scan_measured():
    result = trained_result(scoring=scoring())
    old = json.loads(written(result, schema_version=1))
    old["scoring"]["seconds"] = old["scoring"].pop("scan_seconds")
    old["scoring"]["peak_memory_bytes"] = old["scoring"].pop("scan_peak_memory_bytes")
    del old["scoring"]["unmeasured"]

    assert parse_record(json.dumps(old).encode(), Result) == result


def test_version_2_had_another_name_for_the_evidence_on_dropout():
    check = {"kind": "dropout", "measure": "standard_deviations", "error": 1, "tolerance": 5}
    check |= {"worst": "rate 0.4", "passed": True}
    case = {"optimizer": "adam", "precision": "float32", "checks": [check]}
    proof = {"passed": True, "batch_size": 16, "steps": 10, "cases": [case]}
    result = trained_result(equivalence=proof)
    old = json.loads(written(result, schema_version=2))
    old["equivalence"]["cases"][0]["checks"][0]["kind"] = "dropout_masks"

    assert parse_record(json.dumps(old).encode(), Result) == result


def test_version_3_had_one_device_for_a_run_and_for_a_job():
    run = run_record(devices=("cuda",))
    old = json.loads(written(run, schema_version=3))
    (old["device"],) = old.pop("devices")

    assert parse_record(json.dumps(old).encode(), RunRecord) == run
    assert parse_record(written(job(device="cuda"), schema_version=3), JobSpec).device == "cuda"


def test_events_of_the_previous_version_are_read():
    stamp = {"schema_version": PREVIOUS, "time": "2026-01-01T00:00:00Z", "elapsed_seconds": 1.5}

    assert parse_event(json.dumps(stamp | {"kind": "done"}).encode()).kind == "done"


def test_a_metric_that_the_writer_did_not_know_has_the_reason():
    old = json.loads(written(trained_result()))
    del old["metrics"]["peak_memory_bytes"]
    del old["meters"]["looks"], old["meters"]["unmeasured"]["looks"]

    result = parse_record(json.dumps(old).encode(), Result)

    assert result.metrics.unmeasured["peak_memory_bytes"].startswith("unknown to the Plumbline")
    assert result.meters.unmeasured["looks"].startswith("unknown to the Plumbline")


def test_no_writer_is_excused_from_what_the_task_is_there_for():
    old = json.loads(written(trained_result()))
    del old["metrics"]["train_seconds"]

    with pytest.raises(UntrustedError, match="an ok train result needs: train_seconds"):
        parse_record(json.dumps(old).encode(), Result)


@pytest.mark.parametrize("version", [0, SCHEMA_VERSION, SCHEMA_VERSION + 1, True, "1", None])
def test_no_other_version_is_touched(version):
    record = {"schema_version": version, "scoring": {"seconds": [1]}}

    assert upgraded(record) is record


def test_an_unreadable_record_says_which_version_wrote_it():
    content = written(run_record(plumbline_version="9.1"), schema_version=9)

    with pytest.raises(
        UntrustedError,
        match="written by Plumbline 9.1 in schema version 9, this Plumbline reads 1 to "
        f"{SCHEMA_VERSION}",
    ):
        parse_record(content, RunRecord)


def test_a_known_version_is_told_without_those_that_are_read():
    with pytest.raises(UntrustedError, match=f"written in schema version {PREVIOUS}$"):
        parse_record(written(job(), schema_version=PREVIOUS, epochs=0), JobSpec)


def test_a_version_that_is_no_version_is_not_repeated():
    content = written(run_record(), schema_version=9, plumbline_version="\x1b[2J")

    with pytest.raises(UntrustedError, match="; written in schema version 9") as refused:
        parse_record(content, RunRecord)
    assert "\x1b" not in str(refused.value)
