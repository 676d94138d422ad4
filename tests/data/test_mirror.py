"""A local copy comes before every other source, and is trusted no more than they are."""

import gzip

import pytest

from data.fetch import fetch
from tests.data.examples import (
    GZ_FILES,
    cifar_archive,
    gz_files,
    https_source,
    toy_arrays,
    toy_catalog,
)


def fill(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


@pytest.fixture
def mirror(tmp_path, monkeypatch):
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("PLUMBLINE_DATA_MIRROR", str(folder))
    return folder


@pytest.mark.parametrize("place", [".", "toy"])
def test_a_folder_of_files_spares_the_download(toy, server, arrays, mirror, tmp_path, place):
    fill(mirror / place, gz_files(arrays))

    fetched = fetch("toy", tmp_path, catalog=toy)

    assert (fetched.source, server.requests) == ("mirror/first", [])


def test_files_may_lie_unpacked(toy, server, arrays, mirror, tmp_path):
    unpacked = {
        name.removesuffix(".gz"): gzip.decompress(content)
        for name, content in gz_files(arrays).items()
    }
    fill(mirror, unpacked)

    assert fetch("toy", tmp_path, catalog=toy).source == "mirror/first"


def test_the_mirror_may_be_the_one_file_itself(server, tmp_path, monkeypatch):
    arrays = toy_arrays(size=8, channels=3)
    fill(tmp_path, {"toy.tar.gz": cifar_archive(arrays)})
    monkeypatch.setenv("PLUMBLINE_DATA_MIRROR", str(tmp_path / "toy.tar.gz"))
    source = https_source(server.url, "first", "batches", ["toy.tar.gz"], "batches/")

    fetched = fetch("toy", tmp_path, catalog=toy_catalog(source, arrays=arrays))

    assert fetched.source == "mirror/first"


def test_what_a_mirror_lacks_is_told_and_downloaded(toy, arrays, mirror, tmp_path):
    files = gz_files(arrays)
    del files[GZ_FILES[2]]
    fill(mirror, files)

    fetched = fetch("toy", tmp_path, catalog=toy)

    assert fetched.source == "first"
    assert fetched.failures[0].reason == f"{mirror} has no {GZ_FILES[2]}"


def test_a_wrong_mirror_is_refused_by_name_and_left_alone(toy, arrays, mirror, tmp_path):
    fill(mirror, gz_files(arrays | {"test_labels": arrays["test_labels"][::-1]}))
    before = sorted(mirror.iterdir())

    fetched = fetch("toy", tmp_path, catalog=toy)

    assert fetched.source == "first"
    assert fetched.failures[0].source == "mirror/first"
    assert "t10k-labels-idx1-ubyte: sha256 is " in fetched.failures[0].reason
    assert sorted(mirror.iterdir()) == before


def test_a_file_that_cannot_be_read_is_told_and_downloaded(toy, arrays, mirror, tmp_path):
    fill(mirror, gz_files(arrays))
    (mirror / GZ_FILES[1]).unlink()
    (mirror / GZ_FILES[1]).symlink_to("/proc/self/mem")  # a regular file that gives no first byte

    reason = fetch("toy", tmp_path, catalog=toy).failures[0].reason

    assert reason.startswith(f"{mirror / GZ_FILES[1]} cannot be read: [Errno 5]")


def test_an_oversized_file_is_not_even_opened(server, arrays, mirror, tmp_path):
    server.serve(gz_files(arrays))
    fill(mirror, gz_files(arrays) | {GZ_FILES[0]: bytes(200_001)})
    catalog = toy_catalog(https_source(server.url), arrays=arrays, limit_bytes=200_000)

    reason = fetch("toy", tmp_path, catalog=catalog).failures[0].reason

    assert reason == f"{GZ_FILES[0]}: size is 200001, expected up to 200000"


def test_sources_with_the_same_files_are_looked_for_once(server, arrays, mirror, tmp_path):
    server.serve(gz_files(arrays))
    sources = https_source(server.url), https_source(server.url, "second")

    fetched = fetch("toy", tmp_path, catalog=toy_catalog(*sources, arrays=arrays))

    assert [failure.source for failure in fetched.failures] == ["mirror/first"]
