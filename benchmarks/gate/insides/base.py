"""What a defect may do inside any contender's network."""

from abc import ABC, abstractmethod
from typing import Any, Literal

from runners.harness.contender.network import Weights

Kind = Literal["relu", "max_pool2d", "global_avg_pool2d"]
"""Of layers without weights."""
TOO_MUCH = 1.1


class Insides(ABC):
    """A network's own parts, which no contender shows."""

    def __init__(self, network: Any) -> None:
        self._network = network

    @abstractmethod
    def load(self, weights: Weights) -> None:
        """Put weights and states in the place of those that are there."""

    @abstractmethod
    def forget(self) -> None:
        """Let the optimizer start anew."""

    @abstractmethod
    def draw_anew(self) -> None:
        """Let the dropouts draw from the start of their sequence again."""

    @abstractmethod
    def without_dropout(self) -> Any:
        """Within the block, train with dropouts that do nothing."""

    @abstractmethod
    def in_evaluation(self) -> Any:
        """Within the block, train with batch norms that go by their moving averages."""

    @abstractmethod
    def dropping(self) -> Any:
        """Within the block, predict with dropouts that drop."""

    @abstractmethod
    def scaling(self, kind: Kind) -> Any:
        """Within the block, train with layers of a kind that put out `TOO_MUCH` of what they do."""
