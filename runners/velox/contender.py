"""Velox as the harness sees it."""

from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model
from contract.training import Training
from runners.harness.contender.contender import Contender, refuse_defects
from runners.harness.contender.network import Network, Weights
from runners.harness.contender.scorer import ImageTable, Scorer
from runners.harness.errors import RunnerError
from runners.velox.engine import PUBLISHED_DEFAULTS, arrow_pools, set_arrow_threads

_NO_DEFECTS = "ml_mean_squared_error refuses targets of another shape than the outputs"


class VeloxContender(Contender):
    """The Velox engine with ML functions in C++ for the layers."""

    precisions: tuple[Precision, ...] = ("float32",)
    unavailable: Mapping[Precision, str] = {
        "float64": "oneDNN, which the ML functions compute with, has no float64 kernels for a CPU"
    }
    published_defaults = PUBLISHED_DEFAULTS

    def check(self) -> None:
        """Compare libvelox.so with the one that the ML functions were built for.

        Raises:
            RunnerError: the functions are not built, or it is another one.
        """
        from runners.velox.ml_functions import check_installed

        check_installed()

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Load Velox and the ML functions, and size the pools; dropout draws from the seed.

        Raises:
            RunnerError: a GPU is asked for.
        """
        if device == "cuda":
            raise RunnerError(
                "Velox's ML functions have no GPU kernels", "run it with --device cpu"
            )
        from runners.velox.ml_functions import load

        self._seed = seed
        self._functions = load()
        self._functions.set_threads(threads)
        set_arrow_threads(threads)

    def thread_pools(self) -> dict[str, int]:
        """Return the size of the functions' pool, counted inside it, and of Arrow's two."""
        return {"ml_functions": self._functions.count_threads(), **arrow_pools()}

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network; its plans are made when they are first run.

        Raises:
            RunnerError: another precision than float32, or a defect, is asked for.
        """
        if precision not in self.precisions:
            raise RunnerError(f"no {precision}: {self.unavailable[precision]}", "use float32")
        refuse_defects(training, _NO_DEFECTS)
        from runners.velox.network import VeloxNetwork

        return VeloxNetwork(model, training, weights, self._seed, self._functions)

    def scorer(
        self, model: Model, training: Training, weights: Weights, table: ImageTable
    ) -> Scorer:
        """Put scan, filter, decoding and prediction into one plan.

        Raises:
            RunnerError: a defect is asked for.
        """
        refuse_defects(training, _NO_DEFECTS)
        from runners.velox.scoring import PlanScorer

        return PlanScorer(model, training, weights, table, self._functions)

    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network with its own weights and loop: Velox has no defaults to go by.

        Raises:
            RunnerError: a defect is asked for.
        """
        refuse_defects(training, _NO_DEFECTS)
        from runners.velox.network import PublishedVeloxNetwork

        return PublishedVeloxNetwork(model, training, seed, self._functions)


def create() -> VeloxContender:
    """Return the contender that this folder holds."""
    return VeloxContender()
