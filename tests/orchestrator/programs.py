"""An engine that starts small programs of the test's in place of runners, good and bad."""

import subprocess
import sys
import textwrap

from orchestrator.engines.engine import LOG_NAME, Engine
from orchestrator.engines.local import _LocalProcess

WRITE_RESULT = """
import json, pathlib, sys
from tests.contract.examples import job, trained_result, equivalence
from contract.job import JobSpec
folder = pathlib.Path(sys.argv[1])
spec = JobSpec.model_validate_json((folder / "job.json").read_bytes())
changes = {"job": spec.identity}
if spec.task == "verify":
    changes |= {"metrics": None, "history": (), "confusion_matrix": None}
result = trained_result(**changes)
(folder / "result.json").write_text(result.model_dump_json())
"""


class ProgramEngine(Engine):
    """Runs `program(job)` with the job's folder as its argument."""

    name = "local"
    version = "programs of the tests"

    def __init__(self, program=lambda job: WRITE_RESULT, identity="software-1"):
        self.program = program
        self.software = identity
        self.started = []

    def check(self, contenders, device):
        return

    def identity(self, contender, folder, device):
        return self.software

    def data_dir(self, root):
        return "/data"

    def start(self, job, contender, folder):
        self.started.append(job.job_id)
        with (folder / LOG_NAME).open("wb") as log:
            child = subprocess.Popen(
                [sys.executable, "-c", textwrap.dedent(self.program(job)), str(folder)],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return _LocalProcess(child)
