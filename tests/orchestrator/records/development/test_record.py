"""What a contender costs is counted where it can be; each number that cannot has its reason."""

import json
from pathlib import Path

import pytest

from orchestrator.errors import PlumblineError
from orchestrator.records.development.record import development_metrics
from tests.contract.examples import contender_info
from tests.orchestrator.programs import ProgramLauncher

INFO = contender_info(
    name="velox",
    environment="velox",
    image="velox",
    source=("runners/velox", "native/kernel.cpp"),
)


class ImageEngine(ProgramLauncher):
    def image_bytes(self, contender, device):
        return 5_000_000


@pytest.fixture
def place(tmp_path):
    """A repository with a contender's source, its environment and the record of a build."""
    files = {
        "runners/velox/contender.py": '"""Said."""\n\nx = 1\ny = 2\n',
        "runners/velox/__pycache__/contender.py": "made = 1\n",
        "runners/velox/contender.toml": 'name = "velox"\n',
        "native/kernel.cpp": "int a;\n// note\n",
        "native/of_others.cpp": "int b;\n",
        "environments/velox/lib/python3.11/site-packages/one-1.0.dist-info/METADATA": "Name: one\n",
        "environments/velox/lib/python3.11/site-packages/two-2.0.dist-info/METADATA": "Name: two\n",
        "environments/velox/lib/plumbline/installation.json": '{"install_seconds": 12.5}',
        "builds/velox-cpu.json": '{"build_seconds": 99.5}',
    }
    for name, content in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return tmp_path


def measure(place: Path, engine=None, info=INFO):
    places = {"environments": place / "environments", "builds": place / "builds"}
    return development_metrics(info, engine or ImageEngine(), "cpu", place, **places)


def test_everything_that_is_there_is_counted(place):
    metrics = measure(place)

    assert metrics.source_lines == 3
    assert metrics.native_source_lines == 1
    assert metrics.packages == 2
    assert metrics.environment_bytes == 10 + 10 + len('{"install_seconds": 12.5}')
    assert metrics.install_seconds == 12.5
    assert (metrics.image_bytes, metrics.image_build_seconds) == (5_000_000, 99.5)
    assert metrics.unmeasured == {}


def test_links_add_nothing_to_an_environment(place):
    before = measure(place).environment_bytes
    (place / "environments/velox/lib64").symlink_to("lib", target_is_directory=True)

    assert measure(place).environment_bytes == before


def test_without_images_there_is_the_reason(place):
    metrics = measure(place, ProgramLauncher())

    assert set(metrics.unmeasured) == {"image_bytes", "image_build_seconds"}
    assert "no images" in metrics.unmeasured["image_bytes"]


def test_without_an_environment_there_is_the_reason(place):
    elsewhere = INFO.model_copy(update={"environment": "elsewhere"})

    metrics = measure(place, info=elsewhere)

    assert set(metrics.unmeasured) == {"packages", "environment_bytes", "install_seconds"}
    assert "no virtual environment here" in metrics.unmeasured["packages"]


@pytest.mark.parametrize("content", [None, "{", "{}", json.dumps({"install_seconds": None})])
def test_a_time_that_nobody_wrote_down_has_the_reason(place, content):
    record = place / "environments/velox/lib/plumbline/installation.json"
    record.unlink() if content is None else record.write_text(content)

    metrics = measure(place)

    assert metrics.install_seconds is None
    assert "not written down" in metrics.unmeasured["install_seconds"]


def test_source_that_is_not_there_is_refused_with_the_remedy(place):
    astray = INFO.model_copy(update={"source": ("runners/caffe",)})

    with pytest.raises(PlumblineError, match="velox: its source runners/caffe is not there") as got:
        measure(place, info=astray)

    assert "contender.toml" in got.value.remedy
