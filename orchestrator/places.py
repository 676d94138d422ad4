"""Where the kit's own folders are."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent
STUDIES_DIR = Path(os.environ.get("PLUMBLINE_STUDIES") or ROOT / "studies")
RUNNERS_DIR = ROOT / "runners"
ENVIRONMENTS_DIR = ROOT / ".environments"
RESULTS_DIR = ROOT / "results"
BUILDS_DIR = ROOT / ".wheelhouse" / "builds"
"""What `images.build` remembers of its builds."""
