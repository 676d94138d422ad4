"""The numbers of a result, and the reason for each that is missing."""

from collections.abc import Mapping
from statistics import mean

from contract.job import JobSpec
from contract.metric import metrics_of
from contract.metrics import Metrics
from host.job_group import job_group
from runners.harness.instruments.meter import MeterValue, NoMeterError, Reason, or_reason, split
from runners.harness.instruments.usage_sampler import UsageSampler
from runners.harness.measure.measure import PredictionRecord, TrainingRecord
from runners.harness.measure.stopwatch import peak_memory_bytes

_NO_CLASSES = Reason("a regression has no classes")
_ONE_EPOCH = Reason("a single epoch: none followed the first")


def assemble(
    job: JobSpec,
    trained: TrainingRecord | None,
    predicted: PredictionRecord,
    usage: UsageSampler,
    import_seconds: float,
    build_seconds: float,
) -> Metrics:
    """Return the metrics of a job that trained, or only predicted."""
    measured: dict[str, MeterValue] = {
        "predict_100_seconds": predicted.seconds,
        "predict_100_first_seconds": predicted.first_seconds,
        "inference_peak_memory_bytes": predicted.peak_memory_bytes,
        "peak_memory_bytes": or_reason(peak_memory_bytes),
        "cgroup_peak_memory_bytes": or_reason(_group_peak_memory_bytes),
        "gpu_peak_memory_bytes": usage.gpu["gpu_peak_memory_bytes"],
        "import_seconds": import_seconds,
        "build_seconds": build_seconds,
    }
    if trained is None:
        no_training = Reason(f"a {job.task} job does not train")
        measured = dict.fromkeys(metrics_of(Metrics), no_training) | measured
    else:
        measured |= _of_training(job, trained, usage.gpu)
    return Metrics.model_validate(split(measured))


def _of_training(
    job: JobSpec, trained: TrainingRecord, gpu: Mapping[str, MeterValue]
) -> dict[str, MeterValue]:
    seconds = tuple(record.seconds for record in trained.history)
    accuracies = [
        record.test_accuracy for record in trained.history if record.test_accuracy is not None
    ]
    steady_seconds = mean(seconds[1:]) if seconds[1:] else None
    last = trained.history[-1]
    busy = trained.training.cpu_seconds / (trained.training.wall_seconds * len(job.limits.cpus))
    return {
        "train_seconds": trained.training.wall_seconds,
        "first_epoch_seconds": seconds[0],
        "first_epoch_excess_seconds": (
            _ONE_EPOCH if steady_seconds is None else seconds[0] - steady_seconds
        ),
        "steady_epoch_seconds": _ONE_EPOCH if steady_seconds is None else steady_seconds,
        "epoch_seconds": seconds,
        "evaluate_seconds": trained.evaluation.seconds,
        "test_accuracy": _of_classes(last.test_accuracy),
        "test_loss": last.test_loss,
        "best_test_accuracy": _of_classes(max(accuracies, default=None)),
        "train_accuracy": _of_classes(last.train_accuracy),
        "train_loss": last.train_loss,
        "cpu_seconds": trained.training.cpu_seconds,
        "cpu_percent": 100 * busy,
        "gpu_percent": gpu["gpu_percent"],
    }


def _of_classes(accuracy: float | None) -> float | Reason:
    return _NO_CLASSES if accuracy is None else accuracy


def _group_peak_memory_bytes() -> int:
    peak_bytes = job_group().peak_memory_bytes()
    if peak_bytes is None:
        raise NoMeterError("the kernel keeps no peak (before Linux 5.19)")
    return peak_bytes
