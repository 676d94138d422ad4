"""A bill of materials lists what is installed, in CycloneDX that others can read."""

import hashlib
import json
from importlib.metadata import distributions

import pytest
from cyclonedx.model.bom import Bom
from cyclonedx.validation.json import JsonStrictValidator

from contract.contender import discover_contenders
from contract.inventory import Inventory, Package, SystemPackage
from data.places import default_root
from orchestrator.engines.docker.launcher import DockerLauncher
from orchestrator.engines.environments import local_inventory, own_inventory, read_inventory
from orchestrator.errors import PlumblineError
from orchestrator.places import ENVIRONMENTS_DIR, ROOT, RUNNERS_DIR
from orchestrator.records.bill import SCHEMA, bill_text, write_bills
from orchestrator.store.store import RunStore
from tests.contract.examples import MOMENT, contender_info
from tests.orchestrator.programs import ProgramLauncher

NUMPY = Package(
    name="numpy", version="2.2.6", licences=("BSD-3-Clause",), locked_sha256=("ab" * 32,)
)
ODD = Package(name="Odd_Name", version="1", licences=("Some <b>Licence</b>",), locked_sha256=())
INVENTORY = Inventory(
    python="3.11.2",
    distribution="debian-12",
    packages=(NUMPY, ODD),
    system_packages=(SystemPackage(name="libgomp1", version="12.2.0-14", architecture="amd64"),),
    built_sha256={"libplumbline_ml.so": "cd" * 32},
    lock_sha256="ef" * 32,
)


def read_back(text):
    """Return the bill as the library's own model, after its schema has let it pass."""
    error = JsonStrictValidator(SCHEMA).validate_str(text)
    assert error is None, error
    return Bom.from_json(json.loads(text))


def test_every_component_has_name_version_purl_licences_and_hashes():
    components = {
        part.name: part for part in read_back(bill_text("x", INVENTORY, MOMENT)).components
    }

    assert set(components) == {"numpy", "Odd_Name", "libgomp1", "libplumbline_ml.so"}
    numpy = components["numpy"]
    assert str(numpy.purl) == "pkg:pypi/numpy@2.2.6"
    assert [licence.id for licence in numpy.licenses] == ["BSD-3-Clause"]
    assert [item.content for item in numpy.hashes] == ["ab" * 32]
    assert str(components["Odd_Name"].purl) == "pkg:pypi/odd-name@1"
    assert [licence.name for licence in components["Odd_Name"].licenses] == ["Some <b>Licence</b>"]
    assert str(components["libgomp1"].purl) == (
        "pkg:deb/debian/libgomp1@12.2.0-14?arch=amd64&distro=debian-12"
    )
    assert [item.content for item in components["libplumbline_ml.so"].hashes] == ["cd" * 32]


def test_the_same_content_gives_the_same_bytes_and_other_content_another_serial_number():
    text = bill_text("x", INVENTORY, MOMENT)
    other = bill_text("x", INVENTORY.model_copy(update={"packages": (NUMPY,)}), MOMENT)

    assert bill_text("x", INVENTORY, MOMENT) == text
    assert json.loads(other)["serialNumber"] != json.loads(text)["serialNumber"]


def test_the_bill_of_this_environment_lists_what_is_installed_here():
    inventory = own_inventory()
    installed = {found.metadata["Name"]: found.version for found in distributions()}

    listed = {part.name: part for part in read_back(bill_text("x", inventory, MOMENT)).components}

    assert {name: part.version for name, part in listed.items()} == installed
    lock = (ROOT / "requirements.lock").read_text()
    digests = [item.content for item in listed["numpy"].hashes]
    assert digests
    assert all(f"--hash=sha256:{digest}" in lock for digest in digests)
    assert {str(licence.id) for licence in listed["pydantic"].licenses} == {"MIT"}


def test_a_run_gets_a_bill_of_its_own_environment_and_of_each_contenders(tmp_path):
    store = RunStore.create(tmp_path, "run")
    infos = [contender_info(), contender_info(name="keras", environment="tensorflow")]

    hashes = write_bills(store, infos, ProgramLauncher(), ["cpu"], MOMENT, print)

    assert sorted(hashes) == ["plumbline", "pytorch", "tensorflow"]
    for name, digest in hashes.items():
        content = (store.folder / "sbom" / f"{name}.cdx.json").read_bytes()
        assert hashlib.sha256(content).hexdigest() == digest
        root = read_back(content.decode()).metadata.component
        assert root.name == f"plumbline/{name}"


def test_a_second_device_has_a_bill_only_of_what_is_another_environment_there(tmp_path):
    class Images(ProgramLauncher):
        def inventory(self, contender, device):
            other = (contender.name, device) == ("pytorch", "cuda")
            return INVENTORY.model_copy(update={"python": "3.12" if other else "3.11"})

    store = RunStore.create(tmp_path, "run")
    infos = [contender_info(), contender_info(name="keras", environment="tensorflow")]

    hashes = write_bills(store, infos, Images(), ["cpu", "cuda"], MOMENT, print)

    assert sorted(hashes) == ["plumbline", "pytorch", "pytorch-cuda", "tensorflow"]


def test_an_environment_that_cannot_be_looked_into_is_told(tmp_path):
    class Closed(ProgramLauncher):
        def inventory(self, contender, device):
            raise PlumblineError("its inventory failed: no such module", "build it anew")

    said = []
    store = RunStore.create(tmp_path, "run")
    hashes = write_bills(store, [contender_info()], Closed(), ["cpu"], MOMENT, said.append)

    assert sorted(hashes) == ["plumbline"]
    assert said == ["no bill of materials for pytorch: its inventory failed: no such module"]


@pytest.mark.parametrize("printed", [b"", b"{}", b"[1]", b"\xff", b'{"packages": 3}'])
def test_what_is_no_inventory_is_refused(printed):
    with pytest.raises(PlumblineError, match="its inventory cannot be read"):
        read_inventory(printed)


@pytest.mark.docker
def test_an_image_is_looked_into_and_not_the_machine_that_it_runs_on():
    contenders = {info.name: info for info, _ in discover_contenders(RUNNERS_DIR).values()}
    engine = DockerLauncher.connect(default_root(), "output-of-a-test")

    inventory = engine.inventory(contenders["velox"], "cpu")

    assert "libc6" in {package.name for package in inventory.system_packages}
    assert "pyvelox" in {package.name.lower() for package in inventory.packages}
    assert list(inventory.built_sha256) == ["libplumbline_ml.so"]
    assert all(package.locked_sha256 for package in inventory.packages)
    read_back(bill_text("velox", inventory, MOMENT))


@pytest.mark.environment
@pytest.mark.parametrize("name", ["pytorch", "tensorflow", "velox"])
def test_every_package_of_a_contenders_environment_is_in_its_lock(name):
    inventory = local_inventory(ENVIRONMENTS_DIR / name / "bin" / "python")

    # pip made the environment; the images do without it.
    strangers = [part.name for part in inventory.packages if not part.locked_sha256]
    assert strangers == ["pip"]
    read_back(bill_text(name, inventory, MOMENT))
