"""The images as they were built: small, closed, and ready for a locked-down container."""

import json
import re
import subprocess

import pytest

from contract import environment
from images.base_image import ca_bundle
from images.client import Client, find_client
from images.context import context_files, source_sha256
from images.engine import find_engine
from images.layout import contenders
from images.tags import SOURCE_LABEL, image_tag

pytestmark = pytest.mark.docker

LOCKED_DOWN = (
    *("--rm", "--read-only", "--network", "none", "--cap-drop", "ALL"),
    *("--security-opt", "no-new-privileges", "--user", "4242:4242"),
)


@pytest.fixture(scope="module")
def client() -> Client:
    return find_client(find_engine())


@pytest.fixture(scope="module", params=contenders())
def image(client: Client, request: pytest.FixtureRequest) -> str:
    tag = image_tag(request.param, "cpu")
    assert client.image_id(tag), f"{tag} is not built; run `make images`"
    return tag


def run(client: Client, image: str, *options: str, entrypoint: str, arguments: list[str]) -> str:
    """Run a command in a container and return what it printed."""
    command = [*client.command, "run", *options, "--entrypoint", entrypoint, image, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def shell(client: Client, image: str, script: str) -> str:
    return run(client, image, "--rm", entrypoint="sh", arguments=["-c", script])


def test_an_image_holds_no_compiler_and_no_package_installer(client: Client, image: str) -> None:
    found = shell(client, image, "command -v cc gcc g++ c++ ld make pip pip3; true")
    assert found == ""
    modules = shell(client, image, "/opt/venv/bin/python -c 'import pip' 2>&1; true")
    assert "ModuleNotFoundError" in modules


def test_an_image_holds_no_wheels_no_caches_and_no_certificates(client: Client, image: str) -> None:
    names = r"-name '*.whl' -o -name 'ca-certificates.crt' -o -path '*/.cache/pip' -o -name wheels"
    found = shell(
        client, image, rf"find / -xdev \( {names} \) 2>/dev/null; ls -A /run/secrets 2>&1"
    )
    assert [line for line in found.splitlines() if "No such file" not in line] == []


def test_no_layer_of_an_image_tells_of_the_machine_that_built_it(
    client: Client, image: str
) -> None:
    history = client.ask("history", "--no-trunc", "--format", "{{.CreatedBy}}", image)
    trust = ca_bundle()
    assert trust is None or str(trust) not in history
    environment = json.loads(
        client.ask("image", "inspect", "--format", "{{json .Config.Env}}", image)
    )
    assert [entry for entry in environment if "proxy" in entry.lower()] == []


def test_an_image_runs_as_nobody_in_particular(client: Client, image: str) -> None:
    assert shell(client, image, "id -u").strip() == "10001"


def test_an_image_carries_the_digest_of_its_sources(client: Client, image: str) -> None:
    name = image.removeprefix("plumbline/").partition(":")[0]
    wanted = source_sha256(context_files(name, "cpu"), "cpu")
    assert client.image_label(image, SOURCE_LABEL) == wanted


def test_an_image_knows_the_commit_it_was_built_from(client: Client, image: str) -> None:
    told = shell(client, image, f"echo ${environment.SOURCE_COMMIT} ${environment.SOURCE_DIRTY}")
    assert re.fullmatch(r"([0-9a-f]{40} [01])?", told.strip())


def test_a_runner_starts_read_only_without_network_rights_or_a_known_user(
    client: Client, image: str
) -> None:
    command = [*client.command, "run", *LOCKED_DOWN, image, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "mnist-cnn" in done.stdout


def test_code_is_compiled_beforehand(client: Client, image: str) -> None:
    script = "import contract.job; print(contract.job.__cached__)"
    cached = run(
        client, image, *LOCKED_DOWN, entrypoint="/opt/venv/bin/python", arguments=["-c", script]
    ).strip()
    assert shell(client, image, f"ls {cached}").strip() == cached


def test_an_environment_in_an_image_has_the_lock_it_was_made_from(
    client: Client, image: str
) -> None:
    lock = shell(client, image, "cat /opt/venv/lib/plumbline/requirements.lock")
    assert "--hash=sha256:" in lock


def test_the_plugin_of_velox_is_in_its_image_with_one_copy_of_what_it_needs(
    client: Client,
) -> None:
    found = shell(
        client, image_tag("velox", "cpu"), "ls /opt/venv/lib/libdnnl* /opt/venv/lib/plumbline"
    )
    assert "libplumbline_ml.so" in found
    assert found.count("libdnnl") == 1
