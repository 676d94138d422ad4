"""The numbers of a result, and the reason for each that is missing."""

from __future__ import annotations

from statistics import mean

from contract.job import JobSpec
from contract.result import Metrics
from host.cgroup import NoGroupError, job_group
from runners.harness.instruments.usage_sampler import UsageSampler
from runners.harness.measure.measure import PredictionRecord, TrainingRecord
from runners.harness.measure.stopwatch import peak_memory_bytes

_OF_CLASSES = ("test_accuracy", "best_test_accuracy", "train_accuracy")
_OF_GPU = ("gpu_percent", "gpu_peak_memory_bytes")


def assemble(
    job: JobSpec,
    trained: TrainingRecord | None,
    predicted: PredictionRecord,
    usage: UsageSampler,
    import_seconds: float,
    build_seconds: float,
) -> Metrics:
    """Return the metrics of a job that trained, or only predicted."""
    group_peak, no_group_peak = _group_peak_memory_bytes()
    measured: dict[str, object] = {
        "predict_100_seconds": predicted.seconds,
        "predict_100_first_seconds": predicted.first_seconds,
        "inference_peak_memory_bytes": predicted.peak_memory_bytes,
        "peak_memory_bytes": peak_memory_bytes(),
        "cgroup_peak_memory_bytes": group_peak,
        "gpu_peak_memory_bytes": usage.gpu_peak_memory_bytes,
        "import_seconds": import_seconds,
        "build_seconds": build_seconds,
    }
    if trained is not None:
        measured |= _of_training(job, trained) | {"gpu_percent": usage.gpu_percent}
    unmeasured = {
        name: no_group_peak if name == "cgroup_peak_memory_bytes" else _reason(name, job, usage)
        for name in Metrics.model_fields
        if name != "unmeasured" and measured.get(name) is None
    }
    return Metrics.model_validate(measured | {"unmeasured": unmeasured})


def _of_training(job: JobSpec, trained: TrainingRecord) -> dict[str, object]:
    seconds = tuple(record.seconds for record in trained.history)
    accuracies = [
        record.test_accuracy for record in trained.history if record.test_accuracy is not None
    ]
    last = trained.history[-1]
    busy = trained.training.cpu_seconds / (trained.training.wall_seconds * len(job.limits.cpus))
    return {
        "train_seconds": trained.training.wall_seconds,
        "first_epoch_seconds": seconds[0],
        "first_epoch_excess_seconds": seconds[0] - mean(seconds[1:]) if seconds[1:] else None,
        "epoch_seconds": seconds,
        "evaluate_seconds": trained.evaluation.seconds if trained.evaluation else None,
        "test_accuracy": last.test_accuracy,
        "test_loss": last.test_loss,
        "best_test_accuracy": max(accuracies, default=None),
        "train_accuracy": last.train_accuracy,
        "train_loss": last.train_loss,
        "cpu_seconds": trained.training.cpu_seconds,
        "cpu_percent": 100 * busy,
    }


def _group_peak_memory_bytes() -> tuple[int | None, str]:
    """Return the peak of the job's own control group, or the reason for none."""
    try:
        return job_group().peak_memory_bytes(), "the kernel keeps no peak (before Linux 5.19)"
    except NoGroupError as error:
        return None, str(error)


def _reason(metric: str, job: JobSpec, usage: UsageSampler) -> str:
    if metric == "gpu_peak_memory_bytes" or (metric in _OF_GPU and job.task == "train"):
        return usage.gpu_unmeasured
    if job.task != "train":
        return f"a {job.task} job does not train"
    if metric in _OF_CLASSES:
        return "a regression has no classes"
    return "one epoch has no others to be compared with"
