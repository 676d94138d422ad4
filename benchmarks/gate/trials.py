"""What the gate is given: small networks for most defects, and the studies' own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.model import Model
from contract.study import Workload, load_studies
from contract.training import Training
from data.arrays import as_inputs, load
from data.catalog import read_catalog
from data.datasets import TableDataset
from data.places import default_root
from data.table import load_split
from runners.harness.contender.network import Batch
from runners.harness.gate.plan import SAMPLES
from runners.harness.job.cli import STUDIES_DIR

FEATURES, IMAGES, SHIFTED, RESIDUAL, REGRESSION, DROPPING = (
    "features",
    "images",
    "shifted",
    "residual",
    "regression",
    "dropping",
)
NORM_DROP, SAME_DROP, ONE_OUTPUT, DECAYING = "normdrop", "samedrop", "oneout", "decaying"
STUDY_BATCH = 24
"""Of the small networks."""
MNIST_CNN, RESNET, VGG = "mnist-cnn", "resnet18-cifar10-adam", "vgg16-cifar10"


@dataclass(frozen=True)
class Trial:
    """A network, how it is trained, and where its samples come from."""

    model: Model
    training: Training
    draw: Callable[[int], Batch]
    """Returns as many samples as the gate takes; every offset has its own."""


def make_trial(name: str) -> Trial:
    """Return a small trial, or that of a study's workload.

    Raises:
        KeyError: there is none of this name.
        DataError: the workload's data set is not there.
    """
    if name in _SMALL:
        return _small(**_SMALL[name])
    return _of_workload(_workloads()[name])


def _small(
    input_shape: tuple[int, ...], layers: list[dict[str, Any]], training: dict[str, Any]
) -> Trial:
    model = Model.model_validate({"input_shape": input_shape, "layers": layers})
    described = Training.model_validate(training)

    def draw(offset: int) -> Batch:
        generator = np.random.default_rng(offset)
        inputs = generator.random((SAMPLES, *model.input_shape), np.float32)
        if described.loss == "softmax_cross_entropy":
            return inputs, generator.integers(0, model.output_shape[0], SAMPLES)
        return inputs, generator.normal(size=(SAMPLES, *model.output_shape)).astype(np.float32)

    return Trial(model, described, draw)


def _workloads() -> dict[str, Workload]:
    studies = load_studies(STUDIES_DIR).values()
    return {workload.id: workload for study in studies for workload in study.workloads}


def _of_workload(workload: Workload) -> Trial:
    if isinstance(read_catalog()[workload.dataset], TableDataset):
        split = load_split(workload.dataset)
        draw = partial(_take, split.train_inputs, split.train_targets)
    else:
        draw = partial(_take_images, workload.dataset)
    return Trial(workload.model, workload.training, draw)


def _take(inputs: NDArray[Any], targets: NDArray[Any], offset: int) -> tuple[Any, Any]:
    """Return the samples of an offset, from the start again where they run out."""
    chosen = np.arange(offset * SAMPLES, (offset + 1) * SAMPLES) % len(inputs)
    return inputs[chosen], targets[chosen]


def _take_images(dataset: str, offset: int) -> Batch:
    arrays = load(dataset, default_root(), ("train_images", "train_labels"))
    images, labels = _take(arrays.train_images, arrays.train_labels, offset)
    return as_inputs(images, "float32"), labels.astype(np.int64)


_RELU, _FLATTEN = {"type": "relu"}, {"type": "flatten"}


def _dense(name: str, units: int, **changes: object) -> dict[str, object]:
    return {"type": "dense", "name": name, "units": units, **changes}


def _conv(name: str, filters: int, **changes: object) -> dict[str, object]:
    return {"type": "conv2d", "name": name, "filters": filters, "kernel_size": 3, **changes}


def _drop(rate: float) -> dict[str, object]:
    return {"type": "dropout", "rate": rate}


def _norm(name: str) -> dict[str, object]:
    """Describe a batch norm whose numbers are no framework's defaults."""
    return {"type": "batch_norm", "name": name, "momentum": 0.8, "epsilon": 2e-3}


def _training(kind: str, loss: str = "softmax_cross_entropy", **numbers: float) -> dict[str, Any]:
    optimizer = {"type": kind, "learning_rate": 0.01, **numbers}
    return {"loss": loss, "optimizer": optimizer, "batch_size": STUDY_BATCH}


def _dropping(first_rate: float, kind: str) -> dict[str, Any]:
    """Describe a network with two dropouts; the last one's rate is 0.5."""
    layers = [
        _conv("first", 6, padding="same"),
        _RELU,
        _drop(first_rate),
        _FLATTEN,
        _dense("hidden", 16),
        _RELU,
        _drop(0.5),
        _dense("logits", 4),
    ]
    return {"input_shape": (8, 8, 2), "layers": layers, "training": _training(kind)}


_RESIDUAL_LAYERS = [
    _conv("stem", 4, padding=1),
    {
        "type": "residual",
        "layers": [
            _conv("down", 6, stride=2, padding=1, use_bias=False),
            _norm("down-norm"),
            _RELU,
        ],
        "shortcut": [_conv("shortcut", 6, stride=2, padding=1)],
    },
    _RELU,
    {"type": "residual", "layers": [_conv("mix", 6, padding="same"), _RELU]},
    {"type": "global_avg_pool2d"},
    _dense("logits", 4),
]

_SMALL: Mapping[str, dict[str, Any]] = {
    FEATURES: {
        "input_shape": (7,),
        "layers": [
            _dense("hidden", 12, use_bias=False),
            _norm("norm"),
            _RELU,
            _dense("mixed", 8),
            _RELU,
            _dense("logits", 4),
        ],
        "training": _training("adam"),
    },
    IMAGES: {
        "input_shape": (10, 9, 2),
        "layers": [
            _conv("first", 4, padding="same"),
            _RELU,
            {"type": "max_pool2d", "pool_size": 2},
            _conv("second", 6, padding="same", stride=2, use_bias=False),
            _norm("norm"),
            _RELU,
            _FLATTEN,
            _dense("logits", 4),
        ],
        "training": _training("momentum", weight_decay=1e-3),
    },
    # A bias that the batch norm takes back: its gradient is 0.
    SHIFTED: {
        "input_shape": (8, 7, 1),
        "layers": [_conv("first", 4), _norm("norm"), _RELU, _FLATTEN, _dense("logits", 4)],
        "training": _training("sgd"),
    },
    RESIDUAL: {"input_shape": (8, 7, 2), "layers": _RESIDUAL_LAYERS, "training": _training("sgd")},
    # With a weight decay as small as a study's.
    DECAYING: {
        "input_shape": (8, 7, 2),
        "layers": _RESIDUAL_LAYERS,
        "training": _training("momentum", weight_decay=1e-4),
    },
    REGRESSION: {
        "input_shape": (5,),
        "layers": [_dense("hidden", 6), _RELU, _dense("outputs", 2)],
        "training": _training("adam", "mean_squared_error", weight_decay=1e-3),
    },
    DROPPING: _dropping(0.25, "sgd"),
    SAME_DROP: _dropping(0.5, "adam"),
    # As a batch norm stands before dropouts in the studies' networks.
    NORM_DROP: {
        "input_shape": (8, 8, 2),
        "layers": [
            _conv("first", 6, padding="same"),
            _norm("norm"),
            _RELU,
            {"type": "max_pool2d", "pool_size": 2},
            _drop(0.25),
            _FLATTEN,
            _dense("hidden", 16),
            _RELU,
            _drop(0.5),
            _dense("logits", 4),
        ],
        "training": _training("adam"),
    },
    # Targets of one number each, which broadcasting may spread over the batch.
    ONE_OUTPUT: {
        "input_shape": (5,),
        "layers": [_dense("hidden", 6), _RELU, _dense("outputs", 1)],
        "training": _training("adam", "mean_squared_error"),
    },
}
