"""A contender in NumPy, for the harness's own tests: the reference, with defects on demand."""

from dataclasses import replace

import numpy as np
import pytest

from runners.harness.contender.contender import Contender
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
from runners.harness.reference.layers import base
from runners.harness.reference.network import Reference


class NumpyContender(Contender):
    """The reference as a contender, with a defect on demand.

    `defect` changes each network that it builds; `kind` is the class of them.
    """

    precisions = ("float32", "float64")
    unavailable = {}  # noqa: RUF012
    published_defaults = {  # noqa: RUF012
        "initialisation": "canonical weights drawn from the seed",
        "loader": "a permutation of its own, drawn from the seed",
    }

    def __init__(self, defect=None, pools=None, error=None, kind=Reference):
        self.defect = defect or (lambda network: network)
        self.kind = kind
        self.pools = pools
        self.error = error

    def configure(self, device, threads, seed):
        if self.error:
            raise self.error
        if device != "cpu":
            raise RunnerError("NumPy knows no GPU", "run with --device cpu")
        self.threads = threads

    def thread_pools(self):
        return self.pools or {"numpy": self.threads}

    def build(self, model, training, weights, precision):
        if training.defect:
            raise RunnerError(f"no {training.defect} in NumPy", "leave the defect out")
        return self.defect(self.kind(model, training, weights, precision))

    def build_published(self, model, training, seed):
        return PublishedReference(model, training, seed)


class Publishing(NumpyContender):
    """A contender with a published loop of the test's."""

    def __init__(self, loop, repeats=False, gpu=None, numbers=None):
        super().__init__()
        self.build_published = loop
        self.published_order_repeats = repeats
        self.published_numbers = numbers or self.published_numbers
        self.gpu = lambda: gpu


class PublishedReference(Reference):
    """The reference with a loader of its own."""

    def __init__(self, model, training, seed):
        super().__init__(model, training, canonical_weights(model, seed), "float32")
        self._shuffle = np.random.default_rng(seed)

    def train_epoch(self, epoch):
        own_order = self._shuffle.permutation(len(epoch.inputs))
        return super().train_epoch(replace(epoch, order=own_order))


class StayingInEvaluation(Reference):
    """A network that trains in evaluation mode once it has predicted."""

    is_evaluating = False

    def predict(self, inputs):
        self.is_evaluating = True
        return super().predict(inputs)

    def _forward(self, inputs, *, training):
        return super()._forward(inputs, training=training and not self.is_evaluating)


class OtherNumbers(NumpyContender):
    """Trains with an optimizer whose numbers are other multiples of what it was told."""

    def __init__(self, **factors):
        super().__init__()
        self.factors = factors

    def build(self, model, training, weights, precision):
        told = training.optimizer.model_dump()
        numbers = {name: told[name] * factor for name, factor in self.factors.items()}
        optimizer = training.optimizer.model_copy(update=numbers)
        training = training.model_copy(update={"optimizer": optimizer})
        return super().build(model, training, weights, precision)


def wrong_layer(is_wrong, outputs=1.0, gradient=1.0):
    """Return a class of networks in which some layers are wrong, wherever they stand.

    Args:
        is_wrong: Whether a layer is one of them.
        outputs: Factor of their outputs.
        gradient: Factor of the gradient with respect to their inputs.
    """

    computed = base.forward

    def forward(layer, inputs, run):
        right, backward = computed(layer, inputs, run)
        if not is_wrong(layer):
            return right, backward

        def wrong_backward(grad):
            by_inputs, by_weights = backward(grad)
            return by_inputs * gradient, by_weights

        return right * outputs, wrong_backward

    class WrongLayer(Reference):
        def _forward(self, inputs, *, training):
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(base, "forward", forward)
                return super()._forward(inputs, training=training)

    return WrongLayer


def wrong_gradient(change):
    """Return a class of networks whose gradients by name `change` has changed, in steps too."""

    class WrongGradient(Reference):
        def _differentiate(self, inputs, targets):
            loss, gradients, outputs, moved = super()._differentiate(inputs, targets)
            return loss, gradients | change(gradients), outputs, moved

    return WrongGradient
