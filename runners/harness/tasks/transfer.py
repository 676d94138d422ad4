"""Train in one framework, deploy in another: do the weights mean the same there?

S2 names it as future work: "train in one framework and deploy in another without loss".
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from safetensors import SafetensorError

from contract.job import JobSpec
from contract.model import Model
from contract.names import LOGITS_NAME, WEIGHTS_NAME
from contract.outcomes import TransferCell
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import FloatArray, TargetArray, Weights
from runners.harness.contender.weights import load_weights, weight_names
from runners.harness.errors import RunnerError
from runners.harness.gate.distance import largest_difference, relative
from runners.harness.measure.measure import evaluate, evaluation_batch_size

_REMEDY = "train that contender again, with the same study, profile and samples"


@dataclass(frozen=True)
class _Given:
    """What a contender left behind after its training."""

    trained_by: str
    weights: Weights
    logits: FloatArray
    """(test samples, outputs), in evaluation mode."""

    @property
    def is_finite(self) -> bool:
        """Whether there is a network at all: training that diverged leaves none."""
        return all(np.isfinite(array).all() for array in (self.logits, *self.weights.values()))


def transfer(
    contender: Contender, job: JobSpec, given: Path, test: tuple[FloatArray, TargetArray]
) -> tuple[TransferCell, ...]:
    """Evaluate in this contender what others trained; return a cell for each of them.

    Args:
        contender: The one that evaluates; configured.
        job: Names the network and the contenders whose weights are available.
        given: Folder that holds `<contender>/weights.safetensors` and `<contender>/logits.npy`.
        test: The job's test inputs and classes, those that the logits were computed on.

    A contender that left nothing there, or whose training diverged, has no cell.

    Raises:
        RunnerError: nobody left anything, a file is not what it should be, or the task has no
            classes.
    """
    inputs, targets = test
    if job.training.loss != "softmax_cross_entropy":
        raise RunnerError("transfer compares accuracies, and a regression has none", "leave it out")
    found = [_read(given / name, job.model, len(inputs)) for name in job.transfer_from]
    sources = [source for source in found if source is not None and source.is_finite]
    if not sources:
        names = ", ".join(job.transfer_from)
        raise RunnerError(f"no usable weights of {names} in {given}", "train one of them first")
    return tuple(_cell(contender, job, source, inputs, targets) for source in sources)


def _cell(
    contender: Contender, job: JobSpec, source: _Given, inputs: FloatArray, classes: TargetArray
) -> TransferCell:
    network = contender.build(job.model, job.training, source.weights, "float32")
    batch_size = evaluation_batch_size(job.model)
    logits = evaluate(network, inputs, classes, job.training.loss, batch_size).outputs
    network.close()
    size = float(np.abs(source.logits).max())
    return TransferCell(
        trained_by=source.trained_by,
        accuracy=_accuracy(logits, classes),
        trained_accuracy=_accuracy(source.logits, classes),
        largest_logit_difference=relative(largest_difference(logits, source.logits), size),
        samples=len(inputs),
    )


def _accuracy(logits: FloatArray, classes: TargetArray) -> float:
    return float((logits.argmax(axis=1) == classes).mean())


def _read(folder: Path, model: Model, samples: int) -> _Given | None:
    """Return what lies in a contender's folder; None where it left nothing."""
    weights, logits = folder / WEIGHTS_NAME, folder / LOGITS_NAME
    if not (weights.is_file() and logits.is_file()):
        return None
    return _Given(folder.name, _read_weights(weights, model), _read_logits(logits, model, samples))


def _read_weights(path: Path, model: Model) -> Weights:
    try:
        weights = load_weights(path)
    except (OSError, SafetensorError) as error:
        raise RunnerError(f"{path} cannot be read: {error}", _REMEDY) from error
    shapes = model.weight_shapes() | model.state_shapes()
    if weights.keys() != shapes.keys():
        strange = ", ".join(sorted(weights.keys() ^ shapes.keys()))
        raise RunnerError(f"{path} is of another network: {strange} missing or unknown", _REMEDY)
    for name, shape in shapes.items():
        _check(path, name, weights[name], shape)
    return {name: weights[name] for name in weight_names(model)}


def _read_logits(path: Path, model: Model, samples: int) -> FloatArray:
    try:
        logits: FloatArray = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise RunnerError(f"{path} cannot be read: {error}", _REMEDY) from error
    _check(path, "logits", logits, (samples, *model.output_shape))
    return logits


def _check(path: Path, name: str, array: FloatArray, shape: tuple[int, ...]) -> None:
    if array.shape != shape or array.dtype != np.float32:
        found = f"{array.dtype} {array.shape}"
        raise RunnerError(f"{path}: {name} is {found}, expected float32 {shape}", _REMEDY)
