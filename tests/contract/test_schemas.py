"""The stored JSON Schemas are held against the models from outside, by another validator."""

import json

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from contract.event import EVENT
from contract.export import EXPORTED, SCHEMA_DIR, schema_text
from contract.job import JobSpec
from contract.result import Result
from contract.study import load_study
from tests.contract.examples import STUDY_FILE, failed_result, job, trained_result


def schema(name):
    return json.loads((SCHEMA_DIR / f"{name}.schema.json").read_text())


def accepts(name, document):
    validator = jsonschema.Draft202012Validator(schema(name))
    return validator.is_valid(document)


@pytest.mark.parametrize("name", sorted(EXPORTED))
def test_stored_schema_is_the_exported_one(name):
    stored = (SCHEMA_DIR / f"{name}.schema.json").read_text()

    assert stored == schema_text(name), "run: python -m contract.export"
    jsonschema.Draft202012Validator.check_schema(json.loads(stored))


@pytest.mark.parametrize("record", [trained_result(), failed_result()], ids=["ok", "failed"])
def test_results_satisfy_their_schema(record):
    assert accepts("result", json.loads(record.model_dump_json()))


def test_a_job_satisfies_its_schema_and_survives_json():
    document = json.loads(job().model_dump_json())

    assert accepts("job", document)
    assert JobSpec.model_validate(document) == job()


def test_the_study_satisfies_its_schema():
    assert accepts("study", json.loads(load_study(STUDY_FILE).model_dump_json()))


@pytest.mark.parametrize(
    "document",
    [
        {"kind": "phase", "phase": "train", "message": ""},
        {"kind": "progress", "phase": "train", "done": 5, "total": 10},
        {"kind": "epoch", "epoch": 1, "epochs": 2, "seconds": 1.5, "train_loss": 0.3,
         "test_accuracy": 0.98},
        {"kind": "failure", "cause": "no data", "remedy": "fetch it"},
        {"kind": "done"},
    ],
    ids=lambda document: document["kind"],
)  # fmt: skip
def test_events_satisfy_their_schema(document):
    stamped = {"time": "2026-01-01T00:00:00Z", "elapsed_seconds": 0.5} | document

    event = EVENT.validate_python(stamped)

    assert accepts("event", json.loads(event.model_dump_json()))


def paths_of(document, prefix=()):
    """Yield the path of every value in a JSON document."""
    items = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document)
        if isinstance(document, list)
        else ()
    )
    for key, value in items:
        yield (*prefix, key)
        yield from paths_of(value, (*prefix, key))


RESULT_DOCUMENT = json.loads(trained_result().model_dump_json())
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(max_size=5),
    st.lists(st.integers(), max_size=2),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(path=st.sampled_from(list(paths_of(RESULT_DOCUMENT))), value=ANYTHING)
def test_whatever_the_model_accepts_the_schema_accepts(path, value):
    """The schema may be wider (it knows no rules between fields), never narrower."""
    document = json.loads(json.dumps(RESULT_DOCUMENT))
    parent = document
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    try:
        accepted = Result.model_validate_json(json.dumps(document))
    except ValidationError:
        return

    assert accepts("result", json.loads(accepted.model_dump_json()))


@pytest.mark.parametrize("field", ["schema_version", "status", "job", "started", "finished"])
def test_schema_refuses_a_result_of_a_wrong_type_as_the_model_does(field):
    document = RESULT_DOCUMENT | {field: ["wrong"]}

    assert not accepts("result", document)
    with pytest.raises(ValidationError):
        Result.model_validate(document)


def test_schema_refuses_fields_that_nobody_declared():
    assert not accepts("result", RESULT_DOCUMENT | {"guest": 1})
