"""Works out what the reference shows on a verify job's network, for all contenders of it.

`python -m runners.harness.gate --job job.json --output reference.safetensors`; a runner that finds
the file in its job's folder `given/` need not work it out again.
"""

import argparse
from pathlib import Path

from contract.job import JobSpec
from contract.untrusted import read_record
from runners.harness.gate.expectations import hash_of
from runners.harness.gate.plan import plan_gate
from runners.harness.tasks.samples import load_samples


def main() -> None:
    """Read the job, work out, write."""
    parser = argparse.ArgumentParser(
        prog="python -m runners.harness.gate",
        description="Work out what the float64 reference shows on a verify job's network.",
    )
    parser.add_argument("--job", type=Path, required=True, help="the verify job, job.json")
    parser.add_argument("--output", type=Path, required=True, help="where the arrays go")
    options = parser.parse_args()
    job = read_record(options.job, JobSpec)
    samples = load_samples(job).to_verify()
    expectations = plan_gate(job.model, job.training, samples).work_out()
    expectations.save(options.output, hash_of(job.model, job.training, samples))


if __name__ == "__main__":
    main()
