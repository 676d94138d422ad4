"""What a contender has to offer; the harness knows frameworks by nothing else.

Arrays cross this boundary as NumPy: inputs as float32 or float64 (batch, height, width, channels)
or (batch, features); targets as int64 classes (batch,), or for a regression in the inputs' type
(batch, outputs); weights by name in the canonical layout (convolution kernels HWIO, dense kernels
inputs × units).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import Network, Weights
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.harness.contender.scorer import ImageTable, Scorer
from runners.harness.errors import RunnerError


class Contender(ABC):
    """A framework, as the harness sees it. Importing the framework belongs in `configure`."""

    precisions: tuple[Precision, ...] = ("float32", "float64")
    """What it can compute in; float32 always."""
    unavailable: Mapping[Precision, str] = {}
    """The precisions it lacks, with the reason."""
    published_defaults: Mapping[str, str]
    """What `build_published` leaves to the framework: topic to what it does there."""
    published_numbers: PublishedNumbers = PublishedNumbers()
    """Those numbers among them that the gate looks for."""
    published_order_repeats: bool = False
    """Whether the published loader's epochs all have the order of the first."""

    def check(self) -> None:  # noqa: B027 - most have nothing to check
        """See to it that the framework may be imported, apart from its import, which is timed.

        Raises RunnerError with the remedy where it may not.
        """

    @abstractmethod
    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Import the framework and size its thread pools; called once, before all but `check`.

        Raises RunnerError with the remedy where the device is not there.
        """

    def interpret(self) -> None:  # noqa: B027 - most compile nothing
        """Compile nothing from now on: most of what follows is called once."""

    @abstractmethod
    def thread_pools(self) -> dict[str, int]:
        """Return the size of every thread pool, asked of the framework, not remembered."""

    def gpu(self) -> str | None:
        """Return the name of the GPU in use, None on a CPU."""
        return None

    @abstractmethod
    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network from its layer list and load canonical weights and states into it.

        Raises RunnerError where the training asks for a defect that this framework does not admit.
        """

    def scorer(
        self, model: Model, training: Training, weights: Weights, table: ImageTable
    ) -> Scorer:
        """Prepare to score a table, in float32; unless overridden, pyarrow feeds the network.

        Raises RunnerError where the contender cannot.
        """
        from runners.harness.contender.arrow_scorer import ArrowScorer

        return ArrowScorer(self.build(model, training, weights, "float32"), table)

    @abstractmethod
    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network in float32 as the framework's users do, for the published protocol.

        Layers, loss, kind of optimizer, learning rate, momentum and batch size are the study's. All
        else is the framework's own: initialisers, drawn from `seed`; the optimizer's other numbers
        and its sense of weight decay; what batch norm does unless told; loop and loader.
        """


def refuse_defects(training: Training, because: str) -> None:
    """Raise RunnerError where the training asks for a defect.

    Args:
        training: The study's.
        because: What keeps the framework from making the mistake.
    """
    if training.defect is not None:
        raise RunnerError(
            f"the defect {training.defect} exists in PyTorch only: {because}",
            "run this workload with --contender pytorch",
        )
