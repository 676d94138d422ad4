"""The study's network as the published protocol builds it: its layers, all of them, in their order.

Its weights are drawn by the framework. With them, and the numbers that the contender declares as
its framework's own, the reference has the same outputs.
"""

from collections.abc import Iterator

import numpy as np

from contract.model import Model
from contract.training import Training
from runners.harness.contender.contender import Contender
from runners.harness.gate.distance import relative_to_largest
from runners.harness.gate.published_epochs import Fault, limits_of
from runners.harness.reference.network import Reference

_ROWS = 2
_SEED = 0


def network_faults(contender: Contender, model: Model, training: Training) -> Iterator[Fault]:
    """Yield what is wrong with the outputs of the study's network, before it is trained."""
    network = contender.build_published(model, training, _SEED)
    generator = np.random.default_rng(_SEED)
    inputs = generator.normal(size=(_ROWS, *model.input_shape)).astype(np.float32)
    own = contender.published_numbers.of_model(model)
    expected = Reference(own, training, network.weights()).predict(inputs)
    distance = relative_to_largest(network.predict(inputs), expected)
    network.close()
    if not distance <= limits_of(contender).outputs:
        told = f"its outputs are {distance:.1e} of the largest away from those of its layers"
        yield Fault("the study's network", told)
