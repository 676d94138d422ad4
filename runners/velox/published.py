"""What Velox's users write themselves, since ML functions come without a training loop."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import Epoch, EpochMetrics
from runners.harness.contender.weights import canonical_weights
from runners.velox.network import EngineNetwork, VeloxNetwork


class PublishedEngineNetwork(EngineNetwork):
    """The same plans under a loop that starts from its own weights and shuffles by itself."""

    def __init__(self, model: Model, training: Training, seed: int, *engine: Any) -> None:
        super().__init__(model, training, canonical_weights(model, seed), seed, *engine)
        self._generator = np.random.default_rng(seed)

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch, in an order of its own."""
        own_order = self._generator.permutation(len(epoch.inputs))
        return super().train_epoch(replace(epoch, order=own_order))


class PublishedVeloxNetwork(PublishedEngineNetwork, VeloxNetwork):
    """The same with the ML functions, which come last among the arguments."""
