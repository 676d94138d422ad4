"""An engine that starts small programs of the test's in place of runners, good and bad."""

import sys
import textwrap
import uuid
from contextlib import AbstractContextManager

from contract.environment import OUTPUT
from contract.names import PROOFS_FOLDER
from host.cpu_times import CpuTimes
from orchestrator.engines.environments import own_inventory
from orchestrator.engines.launcher import FILE_LIMIT_BYTES, Launcher
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.engines.local.supervisor import Command
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import ROOT
from orchestrator.plan.estimate import Costs
from orchestrator.run.context import RunContext
from orchestrator.run.given_data import GivenData
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.proofs import ProofStore

MEMORY_BYTES = 2**32

WRITE_RESULT = """
import json, pathlib, sys
from tests.contract.examples import trained_result, untimed_result
from contract.job import JobSpec
folder = pathlib.Path(sys.argv[1])
spec = JobSpec.model_validate_json((folder / "job.json").read_bytes())
trained = spec.task == "train"
result = trained_result(job=spec.identity) if trained else untimed_result(spec.identity)
(folder / "result.json").write_text(result.model_dump_json())
"""


class SteadyMachine(ThisMachine):
    """A machine that never drifts and is always quiet, and whose sentinel takes no time."""

    def cpu_times(self):
        return CpuTimes(moment_seconds=0, total=0, idle=0, steal=0)

    def foreign_cpu_share(self, cpus, seconds):
        return 0.0

    def sentinel(self, limits):
        return (0.03, 0.03, 0.03)

    def sentinel_turns(self, limits):
        return SteadySentinel()


class SteadySentinel(AbstractContextManager):
    """Takes no time for its turns either."""

    def __exit__(self, *_exception):
        return

    def take(self):
        return (0.03,)


class ProgramLauncher(Launcher):
    """Runs `program(job)` with the job's folder as its argument."""

    name = "local"
    version = "programs of the tests"

    def __init__(self, program=lambda job: WRITE_RESULT, software="software-1"):
        self.program = program
        self.software = software
        self.started = []
        self.output_id = uuid.uuid4().hex

    def check(self, contenders, device):
        return

    def identity(self, contender, folder, device):
        return {"engine": self.name, "software": self.software}

    def inventory(self, contender, device):
        return own_inventory()

    def data_dir(self, root):
        return "/data"

    def start(self, job, contender, folder, options=()):
        self.started.append(job.job_id)
        command = [sys.executable, "-c", textwrap.dedent(self.program(job)), str(folder)]
        limits = Command(command, list(job.limits.cpus), MEMORY_BYTES, FILE_LIMIT_BYTES)
        carried = {"PYTHONPATH": str(ROOT), OUTPUT: self.output_id}
        return SupervisedProcess(limits, folder, carried, self.output_id)


def context_of(
    jobs, launcher, store, contenders, display, unavailable=None, *, fresh=False, references=None
):
    """Return what jobs are run with on a steady machine."""
    host, data = SteadyMachine(), GivenData(unavailable or {})
    conditions = (launcher, contenders, data, host.identity())
    proofs = ProofStore(store.folder.parent / PROOFS_FOLDER, fresh=fresh)
    earlier = EarlierRuns(store.folder.parent, fresh=fresh)
    kept = (proofs, references, earlier)
    return RunContext(*conditions, jobs, store, *kept, host.name, display)


def run_programs(*given, goal=None, budget_seconds=None, **options):
    """Run jobs on a steady machine, of which `context_of` takes the rest; return their results."""
    return SteadyMachine().run_all(
        context_of(*given, **options), Costs(), goal=goal, budget_seconds=budget_seconds
    )
