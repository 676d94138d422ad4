"""What the reference computed is kept by what it depends on, within bounds, and given as copies."""

import os

import pytest

from orchestrator.store.references import ReferenceStore

KEY = {"network": "1", "data": "2"}
OTHER = KEY | {"data": "3"}


@pytest.fixture
def made(tmp_path):
    path = tmp_path / "made"
    path.write_bytes(b"x" * 100)
    return path


def test_what_was_kept_is_taken_by_its_key(tmp_path, made):
    ReferenceStore(tmp_path / "kept").keep(KEY, made)

    assert ReferenceStore(tmp_path / "kept").take(KEY, tmp_path / "taken")
    assert not ReferenceStore(tmp_path / "kept").take(OTHER, tmp_path / "other")
    assert (tmp_path / "taken").read_bytes() == made.read_bytes()
    assert not (tmp_path / "other").exists()


def test_what_a_job_does_to_its_copy_reaches_nobody_else(tmp_path, made):
    store = ReferenceStore(tmp_path / "kept")
    store.keep(KEY, made)
    store.take(KEY, tmp_path / "first")

    for mine in (made, tmp_path / "first"):
        with mine.open("r+b") as file:
            file.write(b"altered")

    store.take(KEY, tmp_path / "second")
    assert (tmp_path / "second").read_bytes() == b"x" * 100


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path, made):
    store = ReferenceStore(tmp_path / "kept")
    store.keep(KEY, made)
    (path,) = (tmp_path / "kept").glob("*.safetensors")
    path.unlink()
    path.symlink_to(made)

    assert not store.take(KEY, tmp_path / "taken")


def test_a_fresh_store_sees_what_it_was_given_and_nothing_earlier(tmp_path, made):
    ReferenceStore(tmp_path / "kept").keep(KEY, made)
    fresh = ReferenceStore(tmp_path / "kept", fresh=True)
    assert not fresh.take(KEY, tmp_path / "taken")

    fresh.keep(KEY, made)

    assert fresh.take(KEY, tmp_path / "taken")


def test_what_was_not_used_for_the_longest_time_is_let_go(tmp_path, made):
    store = ReferenceStore(tmp_path / "kept", limit_bytes=200)
    for key in (KEY, OTHER):
        store.keep(key, made)
    for path in (tmp_path / "kept").iterdir():
        os.utime(path, (0, 0))
    store.take(KEY, tmp_path / "taken")

    store.keep(KEY | {"data": "4"}, made)

    assert store.take(KEY, tmp_path / "again")
    assert not store.take(OTHER, tmp_path / "gone")
