"""Each format is read exactly, and whatever is not in the format is refused, never obeyed."""

import io
import json
import math
import pickle
import tarfile
from collections import OrderedDict
from decimal import Decimal

import numpy as np
import pyarrow
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image
from pyarrow import parquet

from data.errors import RefusedError
from data.formats import cifar_batch, decoder, format_names, idx, json_labels, npz, png_sheet
from data.members import read_members
from data.unsigned import as_bytes
from tests.data.examples import cifar_batch as pickled
from tests.data.examples import hostile_pickle, idx_bytes, tar_gz, toy_arrays
from tests.data.examples import png_sheet as sheet

IMAGES = toy_arrays(size=8, channels=3)["test_images"]
LABELS = toy_arrays()["test_labels"]

images = hnp.arrays(np.uint8, st.tuples(*[st.integers(1, 4)] * 3, st.just(3)))
labels = hnp.arrays(np.uint8, st.integers(1, 20))


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4)))
def test_idx_gives_back_what_was_written(array):
    np.testing.assert_array_equal(idx.decode(idx_bytes(array), array.shape), array)


@pytest.mark.parametrize("axes", [(1,) * 100, (0, 2**32 - 1, 2**32 - 1)])
def test_an_idx_header_of_a_shape_that_no_array_has_is_refused(axes):
    header = b"\0\0\x08" + bytes([len(axes)]) + b"".join(axis.to_bytes(4, "big") for axis in axes)

    with pytest.raises(RefusedError, match="the idx header announces the shape"):
        idx.decode(header + bytes(math.prod(axes)), (1,))


@given(st.data(), hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=3)))
def test_idx_cut_off_anywhere_is_refused(data, array):
    content = idx_bytes(array)
    cut = data.draw(st.integers(0, len(content) - 1))

    with pytest.raises(RefusedError):
        idx.decode(content[:cut], array.shape)


def test_idx_of_other_numbers_or_other_items_is_refused():
    with pytest.raises(RefusedError, match="not an idx file of unsigned bytes"):
        idx.decode(b"\x00\x00\x0d" + idx_bytes(LABELS)[3:], LABELS.shape)
    with pytest.raises(RefusedError, match=r"items of shape \(\), expected \(28, 28, 1\)"):
        idx.decode(idx_bytes(LABELS), (10, 28, 28, 1))


@given(images)
def test_a_batch_gives_its_planes_as_images(array):
    content = pickled(array, np.zeros(len(array), np.uint8))

    np.testing.assert_array_equal(cifar_batch.decode_images(content, array.shape), array)


@given(labels)
def test_a_batch_gives_its_labels(array):
    content = pickled(np.zeros((len(array), 1, 1, 3), np.uint8), array)

    np.testing.assert_array_equal(cifar_batch.decode_labels(content, array.shape), array)


def test_the_tests_batches_are_what_python_reads_too():
    batch = pickle.loads(pickled(IMAGES, LABELS), encoding="bytes")

    assert batch[b"labels"] == LABELS.tolist()
    assert batch[b"data"].dtype == np.uint8
    np.testing.assert_array_equal(batch[b"data"].reshape(-1, 3, 8, 8)[0, 2], IMAGES[0, :, :, 2])


def test_a_hostile_pickle_is_refused_and_runs_nothing(tmp_path):
    trace = tmp_path / "was-here"

    with pytest.raises(RefusedError, match=r"asks for posix\.system, which no CIFAR batch needs"):
        cifar_batch.decode_images(hostile_pickle(f"touch {trace}"), IMAGES.shape)

    assert not trace.exists()


@pytest.mark.parametrize(
    "guest", [OrderedDict(), np.float64(1), np.array([object()], object), eval, io.BytesIO]
)
def test_a_pickle_may_bring_no_guests(guest):
    with pytest.raises(RefusedError, match="asks for"):
        cifar_batch.decode_labels(pickle.dumps({b"labels": guest}, protocol=2), (1,))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pickle.dumps([1, 2]), "holds a list, not a batch"),
        (pickle.dumps({}), "holds no labels"),
        (b"\x80\x02}(U\x06labels](J\x00\x01\x00\x00eu.", "holds no labels from 0 to 255"),
        (b"\x80\x02}(U\x06labelsNu.", "holds no labels"),
        (pickled(IMAGES, LABELS)[:-50], "not a readable pickle"),
        (b"", "not a readable pickle"),
    ],
)
def test_a_batch_without_labels_is_refused(content, reason):
    with pytest.raises(RefusedError, match=reason):
        cifar_batch.decode_labels(content, (2,))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x80\x02}(U\x04dataK\x01u.", "holds no images"),
        (pickled(IMAGES, LABELS).replace(b"U\x02u1", b"U\x02f4"), "does not hold unsigned bytes"),
        (pickled(IMAGES[:, :7], LABELS), "holds no images of shape"),
    ],
)
def test_a_batch_without_images_is_refused(content, reason):
    with pytest.raises(RefusedError, match=reason):
        cifar_batch.decode_images(content, IMAGES.shape)


@given(images)
def test_a_sheet_gives_one_image_per_row(array):
    np.testing.assert_array_equal(png_sheet.decode(sheet(array), array.shape), array)


def test_a_sheet_of_another_size_is_refused_before_it_is_unpacked():
    with pytest.raises(RefusedError, match=r"PNG is RGB 64x10, expected RGB 49x\(up to 10\)"):
        png_sheet.decode(sheet(IMAGES), (10, 7, 7, 3))
    with pytest.raises(RefusedError, match="up to 9"):
        png_sheet.decode(sheet(IMAGES), (9, 8, 8, 3))


@given(st.integers(0, len(sheet(IMAGES)) - 1))
def test_a_sheet_cut_off_anywhere_is_refused_or_had_all_its_pixels(cut):
    try:
        decoded = png_sheet.decode(sheet(IMAGES)[:cut], IMAGES.shape)
    except RefusedError:
        return
    np.testing.assert_array_equal(decoded, IMAGES)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.95])
def test_a_sheet_that_lost_pixels_is_refused(share):
    content = sheet(IMAGES)

    with pytest.raises(RefusedError, match="not a readable PNG"):
        png_sheet.decode(content[: int(share * len(content))], IMAGES.shape)


@given(labels)
def test_json_gives_back_the_labels(array):
    content = json.dumps(array.tolist()).encode()

    np.testing.assert_array_equal(json_labels.decode(content, array.shape), array)


@pytest.mark.parametrize("content", [b"[1, 256]", b"[-1]", b"[1.0]", b"[true]", b"{}", b"3"])
def test_json_that_holds_no_labels_is_refused(content):
    with pytest.raises(RefusedError, match="not a list of integers from 0 to 255"):
        json_labels.decode(content, (2,))


@given(st.sampled_from(format_names()), st.binary(max_size=200))
@example("csv", b"\x80\n")
def test_arbitrary_bytes_are_refused_by_every_format(name, content):
    with pytest.raises(RefusedError):
        decoder(name)(content, (10, 8, 8, 3), "x", 10_000)


def test_only_the_named_members_of_an_archive_are_read(tmp_path):
    path = tmp_path / "a.tar.gz"
    path.write_bytes(tar_gz({"../escape": b"x", "/etc/escape": b"x", "in/wanted": b"y"}))

    assert read_members(path, "in/", {"wanted"}, 100_000) == {"wanted": b"y"}
    assert [found.name for found in tmp_path.rglob("*")] == ["a.tar.gz"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_a_member_that_points_elsewhere_is_refused(tmp_path, kind):
    path = tmp_path / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo("wanted")
        member.type, member.linkname = kind, "/etc/passwd"
        archive.addfile(member)

    with pytest.raises(RefusedError, match=r"a\.tgz: wanted is not a regular file"):
        read_members(path, "", {"wanted"}, 100_000)


def test_an_archive_without_a_member_is_refused(tmp_path):
    path = tmp_path / "a.tgz"
    path.write_bytes(tar_gz({"../wanted": b"x", "other": b"y"}))

    with pytest.raises(RefusedError, match=r"a\.tgz: has no wanted"):
        read_members(path, "", {"wanted"}, 100_000)


def test_an_archive_that_unpacks_to_too_much_is_refused(tmp_path):
    path = tmp_path / "a.tgz"
    path.write_bytes(tar_gz({"padding": bytes(1_000_000), "wanted": b"x"}))

    with pytest.raises(RefusedError, match="holds more than 500000 bytes"):
        read_members(path, "", {"wanted"}, 500_000)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_an_archive_cut_off_anywhere_is_refused(tmp_path, share):
    noise = np.random.default_rng(1).bytes(50_000)
    content = tar_gz({"first": noise, "wanted": noise})
    path = tmp_path / "a.tgz"
    path.write_bytes(content[: int(share * len(content))])

    with pytest.raises(RefusedError, match=r"a\.tgz: "):
        read_members(path, "", {"wanted"}, 500_000)


@pytest.mark.parametrize(
    ("values", "shape"),
    [
        (np.zeros((2, 3, 8, 8)), (9, 8, 8, 3)),  # channels first
        (np.zeros((2, 8, 8)), (9, 8, 8, 3)),
        (np.zeros(2), (9, 8, 8, 3)),
        (np.zeros((2, 10)), (9,)),  # one-hot
    ],
)
def test_items_of_another_shape_are_refused_and_not_rearranged(values, shape):
    with pytest.raises(RefusedError, match="holds items of shape"):
        as_bytes(values, shape)


@pytest.mark.parametrize("value", [-1, 256, 0.5, np.nan, np.inf, 1e300])
def test_only_whole_numbers_from_0_to_255_are_bytes(value):
    with pytest.raises(RefusedError, match="other values than whole numbers from 0 to 255"):
        as_bytes(np.array([0.0, value]), (9,))


@pytest.mark.parametrize("shape", [(2, 8, 8), (2, 8, 8, 1), (2, 1, 8, 8), (2, 64)])
def test_axes_of_length_1_need_not_be_there_and_an_item_may_lie_flat(shape):
    values = np.arange(128).reshape(shape)

    np.testing.assert_array_equal(
        as_bytes(values, (9, 8, 8, 1)), values.reshape(2, 8, 8, 1).astype(np.uint8)
    )


def test_an_npz_file_that_unpacks_to_more_than_there_can_be_is_refused():
    packed = io.BytesIO()
    np.savez_compressed(packed, x=np.zeros(10_000_000, np.uint8))

    with pytest.raises(RefusedError, match="x has 10000128 bytes, too many"):
        npz.decode(packed.getvalue(), (10,), "x", 20_000_000)
    with pytest.raises(RefusedError, match="no array key = 'y'; there are x"):
        npz.decode(packed.getvalue(), (10,), "y", 20_000_000)


def test_an_npz_file_that_unpacks_to_more_than_its_data_set_admits_is_refused():
    packed = io.BytesIO()
    np.savez_compressed(packed, x=np.zeros(1000, np.float64))

    assert npz.decode(packed.getvalue(), (1000,), "x", 8128).shape == (1000,)
    with pytest.raises(RefusedError, match="x has 8128 bytes, expected up to 8127"):
        npz.decode(packed.getvalue(), (1000,), "x", 8127)


def test_an_npz_file_of_objects_is_refused():
    packed = io.BytesIO()
    np.savez(packed, x=np.array([{}], object))

    with pytest.raises(RefusedError, match="not a readable NPZ file: Object arrays"):
        npz.decode(packed.getvalue(), (10,), "x", 10_000)


def test_a_parquet_file_of_more_rows_than_there_can_be_is_refused():
    packed = io.BytesIO()
    parquet.write_table(pyarrow.table({"x": [1] * 11}), packed)

    with pytest.raises(RefusedError, match="11 rows, expected up to 10"):
        decoder("parquet")(packed.getvalue(), (10,), "x")


@pytest.mark.parametrize("name", ["a", ""])
def test_columns_of_one_name_are_refused(name):
    message = f"column '{name}' stands 2 times"
    table = pyarrow.table([[1], [2], [3]], names=[name, "y", name])
    packed = io.BytesIO()
    parquet.write_table(table, packed)

    with pytest.raises(RefusedError, match=message):
        decoder("csv")(f"{name},y,{name}\n1,2,3\n".encode(), (9,), "y")
    with pytest.raises(RefusedError, match=message):
        decoder("parquet")(packed.getvalue(), (9,), "y")


@pytest.mark.parametrize(
    "labels",
    [
        pyarrow.array([3, 7]).dictionary_encode(),
        pyarrow.array([Decimal("3.0"), Decimal("7.0")]),
    ],
    ids=["categories", "decimals"],
)
def test_categories_and_decimals_in_a_parquet_file_are_numbers(labels):
    packed = io.BytesIO()
    parquet.write_table(pyarrow.table({"y": labels}), packed)

    assert decoder("parquet")(packed.getvalue(), (9,), "y", 10_000).tolist() == [3, 7]


def test_columns_that_are_not_there_are_named_beside_those_that_are():
    with pytest.raises(RefusedError, match=r"no column fits key = 'pixel\*'; there are label, p0"):
        decoder("csv")(b"label,p0\n1,2\n", (9, 1, 1, 1), "pixel*")


def png_column(mode):
    packed = io.BytesIO()
    Image.new(mode, (2, 3)).save(packed, "PNG")
    table = io.BytesIO()
    parquet.write_table(pyarrow.table({"x": [packed.getvalue()]}), table)
    return table.getvalue()


def test_images_of_sixteen_bits_in_a_parquet_file_are_refused_and_not_clipped():
    assert decoder("parquet")(png_column("L"), (9, 3, 2, 1), "x").shape == (1, 3, 2, 1)
    with pytest.raises(RefusedError, match="its pixels are I;16, expected eight bits a channel"):
        decoder("parquet")(png_column("I;16"), (9, 3, 2, 1), "x")


def test_files_are_no_labels():
    with pytest.raises(RefusedError, match="holds files, expected numbers"):
        decoder("parquet")(png_column("L"), (9,), "x")


@pytest.mark.parametrize(
    "values", [[[1, 2], None], [{"bytes": None}, {"bytes": None}], [b"", None]]
)
def test_rows_without_an_image_are_counted(values):
    packed = io.BytesIO()
    kind = (
        None if isinstance(values[0], list | bytes) else pyarrow.struct({"bytes": pyarrow.binary()})
    )
    parquet.write_table(pyarrow.table({"x": pyarrow.array(values, kind)}), packed)

    with pytest.raises(RefusedError, match=r"column x: \d rows? without a value"):
        decoder("parquet")(packed.getvalue(), (9, 2, 1, 1), "x")


def test_a_parquet_file_whose_images_are_of_other_sizes_is_refused():
    packed = io.BytesIO()
    parquet.write_table(pyarrow.table({"x": [[1, 2], [3]]}), packed)

    with pytest.raises(RefusedError, match="column x: "):
        decoder("parquet")(packed.getvalue(), (9, 2, 1, 1), "x")
