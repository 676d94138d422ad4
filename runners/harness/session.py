"""One job from start to result: configure, check the pins, load, do the task, write."""

from __future__ import annotations

import os
import traceback
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path

from contract.job import JobSpec
from contract.result import Equivalence, Failure, Metrics, Pin, Result
from data.errors import DataError
from runners.harness import cgroup
from runners.harness.contender import Contender, Network, RunnerError
from runners.harness.events import EventLog
from runners.harness.fingerprint import take_fingerprint
from runners.harness.gate import verify
from runners.harness.gate_process import verify_apart
from runners.harness.measure import PredictionRecord, TrainingRecord, predict, train
from runners.harness.meters import Stopwatch, peak_memory_bytes
from runners.harness.pins import read_pins
from runners.harness.registry import create
from runners.harness.samples import Samples, load_samples
from runners.harness.weights import canonical_weights, save_weights

RESULT_NAME = "result.json"
EVENTS_NAME = "events.jsonl"
WEIGHTS_NAME = "weights.safetensors"


def run(job: JobSpec, output: Path, evidence: Equivalence | None, *, quiet: bool) -> Result:
    """Do one job; write events and result to `output`, whatever happens.

    Args:
        job: What to do.
        output: Folder for the files; made if it is not there.
        evidence: What the gate found for this contender and workload; None: find out first.
        quiet: Print nothing for people.

    Raises:
        OSError: `output` cannot be written.
    """
    output.mkdir(parents=True, exist_ok=True)
    (output / RESULT_NAME).unlink(missing_ok=True)
    with EventLog(output / EVENTS_NAME, quiet=quiet) as events:
        session = _Session(job, output, evidence, events)
        result = session.run()
        events.phase("write", f"{RESULT_NAME} to {output}")
        _write_atomically(output / RESULT_NAME, result.model_dump_json(indent=2) + "\n")
        if result.failure is None:
            events.done()
        else:
            events.failure(result.failure.cause, result.failure.remedy)
    return result


@dataclass
class _Session:
    """What a job has come to know so far, so that a failure can still report it."""

    job: JobSpec
    output: Path
    evidence: Equivalence | None
    events: EventLog
    started: datetime = field(default_factory=lambda: datetime.now(timezone.utc))
    pins: dict[str, Pin] = field(default_factory=dict)

    def run(self) -> Result:
        """Return the result; a failure becomes a result with its cause."""
        try:
            return self._perform()
        except (RunnerError, DataError) as error:
            return self._failed(error.cause, error.remedy)
        except MemoryError:
            limit = self.job.limits.memory_bytes / 2**30
            return self._failed(
                f"out of memory at the limit of {limit:.1f} GiB",
                "raise --memory, or lower the study's batch_size",
            )
        except Exception as error:
            traceback.print_exc()
            kind = type(error).__name__
            return self._failed(f"{kind}: {error}", "the job's log.txt has the traceback")

    def _perform(self) -> Result:
        job = self.job
        if job.protocol != "matched":
            raise RunnerError(f"protocol {job.protocol!r} is not offered", "use matched")
        self.events.phase("start", f"{job.contender} on {job.device}, {job.limits.threads} threads")
        contender = create(job.contender)
        importing = Stopwatch()
        with importing:
            contender.configure(job.device, job.limits.threads, job.seed)
        self._check_pins(contender)
        self.events.phase("load", job.dataset)
        samples = load_samples(job)
        metrics: Metrics | None = None
        trained: TrainingRecord | None = None
        if job.task == "verify":
            self.evidence = self._verify(contender, samples)
        else:
            self._prove()
            metrics, trained = self._measure(contender, samples, importing.wall_seconds)
        return Result(
            status="ok",
            job=job.identity,
            started=self.started,
            finished=datetime.now(timezone.utc),
            metrics=metrics,
            history=tuple(trained.history) if trained else (),
            confusion_matrix=(
                trained.evaluation.confusion_matrix if trained and trained.evaluation else None
            ),
            equivalence=self.evidence,
            pins=self.pins,
            fingerprint=take_fingerprint(job.device, samples.sha256, contender.gpu()),
        )

    def _check_pins(self, contender: Contender) -> None:
        self.pins = read_pins(self.job.limits, contender.thread_pools())
        broken = [
            f"{name} is {pin.observed}, not {pin.requested}"
            for name, pin in self.pins.items()
            if not pin.matches
        ]
        if broken:
            raise RunnerError(
                f"pins do not hold: {'; '.join(broken)}",
                "start the job through `plumbline run`, which sets them",
            )

    def _verify(self, contender: Contender, samples: Samples) -> Equivalence:
        self.events.phase("verify", "against the float64 reference")
        return verify(
            contender,
            self.job.model,
            self.job.training,
            samples.to_verify(),
            lambda done, total: self.events.progress("verify", done, total),
        )

    def _prove(self) -> None:
        """See to it that the gate has spoken before anything is timed."""
        if self.evidence is None:
            self.events.phase("verify", "in a process of its own, so that this one stays fresh")
            self.evidence = verify_apart(self.job, self.output / "verify")
        if not self.evidence.passed:
            self.events.phase("verify", "FAILED: what follows is not comparable")

    def _measure(
        self, contender: Contender, samples: Samples, import_seconds: float
    ) -> tuple[Metrics, TrainingRecord | None]:
        job = self.job
        self.events.phase("build", f"{len(job.model.layers)} layers")
        weights = canonical_weights(job.model, job.seed)
        building = Stopwatch()
        with building:
            network = contender.build(job.model, job.training, weights, "float32")
        trained = self._train(network, samples) if job.task == "train" else None
        self.events.phase("predict", f"{job.predict_samples} samples, {job.predict_repeats} times")
        predicted = predict(network, job, samples.to_predict())
        metrics = _metrics(job, trained, predicted, import_seconds, building.wall_seconds)
        network.close()
        return metrics, trained

    def _train(self, network: Network, samples: Samples) -> TrainingRecord:
        job = self.job
        training = samples.training()
        self.events.phase("train", f"{job.epochs} epochs of {len(training[1])} samples")
        record = train(network, job, training, samples.test(), self.events)
        save_weights(network.weights(), self.output / WEIGHTS_NAME)
        return record

    def _failed(self, cause: str, remedy: str) -> Result:
        return Result(
            status="failed",
            job=self.job.identity,
            started=self.started,
            finished=datetime.now(timezone.utc),
            equivalence=self.evidence,
            pins=self.pins,
            failure=Failure(cause=cause, remedy=remedy),
        )


def _metrics(
    job: JobSpec,
    trained: TrainingRecord | None,
    predicted: PredictionRecord,
    import_seconds: float,
    build_seconds: float,
) -> Metrics:
    measured: dict[str, object] = {
        "predict_100_seconds": predicted.seconds,
        "predict_100_first_seconds": predicted.first_seconds,
        "inference_peak_memory_bytes": predicted.peak_memory_bytes,
        "peak_memory_bytes": peak_memory_bytes(),
        "cgroup_peak_memory_bytes": cgroup.peak_memory_bytes(),
        "import_seconds": import_seconds,
        "build_seconds": build_seconds,
    }
    if trained is not None and trained.evaluation is not None:
        seconds = tuple(record.seconds for record in trained.history)
        busy = trained.training.cpu_seconds / (trained.training.wall_seconds * len(job.limits.cpus))
        measured |= {
            "train_seconds": trained.training.wall_seconds,
            "first_epoch_seconds": seconds[0],
            "epoch_seconds": seconds,
            "evaluate_seconds": trained.evaluation.seconds,
            "test_accuracy": trained.evaluation.accuracy,
            "test_loss": trained.evaluation.loss,
            "cpu_seconds": trained.training.cpu_seconds,
            "cpu_percent": 100 * busy,
        }
    unmeasured = {
        name: _reason(name, job)
        for name in Metrics.model_fields
        if name != "unmeasured" and measured.get(name) is None
    }
    return Metrics.model_validate(measured | {"unmeasured": unmeasured})


def _reason(metric: str, job: JobSpec) -> str:
    if metric == "cgroup_peak_memory_bytes":
        return "no control group with a limit and a peak: not in a container, or an older kernel"
    return f"a {job.task} job does not train"


def _write_atomically(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
