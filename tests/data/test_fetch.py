"""A fetch leaves verified arrays behind, once, or says why it cannot."""

import json
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from filelock import FileLock

from data.arrays import load
from data.content import hash_bytes
from data.errors import DataError
from data.fetch import Fetched, fetch
from tests.data.examples import (
    GZ_FILES,
    cifar_archive,
    gz_files,
    https_source,
    sheet_archive,
    toy_arrays,
    toy_catalog,
)


def tree(folder):
    """Every path below a folder, with the time of its last change."""
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*")}


def test_the_arrays_come_back_as_they_were(toy, arrays, tmp_path):
    fetched = fetch("toy", tmp_path, catalog=toy)

    assert fetched == Fetched("toy", source="first", reused=False)
    loaded = load("toy", tmp_path, catalog=toy)
    for part, array in arrays.items():
        np.testing.assert_array_equal(loaded.parts[part], array)


def test_the_manifest_tells_hash_shape_source_and_licence(fetched, arrays):
    manifest = json.loads((fetched / "arrays/toy/manifest.json").read_text())

    assert (manifest["source"], manifest["licence"]) == ("first", "CC0")
    assert manifest["arrays"]["test_images"] == {
        "shape": [10, 28, 28, 1],
        "dtype": "uint8",
        "sha256": hash_bytes(arrays["test_images"].tobytes()),
    }


def test_nothing_but_arrays_manifest_and_lock_stays(fetched):
    files = {str(path.relative_to(fetched)) for path in fetched.rglob("*") if path.is_file()}

    parts = {"train_images", "train_labels", "test_images", "test_labels"}
    assert files == {
        "downloads/toy.lock",
        "arrays/toy/manifest.json",
        *(f"arrays/toy/{part}.npy" for part in parts),
    }


@pytest.mark.parametrize(
    ("layout", "folder", "archive"),
    [("batches", "batches/", cifar_archive), ("sheets", "package/", sheet_archive)],
)
def test_archives_give_the_same_arrays_whatever_their_format(
    server, tmp_path, layout, folder, archive
):
    arrays = toy_arrays(size=8, channels=3)
    server.serve({"toy.tar.gz": archive(arrays)})
    source = https_source(server.url, layout=layout, files=["toy.tar.gz"], folder=folder)
    catalog = toy_catalog(source, arrays=arrays)

    fetch("toy", tmp_path, catalog=catalog)

    assert np.array_equal(
        load("toy", tmp_path, catalog=catalog).train_images, arrays["train_images"]
    )


def test_progress_counts_every_phase_up_to_its_total(toy, tmp_path):
    updates = []
    fetch("toy", tmp_path, updates.append, toy)

    downloads = [update for update in updates if update.phase == "download"]
    assert list(dict.fromkeys(update.item for update in downloads)) == GZ_FILES
    for name in GZ_FILES:
        last = [update for update in downloads if update.item == name][-1]
        assert last.done_bytes == last.total_bytes > 0
    assert updates[-1].phase == "decode"
    assert updates[-1].done_bytes == updates[-1].total_bytes == toy["toy"].size_bytes
    assert {update.source for update in updates} == {"first"}


def test_a_known_hash_of_a_download_is_checked_with_progress(server, tmp_path):
    arrays = toy_arrays(size=8, channels=3)
    archive = cifar_archive(arrays)
    server.serve({"toy.tar.gz": archive})
    source = https_source(server.url, "first", "batches", ["toy.tar.gz"], "batches/")
    known = {"toy.tar.gz": {"algorithm": "md5", "hexadecimal": hash_bytes(archive, "md5")}}
    updates = []

    catalog = toy_catalog(source, arrays=arrays, content=known)
    fetch("toy", tmp_path, updates.append, catalog)

    verified = [update for update in updates if update.phase == "verify"]
    assert verified[-1].done_bytes == verified[-1].total_bytes == len(archive)


def test_what_is_there_is_kept_without_asking_anyone_or_writing_anything(fetched, toy, server):
    before, asked = tree(fetched), len(server.requests)

    again = fetch("toy", fetched, catalog=toy)

    assert again == Fetched("toy", source="first", reused=True)
    assert (tree(fetched), len(server.requests)) == (before, asked)


def test_a_damaged_array_is_fetched_again(fetched, toy, arrays):
    path = fetched / "arrays/toy/test_labels.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\xff")

    assert not fetch("toy", fetched, catalog=toy).reused
    assert np.array_equal(load("toy", fetched, catalog=toy).test_labels, arrays["test_labels"])


def test_the_next_source_is_tried_and_the_failure_is_told(server, arrays, tmp_path):
    server.serve({f"good/{name}": content for name, content in gz_files(arrays).items()})
    sources = https_source(server.url + "bad/"), https_source(server.url + "good/", "second")
    catalog = toy_catalog(*sources, arrays=arrays)

    fetched = fetch("toy", tmp_path, catalog=catalog)

    assert fetched.source == "second"
    assert [failure.source for failure in fetched.failures] == ["first"]
    assert "HTTP 404" in fetched.failures[0].reason


def test_when_all_fail_the_error_lists_each_reason_and_the_remedy(server, arrays, tmp_path):
    sources = https_source(server.url + "bad/"), https_source(server.url + "worse/", "second")
    catalog = toy_catalog(*sources, arrays=arrays)

    with pytest.raises(DataError) as caught:
        fetch("toy", tmp_path, catalog=catalog)

    assert f"first: {server.url}bad/{GZ_FILES[0]}: HTTP 404" in caught.value.cause
    assert f"second: {server.url}worse/{GZ_FILES[0]}: HTTP 404" in caught.value.cause
    assert "PLUMBLINE_DATA_MIRROR" in caught.value.remedy
    assert " + ".join(GZ_FILES) in caught.value.remedy


def test_two_fetchers_at_once_download_once(toy, server, tmp_path):
    server.files[GZ_FILES[0]].delay_seconds = 1.0
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        first, second = (pool.submit(fetch, "toy", tmp_path, catalog=toy) for _ in range(2))

        assert sorted([first.result().reused, second.result().reused]) == [False, True]
    assert [request.name for request in server.requests] == GZ_FILES


def test_who_waits_for_another_fetcher_says_so(toy, tmp_path):
    (tmp_path / "downloads").mkdir()
    waiting = threading.Event()
    updates = []

    def note(update):
        updates.append(update)
        waiting.set()

    with FileLock(tmp_path / "downloads/toy.lock"):
        fetcher = threading.Thread(target=fetch, args=("toy", tmp_path, note, toy))
        fetcher.start()
        assert waiting.wait(timeout=10)
    fetcher.join(timeout=10)

    assert updates[0].phase == "wait"
    assert updates[-1].phase == "decode"


def test_a_full_disk_while_downloading_is_told_as_such(toy, tmp_path):
    folder = tmp_path / "downloads/toy/first"
    folder.mkdir(parents=True)
    (folder / f"{GZ_FILES[0]}.part").symlink_to("/dev/full")

    with pytest.raises(DataError, match="No space left on device") as caught:
        fetch("toy", tmp_path, catalog=toy)

    assert "PLUMBLINE_DATA to another folder" in caught.value.remedy


def test_a_full_disk_while_writing_arrays_leaves_no_half_array(toy, tmp_path):
    folder = tmp_path / "arrays/toy"
    folder.mkdir(parents=True)
    (folder / ".test_images.npy.tmp").symlink_to("/dev/full")

    with pytest.raises(DataError, match=r"cannot write below .* No space left"):
        fetch("toy", tmp_path, catalog=toy)

    assert {path.name for path in folder.iterdir()} == {"train_images.npy", "train_labels.npy"}
    assert not fetch("toy", tmp_path, catalog=toy).reused


def test_a_source_that_cannot_be_read_is_not_taken_for_a_root_that_cannot_be_written(tmp_path):
    source = {"name": "far", "kind": "path", "path": "x" * 300, "layout": "idx"}
    toy = toy_catalog(source | {"files": GZ_FILES}, arrays=toy_arrays())

    with pytest.raises(DataError, match=r"gave the data: far: cannot be read: .*too long"):
        fetch("toy", tmp_path, catalog=toy)


def test_a_root_that_cannot_be_written_is_named(toy, tmp_path):
    root = tmp_path / "file"
    root.write_text("not a folder")

    with pytest.raises(DataError, match=f"cannot write below {root}") as caught:
        fetch("toy", root, catalog=toy)

    assert "make it writable" in caught.value.remedy


def test_a_table_lies_in_the_repository_and_needs_no_fetching(tmp_path):
    assert fetch("petrol-consumption", tmp_path).source == "repository"
    assert not list(tmp_path.iterdir())
