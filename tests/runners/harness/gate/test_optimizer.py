"""The optimizer by itself: each of its numbers, off by a little, is seen and named."""

from functools import partial

import numpy as np
import pytest

from contract.training import SGD, Adam, Momentum
from runners.harness.gate import optimizer
from runners.harness.gate.optimizer import check_optimizer, optimizers_to_try
from runners.harness.reference.network import Reference
from runners.harness.reference.optimizers import make_update
from tests.runners.harness.numpy_contender import NumpyContender, OtherNumbers, wrong_gradient

OWN = {
    "sgd": SGD(type="sgd", learning_rate=0.1, weight_decay=5e-4),
    "momentum": Momentum(type="momentum", learning_rate=0.05, weight_decay=5e-4),
    "adam": Adam(type="adam", learning_rate=0.001),
}


def look(contender, kind, precision="float32"):
    """Look at the study's optimizer, which is of that kind."""
    own = OWN[kind]
    return check_optimizer(contender, optimizers_to_try(own, precision)[kind], precision)


@pytest.mark.parametrize("kind", OWN)
def test_the_reference_in_float32_passes_without_excuse(kind):
    check = look(NumpyContender(), kind)

    assert check.passed
    assert check.kind == "optimizer"
    assert check.excused is None


@pytest.mark.parametrize("kind", OWN)
def test_the_reference_in_float64_passes_exactly(kind):
    assert look(NumpyContender(), kind, "float64").error == 0


@pytest.mark.parametrize(
    ("kind", "number", "factor"),
    [
        ("sgd", "learning_rate", 1.001),
        ("sgd", "weight_decay", 1.01),
        ("momentum", "learning_rate", 1.001),
        ("momentum", "momentum", 1.001),
        ("momentum", "weight_decay", 1.01),
        ("adam", "learning_rate", 1.001),
        ("adam", "beta_1", 1.001),
        ("adam", "beta_2", 0.9999),
        ("adam", "epsilon", 1.01),
        ("adam", "weight_decay", 1.01),
    ],
)
def test_a_number_that_is_off_is_seen_in_float32_and_named(kind, number, factor):
    check = look(OtherNumbers(**{number: factor}), kind)

    assert not check.passed
    assert check.cause.startswith(f"as with {number} ")


@pytest.mark.parametrize(
    ("kind", "number"), [("sgd", "weight_decay"), ("adam", "beta_1"), ("adam", "weight_decay")]
)
def test_float64_sees_a_tenth_of_a_percent_of_all_numbers(kind, number):
    check = look(OtherNumbers(**{number: 1.001}), kind, "float64")

    assert not check.passed
    assert check.cause.startswith(f"as with {number} ")


def test_a_cause_gives_both_numbers():
    assert look(OtherNumbers(learning_rate=1.01), "sgd").cause == (
        "as with learning_rate 0.101 in place of 0.1"
    )


def test_a_cause_tells_numbers_apart_that_are_nearly_the_same():
    assert look(OtherNumbers(learning_rate=1.001), "sgd").cause == (
        "as with learning_rate 0.1001 in place of 0.1"
    )


def test_an_error_of_no_number_has_no_cause():
    kind = wrong_gradient(lambda gradients: {"linear.bias": gradients["linear.bias"] * 2})

    check = look(NumpyContender(kind=kind), "sgd")

    assert not check.passed
    assert check.worst.startswith("linear.bias in step")
    assert check.cause == ""


def test_a_check_names_the_numbers_that_were_tried():
    check = look(OtherNumbers(learning_rate=1.01), "sgd")

    assert check.worst == (
        "linear.bias in steps 14 to 24 at learning_rate 0.1, weight_decay 0.0005"
    )


def test_the_studys_optimizer_is_tried_as_it_is_and_so_that_every_number_shows():
    tried = optimizers_to_try(OWN["adam"], "float32")["adam"]

    own = OWN["adam"]
    stirred = {"weight_decay": 0.1, "epsilon": 1e-2, "beta_2": 0.9}
    assert tried == [own, own.model_copy(update=stirred)]


def test_other_kinds_are_tried_in_float32():
    assert list(optimizers_to_try(OWN["momentum"], "float32")) == ["momentum", "sgd", "adam"]
    assert list(optimizers_to_try(OWN["momentum"], "float64")) == ["momentum"]


def test_numbers_of_a_kind_that_is_not_the_studys_are_seen_too():
    tried = optimizers_to_try(OWN["sgd"], "float32")["adam"]

    assert not check_optimizer(OtherNumbers(beta_2=0.99), tried, "float32").passed


def test_a_weight_decay_that_is_decoupled_is_seen():
    class Decoupled(Reference):
        """Takes the decay off the weight, not into the gradient."""

        def __init__(self, model, training, weights, precision):
            self.decay = training.optimizer.weight_decay * training.optimizer.learning_rate
            plain = training.optimizer.model_copy(update={"weight_decay": 0.0})
            training = training.model_copy(update={"optimizer": plain})
            super().__init__(model, training, weights, precision)

        def train_step(self, inputs, targets):
            for value in self._weights.values():
                value *= 1 - self.decay
            return super().train_step(inputs, targets)

    for kind in ("momentum", "adam"):
        assert not look(NumpyContender(kind=Decoupled), kind).passed


def test_epsilon_beside_the_corrected_root_is_seen():
    class Corrected(Reference):
        """Has ε where frameworks have it: √(v/(1−β₂ᵗ)) + ε."""

        def __init__(self, model, training, weights, precision):
            super().__init__(model, training, weights, precision)
            adam = training.optimizer
            mean, square = dict.fromkeys(weights, 0.0), dict.fromkeys(weights, 0.0)

            def update(name, gradient, step):
                gradient = gradient + adam.weight_decay * self._weights[name]
                mean[name] = adam.beta_1 * mean[name] + (1 - adam.beta_1) * gradient
                square[name] = adam.beta_2 * square[name] + (1 - adam.beta_2) * gradient**2
                root = np.sqrt(square[name] / (1 - adam.beta_2**step))
                rate = adam.learning_rate / (1 - adam.beta_1**step)
                return rate * mean[name] / (root + self.beside(adam, step))

            self._update = update

        def beside(self, adam, step):
            return adam.epsilon

    class Aligned(Corrected):
        """Has it there, but as large as the contract's is: what a right contender does."""

        def beside(self, adam, step):
            return adam.epsilon / np.sqrt(1 - adam.beta_2**step)

    assert look(NumpyContender(kind=Aligned), "adam").passed
    assert not look(NumpyContender(kind=Corrected), "adam").passed


def test_a_momentum_that_forgets_is_seen():
    class Forgetful(Reference):
        """Begins anew after ten steps."""

        def __init__(self, model, training, weights, precision):
            super().__init__(model, training, weights, precision)
            self.optimizer = training.optimizer

        def step(self, inputs, targets):
            if self._step == 10:
                self._update = make_update(self.optimizer, self._weights)
            return super().step(inputs, targets)

    assert not look(NumpyContender(kind=Forgetful), "momentum").passed


@pytest.fixture
def unexplained(monkeypatch):
    """Leave out the search for the number that is off, which takes seconds."""
    monkeypatch.setattr(optimizer, "_explain", lambda *_: "")


def ruled(rule):
    """Return a contender whose every step lowers a weight by `rule(step)` of the test's.

    The rule is given the optimizer's numbers, what it remembers of the tensor, the gradient with
    the decay in it, and the number of the step.
    """

    class Ruled(Reference):
        def __init__(self, model, training, weights, precision):
            super().__init__(model, training, weights, precision)
            numbers = training.optimizer
            kept = {name: {} for name in weights}

            def update(name, gradient, step):
                decayed = gradient + numbers.weight_decay * self._weights[name]
                return rule(numbers, kept[name], decayed, step)

            self._update = update

    return NumpyContender(kind=Ruled)


def momentum(numbers, kept, gradient, _step, *, nesterov=False, dampening=0.0, scaled=False):
    rate = numbers.learning_rate if scaled else 1.0
    kept["v"] = numbers.momentum * kept.get("v", 0.0) + (1 - dampening) * rate * gradient
    ahead = rate * gradient + numbers.momentum * kept["v"] if nesterov else kept["v"]
    return ahead if scaled else numbers.learning_rate * ahead


def adam(numbers, kept, gradient, step, *, largest=False, within=False, corrections=(0, 0)):
    first, second = numbers.beta_1, numbers.beta_2
    kept["m"] = first * kept.get("m", 0.0) + (1 - first) * gradient
    kept["v"] = second * kept.get("v", 0.0) + (1 - second) * gradient**2
    kept["most"] = np.maximum(kept.get("most", 0.0), kept["v"])
    square = kept["most"] if largest else kept["v"]
    epsilon = numbers.epsilon
    root = np.sqrt(square + epsilon**2) if within else np.sqrt(square) + epsilon
    of_first, of_second = (np.inf if late is None else step + late for late in corrections)
    rate = numbers.learning_rate * np.sqrt(1 - second**of_second) / (1 - first**of_first)
    return rate * kept["m"] / root


@pytest.mark.parametrize(
    ("kind", "rule"),
    [("momentum", momentum), ("momentum", partial(momentum, scaled=True)), ("adam", adam)],
)
def test_a_right_rule_passes(kind, rule):
    assert look(ruled(rule), kind).passed


@pytest.mark.usefixtures("unexplained")
@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("momentum", partial(momentum, nesterov=True)),
        ("momentum", partial(momentum, dampening=0.1)),
        ("adam", partial(adam, largest=True)),
        ("adam", partial(adam, within=True)),
        ("adam", partial(adam, corrections=(1, 0))),
        ("adam", partial(adam, corrections=(0, 1))),
        ("adam", partial(adam, corrections=(None, 0))),
        ("adam", partial(adam, corrections=(0, None))),
    ],
    ids=[
        "nesterov",
        "dampening",
        "the largest of the squares",
        "epsilon within the root",
        "correction of the mean a step late",
        "correction of the squares a step late",
        "no correction of the mean",
        "no correction of the squares",
    ],
)
@pytest.mark.parametrize("own", OWN)
def test_another_rule_is_seen_in_float32_whatever_the_studys_optimizer(kind, rule, own):
    tried = optimizers_to_try(OWN[own], "float32")[kind]

    assert not check_optimizer(ruled(rule), tried, "float32").passed


@pytest.mark.usefixtures("unexplained")
@pytest.mark.parametrize("kind", OWN)
def test_a_decay_that_spares_biases_is_seen_in_float32(kind):
    class Sparing(Reference):
        def __init__(self, model, training, weights, precision):
            super().__init__(model, training, weights, precision)
            self._update = self.sparing(training.optimizer)

        def sparing(self, numbers):
            decayed = make_update(numbers, self._weights)
            spared = make_update(numbers.model_copy(update={"weight_decay": 0}), self._weights)
            return lambda name, *of: (spared if name.endswith("bias") else decayed)(name, *of)

    assert not look(NumpyContender(kind=Sparing), kind).passed


@pytest.mark.usefixtures("unexplained")
@pytest.mark.parametrize("most", [1, 5, 100])
@pytest.mark.parametrize("kind", OWN)
def test_gradients_that_are_clipped_are_seen_in_float32(kind, most):
    class Clipping(Reference):
        def _differentiate(self, *of):
            loss, gradients, *rest = super()._differentiate(*of)
            norm = np.sqrt(sum((value**2).sum() for value in gradients.values()))
            factor = min(1.0, most / norm)
            return loss, {name: factor * value for name, value in gradients.items()}, *rest

    assert not look(NumpyContender(kind=Clipping), kind).passed
