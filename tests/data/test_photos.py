"""Photographs become arrays, from the archive or from whatever part of it somebody has."""

import io
import json
import os
import subprocess
import tarfile

import numpy as np
import pytest
from PIL import ExifTags, Image
from pydantic import ValidationError

from data import arrays
from data import photo as photo_format
from data.content import hash_bytes
from data.errors import AbsentError, DataError, RefusedError
from data.fetch import fetch
from data.status import status
from tests.data.examples import (
    photo,
    photo_catalog,
    photo_files,
    tar_gz,
)


def write(folder, files):
    for place, content in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def tar(files):
    """A plain archive."""
    with tarfile.open(fileobj=io.BytesIO(tar_gz(files))) as packed:
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as plain:
            for member in packed:
                plain.addfile(member, packed.extractfile(member))
    return buffer.getvalue()


@pytest.fixture
def fetch_from(tmp_path, monkeypatch):
    """Fetch the photographs from a mirror; return what was fetched and the arrays."""

    def fetch_from(mirror, catalog=None):
        monkeypatch.setenv("PLUMBLINE_DATA_MIRROR", str(mirror))
        catalog = catalog or photo_catalog()
        fetched = fetch("photos", tmp_path / "root", catalog=catalog)
        return fetched, arrays.load("photos", tmp_path / "root", catalog=catalog)

    return fetch_from


def refusal(fetch_from, mirror, catalog=None):
    with pytest.raises(DataError) as caught:
        fetch_from(mirror, catalog)
    return caught.value.cause


def test_the_archive_is_downloaded_and_verified(server, tmp_path):
    archive = tar_gz(photo_files(prefix="photos/") | {"photos/noisy.csv": b"path,label"})
    server.serve({"photos.tgz": archive})
    known = {"photos.tgz": {"algorithm": "md5", "hexadecimal": hash_bytes(archive, "md5")}}
    catalog = photo_catalog(server.url, known)

    fetched = fetch("photos", tmp_path, catalog=catalog)
    found = status("photos", tmp_path, catalog)

    assert (fetched.source, fetched.verification.told) == ("home", "archive verified by md5")
    assert (found.state, found.detail) == ("verified", "home")


def test_another_archive_of_that_name_is_refused(server, tmp_path):
    server.serve({"photos.tgz": tar_gz(photo_files())})
    known = {"photos.tgz": {"algorithm": "md5", "hexadecimal": "0" * 32}}

    with pytest.raises(DataError, match=r"photos\.tgz: md5 is .*, expected 0{32}"):
        fetch("photos", tmp_path, catalog=photo_catalog(server.url, known))


def test_classes_are_numbered_in_their_order_and_take_turns(fetch_from, tmp_path):
    _, found = fetch_from(write(tmp_path / "mirror", photo_files(train=2, test=1)))

    assert found.train_labels.tolist() == [0, 1, 2, 0, 1, 2]
    assert found.test_labels.tolist() == [0, 1, 2]
    assert found.train_images.shape == (6, 8, 8, 3)
    expected = photo_format.decode(photo([1, 0, len("train")]), 8).pixels
    np.testing.assert_array_equal(found.train_images[1], expected)


def test_a_class_with_more_photographs_goes_on_alone(fetch_from, tmp_path):
    files = photo_files(train=1) | {"train/n02/n02_1.JPEG": photo(5)}

    _, found = fetch_from(write(tmp_path / "mirror", files))

    assert found.train_labels.tolist() == [0, 1, 2, 1]


@pytest.mark.parametrize(
    "place",
    ["", "photos", "part.tar", "part.tgz", "photos.tar.gz"],
    ids=["folder", "named folder", "tar", "tgz", "named archive in a folder"],
)
def test_a_part_is_taken_by_path_and_said_to_be_unverified(fetch_from, tmp_path, place):
    mirror = tmp_path / "mirror"
    catalog = photo_catalog()
    if place.endswith((".tar", "gz")):
        pack = tar if place.endswith(".tar") else tar_gz
        write(mirror, {place: pack(photo_files(prefix="./some/where/"))})
        mirror = mirror if place == "photos.tar.gz" else mirror / place
    else:
        write(mirror / place, photo_files())

    fetched, found = fetch_from(mirror, catalog)
    listed = status("photos", tmp_path / "root", catalog)

    assert fetched.source == "mirror/home"
    assert fetched.verification == found.verification
    assert found.verification.told == "given by path, not verified: 9 images"
    assert (listed.state, listed.remedy) == ("unverified", None)
    assert listed.size_bytes == 9 * (8 * 8 * 3 + 1)


def test_archive_and_folder_give_the_same_arrays(fetch_from, tmp_path):
    write(tmp_path / "folder", photo_files())
    write(tmp_path, {"part.tar": tar(photo_files())})

    _, from_folder = fetch_from(tmp_path / "folder")
    hashes = dict(from_folder.sha256)
    for file in (tmp_path / "root/arrays/photos").iterdir():
        file.unlink()
    _, from_archive = fetch_from(tmp_path / "part.tar")

    assert from_archive.sha256 == hashes


def test_the_manifest_records_what_was_decoded(fetch_from, tmp_path):
    _, found = fetch_from(write(tmp_path / "mirror", photo_files()))

    manifest = json.loads((tmp_path / "root/arrays/photos/manifest.json").read_text())

    assert manifest["verification"] == {
        "passed": False,
        "told": "given by path, not verified: 9 images",
    }
    for part, array in found.parts.items():
        assert manifest["arrays"][part]["shape"] == list(array.shape)
        assert manifest["arrays"][part]["sha256"] == hash_bytes(array.tobytes())


def test_what_is_there_is_kept(fetch_from, tmp_path):
    fetch_from(write(tmp_path / "mirror", photo_files()))

    again, _ = fetch_from(tmp_path / "nowhere")

    assert again.reused
    assert not again.verification.passed


def test_damaged_arrays_are_told(fetch_from, tmp_path):
    fetch_from(write(tmp_path / "mirror", photo_files()))
    file = tmp_path / "root/arrays/photos/train_images.npy"
    file.write_bytes(file.read_bytes()[:-1] + b"!")

    assert status("photos", tmp_path / "root", photo_catalog()).state == "corrupt"


@pytest.mark.parametrize("shape", [(6, 9, 8, 3), (6, 8, 8, 1), (6,)])
def test_arrays_that_could_not_be_of_the_data_set_are_refused(fetch_from, tmp_path, shape):
    fetch_from(write(tmp_path / "mirror", photo_files()))
    path = tmp_path / "root/arrays/photos/manifest.json"
    manifest = json.loads(path.read_text())
    manifest["arrays"]["train_images"]["shape"] = shape
    path.write_text(json.dumps(manifest))

    with pytest.raises(DataError, match="does not describe train_images as the catalog does"):
        arrays.load("photos", tmp_path / "root", catalog=photo_catalog())


def test_photographs_that_were_never_fetched_are_absent(tmp_path):
    with pytest.raises(AbsentError) as caught:
        arrays.load("photos", tmp_path, catalog=photo_catalog())

    assert caught.value.remedy == "run: plumbline data fetch photos"


def test_where_they_cannot_be_had_the_remedy_names_the_mirror(tmp_path):
    with pytest.raises(DataError, match="no source gave the data") as caught:
        fetch("photos", tmp_path, catalog=photo_catalog("https://localhost:1/"))

    assert caught.value.remedy == (
        "connect to the internet, or set PLUMBLINE_DATA_MIRROR to a folder with"
        " train/<class>/*.JPEG and val/<class>/*.JPEG, or an archive of such a folder"
    )


def test_a_mirror_without_photographs_is_told(fetch_from, tmp_path):
    (tmp_path / "mirror").mkdir()

    assert "mirror has neither train and val nor photos.tgz" in refusal(
        fetch_from, tmp_path / "mirror"
    )


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ({"train/n02/bad.JPEG": b"\xff\xd8 no JPEG"}, "train/n02/bad.JPEG: not a readable JPEG"),
        ({"train/n02/cut.JPEG": photo(3)[:-300]}, "train/n02/cut.JPEG: not a readable JPEG"),
        ({"train/n99/x.JPEG": photo(3)}, "train/n99: is not one of its classes"),
        ({f"val/n01/{n}.jpg": photo(n) for n in range(5)}, "holds more than 12 photographs"),
        ({"val/n01/n01_0.JPEG": None}, "has no photographs of n01 to test with"),
    ],
)
def test_photographs_that_are_not_as_they_should_be_are_refused(
    fetch_from, tmp_path, files, reason
):
    wanted = {
        place: content for place, content in (photo_files() | files).items() if content is not None
    }
    write(tmp_path / "mirror", wanted)
    (tmp_path / "mirror/val/n01").mkdir(exist_ok=True)

    assert reason in refusal(fetch_from, tmp_path / "mirror")


def test_every_bad_photograph_is_named_by_its_path(fetch_from, tmp_path):
    bad = {
        "train/n01/empty.JPEG": b"",
        "train/n02/cut.jpg": photo(3)[:-300],
        "val/n03/text.jpeg": b"no picture",
        "val/n99/stray.JPEG": photo(1),
    }

    reason = refusal(fetch_from, write(tmp_path / "mirror", photo_files() | bad))

    assert "mirror: train/n01/empty.JPEG: not a readable JPEG or PNG; train/n02/cut.jpg: " in reason
    assert "val/n03/text.jpeg: not a readable JPEG or PNG; val/n99: is not one of its" in reason


def test_of_very_many_bad_photographs_a_hundred_are_named_and_the_rest_counted(
    fetch_from, tmp_path
):
    bad = {f"train/n01/{number:03}.JPEG": b"bad" for number in range(103)}
    write(tmp_path / "mirror", photo_files() | bad)

    reason = refusal(fetch_from, tmp_path / "mirror", photo_catalog(most_images=200))

    assert "train/n01/099.JPEG: not a readable" in reason
    assert "100.JPEG" not in reason
    assert "; and 3 more" in reason


OTHERS = {
    "train/n01/._n01_0.JPEG": b"a Mac's",
    "train/.cache/x.JPEG": b"",
    "train/n01/notes.txt": b"",
    "train/n01/README": b"",
    "train/n02/drawing.PNG": b"",
    "val/n02/drawing.png": b"",
    "val/n02/new.webp": b"",
    "val/n02/deeper/x.JPEG": b"",
    "train/loose.JPEG": b"",
    "other/n01/x.JPEG": b"",
}
SKIPPED = (
    "; skipped: 2 .png, 1 .txt, 1 .webp, 2 hidden, 1 in nested folders, "
    "1 outside the folders of classes, 1 without a suffix"
)


@pytest.mark.parametrize("form", ["folder", "archive"])
def test_what_is_no_photograph_is_passed_over_counted_and_said(fetch_from, tmp_path, form):
    if form == "folder":
        mirror = write(tmp_path / "mirror", photo_files() | OTHERS)
    else:
        mirror = write(tmp_path, {"part.tar": tar(photo_files() | OTHERS)}) / "part.tar"

    fetched, found = fetch_from(mirror)

    assert len(found.train_labels) == 6
    assert fetched.verification.told == "given by path, not verified: 9 images" + SKIPPED


def test_where_all_is_passed_over_the_refusal_says_what(fetch_from, tmp_path):
    files = {place.replace(".JPEG", ".png"): content for place, content in photo_files().items()}

    reason = refusal(fetch_from, write(tmp_path / "mirror", files))

    assert "mirror: has no photographs; skipped: 9 .png" in reason


def test_a_png_in_a_jpegs_name_and_cmyk_are_read_and_noted(fetch_from, tmp_path):
    """ImageNet has one of the former and some of the latter."""
    buffer = io.BytesIO()
    Image.new("RGB", (10, 10), (255, 0, 0)).save(buffer, "PNG")
    odd = {"train/n01/n01_0.JPEG": buffer.getvalue(), "val/n02/n02_0.JPEG": photo(1, mode="CMYK")}

    fetched, found = fetch_from(write(tmp_path / "mirror", photo_files() | odd))

    assert found.train_images[0, 0, 0].tolist() == [255, 0, 0]
    assert fetched.verification.told == (
        "given by path, not verified: 9 images; "
        "1 PNG by content, whatever the name says: train/n01/n01_0.JPEG; "
        "1 CMYK, converted to RGB: val/n02/n02_0.JPEG"
    )


@pytest.mark.parametrize("kind", ["pipe", "device", "link", "loop", "hollow"])
def test_a_folder_is_read_as_carefully_as_an_archive(fetch_from, tmp_path, kind):
    mirror = write(tmp_path / "mirror", photo_files())
    trap = mirror / "train/n01/trap.JPEG"
    if kind == "pipe":
        os.mkfifo(trap)
    elif kind == "hollow":
        with trap.open("wb") as file:
            os.truncate(file.fileno(), 2**43)
    else:
        targets = {"device": "/dev/zero", "link": "n01_0.JPEG", "loop": "trap.JPEG"}
        trap.symlink_to(targets[kind])

    reason = refusal(fetch_from, mirror)

    expected = {
        "pipe": "not a file",
        "hollow": "8796093022208 bytes; at most 100000 are read",
    }
    fault = expected.get(kind, "not a file; links are not followed")
    assert f"train/n01/trap.JPEG: {fault};" in reason


def test_a_folder_that_is_too_large_is_refused(fetch_from, tmp_path):
    files = photo_files() | {"train/n01/large.JPEG": photo(1) + bytes(98_000)}

    reason = refusal(fetch_from, write(tmp_path / "mirror", files))

    assert "mirror: holds more than 100000 bytes" in reason


def test_a_folder_that_leads_back_to_itself_is_read_once(fetch_from, tmp_path):
    mirror = write(tmp_path / "mirror", photo_files())
    (mirror / "train/n01/again").symlink_to(mirror / "train")

    _, found = fetch_from(mirror)

    assert len(found.train_labels) == 6


def test_a_class_may_be_a_link_to_a_folder_elsewhere(fetch_from, tmp_path):
    mirror = write(tmp_path / "mirror", photo_files())
    (mirror / "train/n01").rename(tmp_path / "elsewhere")
    (mirror / "train/n01").symlink_to(tmp_path / "elsewhere")

    _, found = fetch_from(mirror)

    assert len(found.train_labels) == 6


def test_an_archive_cannot_point_elsewhere(fetch_from, tmp_path):
    with tarfile.open(tmp_path / "part.tar", "w") as archive:
        link = tarfile.TarInfo("train/n01/x.JPEG")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    assert "train/n01/x.JPEG: is not a regular file" in refusal(fetch_from, tmp_path / "part.tar")


def test_paths_in_an_archive_reach_no_file(fetch_from, tmp_path):
    outside = tmp_path / "train/n01"
    files = {f"{tmp_path}/{place}": content for place, content in photo_files().items()}
    files |= {"../../train/n01/up.JPEG": photo(1)}
    write(tmp_path / "mirror", {"part.tar": tar(files)})

    fetch_from(tmp_path / "mirror/part.tar")

    assert not outside.exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mirror", "root"]


def test_a_sparse_member_is_refused_before_its_zeros_are_made(fetch_from, tmp_path):
    hollow = tmp_path / "train/n01/x.JPEG"
    hollow.parent.mkdir(parents=True)
    with hollow.open("wb") as file:
        os.truncate(file.fileno(), 2**33)
    archive = tmp_path / "part.tar"
    command = ["tar", "--sparse", "-C", tmp_path, "-cf", archive, "train"]
    subprocess.run(command, check=True)

    assert "is not a regular file" in refusal(fetch_from, archive)


@pytest.mark.parametrize("name", ["part.tar", "part.tgz"])
def test_an_archive_that_is_cut_off_is_told(fetch_from, tmp_path, name):
    content = (tar if name.endswith(".tar") else tar_gz)(photo_files())
    write(tmp_path, {name: content[: len(content) // 2 - 100]})

    assert f"{name}: is cut off or damaged" in refusal(fetch_from, tmp_path / name)


@pytest.mark.parametrize("name", ["part.tar", "part.tgz"])
def test_an_archive_that_is_too_large_is_refused(fetch_from, tmp_path, name):
    content = (tar if name.endswith(".tar") else tar_gz)(
        photo_files() | {"train/n01/zeros.JPEG": bytes(300_000)}
    )
    write(tmp_path, {name: content})

    reason = refusal(fetch_from, tmp_path / name)
    assert "size is" in reason or "holds more than 100000 bytes" in reason


@pytest.mark.parametrize("size", [(8, 8), (31, 20), (20, 31), (7, 300), (160, 213)])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_every_photograph_becomes_a_square_of_three_channels(size, mode):
    assert photo_format.decode(photo(1, size, mode), 8).pixels.shape == (8, 8, 3)


def test_grey_stays_grey():
    decoded = photo_format.decode(photo(1, (30, 20), "L"), 8).pixels

    np.testing.assert_array_equal(decoded[..., 0], decoded[..., 1])
    np.testing.assert_array_equal(decoded[..., 0], decoded[..., 2])


def test_what_the_longer_side_has_more_is_cut_off_in_equal_parts():
    pixels = np.zeros((40, 120, 3), np.uint8)
    pixels[:, 40:80, 0] = 255
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "JPEG", quality=95, subsampling=0)

    decoded = photo_format.decode(buffer.getvalue(), 10).pixels.astype(int)

    assert (decoded[:, 1:-1, 0] > 230).all()
    assert (decoded[:, 1:-1, 1:] < 25).all()


@pytest.mark.parametrize("name", ["GIF", "WEBP", "BMP"])
def test_a_file_of_another_format_is_refused_whatever_its_name(name):
    buffer = io.BytesIO()
    Image.new("RGB", (10, 10)).save(buffer, name)

    with pytest.raises(RefusedError, match=r"^not a readable JPEG or PNG$"):
        photo_format.decode(buffer.getvalue(), 8)


def test_a_png_of_sixteen_bits_is_refused():
    buffer = io.BytesIO()
    Image.fromarray(np.full((10, 10), 4096, np.uint16)).save(buffer, "PNG")

    with pytest.raises(RefusedError, match="its pixels are I;16, expected eight bits a channel"):
        photo_format.decode(buffer.getvalue(), 8)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "LA", "P", "1"])
def test_a_png_is_read_as_a_photograph(mode):
    buffer = io.BytesIO()
    Image.new(mode, (10, 12)).save(buffer, "PNG")

    found = photo_format.decode(buffer.getvalue(), 8)

    assert (found.kind, found.pixels.shape) == ("PNG", (8, 8, 3))


def test_an_orientation_in_the_exif_data_is_not_applied():
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6  # turn by a quarter to see it upright
    pixels = np.random.default_rng(1).integers(0, 256, (20, 20, 3), np.uint8)
    plain, turned = io.BytesIO(), io.BytesIO()
    Image.fromarray(pixels).save(plain, "JPEG")
    Image.fromarray(pixels).save(turned, "JPEG", exif=exif)

    np.testing.assert_array_equal(
        photo_format.decode(turned.getvalue(), 8).pixels,
        photo_format.decode(plain.getvalue(), 8).pixels,
    )


def test_a_photograph_that_memory_does_not_hold_is_told_with_its_cause(monkeypatch):
    def none_left(*_, **__):
        raise MemoryError

    monkeypatch.setattr(Image.Image, "resize", none_left)
    with pytest.raises(RefusedError, match="JPEG or PNG: MemoryError"):
        photo_format.decode(photo(1), 8)


def test_a_header_that_promises_too_much_is_refused_unread():
    content = bytearray(photo(1, (30, 20)))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = b"\xff\x00\xff\x00"

    with pytest.raises(RefusedError, match=r"65280x65280|exceeds limit"):
        photo_format.decode(bytes(content), 8)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"layouts": {"class-folders": {"train": "train"}}}, "layout class-folders lacks a side"),
        ({"layouts": {}}, "layout class-folders lacks a side"),
        ({"classes": ["../n01", "n02"]}, "String should match pattern"),
        ({"classes": ["n01"]}, "one alone leaves nothing to tell apart"),
        ({"pixels": 4097}, "less than or equal to 4096"),
        ({"suffixes": []}, "at least 1 item"),
        ({"suffixes": ["jpg"]}, "a suffix is a dot and what follows it"),
        ({"suffixes": [".tar.gz"]}, "a suffix is a dot and what follows it"),
    ],
)
def test_a_catalog_that_breaks_the_rules_is_refused(change, reason):
    with pytest.raises(ValidationError, match=reason):
        photo_catalog(**change)
