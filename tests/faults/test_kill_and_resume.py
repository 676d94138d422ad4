"""kill -9 of the orchestrator at random moments, then --resume: nothing lost, doubled or left."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from contract.result import Result
from contract.run import RunRecord
from contract.untrusted import read_record
from orchestrator.engines.leftovers import marked_processes
from orchestrator.places import ROOT
from orchestrator.store.output import Owner
from orchestrator.store.store import RunStore
from tests.faults.real import containers

CHANGES_OF_A_JOB = 15
"""Of the files in a run's folder, about: what is drawn from reaches into the third job."""
WAIT_SECONDS = 600.0


class Orchestrator:
    """A real `plumbline run --resume`, in a process of its own."""

    def __init__(self, engine: str, output: Path, contenders: str) -> None:
        self._output = output
        command = [sys.executable, "-m", "tests.faults.plumbline", "run", "--profile", "smoke"]
        command += ["--engine", engine, "--contenders", contenders, "--cpus", "1", "--resume"]
        self.process = subprocess.Popen(
            [*command, "--output", str(output)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run_for(self, changes: int, seconds: float) -> bool:
        """Wait until so much has changed in the output, and a moment longer; whether it runs."""
        deadline = time.monotonic() + WAIT_SECONDS
        seen, before = 0, listing(self._output)
        while seen < changes and self.process.poll() is None:
            assert time.monotonic() < deadline, "the run does not go on"
            now = listing(self._output)
            seen += len(now ^ before)
            before = now
            time.sleep(0.002)
        time.sleep(seconds)
        return self.process.poll() is None

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate()

    def finish(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=WAIT_SECONDS)
        return self.process.returncode, said


def listing(output: Path) -> set[tuple[str, int, int]]:
    """Return every file of the runs as it is now."""
    found = set()
    for folder, _, names in os.walk(output):
        for name in names:
            path = Path(folder, name)
            try:
                status = path.lstat()
            except FileNotFoundError:
                continue
            found.add((str(path), status.st_size, status.st_mtime_ns))
    return found


def latest(output: Path) -> RunStore:
    return RunStore((output / "latest").resolve())


def kept(store: RunStore) -> dict[str, str]:
    """Return what a resumed run uses again of `accepted`: a block of turns only whole."""
    found = accepted(store)
    order = read_record(store.folder / "run.json", RunRecord).order
    torn = {block_of_turns(job) for job in order if job not in found} - {None}
    return {job: digest for job, digest in found.items() if block_of_turns(job) not in torn}


def block_of_turns(job_id: str) -> tuple[str, str] | None:
    """Return workload and block of a job that takes turns; None for others."""
    _, workload, *_, task, _, repeat = job_id.split(".")
    return (workload, repeat) if task == "turns" else None


def accepted(store: RunStore) -> dict[str, str]:
    """Return the hash of every result that was judged good, by job; each must be valid."""
    found = {}
    for path in sorted(store.folder.glob("jobs/*/key.json")):
        result = path.with_name("result.json")
        assert read_record(result, Result).status == "ok"
        found[path.parent.name] = hashlib.sha256(result.read_bytes()).hexdigest()
    return found


def whole_results(store: RunStore) -> None:
    """No result is ever half written, whatever the moment."""
    for path in store.folder.glob("jobs/*/result.json"):
        assert read_record(path, Result).job.job_id == path.parent.name


def complete(store: RunStore) -> set[str]:
    """Return the jobs of a finished run, each of which has one good result."""
    record = read_record(store.folder / "run.json", RunRecord)
    assert record.finished is not None
    assert set(accepted(store)) == set(record.order)
    assert {path.name for path in (store.folder / "jobs").iterdir()} == set(record.order)
    assert len(set(record.order)) == len(record.order)
    return set(record.order)


def owner(output: Path) -> Owner:
    return read_record(output / ".orchestrator.json", Owner)


def gone(output_id: str, engine: str) -> bool:
    """Whether nothing is left running a moment after the kill; nobody has resumed yet."""
    deadline = time.monotonic() + 60
    while marked_processes(output_id) or (engine == "docker" and containers(output_id)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def kill_and_resume(engine: str, tmp_path: Path, contenders: str, kills: int) -> None:
    seed = int(os.environ.get("PLUMBLINE_FAULT_SEED", time.time_ns() % 2**32))
    print(f"kill points drawn with PLUMBLINE_FAULT_SEED={seed}")
    draw = random.Random(seed)
    undisturbed = tmp_path / "undisturbed"
    code, said = Orchestrator(engine, undisturbed, contenders).finish()
    assert code == 0, said
    jobs = complete(latest(undisturbed))

    done, runs, found, output = 0, 0, {}, tmp_path / "run-0"
    while done < kills or found:
        orchestrator = Orchestrator(engine, output, contenders)
        point = (draw.randint(0, 2 * CHANGES_OF_A_JOB), draw.uniform(0, 0.2))
        if done < kills and orchestrator.run_for(*point):
            orchestrator.kill()
            done += 1
            if (output / ".orchestrator.json").exists():
                assert gone(owner(output).output_id, engine), (
                    f"left running after kill {done} at {point}"
                )
            if (output / "latest").exists():
                store = latest(output)
                whole_results(store)
                now = accepted(store)
                assert found.items() <= now.items(), f"lost or changed by kill {done} at {point}"
                found = kept(store)
            continue
        code, said = orchestrator.finish()
        assert code == 0, said
        assert complete(latest(output)) == jobs
        assert found.items() <= accepted(latest(output)).items()
        assert len([path for path in output.glob("2*") if path.is_dir()]) == 1
        output_id = owner(output).output_id
        assert gone(output_id, engine)
        if engine == "docker":
            assert containers(output_id, all_of_them=True) == []
        runs, found = runs + 1, {}
        output = tmp_path / f"run-{runs}"
    assert done == kills


@pytest.mark.environment
def test_a_local_run_survives_every_kill(tmp_path):
    kill_and_resume("local", tmp_path, "velox,pytorch", kills=25)


@pytest.mark.docker
def test_a_run_in_containers_survives_every_kill(tmp_path):
    kill_and_resume("docker", tmp_path, "velox", kills=6)


@pytest.mark.environment
def test_a_second_orchestrator_is_refused_and_told_who_the_first_is(tmp_path):
    first = Orchestrator("local", tmp_path, "velox")
    first.run_for(CHANGES_OF_A_JOB, 0)

    code, said = Orchestrator("local", tmp_path, "velox").finish()

    assert code == 2
    assert f"another plumbline is at work in {tmp_path}: process {first.process.pid} on" in said
    assert "--output" in said
    first.process.send_signal(signal.SIGTERM)
    assert first.finish()[0] == 130
    assert gone(owner(tmp_path).output_id, "local")
