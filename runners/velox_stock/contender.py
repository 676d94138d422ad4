"""The unmodified Velox as the harness sees it."""

from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model
from contract.training import Training
from runners.harness.contender.contender import Contender, refuse_defects
from runners.harness.contender.network import Network, Weights
from runners.harness.errors import RunnerError
from runners.velox.engine import PUBLISHED_DEFAULTS, arrow_pools, import_velox, set_arrow_threads

_NO_DEFECTS = "a query joins outputs and targets row by row"


class VeloxStockContender(Contender):
    """The Velox engine as its wheel ships, layers in its own expressions.

    A plan over values in memory has one driver, which no setting changes: one thread computes.
    Velox has a pool of a thread per CPU of the machine for its drivers, which Python can neither
    size nor ask; of these the one driver keeps one busy.
    """

    published_defaults: Mapping[str, str] = {
        **PUBLISHED_DEFAULTS,
        "loop": "one query per call of a layer, started from Python",
        "threads": "one computes: a plan over values in memory has one driver",
    }

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Load Velox, and size Arrow's pools; dropout draws from the seed.

        Raises:
            RunnerError: a GPU is asked for.
        """
        if device == "cuda":
            raise RunnerError("Velox's expressions have no GPU kernels", "run it with --device cpu")
        self._seed = seed
        import_velox()
        set_arrow_threads(threads)

    def thread_pools(self) -> dict[str, int]:
        """Return the size of Arrow's two pools, the only ones that can be asked."""
        return arrow_pools()

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its queries are planned when they are first run.

        Raises:
            RunnerError: a defect is asked for.
        """
        refuse_defects(training, _NO_DEFECTS)
        from runners.velox_stock.network import StockNetwork

        return StockNetwork(model, training, weights, self._seed, precision)

    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network with its own weights and loop: Velox has no defaults to go by.

        Raises:
            RunnerError: a defect is asked for.
        """
        refuse_defects(training, _NO_DEFECTS)
        from runners.velox_stock.network import PublishedStockNetwork

        return PublishedStockNetwork(model, training, seed)


def create() -> VeloxStockContender:
    """Return the contender that this folder holds."""
    return VeloxStockContender()
