"""Weights of one contender are evaluated in another, and what arrives is compared."""

import numpy as np
import pytest

from contract.model import Model
from contract.training import Training
from runners.harness.contender.weights import canonical_weights, save_weights
from runners.harness.errors import RunnerError
from runners.harness.reference.network import Reference
from runners.harness.tasks.transfer import transfer
from tests.contract.examples import job
from tests.runners.harness.numpy_contender import NumpyContender

MODEL = Model.model_validate(
    {
        "input_shape": [6, 6, 1],
        "layers": [
            {"type": "conv2d", "name": "conv1", "filters": 3, "kernel_size": 3},
            {"type": "batch_norm", "name": "norm1"},
            {"type": "relu"},
            {"type": "flatten"},
            {"type": "dense", "name": "dense1", "units": 4},
        ],
    }
)
TRAINING = Training.model_validate(
    {
        "loss": "softmax_cross_entropy",
        "optimizer": {"type": "sgd", "learning_rate": 0.1},
        "batch_size": 8,
    }
)
SAMPLES = 30
INPUTS = np.random.default_rng(3).random((SAMPLES, 6, 6, 1), dtype=np.float32)
CLASSES = np.random.default_rng(4).integers(0, 4, SAMPLES)
TEST = (INPUTS, CLASSES)


def leave(folder, name, seed=0, weights=None, logits=None):
    """Leave behind what a training of the reference would."""
    weights = canonical_weights(MODEL, seed) if weights is None else weights
    if logits is None:
        logits = Reference(MODEL, TRAINING, canonical_weights(MODEL, seed), "float32").predict(
            INPUTS
        )
    (folder / name).mkdir()
    save_weights(weights, folder / name / "weights.safetensors")
    np.save(folder / name / "logits.npy", logits.astype(np.float32))
    return logits


def transfer_job(*sources, **changes):
    values = {"model": MODEL, "training": TRAINING, "task": "transfer", "transfer_from": sources}
    return job(**(values | changes))


def refusal(folder, *sources, test=TEST, **changes):
    with pytest.raises(RunnerError) as caught:
        transfer(NumpyContender(), transfer_job(*sources, **changes), folder, test)
    return caught.value.cause


def test_every_source_has_a_cell_in_the_jobs_order(tmp_path):
    leave(tmp_path, "velox", seed=1)
    leave(tmp_path, "keras", seed=2)

    cells = transfer(NumpyContender(), transfer_job("velox", "keras"), tmp_path, TEST)

    assert [cell.trained_by for cell in cells] == ["velox", "keras"]
    assert {cell.samples for cell in cells} == {SAMPLES}


def test_weights_that_mean_the_same_give_the_same_logits(tmp_path):
    logits = leave(tmp_path, "velox")

    (cell,) = transfer(NumpyContender(), transfer_job("velox"), tmp_path, TEST)

    assert cell.accuracy == cell.trained_accuracy == (logits.argmax(axis=1) == CLASSES).mean()
    assert cell.largest_logit_difference < 1e-6


def test_a_loss_on_the_way_shows(tmp_path):
    def transposed(network):
        predict = network.predict
        network.predict = lambda inputs: predict(inputs.transpose(0, 2, 1, 3))
        return network

    leave(tmp_path, "velox")

    (cell,) = transfer(NumpyContender(transposed), transfer_job("velox"), tmp_path, TEST)

    assert cell.largest_logit_difference > 0.01


def test_the_difference_is_measured_by_the_largest_logit_of_the_one_that_trained(tmp_path):
    def doubled(network):
        predict = network.predict
        network.predict = lambda inputs: 2 * predict(inputs)
        return network

    leave(tmp_path, "velox")

    (cell,) = transfer(NumpyContender(doubled), transfer_job("velox"), tmp_path, TEST)

    assert cell.largest_logit_difference == pytest.approx(1)


def test_more_samples_than_a_batch_holds_are_all_evaluated(tmp_path, monkeypatch):
    monkeypatch.setattr("runners.harness.measure.measure._EVALUATION_BATCH", 7)
    leave(tmp_path, "velox")

    (cell,) = transfer(NumpyContender(), transfer_job("velox"), tmp_path, TEST)

    assert cell.largest_logit_difference < 1e-6


@pytest.mark.parametrize("file", ["weights.safetensors", "logits.npy"])
def test_who_left_nothing_has_no_cell(tmp_path, file):
    leave(tmp_path, "velox")
    leave(tmp_path, "keras")
    (tmp_path / "keras" / file).unlink()

    cells = transfer(NumpyContender(), transfer_job("pytorch", "keras", "velox"), tmp_path, TEST)

    assert [cell.trained_by for cell in cells] == ["velox"]


def test_who_diverged_has_no_cell(tmp_path):
    leave(tmp_path, "velox")
    leave(tmp_path, "keras", logits=np.full((SAMPLES, 4), np.nan))

    cells = transfer(NumpyContender(), transfer_job("keras", "velox"), tmp_path, TEST)

    assert [cell.trained_by for cell in cells] == ["velox"]


def test_nothing_at_all_is_an_error_that_says_what_to_do(tmp_path):
    assert "no usable weights of keras, velox" in refusal(tmp_path, "keras", "velox")


def changed(**changes):
    weights = canonical_weights(MODEL, 0) | changes
    return {name: value for name, value in weights.items() if value is not None}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"dense1.bias": None}, "is of another network: dense1.bias missing or unknown"),
        ({"norm1.moving_mean": None}, "norm1.moving_mean missing or unknown"),
        ({"dense9.bias": np.zeros(4, np.float32)}, "dense9.bias missing or unknown"),
        (
            {"dense1.kernel": np.zeros((4, 48), np.float32)},
            "dense1.kernel is float32 (4, 48), expected float32 (48, 4)",
        ),
        ({"dense1.bias": np.zeros(4)}, "dense1.bias is float64 (4,), expected float32 (4,)"),
    ],
)
def test_weights_of_another_network_are_refused_by_name(tmp_path, changes, told):
    leave(tmp_path, "velox", weights=changed(**changes))

    assert told in refusal(tmp_path, "velox")


def test_logits_of_other_samples_are_refused(tmp_path):
    leave(tmp_path, "velox", logits=np.zeros((SAMPLES - 1, 4)))

    assert "logits is float32 (29, 4), expected float32 (30, 4)" in refusal(tmp_path, "velox")


@pytest.mark.parametrize("file", ["weights.safetensors", "logits.npy"])
@pytest.mark.parametrize("content", [b"", b"\x80\x04 no file of ours"])
def test_a_damaged_file_is_named(tmp_path, file, content):
    leave(tmp_path, "velox")
    (tmp_path / "velox" / file).write_bytes(content)

    assert f"{file} cannot be read" in refusal(tmp_path, "velox")


def test_a_regression_has_nothing_to_transfer(tmp_path):
    training = TRAINING.model_copy(update={"loss": "mean_squared_error"})

    assert "a regression has none" in refusal(tmp_path, "velox", training=training)
