"""Makes a run's folder as the orchestrator and the runners leave it, from the contract's models."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np

from contract.event import DoneEvent, PhaseEvent
from contract.fingerprint import Fingerprint, Host, Software
from contract.job import JobIdentity, JobSpec, Limits
from contract.result import (
    Check,
    EpochRecord,
    Equivalence,
    EvidenceCase,
    Failure,
    Metrics,
    Pin,
    Result,
)
from contract.run import EngineRecord, RunRecord
from contract.study import Study, load_study

STUDY_FILE = Path(__file__).parents[2] / "studies" / "s2-mnist.toml"
STARTED = datetime(2026, 3, 2, 9, 30, tzinfo=timezone.utc)
TEST_SAMPLES = 10_000

TRAIN_SECONDS = {"pytorch": 41.0, "tensorflow": 55.0, "keras": 58.0, "velox": 97.0}
PREDICT_SECONDS = {"pytorch": 0.0061, "tensorflow": 0.0093, "keras": 0.0412, "velox": 0.0205}
PEAK_MEMORY_BYTES = {"pytorch": 612e6, "tensorflow": 983e6, "keras": 991e6, "velox": 402e6}
FINAL_ACCURACY = {"pytorch": 0.9899, "tensorflow": 0.9897, "keras": 0.9901, "velox": 0.9898}
PACKAGES = {
    "pytorch": {"numpy": "2.2.6", "torch": "2.13.0"},
    "tensorflow": {"numpy": "2.2.6", "tensorflow-cpu": "2.21.0"},
    "keras": {"keras": "3.15.0", "numpy": "2.2.6", "tensorflow-cpu": "2.21.0"},
    "velox": {"numpy": "2.2.6", "pyarrow": "19.0.1", "pyvelox": "0.2.0"},
}
KINDS: dict[str, tuple[str, str, float, float]] = {
    "forward_logits": ("max_abs", "logits", 3e-8, 1e-6),
    "gradients": ("relative_l2", "conv1.kernel", 4e-7, 1e-5),
    "losses": ("max_relative", "step 10", 2e-7, 1e-5),
    "trained_weights": ("relative_l2", "conv2.bias", 7e-7, 1e-5),
    "evaluation_logits": ("max_relative", "logits", 5e-6, 1e-4),
}


@dataclass
class RunFolder:
    """A run on disk, and the knobs by which tests make it a special one."""

    path: Path
    contenders: tuple[str, ...] = ("pytorch", "tensorflow", "keras", "velox")
    repeats: int = 2
    epochs: int = 3
    profile: str = "quick"
    failing: dict[str, Failure] = field(default_factory=dict)
    """Contenders whose training fails."""
    unequal: tuple[str, ...] = ()
    """Contenders that fail the gate."""
    unproven: tuple[str, ...] = ()
    """Contenders without evidence."""
    command: tuple[str, ...] = ("run", "s2", "--profile", "quick", "--repeats", "2")
    study_file: Path = STUDY_FILE

    def write(self) -> Path:
        """Write the whole folder; return it."""
        self._random = np.random.default_rng(20260302)
        self.study = load_study(self.study_file)
        jobs = [
            self._spec(contender, task, repeat)
            for repeat in range(1, self.repeats + 1)
            for contender in self.contenders
            for task in ("train", "predict")
        ]
        (self.path / "studies").mkdir(parents=True)
        shutil.copy(self.study_file, self.path / "studies" / f"{self.study.id}.toml")
        self._write("run.json", self._record([job.job_id for job in jobs]))
        for job in jobs:
            self._write_job(job)
        return self.path

    def _write(self, name: str, record: Any) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record.model_dump_json(indent=1), encoding="utf-8")

    def _write_job(self, job: JobSpec) -> None:
        folder = f"jobs/{job.job_id}"
        self._write(f"{folder}/job.json", job)
        self._write(f"{folder}/result.json", self.result(job))
        events = (
            PhaseEvent(time=STARTED, elapsed_seconds=0, phase="start"),
            DoneEvent(time=STARTED, elapsed_seconds=60),
        )
        lines = "".join(event.model_dump_json() + "\n" for event in events)
        (self.path / folder / "events.jsonl").write_text(lines, encoding="utf-8")

    def _record(self, order: list[str]) -> RunRecord:
        return RunRecord(
            run_id="2026-03-02-093000",
            created=STARTED,
            finished=STARTED + timedelta(minutes=20),
            profile=self.profile,
            engine=EngineRecord(name="local", version="1", reason="no container engine answers"),
            studies=(self.study.id,),
            contenders=self.contenders,
            device="cpu",
            repeats=self.repeats,
            seed=1,
            command=self.command,
            plumbline_version="0.1.0",
            source_commit="0123456789abcdef0123456789abcdef01234567",
            source_dirty=False,
            order=tuple(order),
        )

    def _spec(self, contender: str, task: str, repeat: int) -> JobSpec:
        workload = self.study.workloads[0]
        return JobSpec(
            study=self.study.id,
            workload=workload.id,
            contender=contender,
            protocol="matched",
            task=task,
            device="cpu",
            seed=1,
            repeat=repeat,
            dataset=workload.dataset,
            model=workload.model,
            training=workload.training,
            epochs=self.epochs,
            limits=Limits(cpus=(0, 1), threads=2, memory_bytes=8 * 2**30, timeout_seconds=600),
            data_dir="/data",
        )

    def result(self, job: JobSpec) -> Result:
        """Return a result with plausible numbers for a job."""
        started = STARTED + timedelta(minutes=job.repeat)
        if job.task == "train" and job.contender in self.failing:
            return Result(
                status="failed",
                job=job.identity,
                started=started,
                finished=started,
                failure=self.failing[job.contender],
            )
        history = self._history(job.contender) if job.task == "train" else ()
        training = job.task == "train"
        return Result(
            status="ok",
            job=job.identity,
            started=started,
            finished=started + timedelta(seconds=60),
            metrics=self._train(job, history) if training else self._predict(job),
            history=history,
            confusion_matrix=self._confusion(history[-1].test_accuracy) if training else None,
            equivalence=self._equivalence(job.identity) if training else None,
            pins=_pins(),
            fingerprint=_fingerprint(job.contender),
        )

    def _jitter(self, value: float, spread: float = 0.02) -> float:
        return float(value * self._random.normal(1, spread))

    def _history(self, contender: str) -> tuple[EpochRecord, ...]:
        base = TRAIN_SECONDS[contender] / self.epochs
        final = FINAL_ACCURACY[contender]
        records = []
        for epoch in range(1, self.epochs + 1):
            gap = 0.02 / epoch**1.5 + float(self._random.normal(0, 3e-4))
            seconds = self._jitter(base * (1.08 if epoch == 1 else 0.96))
            right = round((final + 0.004 - gap) * TEST_SAMPLES)
            records.append(
                EpochRecord(
                    epoch=epoch,
                    seconds=seconds,
                    train_loss=self._jitter(0.16 / epoch**1.2),
                    train_accuracy=min(1.0, 0.999 - 0.05 / epoch**1.3),
                    test_loss=self._jitter(0.05 / epoch**0.4),
                    test_accuracy=min(right, TEST_SAMPLES) / TEST_SAMPLES,
                )
            )
        return tuple(records)

    def _train(self, job: JobSpec, history: tuple[EpochRecord, ...]) -> Metrics:
        seconds = tuple(record.seconds for record in history)
        return Metrics(
            train_seconds=sum(seconds),
            first_epoch_seconds=seconds[0],
            epoch_seconds=seconds,
            evaluate_seconds=self._jitter(1.4),
            test_accuracy=history[-1].test_accuracy,
            test_loss=history[-1].test_loss,
            cpu_seconds=sum(seconds) * 1.9,
            cpu_percent=self._jitter(95, 0.01),
            **self._common(job),
        )

    def _predict(self, job: JobSpec) -> Metrics:
        reason = "this job only predicts"
        training = ("train_seconds", "first_epoch_seconds", "epoch_seconds", "evaluate_seconds",
                    "test_accuracy", "test_loss", "cpu_seconds", "cpu_percent")  # fmt: skip
        common = self._common(job)
        unmeasured = {**common.pop("unmeasured"), **dict.fromkeys(training, reason)}
        return Metrics(**common, unmeasured=unmeasured)

    def _common(self, job: JobSpec) -> dict[str, Any]:
        calls = self._random.gamma(40, PREDICT_SECONDS[job.contender] / 40, job.predict_repeats)
        memory = PEAK_MEMORY_BYTES[job.contender]
        return {
            "predict_100_seconds": tuple(float(call) for call in calls),
            "predict_100_first_seconds": self._jitter(0.3),
            "peak_memory_bytes": int(self._jitter(memory, 0.005)),
            "inference_peak_memory_bytes": int(self._jitter(memory * 0.97, 0.005)),
            "import_seconds": self._jitter(2.1),
            "build_seconds": self._jitter(0.2),
            "unmeasured": {"cgroup_peak_memory_bytes": "not in a container"},
        }

    def _confusion(self, accuracy: float | None) -> tuple[tuple[int, ...], ...]:
        assert accuracy is not None
        counts = np.diag(np.full(10, TEST_SAMPLES // 10))
        for _ in range(TEST_SAMPLES - round(accuracy * TEST_SAMPLES)):
            true, predicted = self._random.choice(10, size=2, replace=False)
            counts[true, true] -= 1
            counts[true, predicted] += 1
        return tuple(tuple(int(count) for count in row) for row in counts)

    def _equivalence(self, job: JobIdentity) -> Equivalence | None:
        if job.contender in self.unproven:
            return None
        precisions = ("float32",) if job.contender == "velox" else ("float32", "float64")
        cases = tuple(
            self._case(job.contender, optimizer, precision)
            for optimizer in ("sgd", "momentum", "adam")
            for precision in precisions
        )
        no_float64 = {"float64": "the ML functions compute in float32"}
        return Equivalence(
            passed=all(case.passed for case in cases),
            batch_size=32,
            steps=10,
            cases=cases,
            unavailable=no_float64 if job.contender == "velox" else {},
        )

    def _case(self, contender: str, optimizer: str, precision: str) -> EvidenceCase:
        scale = 1.0 if precision == "float32" else 1e-4
        checks = []
        for kind, (measure, worst, error, tolerance) in KINDS.items():
            fails = contender in self.unequal and optimizer == "adam" and kind == "losses"
            measured = 3.0 if fails else self._jitter(error * scale, 0.2)
            checks.append(
                Check(
                    kind=kind,
                    error=measured,
                    measure=measure,
                    tolerance=tolerance * scale,
                    worst=worst,
                    passed=not fails,
                )
            )
        return EvidenceCase(optimizer=optimizer, precision=precision, checks=tuple(checks))


def study() -> Study:
    """The study that the folders are runs of."""
    return load_study(STUDY_FILE)


def _pins() -> dict[str, Pin]:
    wanted = {"cpus": "0,1", "memory_bytes": str(8 * 2**30), "OMP_NUM_THREADS": "2"}
    return {
        name: Pin(requested=value, observed=value, matches=True) for name, value in wanted.items()
    }


def _fingerprint(contender: str) -> Fingerprint:
    return Fingerprint(
        host=Host(
            cpu_model="Example CPU @ 2.90GHz",
            cpu_flags=("avx", "avx2", "fma"),
            logical_cpus=2,
            governor=None,
            memory_bytes=24 * 2**30,
            kernel="6.1.0",
            operating_system="Debian GNU/Linux 12 (bookworm)",
        ),
        software=Software(
            python="3.11.7",
            packages=PACKAGES[contender],
            environment_variables={"OMP_NUM_THREADS": "2"},
        ),
        engine="local",
        image_digest=None,
        lock_sha256="ab" * 32,
        data_sha256={"train_images": "cd" * 32},
        source_commit="0123456789abcdef0123456789abcdef01234567",
        source_dirty=False,
        gpu=None,
    )


def set_metric(run_dir: Path, contender: str, task: str, metric: str, values: list[Any]) -> None:
    """Give a contender's jobs of a task new values of a metric, one per repeat."""
    for repeat, value in enumerate(values, start=1):
        folder = f"s2.mnist-cnn.{contender}.matched.cpu.{task}.seed1.repeat{repeat}"
        path = run_dir / "jobs" / folder / "result.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        content["metrics"][metric] = value
        path.write_text(json.dumps(content), encoding="utf-8")
