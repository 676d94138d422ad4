"""A container runs an image that holds today's source, and its results carry the image's commit."""

import pytest

from contract import environment
from contract.contender import discover_contenders
from images import tags
from images.context import context_files, source_sha256
from orchestrator.engines.docker import launcher as module
from orchestrator.engines.docker.launcher import SOURCE_LABEL, DockerLauncher
from orchestrator.engines.environments import image_sources
from orchestrator.errors import PlumblineError
from orchestrator.places import RUNNERS_DIR
from tests.contract.examples import contender_info, job
from tests.orchestrator.engines.docker.fake_client import ENGINE, FakeClient

PYTORCH = contender_info()
VELOX = contender_info(name="velox", image="velox", environment="velox")
TODAY, YESTERDAY = {SOURCE_LABEL: "today"}, {SOURCE_LABEL: "yesterday"}


@pytest.fixture
def launcher(tmp_path, monkeypatch):
    """Return a launcher whose engine has images of the given labels by tag."""
    sources = {"pytorch": "today", "velox": "today"}
    monkeypatch.setattr(module, "image_sources", lambda device: sources)
    monkeypatch.setattr(module, "start_guard", lambda url, label: None)
    monkeypatch.setattr(module, "require_confinement", lambda *_: None)
    return lambda images: DockerLauncher(ENGINE, FakeClient(images), tmp_path, "0" * 32)


def test_images_of_todays_source_are_accepted(launcher):
    images = {"plumbline/pytorch:latest": TODAY, "plumbline/velox:latest": TODAY}

    launcher(images).check([PYTORCH, VELOX], "cpu")


@pytest.mark.parametrize("labels", [YESTERDAY, {}], ids=["other source", "no label"])
def test_a_stale_image_is_refused_with_the_command_that_rebuilds_it(launcher, labels):
    images = {"plumbline/pytorch:latest": labels, "plumbline/velox:latest": TODAY}

    with pytest.raises(PlumblineError) as refused:
        launcher(images).check([PYTORCH, VELOX], "cpu")

    assert refused.value.cause == "plumbline/pytorch:latest is stale: built from other source"
    assert refused.value.remedy == "build: python3 -m images.build pytorch --device cpu"


def test_missing_and_stale_images_are_told_together(launcher):
    with pytest.raises(PlumblineError) as refused:
        launcher({"plumbline/velox:latest": YESTERDAY}).check([PYTORCH, VELOX], "cpu")

    assert "no image plumbline/pytorch:latest; plumbline/velox" in refused.value.cause
    assert refused.value.remedy == "build: python3 -m images.build pytorch velox --device cpu"


def test_an_image_of_the_cpu_says_nothing_of_that_for_a_gpu(launcher, monkeypatch):
    monkeypatch.setattr(FakeClient, "info", lambda client: {"Runtimes": {"nvidia": {}}})

    with pytest.raises(PlumblineError, match="no image plumbline/pytorch:cuda"):
        launcher({"plumbline/pytorch:latest": TODAY}).check([PYTORCH], "cuda")


def test_a_gpu_needs_its_runtime(launcher):
    with pytest.raises(PlumblineError, match="no NVIDIA runtime"):
        launcher({}).check([PYTORCH], "cuda")


def test_a_contender_that_has_no_image_for_a_device_is_named(launcher):
    keras = contender_info(name="keras", image="tensorflow")

    with pytest.raises(PlumblineError, match="tensorflow: there is no image for cpu"):
        launcher({"plumbline/pytorch:latest": TODAY}).check([PYTORCH, keras], "cpu")


def test_a_job_is_told_the_image_and_leaves_the_commit_to_it(launcher, tmp_path):
    engine = launcher({"plumbline/pytorch:latest": TODAY})

    engine.start(job(), PYTORCH, tmp_path / "run" / "jobs" / "job")

    ((tag, options),) = engine._client.started
    assert tag == "plumbline/pytorch:latest"
    told = options["environment"]
    assert told[environment.IMAGE_DIGEST] == "sha256:plumbline/pytorch:latest"
    assert environment.SOURCE_COMMIT not in told
    assert environment.SOURCE_DIRTY not in told


@pytest.mark.parametrize(("quota", "nano_cpus"), [(None, None), (0.3, 300_000_000)])
def test_a_container_gets_the_quota_that_the_job_was_promised(launcher, tmp_path, quota, nano_cpus):
    engine = launcher({"plumbline/pytorch:latest": TODAY})
    limits = job().limits.model_copy(update={"cpu_quota": quota})

    engine.start(job(limits=limits), PYTORCH, tmp_path / "run" / "jobs" / "job")

    ((_, options),) = engine._client.started
    assert options["nano_cpus"] == nano_cpus


def test_a_runner_is_told_the_options_beside_its_job(launcher, tmp_path):
    engine = launcher({"plumbline/pytorch:latest": TODAY})

    engine.start(job(), PYTORCH, tmp_path / "run" / "jobs" / "job", ("--layer",))

    ((_, options),) = engine._client.started
    assert options["command"][1:] == ["--job", "/out/job.json", "--output", "/out", "--layer"]


def test_what_the_images_would_be_built_from_is_what_their_builds_write():
    wanted = source_sha256(context_files("pytorch", "cpu"), "cpu")

    assert image_sources("cpu")["pytorch"] == wanted
    assert SOURCE_LABEL == tags.SOURCE_LABEL


@pytest.mark.docker
def test_the_images_of_this_machine_hold_this_source_and_no_other(tmp_path, monkeypatch):
    engine = DockerLauncher.connect(tmp_path, "0" * 32)
    velox = [info for info, _ in discover_contenders(RUNNERS_DIR).values() if info.name == "velox"]
    engine.check(velox, "cpu")

    monkeypatch.setattr(module, "image_sources", lambda device: {"velox": "that of tomorrow"})
    with pytest.raises(PlumblineError, match="plumbline/velox:latest is stale"):
        engine.check(velox, "cpu")
