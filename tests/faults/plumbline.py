"""The real command line, with the study of these tests: `python -m tests.faults.plumbline …`."""

from pathlib import Path

from orchestrator.commands import cli
from orchestrator.run import runs

STUDIES_DIR = Path(__file__).parent / "studies"

if __name__ == "__main__":
    runs.STUDIES_DIR = STUDIES_DIR
    cli.main()
