"""A result is used again only where nothing that can change it has changed."""

import shutil

import pytest

from contract.contender import discover_contenders
from contract.study import load_study
from orchestrator.engines.local.launcher import LocalLauncher
from orchestrator.places import ROOT, RUNNERS_DIR
from orchestrator.store.cache_key import (
    cache_key,
    changed_parts,
    key_sha256,
    key_text,
    parse_key,
)
from orchestrator.store.source import engine_sha256, read_source, runner_sha256, shared_sha256
from tests.contract.examples import STUDY_FILE, contender_info, job

SOFTWARE = {"engine": "local (Python 3.11)", "environment": "e", "runner source": "r"}


def key(spec=None, software=SOFTWARE, data="d", machine="m", given=""):
    return cache_key(spec or job(), software, data, machine, given)


def limits(**changes):
    return job().limits.model_copy(update=changes)


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"spec": job(epochs=9)}, "job"),
        ({"spec": job(seed=9)}, "job"),
        ({"spec": job(train_samples=100)}, "job"),
        ({"spec": job(limits=limits(cpus=(0,), threads=1))}, "job"),
        ({"spec": job(limits=limits(memory_bytes=2**20))}, "job"),
        ({"software": SOFTWARE | {"engine": "docker (Engine 28)"}}, "engine"),
        ({"software": SOFTWARE | {"environment": "other lock"}}, "environment"),
        ({"software": SOFTWARE | {"runner source": "edited"}}, "runner source"),
        ({"software": {"engine": SOFTWARE["engine"], "image": "sha256:1"}}, "image"),
        ({"data": "other data"}, "data"),
        ({"machine": "another one"}, "machine"),
        ({"given": "weights"}, "transferred weights"),
    ],
)
def test_what_can_change_a_result_changes_its_key_and_is_named(changed, part):
    assert part in changed_parts(key(), key(**changed))


@pytest.mark.parametrize(
    "spec",
    [job(), job(data_dir="/elsewhere"), job(limits=limits(timeout_seconds=9999.0))],
    ids=["nothing", "where the data lies", "the deadline"],
)
def test_what_cannot_change_a_result_leaves_its_key(spec):
    assert changed_parts(key(), key(spec)) == []


def gate(**changes):
    return job(task="verify", **changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"study": "s9", "workload": "another"},
        {"seed": 9, "repeat": 2},
        {"epochs": 9, "train_samples": 100, "test_samples": 100},
        {"predict_samples": 1, "predict_repeats": 1, "latency_seconds": 1.0},
    ],
)
def test_what_changes_no_proof_is_not_in_the_key_of_a_gate(changes):
    assert changed_parts(key(gate()), key(gate(**changes))) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"contender": "keras"},
        {"device": "cuda"},
        {"training": job().training.model_copy(update={"batch_size": 7})},
        {"model": job().model.model_copy(update={"layers": job().model.layers[2:]})},
        {"limits": limits(cpus=(0,), threads=1)},
    ],
    ids=["contender", "device", "training", "network", "threads"],
)
def test_what_can_change_a_proof_is_in_the_key_of_a_gate(changes):
    changed = gate().model_copy(update=changes)

    assert changed_parts(key(gate()), key(changed)) == ["job"]


def test_the_hash_of_a_key_does_not_depend_on_the_order_of_its_parts():
    parts = key()

    assert key_sha256(parts) == key_sha256(dict(reversed(parts.items())))
    assert key_sha256(parts) != key_sha256(parts | {"data": "other data"})


def test_a_key_comes_back_as_it_was_stored():
    assert parse_key(key_text(key()).encode()) == key()


@pytest.mark.parametrize("content", [b"", b"[]", b'{"job": 1}', b"0" * 64 + b"\n", b"\xff"])
def test_what_is_no_key_is_refused(content):
    with pytest.raises(ValueError, match="not a key"):
        parse_key(content)


def test_prose_of_a_study_is_in_no_job_and_its_workload_is(tmp_path):
    text = STUDY_FILE.read_text()

    def spec(changed):
        (tmp_path / "study.toml").write_text(changed)
        workload = load_study(tmp_path / "study.toml").workload("mnist-cnn")
        return job(model=workload.model, training=workload.training, dataset=workload.dataset)

    title = load_study(STUDY_FILE).workload("mnist-cnn").title
    prose = text.replace(title, "Another title").replace('\ntext = "', '\ntext = "So: ')
    assert prose != text
    assert changed_parts(key(spec(text)), key(spec(prose))) == []
    network = text.replace("filters = 64", "filters = 65")
    assert changed_parts(key(spec(text)), key(spec(network))) == ["job"]


@pytest.fixture
def kit(tmp_path):
    """A copy of the sources that jobs depend on, and some on which they do not."""
    for name in ("contract", "data", "host", "orchestrator", "runners", "studies"):
        ignored = shutil.ignore_patterns("__pycache__", "arrays", "downloads")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    shutil.copyfile(ROOT / "README.md", tmp_path / "README.md")
    return tmp_path


KERAS = contender_info(
    name="keras",
    source=("runners/keras", "runners/tensorflow/runtime.py"),
    environment="tensorflow",
)


def source_hashes(root):
    infos = {"pytorch": contender_info(), "keras": KERAS}
    own = {name: runner_sha256(info, root / "runners" / name, root) for name, info in infos.items()}
    return own | {"all": shared_sha256(root), "engine": engine_sha256(root)}


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("README.md", set()),
        ("orchestrator/terminal/progress.py", set()),
        ("orchestrator/engines/docker/launcher.py", {"engine"}),
        ("studies/s2-mnist.toml", set()),
        ("runners/pytorch/contender.toml", {"pytorch"}),
        ("runners/pytorch/network.py", {"pytorch"}),
        ("runners/keras/network.py", {"keras"}),
        ("runners/tensorflow/runtime.py", {"keras"}),
        ("runners/velox/plan.py", set()),
        ("runners/harness/measure/measure.py", {"all"}),
        ("contract/job.py", {"all"}),
        ("data/arrays.py", {"all"}),
        ("data/datasets.toml", {"all"}),
        ("data/petrol_consumption.csv", {"all"}),
    ],
)
def test_source_counts_for_those_whose_jobs_run_it(kit, file, changed):
    before = source_hashes(kit)
    path = kit / file
    path.write_text(path.read_text() + "\n# a word more\n")
    after = source_hashes(kit)

    assert {name for name in before if before[name] != after[name]} == changed
    path.write_text(path.read_text().removesuffix("\n# a word more\n"))
    assert source_hashes(kit) == before


@pytest.mark.environment
def test_the_local_engine_names_all_software_and_the_variables_that_choose_it(monkeypatch):
    info, folder = discover_contenders(RUNNERS_DIR)["velox"]
    engine = LocalLauncher(read_source(), "output-of-a-test")
    before = engine.identity(info, folder, "cpu")

    monkeypatch.setenv("LD_LIBRARY_PATH", "/elsewhere")
    monkeypatch.setenv("HOME", "/elsewhere")

    assert set(before) == {
        *("engine", "engine source", "variables", "environment"),
        *("runner source", "shared source"),
    }
    assert changed_parts(before, engine.identity(info, folder, "cpu")) == ["variables"]
