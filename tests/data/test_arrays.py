"""What runners read is checked byte by byte, mapped read-only, and needs little to be read."""

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.arrays import as_inputs, load
from data.errors import AbsentError, DataError
from data.manifest import ARRAYS_VERIFIED, Decoded, Verification, publish
from tests.data.examples import toy_catalog


@pytest.fixture
def folder(fetched):
    return fetched / "arrays/toy"


def corrupt(root, toy, *parts):
    """The error of loading parts of a damaged data set."""
    with pytest.raises(DataError) as caught:
        load("toy", root, parts or ("test_images",), toy)
    assert caught.value.remedy == "run: plumbline data fetch toy"
    return caught.value.cause


def test_only_the_parts_asked_for_are_read(fetched, folder, toy, arrays):
    (folder / "train_images.npy").write_bytes(b"not an array")
    (folder / "train_labels.npy").unlink()

    loaded = load("toy", fetched, ("test_images",), toy)

    np.testing.assert_array_equal(loaded.test_images, arrays["test_images"])
    assert set(loaded.sha256) == {"test_images"}
    with pytest.raises(KeyError, match="train_images"):
        _ = loaded.train_images


def test_arrays_are_mapped_read_only_and_the_time_is_told(fetched, toy):
    loaded = load("toy", fetched, catalog=toy)

    assert all(isinstance(array, np.memmap) for array in loaded.parts.values())
    assert not any(array.flags.writeable for array in loaded.parts.values())
    assert loaded.verify_seconds > 0
    assert (loaded.source, loaded.sha256) == (
        "first",
        {part: spec.sha256 for part, spec in toy["toy"].arrays.items()},
    )


def test_what_was_never_fetched_names_the_command(tmp_path, toy):
    with pytest.raises(AbsentError, match=f"toy: no arrays in {tmp_path}/arrays/toy") as caught:
        load("toy", tmp_path, catalog=toy)

    assert caught.value.remedy == "run: plumbline data fetch toy"


PART = Verification(passed=False, told="a part: the first images")


def publish_some(root, toy, arrays, verification):
    publish(root / "arrays/toy", toy.images("toy"), "pack", Decoded(arrays, verification))


def test_some_of_the_images_are_taken_where_their_manifest_says_that_it_is_a_part(
    tmp_path, toy, arrays
):
    some = {part: array[:2] for part, array in arrays.items()}
    publish_some(tmp_path, toy, some, PART)

    loaded = load("toy", tmp_path, catalog=toy)

    np.testing.assert_array_equal(loaded.train_images, some["train_images"])
    assert loaded.verification == PART


def test_some_of_the_images_are_refused_where_they_pass_for_all(tmp_path, toy, arrays):
    some = {part: array[:2] for part, array in arrays.items()}
    publish_some(tmp_path, toy, some, ARRAYS_VERIFIED)

    assert "does not describe test_images as the catalog does" in corrupt(tmp_path, toy)


@pytest.mark.parametrize(
    "others",
    [lambda images: np.concatenate([images, images]), lambda images: images[:, 1:]],
    ids=["more", "smaller"],
)
def test_a_part_has_no_more_images_and_no_others(tmp_path, toy, arrays, others):
    changed = arrays | {"test_images": np.ascontiguousarray(others(arrays["test_images"]))}
    publish_some(tmp_path, toy, changed, PART)

    assert "does not describe test_images as the catalog does" in corrupt(tmp_path, toy)


def test_a_missing_array_is_named(fetched, folder, toy):
    (folder / "test_images.npy").unlink()

    assert "test_images.npy is missing" in corrupt(fetched, toy)


@pytest.mark.parametrize("position", [0, 60, 128, -1])
def test_a_flipped_byte_is_found_wherever_it_is(fetched, folder, toy, position):
    path = folder / "test_images.npy"
    content = bytearray(path.read_bytes())
    content[position] ^= 1
    path.write_bytes(content)

    assert corrupt(fetched, toy).startswith("toy: test_images.npy is corrupt: ")


def test_a_wrong_hash_is_told_with_the_right_one(fetched, folder, toy, arrays):
    np.save(folder / "test_images.npy", 255 - arrays["test_images"])

    assert f"expected {toy['toy'].arrays['test_images'].sha256}" in corrupt(fetched, toy)


@pytest.mark.parametrize("change", [lambda b: b[:-1], lambda b: b + b"\x00", lambda b: b""])
def test_a_file_of_another_length_is_corrupt(fetched, folder, toy, change):
    path = folder / "test_images.npy"
    path.write_bytes(change(path.read_bytes()))

    assert "test_images.npy is corrupt" in corrupt(fetched, toy)


@pytest.mark.parametrize(
    "transform",
    [
        lambda array: array.astype(np.int16),
        lambda array: array.view(np.int8),
        lambda array: array.reshape(10, -1),
        np.asfortranarray,
        lambda array: array.astype(object),
    ],
)
def test_an_array_of_another_kind_is_corrupt(fetched, folder, toy, arrays, transform):
    np.save(folder / "test_images.npy", transform(arrays["test_images"]))

    assert "test_images.npy is corrupt" in corrupt(fetched, toy)


def test_a_header_that_turns_the_axes_around_is_corrupt(fetched, folder, toy):
    path = folder / "test_images.npy"
    content = path.read_bytes()
    path.write_bytes(content.replace(b"'fortran_order': False", b"'fortran_order': True "))

    assert "expected one array in row-major order" in corrupt(fetched, toy)


def test_several_arrays_in_one_file_are_corrupt(fetched, folder, toy, arrays):
    with (folder / "test_images.npy").open("wb") as file:
        np.savez(file, arrays["test_images"])

    assert "test_images.npy is corrupt" in corrupt(fetched, toy)


@pytest.mark.parametrize("name", ["test_images.npy", "manifest.json"])
def test_what_cannot_be_read_is_not_called_corrupt(fetched, folder, toy, name):
    (folder / name).unlink()
    (folder / name).mkdir()

    with pytest.raises(DataError, match=f"Is a directory: .*{name}") as caught:
        load("toy", fetched, ("test_images",), toy)

    assert caught.value.remedy.startswith("make ")


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"schema_version": 2}'])
def test_a_broken_manifest_is_corrupt(fetched, folder, toy, content):
    (folder / "manifest.json").write_text(content)

    assert "manifest.json is corrupt" in corrupt(fetched, toy)


def test_a_manifest_cannot_vouch_for_what_the_catalog_does_not_know(fetched, folder, arrays):
    other = toy_catalog(
        {
            "name": "n",
            "kind": "npm",
            "layout": "idx",
            "package": "n",
            "version": "1.0.0",
            "download_bytes": 1,
        },
        arrays=arrays | {"test_images": 255 - arrays["test_images"]},
    )

    cause = corrupt(fetched, other)

    assert "manifest.json is corrupt: it does not describe test_images as the catalog" in cause


def test_a_table_is_not_images(tmp_path):
    with pytest.raises(DataError, match="petrol-consumption is a table, not images"):
        load("petrol-consumption", tmp_path)


@given(st.sampled_from(["float32", "float64"]))
def test_inputs_are_255ths_rounded_once(dtype):
    images = np.arange(256, dtype=np.uint8).reshape(4, 8, 8, 1)
    inputs = as_inputs(images, dtype)

    assert (inputs.dtype, inputs.shape) == (dtype, images.shape)
    assert (inputs.min(), inputs.max()) == (0, 1)
    np.testing.assert_array_equal(inputs, (images / np.dtype(dtype).type(255)).astype(dtype))


def test_reading_works_for_a_user_who_may_not_write(fetched, toy):
    folder = fetched / "arrays/toy"
    files = list(folder.iterdir())
    for path in [*files, folder]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = {path: path.stat().st_mtime_ns for path in [folder, *files]}

    load("toy", fetched, catalog=toy)

    assert {path: path.stat().st_mtime_ns for path in [folder, *folder.iterdir()]} == before
    folder.chmod(0o755)


def test_a_runner_needs_none_of_what_a_fetch_needs():
    barred = ("requests", "urllib3", "filelock", "PIL", "pooch", "certifi")
    script = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({barred!r}))\n"
        "import data.arrays, data.table, data.catalog, data.status\n"
        "data.table.load('petrol-consumption')\n"
        "assert 'data.fetch' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, env=os.environ | {"PYTHONPATH": "."})
