"""Mistakes are made on purpose, apart, and the answers get points by fixed rules."""

import os
import signal
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.layers import layer_steps
from contract.model import Model
from contract.study import load_studies, load_study
from contract.training import Training
from runners.harness.errors import RunnerError
from runners.harness.tasks.mistakes import mistakes
from runners.harness.tasks.mistakes.kinds import MISTAKES, MistakeBatch, possible, wrong_shape
from runners.harness.tasks.mistakes.mistakes import make_mistakes
from runners.harness.tasks.mistakes.points import judge, numbers_in, shortened
from tests.contract.examples import STUDY_FILE, job
from tests.runners.harness.numpy_contender import NumpyContender

MNIST_CNN = load_study(STUDY_FILE).workload("mnist-cnn").model
REGRESSION = {
    "model": Model.model_validate(
        {"input_shape": [4], "layers": [{"type": "dense", "name": "output", "units": 1}]}
    ),
    "training": Training.model_validate(
        {
            "loss": "mean_squared_error",
            "optimizer": {"type": "sgd", "learning_rate": 0.01},
            "batch_size": 8,
        }
    ),
}


def mistakes_job(**changes):
    model = {
        "input_shape": [8, 8, 1],
        "layers": [
            {"type": "conv2d", "name": "conv1", "filters": 64, "kernel_size": 3},
            {"type": "relu"},
            {"type": "flatten"},
            {"type": "dense", "name": "dense1", "units": 10},
        ],
    }
    return job(**({"model": Model.model_validate(model), "task": "mistakes"} | changes))


def make(contender, **changes):
    """What a contender says to all mistakes, by kind."""
    made = make_mistakes(contender, mistakes_job(**changes), *samples(**changes))
    return {mistake.kind: mistake for mistake in made}


def samples(model=None, **_):
    random = np.random.default_rng(2)
    if model is not None:
        return random.random((20, 4), np.float32), random.random((20, 1), np.float32)
    return random.random((80, 8, 8, 1), np.float32), random.integers(0, 10, 80)


class Disturbed(NumpyContender):
    """Does something of its own instead of a step, where it is given a certain mistake."""

    def build(self, model, training, weights, precision):
        network = super().build(model, training, weights, precision)
        step = network.train_step

        def train_step(inputs, targets):
            self.disturb(inputs)
            return step(inputs, targets)

        network.train_step = train_step
        return network


class Crashing(Disturbed):
    def disturb(self, inputs):
        if np.isnan(inputs).any():
            os.kill(os.getpid(), signal.SIGSEGV)


class Leaving(Disturbed):
    def disturb(self, inputs):
        if inputs.dtype == np.uint8:
            os._exit(3)


class Hanging(Disturbed):
    def disturb(self, inputs):
        if inputs.dtype == np.uint8:
            time.sleep(100)


class Talking(Disturbed):
    def disturb(self, inputs):
        print("a framework that prints")
        os.write(1, b"even past Python\n")


class Unsound(Disturbed):
    def disturb(self, inputs):
        raise RuntimeError("nothing works")


def test_every_mistake_is_made_once_in_the_contracts_order():
    found = make(NumpyContender())

    assert tuple(found) == tuple(MISTAKES) == possible(mistakes_job())
    for mistake in found.values():
        assert mistake.raised == bool(mistake.error_type) == (mistake.stage == "run")
        assert mistake.score >= mistake.raised


def test_numpy_refuses_shapes_and_classes_and_computes_on_with_bytes_and_nan():
    found = make(NumpyContender())

    assert [kind for kind, mistake in found.items() if not mistake.raised] == [
        "wrong_dtype",
        "nan_input",
    ]
    assert found["wrong_class_count"].names_found


def test_memory_runs_out_in_that_process_alone():
    found = make(NumpyContender())["out_of_memory_batch"]

    assert found.error_type.endswith("MemoryError")
    assert found.names_found
    assert found.message.startswith("Unable to allocate")


def test_a_crash_is_no_error_and_the_other_mistakes_are_made_all_the_same():
    found = make(Crashing())

    crash = found["nan_input"]
    assert (crash.raised, crash.error_type, crash.message) == (False, "killed by SIGSEGV", "")
    assert crash.score == 0
    assert list(found) == list(MISTAKES)
    assert found["wrong_class_count"].error_type == "IndexError"


def test_a_process_that_ends_itself_is_told_by_its_exit_code():
    assert make(Leaving())["wrong_dtype"].error_type == "ended with exit code 3"


def test_a_process_that_does_not_end_is_stopped(monkeypatch):
    monkeypatch.setattr(mistakes, "DEADLINE_SECONDS", 6)

    found = make(Hanging())["wrong_dtype"]

    assert (found.raised, found.score) == (False, 0)
    assert found.error_type == "gave no answer within 6 s"


def test_what_a_framework_prints_is_no_answer():
    assert list(make(Talking())) == list(MISTAKES)


def test_without_a_sound_step_there_are_no_findings():
    with pytest.raises(RunnerError, match=r"no correct step .* ended with exit code 1"):
        make(Unsound())


def test_a_regression_has_no_classes_to_get_wrong():
    assert list(make(NumpyContender(), **REGRESSION)) == [
        "wrong_shape",
        "wrong_dtype",
        "nan_input",
        "out_of_memory_batch",
    ]


def test_a_gpus_memory_is_not_exhausted():
    assert "out_of_memory_batch" not in possible(mistakes_job(device="cuda"))


@pytest.mark.parametrize(
    "model",
    [
        pytest.param(workload.model, id=workload.id)
        for study in load_studies(STUDY_FILE.parent).values()
        for workload in study.workloads
        if any(layer.type == "flatten" for layer in workload.model.layers)
    ],
)
def test_no_pool_rounds_the_wrong_shape_away(model):
    def entering_the_dense_layers(shape):
        return next(s for layer, s in layer_steps(model.layers, shape) if layer.type == "dense")

    assert entering_the_dense_layers(wrong_shape(model)) != entering_the_dense_layers(
        model.input_shape
    )


def test_the_same_seed_makes_the_same_mistakes():
    first, second, other = (
        MistakeBatch(mistakes_job(seed=seed), *samples()).generator().random() for seed in (1, 1, 2)
    )

    assert first == second != other


TF_TYPE_ERROR = (
    "Binding inputs to tf.function failed due to `Can not cast TensorSpec(shape=(64, 57, 57, 1), "
    "dtype=tf.float32, name=None) to TensorSpec(shape=(None, 28, 28, 1), dtype=tf.float32, "
    "name=None)`. Received args: (array([[[[0.], [0.]]]]))"
)
TF_CLASS_ERROR = """Graph execution error:

Detected at node SparseSoftmaxCrossEntropyWithLogits defined at (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main

  File "runners/tensorflow/network.py", line 10, in train_step

Received a label value of 17 which is outside the valid range of [0, 10).  Label values: 2 6 17
\t [[{{node SparseSoftmaxCrossEntropyWithLogits}}]] [Op:__inference__trace_step_on_2033]"""
TF_MEMORY_ERROR = (
    "OOM when allocating tensor with shape[3103,26,26,32] and type float on /job:localhost/"
    "replica:0/task:0/device:CPU:0 by allocator mklcpu [Op:Conv2D] name: "
)
VELOX_MEMORY_ERROR = """Exception: VeloxRuntimeError
Error Code: MEM_CAP_EXCEEDED
Reason: Exceeded memory pool capacity after attempt to grow: capacity 1.00GB, requested 2.00GB
Stack trace:
# 3103  _ZN8facebook5velox7process10StackTraceC1Ei"""


@pytest.mark.parametrize(
    ("kind", "message", "points"),
    [
        (
            "wrong_shape",
            "mat1 and mat2 shapes cannot be multiplied (64x9216 and 1600x128)",
            "expected found",
        ),
        (
            "wrong_shape",
            "Given groups=1, weight of size [32, 1, 3, 3], expected input[64, 57, 57, 1] to have "
            "1 channels, but got 57 channels instead",
            "found",
        ),
        (
            "wrong_shape",
            "Input 0 with name 'input_layer' of layer 'functional' is incompatible with the layer: "
            "expected shape=(None, 28, 28, 1), found shape=(64, 57, 57)",
            "expected found",
        ),
        (
            "wrong_shape",
            'Input 0 of layer "dense1" is incompatible with the layer: expected axis -1 of input '
            "shape to have value 1600, but received input with shape (64, 9216)",
            "layer expected found",
        ),
        ("wrong_shape", TF_TYPE_ERROR, "expected found"),
        (
            "wrong_shape",
            "could not broadcast input array from shape (64,57,57,1) into shape (64,28,28,1)",
            "expected found",
        ),
        ("wrong_shape", 'File "x.py", line 1600, in conv10: shapes do not fit', ""),
        (
            "wrong_dtype",
            "Input type (unsigned char) and bias type (float) should be the same",
            "expected found",
        ),
        ("wrong_dtype", "expected scalar type Byte but found Float", "expected found"),
        (
            "wrong_dtype",
            "Value for attr 'T' of uint8 is not in the list of allowed values: half, bfloat16, "
            "float, double; NodeDef: {{node conv1/Conv2D}}",
            "layer expected found",
        ),
        ("wrong_dtype", "unsupported operand", ""),
        ("nan_input", "Input contains NaN, expected finite values", "expected found"),
        ("nan_input", "conv2: NaN in the nanoseconds", "layer found"),
        ("nan_input", "invalid banana", ""),
        ("wrong_class_count", "Target 17 is out of bounds.", "found"),
        ("wrong_class_count", TF_CLASS_ERROR, "expected found"),
        (
            "wrong_class_count",
            "ml_softmax_cross_entropy: labels has 17, outside the 10 classes",
            "expected found",
        ),
        ("wrong_class_count", "dense2: label must lie in 0..9", "layer expected"),
        (
            "out_of_memory_batch",
            "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate "
            "memory: you tried to allocate 268496384 bytes. Error code 12 (Cannot allocate memory)",
            "found",
        ),
        (
            "out_of_memory_batch",
            "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.11 "
            "GiB of which 12.31 GiB is free.",
            "expected found",
        ),
        ("out_of_memory_batch", TF_MEMORY_ERROR, "found"),
        ("out_of_memory_batch", VELOX_MEMORY_ERROR, "expected found"),
        ("out_of_memory_batch", "ml_conv2d: std::bad_alloc", ""),
    ],
)
def test_points_for_what_frameworks_really_say(kind, message, points):
    found = judge(kind, MNIST_CNN, "SomeError", message)

    named = {
        "layer": found.names_layer,
        "expected": found.names_expected,
        "found": found.names_found,
    }
    assert " ".join(name for name, given in named.items() if given) == points
    assert found.score == 1 + len(points.split())


@given(st.lists(st.integers(1, 10**9), min_size=1), st.sampled_from(["x", ", ", ",", " and "]))
def test_numbers_of_shapes_are_found_however_they_are_joined(numbers, joint):
    assert numbers_in(f"shape({joint.join(map(str, numbers))})") == numbers


@given(st.integers(0, 10**6))
def test_lines_of_code_addresses_and_types_are_no_numbers(number):
    message = f'File "a.py", line {number}: 0x{number:x} float{number} conv{number} {number}.5'

    assert numbers_in(message) == []


@given(st.text(alphabet="ab", max_size=9000))
def test_a_long_message_keeps_its_ends(message):
    kept = shortened(message)

    assert len(kept) <= 4000
    assert (kept == message) == (len(message) <= 4000)
    assert (kept[:1900], kept[-1900:]) == (message[:1900], message[-1900:])
