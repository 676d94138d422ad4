"""The conditions of jobs, and which of them differ."""

from collections.abc import Callable, Sequence

from contract.job import JobSpec, Limits

CONDITIONS: dict[str, Callable[[JobSpec], str]] = {
    "Data set": lambda spec: spec.dataset,
    "Training samples": lambda spec: _amount(spec.train_samples),
    "Test samples": lambda spec: _amount(spec.test_samples),
    "Epochs": lambda spec: str(spec.epochs),
    "Batch size": lambda spec: str(spec.training.batch_size),
    "Optimizer": lambda spec: _optimizer(spec),
    "Loss": lambda spec: spec.training.loss.replace("_", " "),
    "Timed predictions": lambda spec: f"{spec.predict_repeats} of {spec.predict_samples} samples",
    "CPUs": lambda spec: _cpus(spec.limits),
    "Threads": lambda spec: str(spec.limits.threads),
    "Memory limit": lambda spec: f"{spec.limits.memory_bytes / 2**30:.1f} GiB",
    "Time limit": lambda spec: f"{spec.limits.timeout_seconds:g} s",
}


def differing(specs: Sequence[JobSpec]) -> list[str]:
    """Return the conditions that are not the same in all jobs."""
    return [label for label, read in CONDITIONS.items() if len({read(spec) for spec in specs}) > 1]


def differing_between_runs(specs: Sequence[JobSpec]) -> list[str]:
    """Return the conditions of several runs' jobs that are not the same, the network among them.

    Which CPUs these are, beside how many, is no condition then, nor is the deadline.
    """
    labels = differing([_without_places(spec) for spec in specs])
    return [*labels, "Network"] if len({spec.model for spec in specs}) > 1 else labels


def _without_places(spec: JobSpec) -> JobSpec:
    which = {"cpus": tuple(range(len(spec.limits.cpus))), "timeout_seconds": 1.0}
    return spec.model_copy(update={"limits": spec.limits.model_copy(update=which)})


def _cpus(limits: Limits) -> str:
    """Return the CPUs by number, and the quota that a control group has on their time."""
    listed = ", ".join(str(cpu) for cpu in limits.cpus)
    quota = limits.cpu_quota
    if quota is None:
        return listed
    return f"{listed} (a control group allows the time of {quota:g} CPU{'s' * (quota != 1)})"


def _amount(samples: int | None) -> str:
    return "all" if samples is None else f"first {samples:,}"


def _optimizer(spec: JobSpec) -> str:
    settings = spec.training.optimizer.model_dump(exclude={"type"})
    details = ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in settings.items())
    return f"{spec.training.optimizer.type} ({details})"
