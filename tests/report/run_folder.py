"""Makes a run's folder as the orchestrator and the runners leave it, from the contract's models."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any, Literal, get_args

from contract.base import Device
from contract.development import DevelopmentRecord
from contract.event import DoneEvent, PhaseEvent
from contract.job import JobSpec, Limits
from contract.journal import SentinelReading, TakenOver
from contract.names import JOURNAL_NAME
from contract.result import Failure
from contract.run import EngineRecord, RunRecord
from contract.study import Study, Workload, load_study
from contract.turns import Action
from tests.contract import examples
from tests.report.sample_results import STARTED, SampleResults, development

STUDIES = Path(__file__).parents[2] / "studies"
STUDY_FILE = STUDIES / "s2-mnist.toml"
TRAIN_AND_PREDICT = ("train", "predict")


@dataclass
class RunFolder:
    """A run on disk, and the knobs by which tests make it a special one."""

    path: Path
    contenders: tuple[str, ...] = ("pytorch", "tensorflow", "keras", "velox")
    repeats: int = 2
    epochs: int = 3
    profile: str = "quick"
    protocols: tuple[str, ...] = ("matched",)
    devices: tuple[Device, ...] = ("cpu",)
    tasks: tuple[str, ...] = TRAIN_AND_PREDICT
    """Of those that a workload names; transfer and mistakes are done once."""
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
    taken_over: dict[str, str] = field(default_factory=dict)
    """Contenders whose gates did not run, with the run that their proofs are of."""
    measured_by: str = ""
    """The run that measured what is timed; empty: this one."""
    drifting: int | None = None
    """The block in which the machine becomes slower by a quarter."""
    started: datetime = STARTED
    machine_id: str | None = None
    """Of the host's fingerprint."""
    develops: bool = False
    """Whether the cost of working with every contender was measured."""
    command: tuple[str, ...] = ("run", "s2", "--profile", "quick", "--repeats", "2")
    study_file: Path = STUDY_FILE
    more_studies: tuple[Path, ...] = ()

    def write(self) -> Path:
        """Write the whole folder; return it."""
        files = (self.study_file, *self.more_studies)
        self.studies = [load_study(file) for file in files]
        jobs = [job for study in self.studies for job in self._jobs(study)]
        (self.path / "studies").mkdir(parents=True)
        for study, file in zip(self.studies, files, strict=True):
            shutil.copy(file, self.path / "studies" / f"{study.id}.toml")
        self._write("run.json", self._record([job.job_id for job in jobs]))
        results = SampleResults(
            self.failing,
            self.skipped,
            self.unequal,
            self.unproven,
            self.miscounting,
            self.disagreeing,
            self.proved_early,
            self.machine_id,
        )
        for job in jobs:
            self._write_job(job, results)
        self._write_journal(jobs)
        for name in self.contenders if self.develops else ():
            record = DevelopmentRecord(contender=name, metrics=development(name))
            self._write(f"development/{name}.json", record)
        return self.path

    def _jobs(self, study: Study) -> Iterator[JobSpec]:
        for workload in study.workloads:
            admitted = workload.contenders or self.contenders
            able = [name for name in self.contenders if name in admitted]
            for repeat, device in product(range(1, self.repeats + 1), self.devices):
                for contender in able:
                    for protocol, task in self._asked(workload, repeat):
                        named = (workload, contender, protocol, device, task, repeat)
                        yield self._spec(study, *named, able)

    def _asked(self, workload: Workload, repeat: int) -> Iterator[tuple[str, str]]:
        """Every protocol measures; what is no measurement is done once, under the matched one."""
        for protocol in self.protocols:
            for task in self.tasks:
                measures = task in (*TRAIN_AND_PREDICT, "score")
                once = repeat == 1 and protocol == "matched"
                if task in (*workload.tasks, "predict") and (measures or once):
                    yield protocol, task

    def _write(self, name: str, record: Any) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record.model_dump_json(indent=1), encoding="utf-8")

    def _write_job(self, job: JobSpec, results: SampleResults) -> None:
        folder = f"jobs/{job.job_id}"
        self._write(f"{folder}/job.json", job)
        self._write(f"{folder}/result.json", results.of(job))
        events = (
            PhaseEvent(time=STARTED, elapsed_seconds=0, phase="start"),
            DoneEvent(time=STARTED, elapsed_seconds=60),
        )
        lines = "".join(event.model_dump_json() + "\n" for event in events)
        (self.path / folder / "events.jsonl").write_text(lines, encoding="utf-8")

    def _origin(self, job: JobSpec) -> tuple[Literal["proved_before", "measured_before"], str]:
        """Return the run that a job's result is of; "" for this one."""
        if job.task == "verify":
            return "proved_before", self.taken_over.get(job.contender, "")
        return "measured_before", self.measured_by

    def _write_journal(self, jobs: list[JobSpec]) -> None:
        """What earlier runs did; sentinels that took the same time but in the drifting block."""
        taken_over = [
            TakenOver(kind=kind, time=STARTED, job_id=job.job_id, by_run=by, by_job_id=job.job_id)
            for job in jobs
            for kind, by in [self._origin(job)]
            if by
        ]
        readings = [
            SentinelReading(
                block=block,
                position=position,
                started=STARTED,
                samples_seconds=tuple(factor * seconds for seconds in (0.0398, 0.04, 0.0402)),
                cost_seconds=0.8,
                cpus=(0, 1),
                threads=2,
                load_average=0.5,
            )
            for block in range(1, self.repeats + 1)
            for position, factor in (
                ("first", 1.0),
                ("last", 1.25 if block == self.drifting else 1.0),
            )
        ]
        lines = "".join(entry.model_dump_json() + "\n" for entry in (*taken_over, *readings))
        (self.path / JOURNAL_NAME).write_text(lines, encoding="utf-8")

    def _record(self, order: list[str]) -> RunRecord:
        return RunRecord(
            run_id="2026-03-02-093000",
            created=self.started,
            finished=self.started + timedelta(minutes=20),
            profile=self.profile,
            engine=EngineRecord(name="local", version="1", reason="no container engine answers"),
            studies=tuple(study.id for study in self.studies),
            contenders=self.contenders,
            devices=self.devices,
            repeats=self.repeats,
            seed=1,
            command=self.command,
            plumbline_version="0.1.0",
            source_commit="0123456789abcdef0123456789abcdef01234567",
            source_dirty=False,
            order=tuple(order),
        )

    def _spec(
        self,
        study: Study,
        workload: Workload,
        contender: str,
        protocol: Any,
        device: Device,
        task: Any,
        repeat: int,
        able: list[str],
    ) -> JobSpec:
        return JobSpec(
            study=study.id,
            workload=workload.id,
            contender=contender,
            protocol=protocol,
            task=task,
            device=device,
            seed=1,
            repeat=repeat,
            dataset=workload.dataset,
            model=workload.model,
            training=workload.training,
            epochs=self.epochs,
            rows=_rows(study, workload) if task == "score" else None,
            limits=Limits(cpus=(0, 1), threads=2, memory_bytes=8 * 2**30, timeout_seconds=600),
            transfer_from=tuple(able) if task == "transfer" else (),
            data_dir="/data",
        )


def _rows(study: Study, workload: Workload) -> int | None:
    scale = study.scale("paper", workload.id)
    return scale.rows if scale else None


def study() -> Study:
    """The study that plain folders are runs of."""
    return load_study(STUDY_FILE)


def set_metric(
    run_dir: Path,
    contender: str,
    task: str,
    metric: str,
    values: list[Any],
    *,
    protocol: str = "matched",
    workload: str = "s2.mnist-cnn",
    device: Device = "cpu",
) -> None:
    """Give a contender's jobs of a task new values of a metric, one per repeat."""
    for repeat, value in enumerate(values, start=1):
        folder = f"{workload}.{contender}.{protocol}.{device}.{task}.seed1.repeat{repeat}"
        path = run_dir / "jobs" / folder / "result.json"
        content = json.loads(path.read_text(encoding="utf-8"))
        content["metrics"][metric] = value
        path.write_text(json.dumps(content), encoding="utf-8")


def disturb(run_dir: Path, contender: str, task: str, *repeats: int, share: float = 0.43) -> None:
    """Let others use a share of the CPUs of some of a contender's matched jobs."""
    part = "train" if task == "train" else "predict"
    found = {part: examples.disturbance(foreign_cpu_share=share).model_dump(mode="json")}
    for repeat in repeats:
        jobs = f"jobs/*.{contender}.matched.cpu.{task}.*.repeat{repeat}/result.json"
        for path in run_dir.glob(jobs):
            content = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps({**content, "disturbances": found}), encoding="utf-8")


def add_turns(run_dir: Path, call_seconds: Mapping[str, Sequence[float]]) -> None:
    """Let contenders take turns on S2's network; given by contender: a call of each block."""
    for contender, of_blocks in call_seconds.items():
        for repeat, seconds in enumerate(of_blocks, start=1):
            values = {"task": "turns", "turn_rounds": 1, "seed": 1}
            spec = examples.job(contender=contender, repeat=repeat, **values)
            taken = [examples.turn(action=name, call_seconds=seconds) for name in get_args(Action)]
            folder = run_dir / "jobs" / spec.job_id
            folder.mkdir()
            result = examples.untimed_result(spec.identity, turns=examples.turns(*taken))
            (folder / "job.json").write_text(spec.model_dump_json(), encoding="utf-8")
            (folder / "result.json").write_text(result.model_dump_json(), encoding="utf-8")
