"""What a defect may do inside a contender's network; each family of contenders has its own way."""

from benchmarks.gate.insides.base import Insides
from benchmarks.gate.insides.engine import EngineInsides
from benchmarks.gate.insides.pytorch import PyTorchInsides
from benchmarks.gate.insides.tensorflow import KerasInsides, TensorFlowInsides
from runners.harness.contender.network import Network

__all__ = ["Insides", "inside"]

_FAMILIES: dict[str, type[Insides]] = {
    "pytorch": PyTorchInsides,
    "tensorflow": TensorFlowInsides,
    "keras": KerasInsides,
    "velox": EngineInsides,
    "velox_stock": EngineInsides,
}


def inside(network: Network) -> Insides:
    """Return the insides of a contender's network."""
    return _FAMILIES[type(network).__module__.split(".")[1]](network)
