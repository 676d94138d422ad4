"""The real command line, with the study of these tests: `python -m tests.faults.plumbline …`."""

from pathlib import Path

from orchestrator import places
from orchestrator.commands import cli

STUDIES_DIR = Path(__file__).parent / "studies"

if __name__ == "__main__":
    places.STUDIES_DIR = STUDIES_DIR
    cli.main()
