"""A user's own data set is declared once, and is what it was from then on."""

import gzip
import io
import json

import numpy as np
import pyarrow
import pytest
from PIL import Image
from pyarrow import parquet

from data import arrays, table
from data.add import add
from data.catalog import read_catalog
from data.content import hash_bytes
from data.errors import DataError
from data.fetch import fetch
from data.status import status
from tests.data.examples import (
    GZ_FILES,
    IDX_FILES,
    cifar_batch,
    gz_files,
    idx_bytes,
    photo_files,
    tar_gz,
)

HEAD = """
[mine]
title = "My data"
licence = "mine"
"""
IMAGES = (
    HEAD
    + """kind = "images"
class_count = 10
image_shape = [28, 28, 1]
"""
)
PARTS = ("train_images", "train_labels", "test_images", "test_labels")


def layout(pieces):
    lines = [f"{part} = {{ {pieces[part]} }}" for part in PARTS]
    return "\n".join(["[mine.layouts.here]", *lines, ""])


IDX_LAYOUT = layout(
    {part: f'format = "idx", members = ["{name}"]' for part, name in IDX_FILES.items()}
)


def source(kind, **fields):
    lines = [f"{name} = {json.dumps(value)}" for name, value in fields.items()]
    head = ["[[mine.sources]]", 'name = "first"', f'kind = "{kind}"', 'layout = "here"']
    return "\n".join([*head, *lines, ""])


@pytest.fixture
def declare(tmp_path):
    """Write a declaration beside the files that it is of."""

    def declare(text, files=None):
        folder = tmp_path / "mine"
        for name, content in (files or {}).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        folder.mkdir(exist_ok=True)
        (folder / "datasets.toml").write_text(text)
        return folder / "datasets.toml"

    return declare


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


def assert_added(root, expected):
    found = arrays.load("mine", root)
    for part, array in expected.items():
        np.testing.assert_array_equal(found.parts[part], array)


def test_idx_files_from_a_server_are_hashed_and_known_from_then_on(server, declare, arrays, root):
    server.serve(gz_files(arrays))
    text = IMAGES + IDX_LAYOUT + source("https", base_url=server.url, files=GZ_FILES)

    (added,) = add(declare(text), root)

    assert_added(root, arrays)
    assert added.dataset.samples("train") == 40
    assert added.remarks == "first seen here, and hashed"
    known = read_catalog(root).images("mine")
    assert known == added.dataset
    assert known.arrays["test_labels"].sha256 == hash_bytes(arrays["test_labels"].tobytes())
    assert status("mine", root).state == "verified"


def test_what_a_source_gives_later_must_hash_to_the_same(server, declare, arrays, root):
    server.serve(gz_files(arrays))
    text = IMAGES + IDX_LAYOUT + source("https", base_url=server.url, files=GZ_FILES)
    add(declare(text), root)
    (root / "arrays/mine/train_labels.npy").unlink()
    server.serve(gz_files(arrays | {"train_labels": arrays["train_labels"][::-1]}))

    with pytest.raises(DataError, match=r"train_labels: sha256 is .*, expected "):
        fetch("mine", root)


def test_the_file_with_the_hashes_declares_the_same_data_elsewhere(
    server, declare, arrays, root, tmp_path
):
    server.serve(gz_files(arrays))
    text = IMAGES + IDX_LAYOUT + source("https", base_url=server.url, files=GZ_FILES)
    (added,) = add(declare(text), root)

    (again,) = add(added.file, tmp_path / "elsewhere")

    assert again.dataset == added.dataset
    assert again.remarks == "arrays verified by sha256"
    assert again.file.read_bytes() == added.file.read_bytes()


def test_the_same_declaration_again_fetches_nothing(server, declare, arrays, root):
    server.serve(gz_files(arrays))
    text = IMAGES + IDX_LAYOUT + source("https", base_url=server.url, files=GZ_FILES)
    add(declare(text), root)
    server.requests.clear()

    (added,) = add(declare(text), root)

    assert server.requests == []
    assert added.remarks == "first seen here, and hashed"


def in_a_folder(declare, arrays, text=IMAGES):
    files = {name.removesuffix(".gz"): gzip.decompress(c) for name, c in gz_files(arrays).items()}
    return declare(text + IDX_LAYOUT + source("path", path=".", files=list(files)), files)


def test_files_may_lie_beside_their_declaration(declare, arrays, root, monkeypatch, tmp_path):
    declaration = in_a_folder(declare, arrays)
    monkeypatch.chdir(tmp_path)

    add(declaration.relative_to(tmp_path), root)

    assert_added(root, arrays)


@pytest.mark.parametrize(
    ("before", "after", "cause", "remedy"),
    [
        ("[mine", "[mnist", "the kit has a data set mnist of its own", "choose another name"),
        ('licence = "mine"', 'name = "y"\nlicence = "x"', "name: is y, but the header", "fix"),
        ('kind = "images"\n', "", ":2: mine: 'kind' is missing", "fix the file"),
        (
            'kind = "images"',
            'kind = "sound"',
            "'kind' is 'sound', expected one of 'images', ",
            "fix",
        ),
        (
            'licence = "mine"\n',
            "",
            ":2: mine.licence: Field required",
            "fix the file",
        ),
        ('licence = "mine"', 'licence = ""', "mine.licence: String should have", "fix"),
        ("class_count = 10", "class_count = true", "valid integer, found true", "fix the file"),
        ("class_count = 10", "class_count = 257", "less than or equal to 256", "fix the file"),
        ("class_count = 10", "class_count = 9", "train_labels: the largest is 9", "names"),
        ("[28, 28, 1]", "[32, 32, 3]", "items of shape (28, 28), expected (32, 32, 3)", "names"),
        ('format = "idx"', 'format = "mat"', "no format 'mat'; there are: cifar-batch", "fix"),
        ('kind = "path"', 'kind = "ftp"', "mine.sources.0", "fix the file"),
        ("t10k-images", "nowhere", "has no nowhere-idx3-ubyte", "what the message names"),
    ],
)
def test_a_declaration_that_cannot_be_used_is_told_with_its_remedy(
    declare, arrays, root, before, after, cause, remedy
):
    declaration = in_a_folder(declare, arrays)
    text = declaration.read_text()
    assert before in text
    declaration.write_text(text.replace(before, after))

    with pytest.raises(DataError) as caught:
        add(declaration, root)

    assert cause in caught.value.cause
    assert remedy in caught.value.remedy
    assert not (root / "own/mine.toml").exists()


def test_a_declaration_that_leads_back_to_itself_is_refused(tmp_path, root):
    loop = tmp_path / "loop.toml"
    loop.symlink_to(loop)

    with pytest.raises(DataError, match=r"loop\.toml: cannot be read: "):
        add(loop, root)


def test_a_home_of_nobody_is_refused_by_its_path(declare, root):
    with pytest.raises(DataError, match=r"~nobody-here/t\.csv: ") as caught:
        add(declare(TABLE.replace("t.csv", "~nobody-here/t.csv")), root)

    assert caught.value.remedy == "write the path out, without ~"


def test_a_path_that_no_file_can_have_is_refused(declare, root):
    with pytest.raises(DataError, match="null byte"):
        add(declare(TABLE.replace("t.csv", "a\\u0000.csv")), root)


def test_a_data_set_may_have_any_name(declare, arrays, root):
    declaration = in_a_folder(declare, arrays)
    declaration.write_text(declaration.read_text().replace("mine", "datasets"))

    add(declaration, root)

    assert read_catalog(root).images("datasets").samples("train") == 40


def test_hashes_may_be_written_in_capitals(declare, arrays, root):
    declaration = in_a_folder(declare, arrays)
    name, known = IDX_FILES["train_labels"], hash_bytes(idx_bytes(arrays["train_labels"]))
    content = f'[mine.content]\n"{name}" = {{ hexadecimal = "{known.upper()}" }}\n'
    declaration.write_text(declaration.read_text() + content)

    (added,) = add(declaration, root)

    assert added.dataset.content[name].hexadecimal == known


def test_a_hash_of_another_length_is_refused_by_its_line(declare, arrays, root):
    declaration = in_a_folder(declare, arrays)
    content = '[mine.content]\na = { hexadecimal = "abc" }\n'
    declaration.write_text(declaration.read_text() + content)
    line = len(declaration.read_text().splitlines())

    with pytest.raises(DataError, match=rf":{line}: mine\.content\..*3 digits, sha256 has 64"):
        add(declaration, root)


def test_a_name_stands_for_one_data_set(declare, arrays, root):
    add(in_a_folder(declare, arrays), root)
    other = in_a_folder(declare, arrays, IMAGES.replace("My data", "Other data"))

    with pytest.raises(DataError, match=r"own/mine\.toml declares mine otherwise") as caught:
        add(other, root)

    assert caught.value.remedy == "choose another name, or remove that file to declare it anew"


def test_a_declaration_without_hashes_is_no_catalog(declare, arrays, root):
    declaration = in_a_folder(declare, arrays)
    (root / "own").mkdir(parents=True)
    copy = root / "own/mine.toml"
    copy.write_text(declaration.read_text().replace('path = "."', f'path = "{declaration.parent}"'))

    with pytest.raises(DataError, match="mine is declared, but its hashes are missing") as caught:
        read_catalog(root)

    assert caught.value.remedy == f"run: plumbline data add {copy}"
    add(copy, root)
    assert read_catalog(root).images("mine").samples("test") == 10


def test_cifar_100_has_its_labels_under_another_key(declare, root):
    images = np.arange(2 * 32 * 32 * 3, dtype=np.uint8).reshape(2, 32, 32, 3)
    fine = cifar_batch(images, [7, 99]).replace(b"U\x06labels", b"U\x0bfine_labels")
    batch = 'format = "cifar-batch", members = ["{}"]'
    members = dict(zip(PARTS, ["train", "train", "test", "test"], strict=True))
    keys = dict(zip(PARTS, ["", ', key = "fine_labels"'] * 2, strict=True))
    text = IMAGES.replace("[28, 28, 1]", "[32, 32, 3]").replace("= 10", "= 100")
    text += layout({part: batch.format(members[part]) + keys[part] for part in PARTS})
    text += source("path", path=".", files=["c.tar.gz"], folder="in/")

    add(declare(text, {"c.tar.gz": tar_gz({"in/train": fine, "in/test": fine})}), root)

    assert_added(root, {"train_images": images, "test_labels": np.array([7, 99], np.uint8)})


def test_an_npz_file_holds_all_arrays_by_their_keys(declare, arrays, root):
    keys = dict(zip(PARTS, ["x_train", "y_train", "x_test", "y_test"], strict=True))
    packed = io.BytesIO()
    saved = {keys[part]: array.squeeze().astype(np.int64) for part, array in arrays.items()}
    np.savez_compressed(packed, **saved)
    text = IMAGES + layout(
        {part: f'format = "npz", members = ["m.npz"], key = "{keys[part]}"' for part in PARTS}
    )
    text += source("path", path=".", files=["m.npz"])

    add(declare(text, {"m.npz": packed.getvalue()}), root)

    assert_added(root, arrays)


def columns_layout(kind, images="pixel*", names=("train", "test")):
    sides = dict(zip(PARTS, [names[0]] * 2 + [names[1]] * 2, strict=True))
    keys = dict(zip(PARTS, [images, "label"] * 2, strict=True))
    return layout(
        {
            part: f'format = "{kind}", members = ["{sides[part]}.{kind}"], key = "{keys[part]}"'
            for part in PARTS
        }
    )


def as_table(arrays, side):
    flat = arrays[f"{side}_images"].reshape(len(arrays[f"{side}_images"]), -1)
    pixels = {f"pixel{number}": flat[:, number] for number in range(flat.shape[1])}
    return pyarrow.table({"label": arrays[f"{side}_labels"], **pixels})


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_table_of_pixels_has_a_row_for_each_image(declare, arrays, root, kind):
    files = {}
    for side in ("train", "test"):
        packed = io.BytesIO()
        writer = pyarrow.csv.write_csv if kind == "csv" else parquet.write_table
        writer(as_table(arrays, side), packed)
        files[f"{side}.{kind}"] = packed.getvalue()
    text = IMAGES + columns_layout(kind) + source("path", path=".", files=list(files))

    add(declare(text, files), root)

    assert_added(root, arrays)


def test_parquet_may_hold_images_as_files_in_a_record(declare, arrays, root):
    files = {}
    for side in ("train", "test"):
        rows = []
        for image in arrays[f"{side}_images"]:
            packed = io.BytesIO()
            Image.fromarray(image[..., 0]).save(packed, "PNG")
            rows.append({"bytes": packed.getvalue(), "path": None})
        packed = io.BytesIO()
        labels = arrays[f"{side}_labels"].astype(np.int64)
        parquet.write_table(pyarrow.table({"image": rows, "label": labels}), packed)
        files[f"{side}.parquet"] = packed.getvalue()
    text = IMAGES + columns_layout("parquet", "image") + source("path", path=".", files=list(files))

    add(declare(text, files), root)

    assert_added(root, arrays)


PHOTOS = (
    HEAD
    + """kind = "photos"
pixels = 8
layouts = { here = { train = "train", test = "val" } }
"""
)


def test_folders_of_photographs_become_classes_by_name(declare, root):
    (added,) = add(declare(PHOTOS + source("path", path="."), photo_files()), root)

    assert added.dataset.classes == ("n01", "n02", "n03")
    assert (added.dataset.samples("train"), added.dataset.samples("test")) == (6, 3)
    assert read_catalog(root)["mine"] == added.dataset
    assert added.remarks == "first seen here, and hashed: 9 images"
    assert status("mine", root).state == "verified"


@pytest.mark.parametrize("count", [1, 257])
def test_classes_are_two_at_least_and_no_more_than_a_label_can_tell(declare, root, count):
    photo = photo_files()["train/n01/n01_0.JPEG"]
    files = {
        f"{side}/{number}/0.JPEG": photo for side in ("train", "val") for number in range(count)
    }

    with pytest.raises(DataError, match=f"its classes are {count}, expected 2 to 256"):
        add(declare(PHOTOS + source("path", path="."), files), root)
    assert not (root / "own/mine.toml").exists()


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        ("pixels", 'classes = ["n01", "n02", "n01"]\npixels', "a folder stands twice"),
        ('test = "val"', 'test = "train"', "layout here: both sides have one folder"),
    ],
)
def test_a_folder_stands_for_one_thing(declare, root, before, after, cause):
    text = PHOTOS.replace(before, after) + source("path", path=".")

    with pytest.raises(DataError, match=cause):
        add(declare(text, photo_files()), root)


@pytest.mark.parametrize("change", ["another", "one less", "elsewhere"])
def test_other_photographs_are_refused_later(declare, root, change):
    files = photo_files()
    declaration = declare(PHOTOS + source("path", path="."), files)
    add(declaration, root)
    photo = declaration.parent / "train/n01/n01_0.JPEG"
    if change == "another":
        photo.write_bytes(files["train/n02/n02_0.JPEG"])
    elif change == "one less":
        photo.unlink()
    else:
        photo.rename(photo.with_name("moved.JPEG"))
    (root / "arrays/mine/manifest.json").unlink()

    with pytest.raises(DataError, match=r"sha256 of its photographs is .*, expected "):
        fetch("mine", root)


def test_photographs_may_be_png_files_where_it_is_declared(declare, root):
    files = {}
    for place in photo_files():
        packed = io.BytesIO()
        Image.new("RGB", (9, 9), (len(files), 0, 0)).save(packed, "PNG")
        files[place.replace("JPEG", "png")] = packed.getvalue()
    text = PHOTOS.replace("pixels", 'suffixes = [".png"]\npixels') + source("path", path=".")

    (added,) = add(declare(text, files), root)

    assert added.remarks == "first seen here, and hashed: 9 images"


def test_suffixes_may_be_declared_in_capitals(declare, root):
    files = {name.replace(".JPEG", ".JPG"): content for name, content in photo_files().items()}
    text = PHOTOS.replace("pixels", 'suffixes = [".JPG"]\npixels') + source("path", path=".")

    (added,) = add(declare(text, files), root)

    assert added.dataset.suffixes == (".jpg",)


def test_names_that_are_no_utf_8_are_spelled_out(declare, root):
    files = {f"{place[:-5]}\udcff.JPEG": content for place, content in photo_files().items()}
    files = {place.replace("n03", "n\udcfe"): content for place, content in files.items()}

    (added,) = add(declare(PHOTOS + source("path", path="."), files), root)

    assert added.dataset.classes == ("n01", "n02", "n\\udcfe")
    assert read_catalog(root)["mine"] == added.dataset


CSV = b"a,b,kind\n1,2.5,oak\n2,0.5,elm\n3,1.5,oak\n4,3.5,elm\n5,9,ash\n"
TABLE = (
    HEAD
    + """kind = "table"
file = "t.csv"
target = "kind"
class_count = 3
split = { train_rows = 3, seed = 0 }
"""
)


def test_a_table_has_classes_numbered_by_name(declare, root):
    (added,) = add(declare(TABLE, {"t.csv": CSV}), root)

    split = table.load_split("mine", root / "own", read_catalog(root))
    whole = table.load("mine", read_catalog(root), root / "own")
    assert added.dataset.sample_shape == (2,)
    assert whole.values[:, 2].tolist() == [2, 1, 2, 1, 0]
    assert split.train_targets.dtype == np.int64
    assert split.train_targets.shape == (3,)
    assert split.test_inputs.shape == (2, 2)
    assert status("mine", root).state == "verified"


def test_classes_may_be_categories_of_a_parquet_file(declare, root):
    packed = io.BytesIO()
    kinds = pyarrow.array(["oak", "elm", "oak", "elm", "ash"]).dictionary_encode()
    parquet.write_table(pyarrow.table({"a": [1, 2, 3, 4, 5], "kind": kinds}), packed)

    add(declare(TABLE.replace("t.csv", "t.parquet"), {"t.parquet": packed.getvalue()}), root)

    whole = table.load("mine", read_catalog(root), root / "own")
    assert whole.values[:, 1].tolist() == [2, 1, 2, 1, 0]


def test_a_table_of_numbers_may_be_a_parquet_file(declare, root):
    packed = io.BytesIO()
    columns = {"a": [1.5, 2.5, 4.0], "constant": [7, 7, 7], "y": [0.1, 0.2, 0.3]}
    parquet.write_table(pyarrow.table(columns), packed)
    text = TABLE.replace("t.csv", "t.parquet").replace("class_count = 3\n", "")
    text = text.replace('"kind"\n', '"y"\n').replace("= 3, seed", "= 2, seed")

    add(declare(text, {"t.parquet": packed.getvalue()}), root)

    split = table.load_split("mine", root / "own", read_catalog(root))
    assert split.train_targets.shape == (2, 1)
    assert np.isfinite(split.train_inputs).all()


@pytest.mark.parametrize("number", ["-1", "0.5", "3"])
def test_a_class_that_is_none_is_named(declare, root, number):
    content = f"a,kind\n1,{number}\n2,1\n3,1\n4,0\n".encode()

    with pytest.raises(DataError, match=f"has the class {number}, expected whole numbers from 0"):
        add(declare(TABLE, {"t.csv": content}), root)


@pytest.mark.parametrize(
    ("target", "content", "cause"),
    [
        ("", b",b\n1,2\n2,3\n3,4\n4,5\n", r"mine.*target: String should have at least 1 character"),
        ("kind", b"kind\n0\n1\n2\n1\n", r"t\.csv: has no column beside kind"),
    ],
)
def test_a_table_has_a_target_with_a_name_and_inputs(declare, root, target, content, cause):
    text = TABLE.replace('"kind"', f'"{target}"')

    with pytest.raises(DataError, match=cause):
        add(declare(text, {"t.csv": content}), root)
    assert not (root / "own/mine.toml").exists()


def test_classes_in_another_encoding_are_refused(declare, root):
    packed = io.BytesIO()
    buffers = [None, pyarrow.py_buffer(np.array([0, 1, 2], "<i4")), pyarrow.py_buffer(b"\xff\xfe")]
    kinds = pyarrow.Array.from_buffers(pyarrow.string(), 2, buffers)
    parquet.write_table(pyarrow.table({"a": [1, 2], "kind": kinds}), packed)

    with pytest.raises(DataError, match="column kind: 'utf-8' codec can't decode"):
        add(declare(TABLE.replace("t.csv", "t.parquet"), {"t.parquet": packed.getvalue()}), root)


def test_a_column_that_does_not_vary_among_the_training_rows_becomes_0(declare, root):
    rows = "".join(f"{row},0.1\n" for row in range(3)) + "3,0.4\n"
    text = TABLE.replace("class_count = 3\n", "").replace("seed = 0", "seed = 0")
    text = text.replace('"kind"', '"a"')
    add(declare(text, {"t.csv": f"a,constant\n{rows}".encode()}), root)

    split = table.load_split("mine", root / "own", read_catalog(root))

    assert split.train_inputs.tolist() == [[0]] * 3
    assert split.test_inputs[0, 0] == pytest.approx(0.3)


@pytest.mark.parametrize(
    ("before", "after", "cause"),
    [
        (b"kind", b"sort", "t.csv: no column 'kind': a, b, sort"),
        (b"2.5", b"", "column b: 1 row without a value"),
        (b"2.5", b"much", "column b: holds string, expected numbers"),
        (b"2.5", b"inf", "holds numbers that are not finite"),
        (b"2.5", b"1e200", "holds numbers beyond 1e+100, too large to standardise"),
        (b"elm", b"fir", "has the class 3, expected whole numbers from 0 to 2"),
    ],
)
def test_a_table_that_is_not_as_it_is_declared_is_refused(declare, root, before, after, cause):
    content = CSV.replace(before, after, 1)

    with pytest.raises(DataError) as caught:
        add(declare(TABLE, {"t.csv": content}), root)

    assert cause in caught.value.cause


@pytest.mark.parametrize("rows", [5, 500])
def test_a_table_without_rows_left_for_testing_is_refused(declare, root, rows):
    text = TABLE.replace("train_rows = 3", f"train_rows = {rows}")

    with pytest.raises(DataError) as caught:
        add(declare(text, {"t.csv": CSV}), root)

    expected = f"has 5 rows: {rows} rows to train with would leave none for testing"
    assert expected in caught.value.cause


@pytest.mark.parametrize("classes", ["class_count = 3\n", ""])
def test_a_table_without_rows_is_refused(declare, root, classes):
    packed = io.BytesIO()
    column = pyarrow.array([], pyarrow.int64())
    parquet.write_table(pyarrow.table({"a": column, "kind": column}), packed)
    text = TABLE.replace("t.csv", "t.parquet").replace("class_count = 3\n", classes)

    with pytest.raises(DataError, match=r"has 0 rows: .* would leave none for testing"):
        add(declare(text, {"t.parquet": packed.getvalue()}), root)


def test_another_split_of_a_table_is_other_data(declare, root):
    (added,) = add(declare(TABLE, {"t.csv": CSV}), root)
    before = status("mine", root).sha256
    added.file.unlink()

    add(declare(TABLE.replace("seed = 0", "seed = 1"), {"t.csv": CSV}), root)

    assert status("mine", root).sha256 != before


def test_a_table_that_was_changed_is_refused_when_it_is_added_again(declare, root):
    add(declare(TABLE, {"t.csv": CSV}), root)

    with pytest.raises(DataError, match=r"t\.csv: sha256 of its numbers is .*, expected "):
        add(declare(TABLE, {"t.csv": CSV.replace(b"2.5", b"2.25")}), root)
