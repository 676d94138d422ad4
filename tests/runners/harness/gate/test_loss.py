"""A loss is held against the reference at small outputs, at large ones, and at very large ones."""

import numpy as np
import pytest

from runners.harness.gate.layers import check_layers
from runners.harness.gate.loss import LossProbe
from runners.harness.gate.plan import plan_gate
from runners.harness.reference.losses import LOSSES
from runners.harness.reference.network import Reference
from tests.runners.harness.numpy_contender import NumpyContender
from tests.runners.suite_models import LINEAR, REGRESSION, SQUARED, TRAINING, batch

CROSS_ENTROPY = LossProbe.of(LINEAR, TRAINING)
SQUARES = LossProbe.of(REGRESSION, SQUARED)
RIGHT = dict(LOSSES)


def look(kind, probe=CROSS_ENTROPY):
    return check_layers(NumpyContender(kind=kind), [probe], {})


def softmax(logits):
    exps = np.exp(logits - logits.max(axis=1, keepdims=True))
    return exps / exps.sum(axis=1, keepdims=True)


def with_loss(monkeypatch, name, change):
    """Return a class of networks whose loss and its gradient `change` makes of the right ones."""

    class Changed(Reference):
        def _differentiate(self, inputs, targets):
            with monkeypatch.context() as patch:
                patch.setitem(LOSSES, name, lambda *of: change(RIGHT[name], *of))
                return super()._differentiate(inputs, targets)

    return Changed


@pytest.mark.parametrize("probe", [CROSS_ENTROPY, SQUARES], ids=lambda probe: probe.loss)
def test_the_reference_in_float32_passes_without_excuse(probe):
    check = look(Reference, probe)

    assert check.passed
    assert check.kind == "layers"
    assert check.floor is None


def clipped(right, logits, labels):
    """Take the logarithm of probabilities that are not let below 1e-7."""
    rows = np.arange(len(labels))
    chosen = softmax(logits)[rows, labels]
    _, grad = right(logits, labels)
    grad = grad * (chosen > 1e-7)[:, None]
    return float(-np.log(np.maximum(chosen, 1e-7)).mean()), grad


def smoothed(right, logits, labels):
    """Give a thousandth of the label to all classes."""
    loss, grad = right(logits, labels)
    every = [right(logits, np.full_like(labels, label)) for label in range(logits.shape[1])]
    losses, grads = zip(*every, strict=True)
    return 0.999 * loss + 0.001 * np.mean(losses), 0.999 * grad + 0.001 * np.mean(grads, axis=0)


def twice(right, logits, labels):
    """Take probabilities for logits."""
    return right(softmax(logits), labels)


def unshifted(right, logits, labels):
    """Let the exponentials overflow."""
    with np.errstate(all="ignore"):
        exps = np.exp(logits)
        chosen = (exps / exps.sum(axis=1, keepdims=True))[np.arange(len(labels)), labels]
        return float(-np.log(chosen).mean()), right(logits, labels)[1]


@pytest.mark.parametrize(
    ("change", "size"), [(clipped, 30), (unshifted, 300), (smoothed, None), (twice, None)]
)
def test_a_wrong_cross_entropy_is_seen(change, size, monkeypatch):
    check = look(with_loss(monkeypatch, "softmax_cross_entropy", change))

    assert not check.passed
    assert "loss softmax_cross_entropy at outputs of ±" in check.worst
    assert size is None or not CROSS_ENTROPY.judge(*wrong_at(size, change, monkeypatch)).passed


def wrong_at(size, change, monkeypatch):
    """Return what a wrong loss and the right one show at outputs of one size."""
    kind = with_loss(monkeypatch, "softmax_cross_entropy", change)
    shown, right = CROSS_ENTROPY.observe(NumpyContender(kind=kind)), CROSS_ENTROPY.expect()
    return ({n: v for n, v in of.items() if f"±{size}" in n} for of in (shown, right))


def test_squares_of_large_errors_that_are_not_squared_are_seen(monkeypatch):
    def lines(right, outputs, targets):
        """Go on in lines from errors of 100 on, as Huber's loss does."""
        errors = outputs - targets
        loss, grad = right(outputs, targets)
        far = np.abs(errors) > 100
        return loss, np.where(far, 200 * np.sign(errors) / errors.size, grad)

    check = look(with_loss(monkeypatch, "mean_squared_error", lines), SQUARES)

    assert not check.passed
    assert "±300" in check.worst


def test_a_loss_that_a_step_alone_gets_wrong_is_seen():
    class Stepping(Reference):
        def train_step(self, inputs, targets):
            return super().train_step(inputs, targets) * 1.001

    check = look(Stepping)

    assert check.worst.endswith(" in a step")


def test_the_plan_has_the_studys_loss():
    assert plan_gate(LINEAR, TRAINING, batch(LINEAR, 100, "float32")).loss == CROSS_ENTROPY


def test_the_network_is_closed():
    closed = []

    class Closing(Reference):
        def close(self):
            closed.append(self)

    look(Closing)

    assert len(closed) == 1
