"""Takes one contender through the gate, with a defect in it or without."""

from contextlib import AbstractContextManager
from functools import lru_cache

from benchmarks.gate.changes import Change, Replacement, SourceEdit
from benchmarks.gate.planted import PlantedDefect
from benchmarks.gate.plugin import PluginBuilder
from benchmarks.gate.trials import Trial, make_trial
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

    def verify_wrong(self, defect: PlantedDefect) -> Equivalence:
        """Return what the gate finds with a defect.

        Raises:
            AnchorError: the defect cannot be planted.
            RuntimeError: its C++ does not build.
        """
        with self._planted(defect.change):
            return self._verify(self._trial(defect.trial), 0)

    def verify_right(self, trial: str, seed: int, offset: int) -> Equivalence:
        """Return what the gate finds without one.

        Args:
            trial: What it is given.
            seed: Of the gate's weights.
            offset: Which samples it is given.
        """
        with Replacement(_SEED, lambda _: seed).planted():
            return self._verify(self._trial(trial), offset)

    def _planted(self, change: Change) -> AbstractContextManager[object]:
        if isinstance(change, SourceEdit):
            return self._plugin.loaded(change, self._contender)
        return change.planted()

    def _verify(self, trial: Trial, offset: int) -> Equivalence:
        samples = trial.draw(offset)
        return verify(self._contender, trial.model, trial.training, samples, lambda *_: None)
