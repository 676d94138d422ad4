"""Where the kit's own folders are."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
STUDIES_DIR = ROOT / "studies"
RUNNERS_DIR = ROOT / "runners"
ENVIRONMENTS_DIR = ROOT / ".environments"
RESULTS_DIR = ROOT / "results"
BUILDS_DIR = ROOT / ".wheelhouse" / "builds"
"""What `images.build` remembers of its builds."""
