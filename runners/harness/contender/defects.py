"""Defects that a study asks for, and that a framework does not admit."""

from __future__ import annotations

from contract.training import Training
from runners.harness.errors import RunnerError


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
