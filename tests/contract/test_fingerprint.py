"""Versions are found by a package's name."""

import pytest

from contract.fingerprint import Software

SOFTWARE = Software(
    python="3.11.7",
    packages={"PyVelox": "0.2.0", "tensorflow_cpu": "2.21.0"},
    environment_variables={},
)


@pytest.mark.parametrize(
    ("package", "version"), [("pyvelox", "0.2.0"), ("tensorflow-cpu", "2.21.0"), ("torch", None)]
)
def test_a_version_is_found_however_the_package_spells_its_name(package, version):
    assert SOFTWARE.version(package) == version
