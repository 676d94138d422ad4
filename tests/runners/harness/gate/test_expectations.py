"""What the reference shows is worked out once, and no file of it takes the place of another."""

import numpy as np
import pytest

from runners.harness.gate.expectations import Expectations, hash_of
from runners.harness.gate.gate import verify
from runners.harness.gate.layers import LayerProbe
from runners.harness.gate.plan import SAMPLES, plan_gate
from runners.harness.gate.trajectory import Trajectory
from tests.runners.harness.numpy_contender import NumpyContender, wrong_layer
from tests.runners.harness.tiny_jobs import MODEL, TRAINING
from tests.runners.suite_models import NORMALISED, SQUARED, batch, measured_batch

OF = "a hash"


def worked_out(model):
    return plan_gate(model, TRAINING, batch(model, SAMPLES, "float32")).work_out()


def checks_of(equivalence):
    """All but that of epochs, which may be of processor time."""
    return [check for case in equivalence.cases for check in case.checks if check.kind != "epoch"]


def unknown():
    raise AssertionError("it is known already")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "reference.safetensors"


def test_a_group_is_worked_out_once():
    expectations = Expectations()
    shown = {"logits": {"before": np.ones(2)}}

    assert expectations.get("network", lambda: shown) is shown
    assert expectations.get("network", unknown) is shown


@pytest.mark.parametrize("model", [MODEL, NORMALISED], ids=["without states", "with states"])
def test_expectations_survive_the_file(model, path):
    written = worked_out(model)

    written.save(path, OF)
    read = Expectations.load(path, OF)

    for group in ("network", "layers"):
        known, found = (it.get(group, unknown) for it in (written, read))
        # A part without arrays leaves nothing in the file: a network may have no states.
        assert found.keys() == {part for part, named in known.items() if named}
        for part, named in found.items():
            assert list(named) == list(known[part])
            for name, array in named.items():
                np.testing.assert_array_equal(array, known[part][name])
                assert array.dtype == known[part][name].dtype


def test_those_of_something_else_are_not_taken(path):
    worked_out(MODEL).save(path, OF)

    assert Expectations.load(path, "another hash") is None


def test_without_a_file_there_are_none(path):
    assert Expectations.load(path, OF) is None


@pytest.mark.parametrize("left", [0, 4, 100, -1])
def test_a_damaged_file_is_not_taken(left, path):
    worked_out(MODEL).save(path, OF)
    path.write_bytes(path.read_bytes()[:left])

    assert Expectations.load(path, OF) is None


def test_a_file_of_something_else_is_not_taken(path):
    path.write_text("not a safetensors file")

    assert Expectations.load(path, OF) is None


@pytest.mark.parametrize(
    ("model", "factor"), [(MODEL, 1.0), (NORMALISED, 1.0), (MODEL, 1.1), (NORMALISED, np.nan)]
)
def test_the_gate_finds_the_same_with_a_file_as_without(model, factor, path):
    samples = batch(model, SAMPLES, "float32")
    worked_out(model).save(path, OF)
    kind = wrong_layer(lambda layer: layer.type == "dense", outputs=factor)
    contender = NumpyContender(kind=kind)

    without, with_file = (
        verify(contender, model, TRAINING, samples, lambda done, total: None, given)
        for given in (None, Expectations.load(path, OF))
    )

    assert without.passed == (factor == 1)
    assert checks_of(with_file) == checks_of(without)


def test_the_gate_works_nothing_out_that_a_file_has(path, monkeypatch):
    samples = batch(MODEL, SAMPLES, "float32")
    worked_out(MODEL).save(path, OF)
    expectations = Expectations.load(path, OF)
    monkeypatch.setattr(Trajectory, "expect", lambda _: unknown())
    monkeypatch.setattr(LayerProbe, "expect", lambda _: unknown())

    assert verify(
        NumpyContender(), MODEL, TRAINING, samples, lambda done, total: None, expectations
    ).passed


def test_a_hash_is_of_network_training_and_samples():
    inputs, labels = batch(MODEL, 4, "float32")
    others = {
        hash_of(MODEL, TRAINING, (inputs, labels)),
        hash_of(NORMALISED, TRAINING, (inputs, labels)),
        hash_of(MODEL, SQUARED, (inputs, labels)),
        hash_of(MODEL, TRAINING, (inputs + 1, labels)),
        hash_of(MODEL, TRAINING, (inputs, labels + 1)),
        hash_of(MODEL, TRAINING, (inputs.reshape(4, 36), labels)),
        hash_of(MODEL, TRAINING, (inputs.view(np.int32), labels)),
        hash_of(MODEL, TRAINING, measured_batch(MODEL, 4, "float32")),
    }

    assert len(others) == 8
    assert hash_of(MODEL, TRAINING, (inputs.copy(), labels.copy())) in others


def test_a_hash_goes_by_values_not_by_how_they_lie_in_memory():
    inputs, labels = batch(MODEL, 4, "float32")

    assert hash_of(MODEL, TRAINING, (np.asfortranarray(inputs), labels)) == hash_of(
        MODEL, TRAINING, (inputs, labels)
    )
