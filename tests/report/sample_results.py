"""Plausible results for jobs, as runners write them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from contract.development import DevelopmentMetrics
from contract.evidence import Equivalence
from contract.fingerprint import Fingerprint, HostInfo, Software
from contract.job import JobSpec
from contract.latency import BatchLatency, Latency
from contract.meters import Meters
from contract.metric import metrics_of
from contract.metrics import EpochRecord, Metrics, UsageSample
from contract.outcomes import Mistake, Scoring, TransferCell
from contract.result import Failure, Pin, Result
from tests.report.sample_evidence import equivalence

STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
TEST_SAMPLES = 10_000

TRAIN_SECONDS = {"pytorch": 41.0, "tensorflow": 55.0, "keras": 58.0, "velox": 97.0}
PREDICT_SECONDS = {"pytorch": 0.0061, "tensorflow": 0.0093, "keras": 0.0412, "velox": 0.0205}
SECONDS_PER_ROW = {"pytorch": 5e-5, "tensorflow": 6e-5, "keras": 8e-5, "velox": 1e-4}
PEAK_MEMORY_BYTES = {"pytorch": 612e6, "tensorflow": 983e6, "keras": 991e6, "velox": 402e6}
FINAL_ACCURACY = {"pytorch": 0.9899, "tensorflow": 0.9897, "keras": 0.9901, "velox": 0.9898}
DEFAULTS_FACTOR = {"pytorch": 1.6, "tensorflow": 1.0, "keras": 0.8, "velox": 1.0}
"""What a contender's own defaults make of its training time."""
GPU_FACTOR = {"cpu": 1.0, "cuda": 0.125}
"""What a GPU makes of a time."""
GPU = "NVIDIA H100 80GB HBM3"
DEFECT_LOSS = 0.8148
PACKAGES = {
    "pytorch": {"numpy": "2.2.6", "torch": "2.13.0"},
    "tensorflow": {"numpy": "2.2.6", "tensorflow-cpu": "2.21.0"},
    "keras": {"keras": "3.15.0", "numpy": "2.2.6", "tensorflow-cpu": "2.21.0"},
    "velox": {"numpy": "2.2.6", "pyarrow": "19.0.1", "pyvelox": "0.2.0"},
}
MISTAKES = ("wrong_shape", "wrong_dtype", "nan_input", "wrong_class_count", "out_of_memory_batch")
SOURCE_LINES = {"pytorch": 210, "tensorflow": 240, "keras": 150, "velox": 1900}


@dataclass
class SampleResults:
    """Makes up results; the fields turn a run into a special one."""

    failing: dict[str, Failure] = field(default_factory=dict)
    """Contenders whose training fails."""
    skipped: dict[str, Failure] = field(default_factory=dict)
    """Workloads that cannot be run."""
    unequal: tuple[str, ...] = ()
    """Contenders whose timed loop the gate finds wrong."""
    unproven: tuple[str, ...] = ()
    """Contenders without evidence."""
    miscounting: tuple[str, ...] = ()
    """Contenders that predict a class of their own for a row of every table."""
    disagreeing: str = ""
    """A contender whose training loss is 2 % off in the second block."""
    proved_early: bool = False
    """Whether the evidence is that of a gate of before schema version 3."""
    machine_id: str | None = None

    def __post_init__(self) -> None:
        self._random = np.random.default_rng(20260302)

    def of(self, job: JobSpec) -> Result:
        """Return a result for a job."""
        if job.workload in self.skipped:
            return _without_measurement(job, "skipped", self.skipped[job.workload])
        if job.task == "train" and job.contender in self.failing:
            return _without_measurement(job, "failed", self.failing[job.contender])
        started = STARTED + timedelta(minutes=job.repeat)
        return Result(
            status="ok",
            job=job.identity,
            started=started,
            finished=started + timedelta(seconds=60),
            pins=_pins(),
            fingerprint=_fingerprint(job, self.machine_id),
            **self._content(job),
        )

    def _content(self, job: JobSpec) -> dict[str, Any]:
        if job.task == "train":
            return self._training(job)
        if job.task == "predict":
            found = {"metrics": self._predict(job), "defaults": _defaults(job)}
            return found | {"meters": _meters(job), "latency": _latency(job)}
        if job.task == "verify":
            return {"equivalence": self._equivalence(job)}
        if job.task == "transfer":
            return {"transfer": tuple(_cell(job.contender, name) for name in job.transfer_from)}
        if job.task == "score":
            return {"scoring": self._scoring(job)}
        return {"mistakes": tuple(_mistake(job.contender, kind) for kind in MISTAKES)}

    def _training(self, job: JobSpec) -> dict[str, Any]:
        history = self._history(job)
        accuracy = history[-1].test_accuracy
        return {
            "metrics": self._train(job, history),
            "history": history,
            "confusion_matrix": None if accuracy is None else self._confusion(accuracy),
            "equivalence": self._equivalence(job),
            "defaults": _defaults(job),
            "usage": self._usage(job),
            "meters": _meters(job),
        }

    def _jitter(self, value: float, spread: float = 0.02) -> float:
        return float(value * self._random.normal(1, spread))

    def _history(self, job: JobSpec) -> tuple[EpochRecord, ...]:
        factor = DEFAULTS_FACTOR[job.contender] if job.protocol == "published" else 1.0
        base = TRAIN_SECONDS[job.contender] * factor * GPU_FACTOR[job.device] / job.epochs
        return tuple(
            EpochRecord(
                epoch=epoch,
                seconds=self._jitter(base * (1.08 if epoch == 1 else 0.96)),
                **(self._fit(job, epoch) if _is_regression(job) else self._learn(job, epoch)),
            )
            for epoch in range(1, job.epochs + 1)
        )

    def _learn(self, job: JobSpec, epoch: int) -> dict[str, float]:
        gap = 0.02 / epoch**1.5 + float(self._random.normal(0, 3e-4))
        right = round((FINAL_ACCURACY[job.contender] + 0.004 - gap) * TEST_SAMPLES)
        return {
            "train_loss": self._train_loss(job, 0.16 / epoch**1.2),
            "train_accuracy": min(1.0, 0.999 - 0.05 / epoch**1.3),
            "test_loss": self._jitter(0.05 / epoch**0.4),
            "test_accuracy": min(right, TEST_SAMPLES) / TEST_SAMPLES,
        }

    def _fit(self, job: JobSpec, epoch: int) -> dict[str, float | None]:
        defect = job.training.defect is not None and job.contender == "pytorch"
        loss = DEFECT_LOSS if defect else 1.1 / epoch**2
        return {
            "train_loss": self._train_loss(job, loss),
            "train_accuracy": None,
            "test_loss": self._jitter(loss * 1.5),
            "test_accuracy": None,
        }

    def _train_loss(self, job: JobSpec, loss: float) -> float:
        """Return what equal contenders agree on, up to rounding."""
        off = 1.02 if (job.contender, job.repeat) == (self.disagreeing, 2) else 1.0
        return self._jitter(loss * off, 1e-5)

    def _train(self, job: JobSpec, history: tuple[EpochRecord, ...]) -> Metrics:
        seconds = tuple(record.seconds for record in history)
        steady_seconds = float(np.mean(seconds[1:] or seconds))
        last = history[-1]
        accuracies = [r.test_accuracy for r in history if r.test_accuracy is not None]
        found: dict[str, Any] = {
            "train_seconds": sum(seconds),
            "first_epoch_seconds": seconds[0],
            "epoch_seconds": seconds,
            "first_epoch_excess_seconds": seconds[0] - steady_seconds,
            "steady_epoch_seconds": steady_seconds,
            "evaluate_seconds": self._jitter(1.4),
            "test_accuracy": last.test_accuracy,
            "best_test_accuracy": max(accuracies, default=None),
            "test_loss": last.test_loss,
            "train_accuracy": last.train_accuracy,
            "train_loss": last.train_loss,
            "cpu_seconds": sum(seconds) * 1.9,
            "cpu_percent": self._jitter(95, 0.01),
        }
        return _metrics(found | self._common(job), "a regression has no classes")

    def _predict(self, job: JobSpec) -> Metrics:
        return _metrics(self._common(job), "this job only predicts")

    def _common(self, job: JobSpec) -> dict[str, Any]:
        seconds = PREDICT_SECONDS[job.contender] * GPU_FACTOR[job.device]
        calls = self._random.gamma(40, seconds / 40, job.predict_repeats)
        memory = PEAK_MEMORY_BYTES[job.contender] * (2 if job.device == "cuda" else 1)
        return {
            "predict_100_seconds": tuple(float(call) for call in calls),
            "predict_100_first_seconds": self._jitter(0.3),
            "peak_memory_bytes": int(self._jitter(memory, 0.005)),
            "inference_peak_memory_bytes": int(self._jitter(memory * 0.97, 0.005)),
            "import_seconds": self._jitter(2.1),
            "build_seconds": self._jitter(0.2),
        }

    def _scoring(self, job: JobSpec) -> Scoring:
        assert job.rows is not None
        scan = job.rows * SECONDS_PER_ROW[job.contender]
        classes = (job.rows // 2, job.rows // 4)
        strange = (classes[0] - 1, classes[1] + 1)
        return Scoring(
            rows=job.rows,
            table_bytes=job.rows * 240,
            selected=sum(classes),
            right=job.rows // 10,
            predicted=strange if job.contender in self.miscounting else classes,
            largest_logit_difference=7e-7 if job.contender == "velox" else 4e-7,
            compared=200,
            first_seconds=scan + 1,
            scan_seconds=(scan, 0.9 * scan, 1.25 * scan),
            drivers=2,
            way="one plan" if job.contender == "velox" else "pyarrow feeds a network",
            scan_peak_memory_bytes=int(PEAK_MEMORY_BYTES[job.contender] + 40 * job.rows),
        )

    def _confusion(self, accuracy: float) -> tuple[tuple[int, ...], ...]:
        counts = np.diag(np.full(10, TEST_SAMPLES // 10))
        for _ in range(TEST_SAMPLES - round(accuracy * TEST_SAMPLES)):
            true, predicted = self._random.choice(10, size=2, replace=False)
            counts[true, true] -= 1
            counts[true, predicted] += 1
        return tuple(tuple(int(count) for count in row) for row in counts)

    def _usage(self, job: JobSpec) -> tuple[UsageSample, ...]:
        memory = PEAK_MEMORY_BYTES[job.contender]
        return tuple(
            UsageSample(
                elapsed_seconds=tenth / 10,
                cpu_percent=max(0.0, self._jitter(92, 0.05)),
                memory_bytes=int(memory * (0.7 + 0.3 * min(1, tenth / 20))),
            )
            for tenth in range(1, 41)
        )

    def _equivalence(self, job: JobSpec) -> Equivalence | None:
        if job.contender in self.unproven or job.protocol == "published":
            return None
        wrong = job.contender in self.unequal
        return equivalence(job, is_wrong=wrong, is_early=self.proved_early)


def development(contender: str) -> DevelopmentMetrics:
    """Return what it costs to work with a contender; the image was not built."""
    native = 1100 if contender == "velox" else 0
    found = {
        "source_lines": SOURCE_LINES[contender],
        "native_source_lines": native,
        "packages": 12,
        "environment_bytes": int(PEAK_MEMORY_BYTES[contender] * 1.5),
        "install_seconds": 20.0,
    }
    holes = dict.fromkeys(metrics_of(DevelopmentMetrics).keys() - found, "no container engine")
    return DevelopmentMetrics.model_validate(found | {"unmeasured": holes})


def _is_regression(job: JobSpec) -> bool:
    return job.training.loss == "mean_squared_error"


def _metrics(found: dict[str, Any], reason: str) -> Metrics:
    """Return metrics in which every hole has a reason, some of them one of their own."""
    holes = {name: reason for name in metrics_of(Metrics) if found.get(name) is None}
    holes["cgroup_peak_memory_bytes"] = "not in a container"
    holes |= dict.fromkeys(("gpu_percent", "gpu_peak_memory_bytes"), "the job ran on the CPU")
    return Metrics(**found, unmeasured=holes)


def _meters(job: JobSpec) -> Meters:
    """Return what instruments saw on a machine with energy counters, outside of containers."""
    found = {
        "watch_seconds": 4.0,
        "looks": 41,
        "meter_cpu_seconds": 0.008,
        "tree_peak_memory_bytes": PEAK_MEMORY_BYTES[job.contender],
        "tree_processes": 1,
        "cpu_energy_joules": {"package-0": 90.0, "package-0/core": 70.0, "package-1": 30.0},
    }
    holes = {
        name: "a job on the CPU" if name.startswith("gpu") else "not in a container"
        for name in metrics_of(Meters)
        if name not in found
    }
    return Meters.model_validate(found | {"unmeasured": holes})


def _latency(job: JobSpec) -> Latency:
    """Return 40 calls a batch size, which take 1, 2 … 40 ms; the best batch differs by repeat."""
    best = 64 if job.repeat == 1 else 128
    sizes = sorted({1, job.predict_samples, best})
    calls = tuple(number / 1000 for number in range(1, 41))
    return Latency(
        batches=tuple(
            BatchLatency(batch_size=size, warmup_seconds=(0.5, 0.1), seconds=calls)
            for size in sizes
        ),
        predicted_batch_size=job.predict_samples,
        best_batch_size=best,
        search_ended="time" if job.contender == "keras" else "throughput",
    )


def _without_measurement(job: JobSpec, status: Any, failure: Failure) -> Result:
    started = STARTED + timedelta(minutes=job.repeat)
    return Result(
        status=status, job=job.identity, started=started, finished=started, failure=failure
    )


def _defaults(job: JobSpec) -> dict[str, str]:
    if job.protocol == "matched":
        return {}
    loader = {"pytorch": "DataLoader, one process", "keras": "arrays, shuffled by fit"}
    return {
        "initialisation": f"as {job.contender} has it",
        "loader": loader.get(job.contender, "arrays"),
    }


def _cell(contender: str, source: str) -> TransferCell:
    own = FINAL_ACCURACY[source]
    lossy = source == "velox" and contender == "keras"
    return TransferCell(
        trained_by=source,
        accuracy=own - 0.004 if lossy else own,
        trained_accuracy=own,
        largest_logit_difference=0.0 if source == contender else 0.02 if lossy else 3e-6,
        samples=TEST_SAMPLES,
    )


def _mistake(contender: str, kind: Any) -> Mistake:
    silent = kind == "nan_input"
    named = contender != "velox"
    return Mistake(
        kind=kind,
        raised=not silent,
        stage=None if silent else "run",
        error_type="" if silent else "ValueError",
        message="" if silent else f"{kind} <script>: expected (1, 28), found (3,) " + "x" * 300,
        names_layer=named and not silent,
        names_expected=not silent,
        names_found=not silent,
        score=0 if silent else 3 + named,
    )


def _pins() -> dict[str, Pin]:
    wanted = {"cpus": "0,1", "memory_bytes": str(8 * 2**30), "OMP_NUM_THREADS": "2"}
    return {
        name: Pin(requested=value, observed=value, matches=True) for name, value in wanted.items()
    }


def _fingerprint(job: JobSpec, machine_id: str | None) -> Fingerprint:
    return Fingerprint(
        host=HostInfo(
            cpu_model="Example CPU @ 2.90GHz",
            cpu_flags=("avx", "avx2", "fma"),
            logical_cpus=2,
            governor=None,
            memory_bytes=24 * 2**30,
            kernel="6.1.0",
            operating_system="Debian GNU/Linux 12 (bookworm)",
            machine_id=machine_id,
        ),
        software=Software(
            python="3.11.7",
            packages=PACKAGES[job.contender],
            environment_variables={"OMP_NUM_THREADS": "2"},
        ),
        engine="local",
        image_digest=None,
        lock_sha256="ab" * 32,
        data_sha256={"train_images": "cd" * 32},
        source_commit="0123456789abcdef0123456789abcdef01234567",
        source_dirty=False,
        gpu=GPU if job.device == "cuda" else None,
    )
