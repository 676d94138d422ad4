"""The running Python as every contender's environment, whatever is installed there."""

import sys
from importlib.util import find_spec
from pathlib import Path

from contract.base import Device
from contract.contender import ContenderInfo
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.store.cache_key import sha256_of
from runners.harness.job.fingerprint import installed


class OwnPythonLauncher(LocalLauncher):
    """Runs jobs as the local engine does, but in this Python: no lock says what is in it."""

    def check(self, contenders: list[ContenderInfo], device: Device) -> None:
        """Nothing to check: contenders that lack a package are not asked for."""

    def python(self, contender: ContenderInfo) -> Path:  # noqa: ARG002
        """Return this Python."""
        return Path(sys.executable)

    def environment_sha256(self, contender: ContenderInfo) -> str:  # noqa: ARG002
        """Return a hash of names and versions of all that is installed."""
        return sha256_of(sorted(f"{found.name}=={found.version}" for found in installed()))


def why_absent(contender: ContenderInfo) -> str:
    """Return why a contender cannot run in this Python; "" where its framework is there."""
    framework = contender.notable_packages[0]
    return "" if find_spec(framework) else f"{framework} is not installed"
