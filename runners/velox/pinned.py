"""The one libvelox.so that the ML functions may be loaded into."""

import hashlib
import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from contract.toml_lines import parse_toml
from runners.harness.errors import RunnerError


@dataclass(frozen=True)
class PinnedLibrary:
    """What the declarations in `velox_abi.h` were written for."""

    distribution: str
    version: str
    file: str
    sha256: str


def read_pin(path: Path) -> PinnedLibrary:
    """Read the pin that was installed beside the ML functions."""
    return PinnedLibrary(**parse_toml(path.read_text(encoding="utf-8")))


def check_pin(pin: PinnedLibrary) -> None:
    """Compare the installed library with the pin, before anything of it is loaded.

    Raises:
        RunnerError: it is not there, or another one; the functions' memory layouts may not fit.
    """
    try:
        installed = importlib.metadata.distribution(pin.distribution)
    except importlib.metadata.PackageNotFoundError:
        raise RunnerError(
            f"{pin.distribution} is not installed in this environment",
            "run `make setup`, which creates the velox environment",
        ) from None
    if installed.version != pin.version:
        raise _refusal(pin, f"version {pin.version}", f"version {installed.version}")
    digest = sha256_of(Path(str(installed.locate_file(f"{pin.distribution}/{pin.file}"))))
    if digest != pin.sha256:
        raise _refusal(pin, f"sha256 {pin.sha256}", f"sha256 {digest}")


def sha256_of(path: Path) -> str:
    """Return the hash of a file, a piece at a time: the library is larger than the memory goal."""
    digest = hashlib.sha256()
    piece = memoryview(bytearray(1 << 20))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(piece):
            digest.update(piece[:count])
    return digest.hexdigest()


def _refusal(pin: PinnedLibrary, expected: str, found: str) -> RunnerError:
    return RunnerError(
        f"the ML functions refuse this {pin.file} of {pin.distribution}: "
        f"expected {expected}, found {found}",
        f"install {pin.distribution}=={pin.version} from images/velox/requirements-cpu.lock",
    )
