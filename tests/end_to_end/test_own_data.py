"""A data set that the kit does not know is declared, fetched, and trained on by every contender."""

import gzip
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from typer.testing import CliRunner

from contract.contender import discover_contenders
from contract.result import Result
from contract.untrusted import read_record
from orchestrator import places
from orchestrator.commands.cli import app
from tests.data.examples import IDX_FILES, idx_bytes

pytestmark = pytest.mark.environment

_HOME = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
DECLARATION = places.ROOT / "data" / "declarations" / "fashion-mnist.toml"
STUDY = """
id = "mine"
title = "A network on a data set of one's own"
authors = "-"
venue = "-"
year = 2026
question = "Does it train?"
contenders = ["keras", "pytorch", "tensorflow", "velox", "velox-stock"]
no_results_because = "nobody published it"

[[workloads]]
id = "mine-mlp"
title = "One layer on Fashion-MNIST"
dataset = "fashion-mnist"
tasks = ["verify", "train"]

[workloads.model]
input_shape = [28, 28, 1]
layers = [{ type = "flatten" }, { type = "dense", name = "dense", units = 10 }]

[workloads.training]
loss = "softmax_cross_entropy"
optimizer = { type = "adam", learning_rate = 0.001 }
batch_size = 64
"""
PROFILE = """
[profiles.{}]
epochs = 2
repeats = 1
published_repeats = 0
train_samples = 6400
test_samples = 1000
predict_repeats = 3
timeout_seconds = 300
"""


@pytest.fixture
def mirror(tmp_path):
    """Serve random files of Fashion-MNIST's shapes, in which each class has a bright stripe."""
    random, folder = np.random.default_rng(1), tmp_path / "mirror"
    folder.mkdir()
    for side, count in (("train", 60_000), ("test", 10_000)):
        labels = random.integers(0, 10, count, np.uint8)
        images = random.integers(0, 100, (count, 28, 28), np.uint8)
        for label in range(10):
            images[labels == label, 2 * label : 2 * label + 3] += 100
        for part, array in ((f"{side}_images", images), (f"{side}_labels", labels)):
            packed = gzip.compress(idx_bytes(array), compresslevel=1)
            (folder / f"{IDX_FILES[part]}.gz").write_bytes(packed)
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def from_mirror(url):
    """Return the kit's declaration with the mirror as its first source, and no hash known."""
    lines = DECLARATION.read_text().splitlines(keepends=True)
    known = [line for line in lines if "algorithm" not in line]
    return "".join(known).replace(
        "https://storage.googleapis.com/tensorflow/tf-keras-datasets/", url
    )


def plumbline(*arguments):
    finished = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert finished.exit_code == 0, finished.output
    return finished.output


def test_fashion_mnist_by_declaration_trains_in_every_contender(mirror, tmp_path, monkeypatch):
    studies = tmp_path / "studies"
    studies.mkdir()
    profiles = "".join(PROFILE.format(name) for name in ("smoke", "quick", "paper"))
    (studies / "mine.toml").write_text(STUDY + profiles)
    (tmp_path / "fashion.toml").write_text(from_mirror(mirror))
    monkeypatch.setattr(places, "STUDIES_DIR", studies)
    monkeypatch.setenv("PLUMBLINE_DATA", str(tmp_path / "data"))
    run = ("--profile", "smoke", "--protocol", "matched", "--output", tmp_path / "out")

    added = plumbline("data", "add", tmp_path / "fashion.toml")
    planned = plumbline("plan", *run)
    plumbline("run", "--engine", "local", *run)

    facts = "fashion-mnist: 60,000 samples to train with, 10,000 to test; inputs 28 × 28 × 1"
    assert f"{facts}, 10 classes; licence: MIT" in added
    assert f"{facts}, 10 classes; licence: MIT" in planned
    files = (tmp_path / "out" / "latest" / "jobs").glob("*/result.json")
    results = [read_record(path, Result) for path in files]
    verified = {found.job.contender for found in results if found.job.task == "verify"}
    accuracies = {
        found.job.contender: found.metrics.test_accuracy
        for found in results
        if found.job.task == "train"
    }
    assert verified == accuracies.keys() == discover_contenders(places.RUNNERS_DIR).keys()
    assert min(accuracies.values()) > 0.9
