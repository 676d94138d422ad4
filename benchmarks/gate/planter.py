"""Takes one contender through the gate, with a defect in it or without."""

import threading
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache, partial
from typing import Any

from benchmarks.gate.changes import Replacement, SourceEdit
from benchmarks.gate.planted import PlantedDefect
from benchmarks.gate.plugin import PluginBuilder
from benchmarks.gate.tensor_errors import GRADIENTS, with_gradient
from benchmarks.gate.trials import make_trial
from contract.evidence import Equivalence
from contract.model import Model
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Weights
from runners.harness.gate.expectations import Expectations
from runners.harness.gate.gate import verify

_DRAWING = tuple(
    f"runners.harness.gate.{module}:calm_weights" for module in ("trajectory", "layers", "loop")
)
"""Where the gate draws its weights."""
_SEEDS_APART = 1000
"""The gate tries a few seeds; those of two trials are to be others."""

_STRAY_SECONDS = 10.0
"""How long a thread that a defect started is waited for, lest it disturb the next one's turn."""


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
        self._expectations: dict[str, Expectations] = defaultdict(Expectations)
        """What the reference shows in each trial, in which no defect has a part."""

    def verify_wrong(self, defect: PlantedDefect) -> tuple[Equivalence, bool | None]:
        """Return what the gate finds with a defect, and whether that was run; None: unknown.

        Raises:
            AnchorError: the defect cannot be planted.
            RuntimeError: its C++ does not build.
        """
        if isinstance(defect.change, SourceEdit):
            with self._plugin.loaded(defect.change, self._contender):
                return self._verify_again(defect.trial), None
        before = threading.enumerate()
        with defect.change.planted() as called:
            found = self._verify_again(defect.trial)
            for thread in set(threading.enumerate()).difference(before):
                thread.join(_STRAY_SECONDS)
        return found, bool(called)

    def verify_scaled(self, trial: str, tensor: str, factor: float) -> Equivalence:
        """Return what the gate finds where the gradient of one tensor of Velox's is scaled."""
        with Replacement(GRADIENTS, with_gradient(tensor, factor)).planted():
            return self._verify_again(trial)

    def verify_right(self, trial: str, seed: int, offset: int) -> Equivalence:
        """Return what the gate finds where nothing is wrong.

        Args:
            trial: What it is given.
            seed: Of the gate's weights; with 0 they are its own.
            offset: Which samples it is given.
        """
        with ExitStack() as planted:
            for anchor in _DRAWING:
                planted.enter_context(Replacement(anchor, partial(_drawn_from, seed)).planted())
            return self._verify(trial, offset, Expectations())

    def _verify_again(self, trial: str) -> Equivalence:
        """Verify on the samples and weights of all defects that are tried on this."""
        return self._verify(trial, 0, self._expectations[trial])

    def _verify(self, trial_name: str, offset: int, expectations: Expectations) -> Equivalence:
        trial = self._trial(trial_name)
        samples = trial.draw(offset)
        return verify(
            self._contender, trial.model, trial.training, samples, lambda *_: None, expectations
        )


def _drawn_from(seed: int, draw: Callable[[Model, int, int], Weights]) -> Any:
    """Return what draws weights from another seed than it is told."""
    return lambda model, batch_size, own: draw(model, batch_size, own + seed * _SEEDS_APART)
