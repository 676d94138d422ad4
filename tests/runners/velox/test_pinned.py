"""The ML functions refuse every libvelox.so but the one that they were written for."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

import pytest

from runners.harness.errors import RunnerError
from runners.velox import ml_functions
from runners.velox.pinned import PinnedLibrary, check_pin, read_pin, sha256_of

PIN_FILE = Path(__file__).parents[3] / "images/velox/ml_functions" / ml_functions.PIN_NAME


@pytest.fixture
def pin() -> PinnedLibrary:
    return read_pin(PIN_FILE)


@pytest.mark.environment
def test_the_locked_wheel_is_the_pinned_one(pin: PinnedLibrary) -> None:
    check_pin(pin)


@pytest.mark.environment
def test_another_binary_is_refused(pin: PinnedLibrary) -> None:
    """The message names what was expected and what was found."""
    other = "0" * 64
    with pytest.raises(RunnerError) as refusal:
        check_pin(replace(pin, sha256=other))
    assert re.search(f"expected sha256 {other}, found sha256 {pin.sha256}", refusal.value.cause)
    assert "pyvelox==0.2.0" in refusal.value.remedy


@pytest.mark.environment
def test_another_version_is_refused_before_its_binary_is_read(pin: PinnedLibrary) -> None:
    with pytest.raises(RunnerError, match=r"expected version 9\.9, found version 0\.2\.0"):
        check_pin(replace(pin, version="9.9", file="absent.so"))


def test_absent_velox_is_named(pin: PinnedLibrary) -> None:
    with pytest.raises(RunnerError, match="no-such-velox is not installed"):
        check_pin(replace(pin, distribution="no-such-velox"))


def test_functions_that_are_not_built_are_named(tmp_path: Path) -> None:
    with pytest.raises(RunnerError, match="is not there") as refusal:
        ml_functions.check_installed(tmp_path)
    assert "make -C images/velox/ml_functions" in refusal.value.remedy


def test_a_wrong_binary_is_refused_before_it_is_loaded(tmp_path: Path, pin: PinnedLibrary) -> None:
    """The library here is no library at all: loading it would say so, and never happens."""
    (tmp_path / ml_functions.LIBRARY_NAME).write_bytes(b"not a library")
    text = PIN_FILE.read_text().replace(pin.version, "9.9").replace("pyvelox", "numpy")
    (tmp_path / ml_functions.PIN_NAME).write_text(text)
    with pytest.raises(RunnerError, match=r"the ML functions refuse this libvelox\.so"):
        ml_functions.check_installed(tmp_path)


def test_hash_is_of_the_whole_file(tmp_path: Path) -> None:
    content = bytes(range(256)) * 10000  # more than one piece, and no whole number of them
    path = tmp_path / "library.so"
    path.write_bytes(content)
    assert sha256_of(path) == hashlib.sha256(content).hexdigest()
