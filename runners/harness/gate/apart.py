"""Takes a contender through the gate in a process of its own."""

import subprocess
import sys
from pathlib import Path

from contract.evidence import Equivalence
from contract.job import JobSpec
from contract.names import JOB_NAME, RESULT_NAME
from contract.result import Failure, Result
from contract.untrusted import UntrustedError, read_record
from runners.harness.errors import RunnerError


def verify_apart(job: JobSpec, output: Path) -> Equivalence:
    """Run the job's gate in a child process, so that it leaves no trace in what is timed later.

    Args:
        job: The job that waits for the evidence.
        output: Folder for the gate's own events and result.

    Raises:
        RunnerError: the gate could not be carried out.
    """
    output.mkdir(parents=True, exist_ok=True)
    job_file = output / JOB_NAME
    job_file.write_text(job.model_copy(update={"task": "verify"}).model_dump_json(indent=2))
    command = [sys.executable, "-m", "runners.harness", "--job", str(job_file)]
    child = subprocess.run([*command, "--output", str(output), "--quiet"], check=False)
    try:
        result = read_record(output / RESULT_NAME, Result)
    except UntrustedError as error:
        raise RunnerError(
            f"the equivalence gate ended with exit code {child.returncode}; its result: {error}",
            f"its events are in {output}",
        ) from error
    if result.equivalence is None:
        found = result.failure or Failure(cause="no evidence", remedy=f"its events are in {output}")
        cause = f"the equivalence gate could not be carried out: {found.cause}"
        raise RunnerError(cause, found.remedy)
    return result.equivalence
