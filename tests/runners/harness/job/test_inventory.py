"""An inventory is read from what installers leave behind."""

from runners.harness.job.inventory import locked_hashes, system_packages, take_inventory

LOCK = f"""# made by a program
annotated-types==0.8.0 ; python_full_version < '3.11' \\
    --hash=sha256:{"a" * 64} \\
    --hash=sha256:{"b" * 64}
Odd.Name==1.0+cpu \\
    --hash=sha256:{"c" * 64}
    # via torch
"""
STATUS = """Package: libgomp1
Status: install ok installed
Architecture: amd64
Version: 12.2.0-14
Description: library
 Version: not this one

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1

"""


def test_a_locks_hashes_are_found_by_name_and_version():
    assert locked_hashes(LOCK) == {
        ("annotated-types", "0.8.0"): ["a" * 64, "b" * 64],
        ("odd-name", "1.0+cpu"): ["c" * 64],
    }


def test_only_installed_packages_of_the_system_are_listed():
    (found,) = system_packages(STATUS)

    assert (found.name, found.version, found.architecture) == ("libgomp1", "12.2.0-14", "amd64")


def test_libraries_built_into_an_environment_and_its_lock_are_hashed(tmp_path):
    kept = tmp_path / "lib" / "plumbline"
    kept.mkdir(parents=True)
    (kept / "libours.so").write_bytes(b"code")
    (kept / "requirements.lock").write_text(LOCK)

    found = take_inventory(tmp_path, system=False)

    assert list(found.built_sha256) == ["libours.so"]
    assert found.lock_sha256
    assert found.system_packages == ()


def test_an_environment_without_a_lock_says_so(tmp_path):
    found = take_inventory(tmp_path, system=False)

    assert found.lock_sha256 is None
    assert all(package.locked_sha256 == () for package in found.packages)
