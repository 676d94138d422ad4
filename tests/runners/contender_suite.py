"""What every contender has to do, tested once and inherited by each contender's tests.

A test module inherits `ContenderSuite`, names its folder under `runners/`, and gets every test.
The contender is held against the NumPy reference, layer by layer, in every precision that it has.
No framework is imported here.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract.base import Precision
from contract.model import (
    SGD,
    Adam,
    Conv2D,
    Dense,
    Flatten,
    MaxPool2D,
    Model,
    Momentum,
    Optimizer,
    ReLU,
    Training,
)
from runners.harness.contender import Contender, FloatArray, IntArray, Network, RunnerError, Weights
from runners.harness.gate import SAMPLES, TOLERANCES, GateBatches, verify
from runners.harness.reference import Reference
from runners.harness.weights import canonical_weights

try:
    import tomllib
except ModuleNotFoundError:
    import tomli as tomllib  # type: ignore[no-redef]

REPOSITORY = Path(__file__).parents[2]
THREADS = 2
WEIGHT_TOLERANCES: dict[Precision, float] = {"float32": 1e-5, "float64": 1e-6}
"""Relative L2 of a tensor after a few steps, where no kink is near."""
SMALL_CNN = Model(
    input_shape=(9, 11, 2),
    layers=(
        Conv2D(type="conv2d", name="conv1", filters=4, kernel_size=3, padding="same"),
        ReLU(type="relu"),
        MaxPool2D(type="max_pool2d", pool_size=2),
        Conv2D(type="conv2d", name="conv2", filters=5, kernel_size=2),
        ReLU(type="relu"),
        Flatten(type="flatten"),
        Dense(type="dense", name="dense1", units=8),
        ReLU(type="relu"),
        Dense(type="dense", name="logits", units=3),
    ),
)

LINEAR = Model(input_shape=(6,), layers=(Dense(type="dense", name="logits", units=4),))
TRAINING = Training(
    loss="softmax_cross_entropy",
    optimizer=SGD(type="sgd", learning_rate=0.05),
    batch_size=8,
)
"""How the suite trains where only the gate tries every optimizer."""

few_examples = settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.differing_executors],
)
"""Every example builds a network, which some frameworks compile anew."""


def batch(
    model: Model, samples: int, precision: Precision, seed: int = 0
) -> tuple[FloatArray, IntArray]:
    """Return inputs (samples, *input_shape) in [0, 1) and labels (samples,)."""
    generator = np.random.default_rng(seed)
    inputs = generator.random((samples, *model.input_shape), np.float32).astype(precision)
    return inputs, generator.integers(0, model.output_shape[0], samples, np.int64)


def distance(found: FloatArray, expected: FloatArray) -> float:
    """Return the L2 distance relative to the length of `expected`, or absolute where that is 0."""
    length = float(np.linalg.norm(expected)) or 1.0
    return float(np.linalg.norm(found - expected)) / length


@st.composite
def convolutions(draw: st.DrawFn) -> Model:
    """One convolution on an image of any shape.

    A dense layer ends it: logits straight from one filter shift together with its bias, whose
    gradient would then be 0, and no relative distance from 0 means anything.
    """
    kernel_size = draw(st.integers(1, 4))
    conv = Conv2D(
        type="conv2d",
        name="conv",
        filters=draw(st.integers(1, 5)),
        kernel_size=kernel_size,
        padding=draw(st.sampled_from(("valid", "same"))),
    )
    shape = (draw(st.integers(kernel_size, 9)), draw(st.integers(kernel_size, 9)))
    return Model(
        input_shape=(*shape, draw(st.integers(1, 4))),
        layers=(conv, Flatten(type="flatten"), Dense(type="dense", name="logits", units=3)),
    )


@st.composite
def pools(draw: st.DrawFn) -> Model:
    """A pool whose windows seldom fit the image, with weights before it to pass gradients to."""
    pool_size = draw(st.integers(1, 4))
    height, width = draw(st.integers(pool_size, 10)), draw(st.integers(pool_size, 10))
    return Model(
        input_shape=(height, width, draw(st.integers(1, 3))),
        layers=(
            Conv2D(type="conv2d", name="mix", filters=3, kernel_size=1),
            MaxPool2D(type="max_pool2d", pool_size=pool_size),
            Flatten(type="flatten"),
        ),
    )


@st.composite
def perceptrons(draw: st.DrawFn) -> Model:
    """Dense layers on flat inputs."""
    return Model(
        input_shape=(draw(st.integers(1, 40)),),
        layers=(
            Dense(type="dense", name="hidden", units=draw(st.integers(1, 20))),
            ReLU(type="relu"),
            Dense(type="dense", name="logits", units=draw(st.integers(2, 6))),
        ),
    )


@st.composite
def flattened_images(draw: st.DrawFn) -> Model:
    """A dense layer on an image that no layer has touched: its rows show the flatten order."""
    shape = tuple(draw(st.integers(1, 6)) for _ in range(3))
    return Model(
        input_shape=shape,
        layers=(Flatten(type="flatten"), Dense(type="dense", name="logits", units=4)),
    )


@st.composite
def optimizers(draw: st.DrawFn) -> Optimizer:
    """Any optimizer of the contract, with any sensible numbers."""
    learning_rate = draw(st.floats(1e-4, 1e-1))
    decay = st.floats(0.5, 0.999)
    sgd = SGD(type="sgd", learning_rate=learning_rate)
    momentum = Momentum(type="momentum", learning_rate=learning_rate, momentum=draw(decay))
    adam = Adam(
        type="adam",
        learning_rate=learning_rate,
        beta_1=draw(decay),
        beta_2=draw(decay),
        epsilon=draw(st.floats(1e-8, 1e-2)),
    )
    every: tuple[Optimizer, ...] = (sgd, momentum, adam)
    return draw(st.sampled_from(every))


@pytest.mark.environment
class ContenderSuite(ABC):
    """Inherit this, name the folder, say whether the framework sees a GPU."""

    folder: ClassVar[str]
    framework: ClassVar[str]
    """The package that must not be imported before `configure`."""

    @staticmethod
    @abstractmethod
    def cuda_is_available() -> bool:
        """Say whether the framework can compute on a GPU here."""

    @classmethod
    def create(cls) -> Contender:
        """Return the contender, not yet configured."""
        module = importlib.import_module(f"runners.{cls.folder}.contender")
        created = module.create()
        assert isinstance(created, Contender)
        return created

    @pytest.fixture(scope="class")
    @classmethod
    def contender(cls) -> Contender:
        """The contender on the CPU, configured once as the contract has it."""
        contender = cls.create()
        contender.configure("cpu", THREADS, seed=0)
        return contender

    def test_folder_describes_the_contender(self) -> None:
        path = REPOSITORY / "runners" / self.folder / "contender.toml"
        described = tomllib.loads(path.read_text())
        assert set(described) == {"name", "title", "environment", "image", "description"}
        assert described["name"] == self.folder.replace("_", "-")

    def test_module_is_importable_without_the_framework(self) -> None:
        code = (
            f"import sys; from runners.{self.folder}.contender import create; create(); "
            f"sys.exit({self.framework!r} in sys.modules)"
        )
        subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)

    def test_precisions_are_there_or_excused(self) -> None:
        contender = self.create()
        assert "float32" in contender.precisions
        assert {*contender.precisions, *contender.unavailable} == {"float32", "float64"}
        assert not {*contender.precisions} & {*contender.unavailable}

    def test_thread_pools_read_back_what_was_set(self, contender: Contender) -> None:
        self._train_a_step(contender)
        pools = contender.thread_pools()
        assert pools
        assert set(pools.values()) == {THREADS}, pools

    def test_cuda_works_or_is_refused_with_a_remedy(self) -> None:
        """A GPU is configured in a process of its own: a process is configured once."""
        if self.cuda_is_available():
            code = (
                f"from runners.{self.folder}.contender import create; "
                f"from tests.runners.contender_suite import *; contender = create(); "
                f"contender.configure('cuda', {THREADS}, 0); "
                f"ContenderSuite.check_gate(contender)"
            )
            subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=True)
        else:
            with pytest.raises(RunnerError) as refusal:
                self.create().configure("cuda", THREADS, seed=0)
            assert refusal.value.remedy

    @few_examples
    @given(model=convolutions(), samples=st.integers(1, 5))
    def test_convolution(self, contender: Contender, model: Model, samples: int) -> None:
        self._check_first_step(contender, model, samples)

    @few_examples
    @given(model=pools(), samples=st.integers(1, 5))
    def test_max_pool_drops_a_ragged_edge(
        self, contender: Contender, model: Model, samples: int
    ) -> None:
        self._check_first_step(contender, model, samples)

    @few_examples
    @given(model=perceptrons(), samples=st.integers(1, 5))
    def test_dense(self, contender: Contender, model: Model, samples: int) -> None:
        self._check_first_step(contender, model, samples)

    @few_examples
    @given(model=flattened_images(), samples=st.integers(1, 5))
    def test_flatten_is_height_width_channels(
        self, contender: Contender, model: Model, samples: int
    ) -> None:
        self._check_first_step(contender, model, samples)

    def test_small_cnn(self, contender: Contender) -> None:
        self._check_first_step(contender, SMALL_CNN, samples=16)

    @few_examples
    @given(optimizer=optimizers())
    def test_optimizer_takes_the_references_steps(
        self, contender: Contender, optimizer: Optimizer
    ) -> None:
        """On a linear model, which has no kinks that rounding could fall on either side of."""
        training = TRAINING.model_copy(update={"optimizer": optimizer})
        weights = canonical_weights(LINEAR, seed=0)
        for precision in contender.precisions:
            network = contender.build(LINEAR, training, weights, precision)
            reference = Reference(LINEAR, training, weights)
            for step in range(5):
                inputs, labels = batch(LINEAR, 8, precision, seed=step)
                network.train_step(inputs, labels)
                reference.train_step(inputs, labels)
            tolerance = WEIGHT_TOLERANCES[precision]
            _assert_close(network.weights(), reference.weights(), tolerance)
            network.close()

    def test_names_no_gpu_on_a_cpu(self, contender: Contender) -> None:
        assert contender.gpu() is None

    def test_passes_the_gate(self, contender: Contender) -> None:
        self.check_gate(contender)

    def test_weights_come_back_as_they_went_in(self, contender: Contender) -> None:
        for precision in contender.precisions:
            given_weights = self._weights(precision)
            returned = contender.build(SMALL_CNN, TRAINING, given_weights, precision).weights()
            assert list(returned) == list(SMALL_CNN.weight_shapes())
            for name, value in returned.items():
                assert value.dtype == precision
                np.testing.assert_array_equal(value, given_weights[name], err_msg=name)

    def test_weights_are_copies(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 8, "float32")
        given_weights = self._weights("float32")
        network = contender.build(SMALL_CNN, TRAINING, given_weights, "float32")
        before = network.weights()
        network.train_step(inputs, labels)
        for name, value in before.items():
            np.testing.assert_array_equal(value, self._weights("float32")[name], err_msg=name)
            np.testing.assert_array_equal(given_weights[name], value, err_msg=name)
            value[...] = 0
        assert all(np.any(value) for value in network.weights().values())

    def test_gradients_change_nothing(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 8, "float32")
        network = self._build(contender)
        loss, first = network.gradients(inputs, labels)
        again, second = network.gradients(inputs, labels)
        assert loss == again
        for name, value in network.weights().items():
            np.testing.assert_array_equal(first[name], second[name], err_msg=name)
            np.testing.assert_array_equal(value, self._weights("float32")[name], err_msg=name)

    def test_networks_keep_apart(self, contender: Contender) -> None:
        """The gate builds several networks in one process; none may move another."""
        inputs, labels = batch(SMALL_CNN, 8, "float32")
        still, moving = self._build(contender), self._build(contender)
        expected = still.predict(inputs)
        moving.train_step(inputs, labels)
        np.testing.assert_array_equal(still.predict(inputs), expected)

    def test_epoch_is_its_steps(self, contender: Contender) -> None:
        """29 samples by 8 leave a ragged batch of 5; the order is not the array's."""
        samples, batch_size = 29, 8
        inputs, labels = batch(SMALL_CNN, samples, "float32")
        order = np.random.default_rng(1).permutation(samples)
        done: list[int] = []
        whole, stepwise = self._build(contender), self._build(contender)
        metrics = whole.train_epoch(inputs, labels, order, batch_size, done.append)
        expected = _reference().train_epoch(inputs, labels, order, batch_size, _ignore)
        assert done == [8, 16, 24, 29]
        assert metrics.loss == pytest.approx(expected.loss, rel=TOLERANCES["float32"]["losses"])
        assert metrics.accuracy == pytest.approx(expected.accuracy)
        for start in range(0, samples, batch_size):
            chosen = order[start : start + batch_size]
            stepwise.train_step(inputs[chosen], labels[chosen])
        _assert_close(whole.weights(), stepwise.weights(), WEIGHT_TOLERANCES["float32"])

    def test_second_epoch_counts_anew(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 20, "float32")
        order = np.arange(20)
        network, reference = self._build(contender), _reference()
        for _ in range(2):
            found = network.train_epoch(inputs, labels, order, 8, _ignore)
            expected = reference.train_epoch(inputs, labels, order, 8, _ignore)
            assert found.loss == pytest.approx(expected.loss, rel=TOLERANCES["float32"]["losses"])
            assert found.accuracy == pytest.approx(expected.accuracy)

    def test_same_job_gives_the_same_bits(self, contender: Contender) -> None:
        inputs, labels = batch(SMALL_CNN, 64, "float32")
        order = np.arange(64)
        first, second = self._build(contender), self._build(contender)
        for network in (first, second):
            network.train_epoch(inputs, labels, order, 16, _ignore)
        for name, value in first.weights().items():
            np.testing.assert_array_equal(second.weights()[name], value, err_msg=name)

    @classmethod
    def check_gate(cls, contender: Contender) -> None:
        """Take the contender through the equivalence gate with the small network."""
        batches = GateBatches.cut(*batch(SMALL_CNN, SAMPLES, "float32"))
        found = verify(contender, SMALL_CNN, TRAINING, batches, lambda _done, _all: None)
        missed = [
            f"{case.optimizer} {case.precision} {check.kind}: {check.error:.1e} ({check.worst})"
            for case in found.cases
            for check in case.checks
            if not check.passed
        ]
        assert found.passed, missed

    @staticmethod
    def _check_first_step(contender: Contender, model: Model, samples: int) -> None:
        for precision in contender.precisions:
            inputs, labels = batch(model, samples, precision)
            weights = canonical_weights(model, seed=0)
            network: Network = contender.build(model, TRAINING, weights, precision)
            reference = Reference(model, TRAINING, weights)
            logits, expected_logits = network.predict(inputs), reference.predict(inputs)
            assert logits.shape == expected_logits.shape
            assert logits.dtype == precision
            tolerances = TOLERANCES[precision]
            assert np.abs(logits - expected_logits).max() <= tolerances["forward_logits"]
            loss, gradients = network.gradients(inputs, labels)
            expected_loss, expected = reference.gradients(inputs, labels)
            assert loss == pytest.approx(expected_loss, rel=tolerances["losses"])
            assert list(gradients) == list(model.weight_shapes())
            _assert_close(gradients, expected, tolerances["gradients"])
            network.close()

    @classmethod
    def _build(cls, contender: Contender) -> Network:
        return contender.build(SMALL_CNN, TRAINING, cls._weights("float32"), "float32")

    @classmethod
    def _train_a_step(cls, contender: Contender) -> None:
        cls._build(contender).train_step(*batch(SMALL_CNN, 8, "float32"))

    @staticmethod
    def _weights(precision: Precision) -> Weights:
        weights = canonical_weights(SMALL_CNN, seed=0)
        return {name: value.astype(precision) for name, value in weights.items()}


def _reference() -> Reference:
    return Reference(SMALL_CNN, TRAINING, canonical_weights(SMALL_CNN, seed=0))


def _assert_close(found: Weights, expected: Weights, tolerance: float) -> None:
    for name, value in expected.items():
        assert distance(found[name], value) <= tolerance, name


def _ignore(_done: int) -> None:
    """Be told of a batch, and do nothing."""
