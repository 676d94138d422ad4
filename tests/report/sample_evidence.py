"""Plausible evidence of equivalence, as the gate finds it."""

from contract.base import Precision
from contract.evidence import Check, Equivalence, EvidenceCase, EvidenceKind
from contract.job import JobSpec

WHOLE_NETWORK: dict[EvidenceKind, tuple[str, str, float, float]] = {
    "forward_logits": ("max_abs", "logits", 3e-8, 1e-6),
    "gradients": ("relative_l2", "conv1.kernel", 4e-7, 1e-5),
    "losses": ("max_relative", "step 10", 2e-7, 1e-5),
    "trained_weights": ("relative_l2", "conv2.bias", 7e-7, 1e-5),
    "evaluation_logits": ("max_relative", "logits", 5e-6, 1e-4),
}
"""Measure, where, error and tolerance in float32; in float64 both are smaller."""
BY_ITSELF = {"optimizer": ("max_relative", "step 12, first moment", 3e-6, 2e-4)}
ONCE: dict[EvidenceKind, tuple[str, str, float, float]] = {
    "layers": ("relative_l2", "conv2: gradient of kernel", 2e-7, 1e-5),
    "epoch": ("max_relative", "epoch 2, batch 12", 4e-8, 1e-5),
    "prediction": ("max_relative", "row 640 of 1,000", 3e-7, 1e-5),
    "published_loop": ("count", "labels", 0.0, 0.0),
}
EXCUSED = 3.1e-5
"""Of Velox's first gradients."""


def equivalence(job: JobSpec, *, is_wrong: bool, is_early: bool) -> Equivalence:
    """Return the proof of a contender.

    Args:
        job: Whose network was looked at; with a defect on purpose, PyTorch's losses are wrong.
        is_wrong: Whether its timed loop is not what its steps are.
        is_early: Whether the gate of before schema version 3 looked at it.
    """
    precisions: tuple[Precision, ...] = ("float32", "float64")
    only_float32 = job.contender == "velox"
    cases = tuple(
        _case(job, optimizer, precision, is_wrong=is_wrong, is_early=is_early)
        for optimizer in ("sgd", "momentum", "adam")
        for precision in (precisions[:1] if only_float32 else precisions)
    )
    return Equivalence(
        passed=all(case.passed for case in cases),
        batch_size=32,
        steps=10,
        cases=cases,
        unavailable={"float64": "the ML functions compute in float32"} if only_float32 else {},
    )


def _case(
    job: JobSpec, optimizer: str, precision: Precision, *, is_wrong: bool, is_early: bool
) -> EvidenceCase:
    is_own = optimizer == job.training.optimizer.type
    kinds = dict(WHOLE_NETWORK) if is_own or is_early else {}
    if not is_early:
        kinds |= BY_ITSELF | (ONCE if is_own and precision == "float32" else {})
    failing = {"losses"} if job.training.defect and job.contender == "pytorch" else set()
    failing |= ({"losses"} if is_early else {"epoch"}) if is_wrong else set()
    scale = 1.0 if precision == "float32" else 1e-4
    checks = []
    for kind, (measure, worst, error, tolerance) in kinds.items():
        excused = kind == "gradients" and job.contender == "velox"
        check = {
            "kind": kind,
            "error": 3.0 if kind in failing else EXCUSED if excused else error * scale,
            "measure": measure,
            "tolerance": tolerance * scale,
            "worst": worst,
            "floor": 2.9e-5 if excused else None,
            "excused": EXCUSED if excused and not is_early else None,
            "passed": kind not in failing,
        }
        checks.append(Check.model_validate(check))
    return EvidenceCase(optimizer=optimizer, precision=precision, checks=tuple(checks))
