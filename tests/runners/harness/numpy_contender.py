"""A contender in NumPy, for the harness's own tests: the reference, with defects on demand."""

from dataclasses import replace

import numpy as np

from contract.training import Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.weights import canonical_weights
from runners.harness.errors import RunnerError
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


class PublishedReference(Reference):
    """The reference with a loader of its own."""

    def __init__(self, model, training, seed):
        super().__init__(model, training, canonical_weights(model, seed), "float32")
        self._shuffle = np.random.default_rng(seed)

    def train_epoch(self, epoch):
        own_order = self._shuffle.permutation(len(epoch.inputs))
        return super().train_epoch(replace(epoch, order=own_order))


class OtherOptimizer(NumpyContender):
    """Trains with other hyper-parameters than it was told."""

    def __init__(self, changes, precision):
        super().__init__()
        self.changes = changes
        self.precisions = (precision,)

    def build(self, model, training, weights, precision):
        values = training.model_dump()
        values["optimizer"] |= {
            name: value for name, value in self.changes.items() if name in values["optimizer"]
        }
        return super().build(model, Training.model_validate(values), weights, precision)
