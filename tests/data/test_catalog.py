"""The catalog knows what each data set must be, and is refused where it breaks its own rules."""

import pytest
from pydantic import ValidationError

from data.catalog import CATALOG_PATH, kit_catalog, read_catalog, read_file
from data.errors import DataError
from data.source_kinds import is_trustworthy
from tests.data.examples import https_source, toy_arrays, toy_catalog

MNIST_SHA256 = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}


def test_the_kit_knows_these_data_sets():
    assert list(read_catalog().datasets) == [
        "mnist",
        "cifar-10",
        "imagenette-80",
        "petrol-consumption",
    ]


def test_mnist_is_what_its_published_files_hash_to():
    mnist = read_catalog().images("mnist")

    assert {name: known.hexadecimal for name, known in mnist.content.items()} == MNIST_SHA256
    assert mnist.size_bytes == 70_000 * (28 * 28 + 1)


def test_cifar_10_has_its_published_size():
    assert read_catalog().images("cifar-10").size_bytes == 60_000 * (32 * 32 * 3 + 1)


def test_imagenette_is_one_archive_of_ten_classes():
    imagenette = read_catalog().images("imagenette-80")

    assert len(imagenette.classes) == len(set(imagenette.classes)) == 10
    assert list(imagenette.classes) == sorted(imagenette.classes)
    assert imagenette.size_bytes == 13_394 * (80 * 80 * 3 + 1)
    assert imagenette.content["imagenette2-160.tgz"].algorithm == "md5"


@pytest.mark.parametrize("name", ["mnist", "cifar-10"])
def test_every_data_set_has_a_source_that_needs_no_more_than_a_package_client(name):
    assert "npm" in {source.kind for source in read_catalog().images(name).sources}


def test_an_unknown_name_is_answered_with_the_known_ones():
    with pytest.raises(DataError, match="no data set 'minst'") as caught:
        _ = read_catalog()["minst"]

    assert caught.value.remedy == (
        "choose one of: mnist, cifar-10, imagenette-80, petrol-consumption; "
        "or declare it: plumbline data add FILE"
    )


@pytest.mark.parametrize(
    ("url", "trustworthy"),
    [
        ("https://example.org/", True),
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://[::1]/", True),
        ("http://example.org/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://localhost@example.org/", False),
        ("ftp://localhost/", False),
        ("file:///etc/passwd", False),
    ],
)
def test_only_https_and_this_machine_are_trusted(url, trustworthy):
    assert is_trustworthy(url) == trustworthy


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"base_url": "http://example.org/"}, "a remote source must be https"),
        ({"layout": "unheard-of"}, "layout unheard-of lacks arrays"),
        ({"files": ["../escape"]}, "String should match pattern"),
        ({"files": ["/etc/passwd"]}, "String should match pattern"),
        ({"files": [".."]}, "String should match pattern"),
        ({"files": []}, "at least 1 item"),
        ({"guest": 1}, "Extra inputs are not permitted"),
    ],
)
def test_a_source_that_breaks_the_rules_is_refused(change, reason):
    source = https_source("https://example.org/") | change

    with pytest.raises(ValidationError, match=reason):
        toy_catalog(source, arrays=toy_arrays())


def test_a_file_that_is_no_catalog_is_named(tmp_path):
    path = tmp_path / "datasets.toml"
    path.write_text("[mnist]\nkind = 'images'\n")

    with pytest.raises(DataError, match=r"datasets\.toml:1: .*title: Field required"):
        read_file(path)


@pytest.mark.parametrize("name", list(kit_catalog().datasets))
def test_every_data_set_of_the_kit_says_whose_it_is(name):
    dataset = kit_catalog()[name]

    assert dataset.citation
    assert dataset.homepage
    assert dataset.samples("train") > dataset.samples("test") > 0


@pytest.mark.parametrize(
    ("name", "shape", "classes"),
    [("fashion-mnist", (28, 28, 1), 10), ("cifar-100", (32, 32, 3), 100)],
)
def test_the_declarations_that_serve_as_examples_can_be_added(name, shape, classes):
    declared = read_file(CATALOG_PATH.parent / "declarations" / f"{name}.toml").images(name)

    assert (declared.sample_shape, declared.class_count) == (shape, classes)
    assert not declared.is_added
    files = {file for source in declared.sources for file in source.files}
    assert files == declared.content.keys()  # each is known by its published hash
