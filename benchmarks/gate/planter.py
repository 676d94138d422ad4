"""Takes one contender through the gate, with a defect in it or without."""

from contextlib import ExitStack
from functools import lru_cache

from benchmarks.gate.changes import Replacement, SourceEdit
from benchmarks.gate.planted import PlantedDefect
from benchmarks.gate.plugin import PluginBuilder
from benchmarks.gate.tensor_errors import GRADIENTS, with_gradient
from benchmarks.gate.trials import make_trial
from contract.evidence import Equivalence
from runners.harness.contender.contender import Contender
from runners.harness.gate.gate import verify

_SEED = "runners.harness.gate.gate:SEED"


class Planter:
    """A contender that defects are planted into, one at a time.

    Frameworks keep what they traced or compiled with a network; the gate builds its networks anew,
    so that nothing of a defect outlives it.
    """

    def __init__(self, contender: Contender, threads: int) -> None:
        """Take a contender that is configured."""
        self._contender = contender
        self._plugin = PluginBuilder(threads)
        self._trial = lru_cache(make_trial)

    def verify_wrong(self, defect: PlantedDefect) -> tuple[Equivalence, bool | None]:
        """Return what the gate finds with a defect, and whether that was run; None: unknown.

        Raises:
            AnchorError: the defect cannot be planted.
            RuntimeError: its C++ does not build.
        """
        with ExitStack() as planted:
            if isinstance(defect.change, SourceEdit):
                planted.enter_context(self._plugin.loaded(defect.change, self._contender))
                return self._verify(defect.trial), None
            calls = planted.enter_context(defect.change.planted())
            return self._verify(defect.trial), bool(calls)

    def verify_scaled(self, trial: str, tensor: str, factor: float) -> Equivalence:
        """Return what the gate finds where the gradient of one tensor of Velox's is scaled."""
        with Replacement(GRADIENTS, with_gradient(tensor, factor)).planted():
            return self._verify(trial)

    def verify_right(self, trial: str, seed: int, offset: int) -> Equivalence:
        """Return what the gate finds where nothing is wrong.

        Args:
            trial: What it is given.
            seed: Of the gate's weights.
            offset: Which samples it is given.
        """
        with Replacement(_SEED, lambda _: seed).planted():
            return self._verify(trial, offset)

    def _verify(self, trial_name: str, offset: int = 0) -> Equivalence:
        trial = self._trial(trial_name)
        samples = trial.draw(offset)
        return verify(self._contender, trial.model, trial.training, samples, lambda *_: None)
