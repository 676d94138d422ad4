"""What tests of samples ask for: a quantity, and where to look for it."""

from pathlib import Path

from contract.base import Task
from contract.comparison import Quantity
from report.run.load import load_run
from report.run.quantities import StatedQuantity
from report.run.scope import Scope, scopes_of
from report.vocabulary.presentation import styles


def quantity(metric: str, task: Task = "train") -> StatedQuantity:
    """Return what Velox took of it with everything equal, in S2's network."""
    side = Quantity(
        metric=metric, contender="velox", workload="mnist-cnn", device="cpu", task=task, factor=2
    )
    return StatedQuantity.of("s2", side, "matched")


def developed(metric: str) -> StatedQuantity:
    """Return what it cost to work with Velox."""
    side = Quantity(metric=metric, contender="velox", workload=None, device=None, task=None)
    return StatedQuantity.of("s2", side, "matched")


TRAINING = quantity("train_seconds")
STEP = quantity("step_seconds", "turns")


def scope_of(path: Path) -> Scope:
    """Return where a run of S2 has its only workload."""
    run = load_run(path)
    (scope,) = scopes_of(run, styles(run.every_contender))
    return scope
