"""What a fresh build of the functions proves itself with works on the build that is here."""

import subprocess
import sys

import pytest

from tests.runners.contender_suite import REPOSITORY

pytestmark = pytest.mark.environment
SELFTEST = REPOSITORY / "images" / "velox" / "ml_functions" / "selftest.py"


def test_the_build_that_is_here_proves_itself() -> None:
    done = subprocess.run([sys.executable, SELFTEST], cwd=REPOSITORY, check=False)

    assert done.returncode == 0
