"""What a job can be asked for, and how it comes to know it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from contract.base import TASKS, Task
from contract.disturbance import TimedPart
from contract.job import JobSpec
from contract.names import GIVEN_FOLDER, LOGITS_NAME, REFERENCE_NAME, WEIGHTS_NAME
from contract.numbers import MOST_SEED
from contract.pipes import open_pipes
from contract.words import counted
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Network
from runners.harness.contender.weights import canonical_weights, save_weights
from runners.harness.errors import RunnerError
from runners.harness.events import EventLog
from runners.harness.gate.apart import verify_apart
from runners.harness.gate.expectations import Expectations, hash_of
from runners.harness.gate.gate import verify
from runners.harness.instruments.disturbance import DisturbanceWatch
from runners.harness.instruments.usage_sampler import UsageSampler
from runners.harness.measure.latency import measure_latency
from runners.harness.measure.measure import (
    PredictionRecord,
    TrainingRecord,
    loss_of_the_mean,
    predict,
    predict_for,
    train,
)
from runners.harness.measure.metrics import assemble
from runners.harness.measure.stopwatch import Stopwatch
from runners.harness.tasks.findings import Findings
from runners.harness.tasks.mistakes.mistakes import make_mistakes
from runners.harness.tasks.samples import Samples
from runners.harness.tasks.scoring.scoring import score
from runners.harness.tasks.scoring.table_process import table_of
from runners.harness.tasks.transfer import transfer
from runners.harness.tasks.turns import take_turns

_PREDICTION_WATCH_SECONDS = 1.0
"""Ten looks of the sampler; single predictions end between two of them."""


@dataclass
class TaskRun:
    """A task in the making: contender and samples are ready."""

    job: JobSpec
    output: Path
    events: EventLog
    contender: Contender
    samples: Samples
    import_seconds: float
    found: Findings
    """Filled as things are found; a task that fails half-way leaves what it had."""

    def do(self) -> None:
        """Do the job's task.

        Raises:
            RunnerError: the protocol does not offer the task, or the task cannot be done.
        """
        task, protocol = self.job.task, self.job.protocol
        if task not in TASKS[protocol]:
            other = "matched" if protocol == "published" else "published"
            cause = f"the {protocol} protocol has no {task} job"
            raise RunnerError(cause, f"use the {other} protocol")
        _TASKS[task](self)

    def verify(self) -> None:
        """Take the contender through the gate."""
        self.events.phase("verify", "against the float64 reference")
        model, training, samples = self.job.model, self.job.training, self.samples.to_verify()
        given = self.output / GIVEN_FOLDER / REFERENCE_NAME
        self.found.equivalence = verify(
            self.contender,
            model,
            training,
            samples,
            lambda done, total: self.events.progress("verify", done, total),
            Expectations.load(given, hash_of(model, training, samples)),
        )

    def train(self) -> None:
        """Train, evaluate after every epoch, and predict."""
        self._prove()
        network, building = self._build()
        with self._watched("train"), self._sampled() as usage:
            trained = self._train(network)
        with self._watched("predict"):
            predicted = self._predict(network)
        self._measure(trained, predicted, usage, building)
        network.close()

    def predict(self) -> None:
        """Predict only."""
        self._prove()
        network, building = self._build()
        with self._watched("predict"):
            predicted = self._predict(network)
            with self._sampled() as usage:
                predict_for(network, self.samples.to_predict(), _PREDICTION_WATCH_SECONDS)
            self._measure(None, predicted, usage, building)
            # Last of all: larger batches take memory, no part of what was measured before.
            self.events.phase("predict", "batches of other sizes")
            self.found.latency = measure_latency(network, self.job, self.samples.to_predict())
        network.close()

    def sweep(self) -> None:
        """Train new networks for 1, 2 … epochs, as many as the job has."""
        training, test = self.samples.training(), self.samples.test()
        for epochs in range(1, self.job.epochs + 1):
            # Each draws weights and orders of its own, as trainings of a paper without seeds do.
            seed = (self.job.seed + epochs) % (MOST_SEED + 1)
            job = self.job.model_copy(update={"epochs": epochs, "seed": seed})
            network, _ = replace(self, job=job)._build()
            record = train(network, job, training, test, self.events)
            network.close()
            whole = {"seconds": record.training.wall_seconds}
            self.found.sweep += (record.history[-1].model_copy(update=whole),)

    def transfer(self) -> None:
        """Evaluate what others trained."""
        self.events.phase("evaluate", f"weights of {', '.join(self.job.transfer_from)}")
        given = self.output / GIVEN_FOLDER
        self.found.transfer = transfer(self.contender, self.job, given, self.samples.test())

    def make_mistakes(self) -> None:
        """Make mistakes on purpose, on a batch of the training samples."""
        self.events.phase("evaluate", "how mistakes made on purpose are reported")
        batch = self.samples.first_training(self.job.training.batch_size)
        self.found.mistakes = make_mistakes(self.contender, self.job, *batch)

    def score(self) -> None:
        """Score a table, which lies in the job's folder as long as it is needed."""
        self._prove()
        self.events.phase("load", f"a table of {self.job.rows:,} rows, written by another process")
        with table_of(self.job, self.output / "table") as table:
            self.events.phase("predict", f"{1 + self.job.predict_repeats} scans of the table")
            with self._watched("predict"):
                self.found.scoring = score(self.contender, self.job, self.samples, table)

    @contextmanager
    def _watched(self, part: TimedPart) -> Iterator[None]:
        """Note what happens beside a part of the job that is timed."""
        with DisturbanceWatch(self.job.limits.cpus) as watch:
            yield
        self.found.disturbances[part] = watch.found

    def _sampled(self) -> UsageSampler:
        return UsageSampler(self.job.device, len(self.job.limits.cpus))

    def take_turns(self) -> None:
        """Step and predict in turn with other contenders, as orders say that come by a pipe."""
        try:
            pipes = open_pipes(self.output)
        except OSError as error:
            cause = f"nobody gives orders to take turns by: {error}"
            raise RunnerError(cause, "start it through `plumbline run`") from error
        with pipes:
            self._prove()
            network, _ = self._build()
            self.events.phase("turns", f"{self.job.turn_rounds} rounds")
            self.found.turns = take_turns(network, self.job, self.samples, pipes, self.events)
            network.close()

    def _prove(self) -> None:
        """See to it that the gate has spoken before anything matched is timed."""
        if self.job.protocol == "published":
            return
        if self.found.equivalence is None:
            self.events.phase("verify", "in a process of its own, so that this one stays fresh")
            self.found.equivalence = verify_apart(self.job, self.output / "verify")
        if not self.found.equivalence.passed:
            self.events.phase("verify", "FAILED: what follows is not comparable")

    def _build(self) -> tuple[Network, Stopwatch]:
        job = self.job
        self.events.phase("build", f"{counted(len(job.model.layers), 'layer')}, {job.protocol}")
        if job.protocol == "published":
            self.found.defaults = dict(self.contender.published_defaults)
            with Stopwatch() as building:
                network = self.contender.build_published(job.model, job.training, job.seed)
            return network, building
        weights = canonical_weights(job.model, job.seed)
        with Stopwatch() as building:
            network = self.contender.build(job.model, job.training, weights, "float32")
        return network, building

    def _train(self, network: Network) -> TrainingRecord:
        job, training, test = self.job, self.samples.training(), self.samples.test()
        self.events.phase(
            "train", f"{counted(job.epochs, 'epoch')} of {counted(len(training[1]), 'sample')}"
        )
        record = train(network, job, training, test, self.events)
        save_weights(network.weights(), self.output / WEIGHTS_NAME)
        self.found.history = tuple(record.history)
        np.save(self.output / LOGITS_NAME, record.evaluation.outputs)
        self.found.confusion_matrix = record.evaluation.confusion_matrix
        if job.training.loss == "mean_squared_error":
            self.found.mean_test_loss = loss_of_the_mean(training[1], test[1])
        return record

    def _predict(self, network: Network) -> PredictionRecord:
        job = self.job
        self.events.phase(
            "predict",
            f"{counted(job.predict_samples, 'sample')}, {counted(job.predict_repeats, 'time')}",
        )
        return predict(network, job, self.samples.to_predict())

    def _measure(
        self,
        trained: TrainingRecord | None,
        predicted: PredictionRecord,
        usage: UsageSampler,
        building: Stopwatch,
    ) -> None:
        seconds = (self.import_seconds, building.wall_seconds)
        self.found.usage = usage.samples
        self.found.meters = usage.meters
        self.found.metrics = assemble(self.job, trained, predicted, usage, *seconds)


_TASKS: Mapping[Task, Callable[[TaskRun], None]] = {
    "verify": TaskRun.verify,
    "train": TaskRun.train,
    "predict": TaskRun.predict,
    "transfer": TaskRun.transfer,
    "mistakes": TaskRun.make_mistakes,
    "score": TaskRun.score,
    "sweep": TaskRun.sweep,
    "turns": TaskRun.take_turns,
}
