"""Networks that take training for evaluation, or the other way round, after some other call."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from benchmarks.gate.defects.evaluation import OUTPUTS
from benchmarks.gate.insides import Insides, inside
from benchmarks.gate.networks import Build, altered, altered_methods
from benchmarks.gate.planted import at, building, plant
from benchmarks.gate.trials import DROPPING, FEATURES, NORM_DROP
from runners.harness.contender.network import Epoch, FloatArray, Weights

AFTER_A_PREDICTION = "After a prediction a network trains otherwise than before it."
DROPS = (
    "What is predicted is not the network without its dropouts, after some calls or for some rows."
)
STALE = "What is predicted after an epoch is not what the reference predicts by the weights then."

_TRAINING = ("gradients", "train_step", "train_epoch")
Calls = Sequence[str]
"""The methods that were called of a network so far."""


def _wrong_after(
    build: Build, method: str, is_wrong: Callable[[Calls], bool], within: Callable[[Insides], Any]
) -> Build:
    """Return what builds networks of which one method goes wrong after some calls.

    Args:
        build: The right one.
        method: The name.
        is_wrong: Says whether it goes wrong after these calls.
        within: Makes what it goes wrong in.
    """

    def alter(network: Any, name: str, right: Callable[..., Any], *arguments: Any) -> Any:
        calls: list[str] = vars(network).setdefault("_calls", [])
        goes_wrong = name == method and is_wrong(calls)
        calls.append(name)
        with within(inside(network)) if goes_wrong else nullcontext():
            return right(*arguments)

    return altered_methods(build, ("predict", *_TRAINING), alter)


def _left_in_evaluation(build: Build, method: str, within: Callable[[Insides], Any]) -> Build:
    """Let a method leave the network in the mode of the last prediction."""

    def is_left(calls: Calls) -> bool:
        others = [name for name in calls if name != method]
        return others[-1:] == ["predict"]

    return _wrong_after(build, method, is_left, within)


@plant("evaluation", building(), FEATURES, AFTER_A_PREDICTION, ("pytorch", "velox"))
def epoch_stays_in_evaluation(build: Build) -> Build:
    """An epoch after a prediction does not switch batch norms back to training."""
    return _left_in_evaluation(build, "train_epoch", lambda within: within.in_evaluation())


@plant("evaluation", building(), DROPPING, AFTER_A_PREDICTION)
def epoch_stays_without_dropout(build: Build) -> Build:
    """An epoch after a prediction does not switch dropouts back to training."""
    return _left_in_evaluation(build, "train_epoch", lambda within: within.without_dropout())


@plant("evaluation", building(), FEATURES, AFTER_A_PREDICTION)
def step_stays_in_evaluation(build: Build) -> Build:
    """A step after a prediction does not switch batch norms back to training."""
    return _left_in_evaluation(build, "train_step", lambda within: within.in_evaluation())


@plant("evaluation", building(), NORM_DROP, AFTER_A_PREDICTION)
def step_stays_without_dropout(build: Build) -> Build:
    """A step after a prediction does not switch dropouts back to training."""
    return _left_in_evaluation(build, "train_step", lambda within: within.without_dropout())


@plant("evaluation", building(), DROPPING, DROPS)
def prediction_drops_until_the_network_trained(build: Build) -> Build:
    """Predictions drop values, too, until the network has taken a step."""

    def is_untrained(calls: Calls) -> bool:
        return not {"train_step", "train_epoch"} & set(calls)

    return _wrong_after(build, "predict", is_untrained, lambda within: within.dropping())


@plant("evaluation", building(), DROPPING, DROPS)
def prediction_switches_to_evaluation_once(build: Build) -> Build:
    """The first prediction switches dropouts off; training puts them on again, for good."""

    def was_trained_since(calls: Calls) -> bool:
        since = calls[calls.index("predict") :] if "predict" in calls else []
        return bool(set(_TRAINING) & set(since))

    return _wrong_after(build, "predict", was_trained_since, lambda within: within.dropping())


@plant("evaluation", building(), DROPPING, DROPS)
def prediction_of_many_rows_drops(build: Build) -> Build:
    """Predictions of more than one row drop values, too."""

    def alter(
        network: Any, _name: str, predict: Callable[..., Any], inputs: FloatArray
    ) -> FloatArray:
        with inside(network).dropping() if len(inputs) > 1 else nullcontext():
            outputs: FloatArray = predict(inputs)
        return outputs

    return altered_methods(build, ("predict",), alter)


@plant("evaluation", building(), FEATURES, STALE)
def prediction_after_an_epoch_is_stale(build: Build) -> Build:
    """After an epoch the network predicts by the weights before it, until it takes a step."""

    def alter(network: Any) -> None:
        predict, train_step = network.predict, network.train_step
        train_epoch = network.train_epoch
        stale: Weights | None = None

        def predict_stale(inputs: FloatArray) -> Any:
            if stale is None:
                return predict(inputs)
            current = network.weights()
            inside(network).load(stale)
            outputs = predict(inputs).copy()
            inside(network).load(current)
            return outputs

        def train(epoch: Epoch) -> Any:
            nonlocal stale
            stale = stale or network.weights()
            return train_epoch(epoch)

        def step(*batch: Any) -> Any:
            nonlocal stale
            stale = None
            return train_step(*batch)

        vars(network).update(predict=predict_stale, train_epoch=train, train_step=step)

    return altered(build, alter)


@plant(
    "evaluation",
    at("runners.pytorch.layers.batch_norm:BiasedBatchNorm.forward", "pytorch"),
    FEATURES,
    OUTPUTS,
)
def epsilon_stands_beside_the_root(forward: Callable[..., Any]) -> Callable[..., Any]:
    """In evaluation a batch norm divides by √σ² + ε."""

    def changed(norm: Any, inputs: Any) -> Any:
        if norm.training:
            return forward(norm, inputs)
        channels = (-1, *[1] * (inputs.ndim - 2))
        mean, variance, gamma, beta = (
            tensor.reshape(channels)
            for tensor in (norm.moving_mean, norm.moving_variance, norm.gamma, norm.beta)
        )
        return (inputs - mean) / (variance.sqrt() + norm._epsilon) * gamma + beta

    return changed
