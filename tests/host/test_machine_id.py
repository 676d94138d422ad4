"""Machines of the same make are told apart, and nobody learns the id of the operating system."""

import pytest

from host.machine_id import machine_id

OWN = "0123456789abcdef0123456789abcdef"


def test_a_machine_has_the_same_digits_whenever_it_is_asked(tmp_path):
    write(tmp_path, OWN)

    found = machine_id(tmp_path)

    assert found == machine_id(tmp_path) == "d7197bf0ad22983b"
    assert found not in OWN


def test_another_machine_has_others(tmp_path):
    write(tmp_path, OWN)
    first = machine_id(tmp_path)
    write(tmp_path, OWN[::-1])

    assert machine_id(tmp_path) != first


@pytest.mark.parametrize("content", ["", "uninitialized\n", "\u00e9" * 32])
def test_an_image_has_none_of_its_own(tmp_path, content):
    write(tmp_path, content)

    assert machine_id(tmp_path) is None


def test_where_there_is_no_such_file_there_is_no_id(tmp_path):
    assert machine_id(tmp_path) is None


def write(root, content):
    (root / "etc").mkdir(exist_ok=True)
    (root / "etc/machine-id").write_text(f"{content}\n", encoding="utf-8")
