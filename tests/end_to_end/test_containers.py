"""Each image by itself, as a user would start it, and the same study on both engines."""

import json
import os
import subprocess

import pytest
from jsonschema import Draft202012Validator

from contract.contender import discover_contenders
from contract.development import DevelopmentRecord
from contract.export import SCHEMA_DIR
from contract.result import Result
from orchestrator.engines.docker.engine import answering_engine
from orchestrator.engines.docker.launcher import RUN_LABEL
from orchestrator.places import ROOT, RUNNERS_DIR

pytestmark = pytest.mark.docker

CONTENDERS = {name: info for name, (info, _) in discover_contenders(RUNNERS_DIR).items()}


def container(image, *arguments, out=None, options=()):
    command = ["docker", "run", "--rm", "--user", f"{os.getuid()}:{os.getgid()}", *options]
    command += ["--volume", f"{ROOT / 'data'}:/data:ro"]
    if out is not None:
        command += ["--volume", f"{out}:/out"]
    return subprocess.run(
        [*command, f"plumbline/{image}", *arguments], capture_output=True, text=True, check=False
    )


def plumbline(*arguments):
    python = ROOT / ".environments" / "plumbline" / "bin" / "python"
    return subprocess.run(
        [python, "-m", "orchestrator", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", sorted(CONTENDERS))
def test_an_image_by_itself_writes_a_valid_result(name, tmp_path):
    confined = ("--read-only", "--network", "none", "--cap-drop", "ALL")

    finished = container(
        CONTENDERS[name].image,
        *("mnist-cnn", "--contender", name, "--epochs", "1"),
        *("--train-samples", "2000", "--test-samples", "1000"),
        out=tmp_path,
        options=confined,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "same function as the reference" in finished.stdout
    assert "test accuracy" in finished.stdout
    document = json.loads((tmp_path / "result.json").read_text())
    schema = json.loads((SCHEMA_DIR / "result.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    assert document["status"] == "ok"
    assert document["metrics"]["test_accuracy"] > 0.5


@pytest.mark.parametrize("image", sorted({info.image for info in CONTENDERS.values()}))
def test_an_image_explains_itself(image):
    finished = container(image, "--help")

    assert finished.returncode == 0
    assert "mnist-cnn" in finished.stdout


def test_an_unknown_workload_is_refused_with_the_known_ones():
    finished = container("pytorch", "imagenet")

    assert finished.returncode == 2
    assert "no workload 'imagenet'" in finished.stderr
    assert "mnist-cnn" in finished.stderr


def test_an_output_that_cannot_be_written_is_told_with_the_remedy():
    finished = container("pytorch", "mnist-cnn", options=("--read-only", "--user", "10001"))

    assert finished.returncode == 2
    assert "--user" in finished.stderr


def test_a_gpu_that_the_container_was_not_given_is_refused_at_once(tmp_path):
    finished = container("pytorch", "mnist-cnn", "--device", "cuda", out=tmp_path)

    assert finished.returncode == 1
    assert "no CUDA device" in finished.stderr
    assert "--device cpu" in finished.stderr


@pytest.fixture(scope="module")
def both_engines(tmp_path_factory):
    """Run the smoke study of two deterministic contenders on each engine."""
    folders = {}
    for engine in ("docker", "local"):
        output = tmp_path_factory.mktemp(engine)
        finished = plumbline(
            *("run", "s2", "--profile", "smoke", "--engine", engine),
            *("--contenders", "pytorch,velox", "--output", str(output)),
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
        folders[engine] = output / "latest"
    return folders


def result(folder, contender, task="train", protocol="matched"):
    path = next(folder.glob(f"jobs/*.{contender}.{protocol}.*.{task}.*/result.json"))
    return Result.model_validate_json(path.read_bytes())


@pytest.mark.parametrize("contender", ["pytorch", "velox"])
def test_both_engines_give_the_same_accuracy_for_the_same_seed(both_engines, contender):
    in_docker, local = (result(folder, contender) for folder in both_engines.values())

    assert in_docker.metrics.test_accuracy == local.metrics.test_accuracy
    assert in_docker.confusion_matrix == local.confusion_matrix


@pytest.mark.parametrize("engine", ["docker", "local"])
def test_the_published_protocol_says_what_it_left_to_the_framework(both_engines, engine):
    found = result(both_engines[engine], "pytorch", protocol="published")

    assert found.metrics.test_accuracy > 0.5
    assert "initialisation" in found.defaults


@pytest.mark.parametrize("engine", ["docker", "local"])
def test_weights_go_from_one_framework_to_another_without_loss(both_engines, engine):
    for contender in ("pytorch", "velox"):
        cells = result(both_engines[engine], contender, task="transfer").transfer

        assert [cell.trained_by for cell in cells] == ["pytorch", "velox"]
        for cell in cells:
            assert cell.accuracy == cell.trained_accuracy
            assert cell.largest_logit_difference < 1e-4


@pytest.mark.parametrize("engine", ["docker", "local"])
def test_a_run_keeps_only_the_weights_that_transfers_read(both_engines, engine):
    kept = {path.parent.name for path in both_engines[engine].glob("**/weights.safetensors")}

    assert {name.split(".")[3] for name in kept} == {"matched"}
    assert {name.split(".")[5] for name in kept} == {"train"}
    assert len(kept) == 2


def test_a_run_in_containers_knows_what_the_contenders_cost(both_engines):
    path = both_engines["docker"] / "development" / "velox.json"

    metrics = DevelopmentRecord.model_validate_json(path.read_bytes()).metrics

    assert metrics.image_bytes > 10**8
    assert metrics.native_source_lines > 100
    assert metrics.source_lines > metrics.native_source_lines


def test_a_container_job_records_its_image_and_its_pins(both_engines):
    found = result(both_engines["docker"], "pytorch")

    assert found.fingerprint.image_digest.startswith("sha256:")
    assert found.fingerprint.engine == f"docker ({answering_engine().release})"
    assert found.metrics.cgroup_peak_memory_bytes >= found.meters.working_set_peak_bytes > 0
    assert found.meters.throttled_seconds == 0
    assert all(pin.matches for pin in found.pins.values())
    assert found.pins["memory_bytes"].observed == found.pins["memory_bytes"].requested


def test_a_result_carries_the_commit_of_the_image_that_it_was_measured_in(both_engines):
    found = result(both_engines["docker"], "pytorch").fingerprint
    inspect = ("docker", "image", "inspect", "--format", "{{json .Config.Env}}", found.image_digest)
    printed = subprocess.run(inspect, capture_output=True, text=True, check=True).stdout
    variables = dict(entry.split("=", 1) for entry in json.loads(printed))

    assert (found.source_commit or "") == variables["PLUMBLINE_SOURCE_COMMIT"]
    assert (
        found.source_dirty == {"1": True, "0": False, "": None}[variables["PLUMBLINE_SOURCE_DIRTY"]]
    )


def test_no_container_is_left_behind(both_engines):
    run = both_engines["docker"].resolve().name
    finished = subprocess.run(
        ["docker", "ps", "--all", "--quiet", "--filter", f"label={RUN_LABEL}={run}"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert finished.stdout == ""
