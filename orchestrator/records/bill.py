"""A CycloneDX bill of materials of each environment: `sbom/<environment>.cdx.json` in the run."""

import hashlib
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

from contract.base import Device
from contract.contender import ContenderInfo
from contract.inventory import Inventory, Package, SystemPackage
from contract.names import BILLS_FOLDER
from orchestrator.engines.environments import own_inventory
from orchestrator.engines.launcher import Launcher
from orchestrator.errors import PlumblineError
from orchestrator.store.files import write_atomically
from orchestrator.store.store import RunStore

SCHEMA = SchemaVersion.V1_6
OWN = "plumbline"
"""The environment that the orchestrator itself runs in."""
_HASHES_MEAN = "every file that the lock admits for the version; the installed one is among them"


def write_bills(
    store: RunStore,
    contenders: Iterable[ContenderInfo],
    engine: Launcher,
    devices: Sequence[Device],
    created: datetime,
    say: Callable[[str], None],
) -> dict[str, str]:
    """Write a bill for the orchestrator's and for each contender's environment.

    What a contender has for a second device, where it is something else, has the device in its
    name: `pytorch-cuda`.

    Returns:
        The sha256 of each bill by its name; of an environment that could not be looked into,
        nothing, and a line is said.
    """
    looks: dict[tuple[str, str], Callable[[], Inventory]] = {(OWN, ""): own_inventory}
    for info in contenders:
        for device in filter(info.abilities.devices.__contains__, devices):
            suffix = "" if device == devices[0] else f"-{device}"
            looks[info.environment, suffix] = partial(engine.inventory, info, device)
    seen: dict[str, Inventory] = {}
    hashes = {}
    for (environment, suffix), look in looks.items():
        name = f"{environment}{suffix}"
        try:
            inventory = look()
        except PlumblineError as error:
            say(f"no bill of materials for {name}: {error.cause}")
            continue
        if inventory == seen.get(environment):
            continue
        seen[environment] = inventory
        text = bill_text(name, inventory, created)
        write_atomically(store.folder / BILLS_FOLDER / f"{name}.cdx.json", text)
        hashes[name] = hashlib.sha256(text.encode()).hexdigest()
    return hashes


def bill_text(name: str, inventory: Inventory, created: datetime) -> str:
    """Return an environment's bill as CycloneDX JSON; the same for the same inventory and date."""
    whole = Component(
        name=f"plumbline/{name}",
        type=ComponentType.APPLICATION,
        version=inventory.python,
        bom_ref=f"plumbline/{name}",
        properties=list(_properties(inventory)),
    )
    parts = list(_components(inventory))
    content = f"{name}{created.isoformat()}{inventory.model_dump_json()}"
    bom = Bom(
        serial_number=uuid.uuid5(uuid.NAMESPACE_OID, content),
        metadata=BomMetaData(component=whole, timestamp=created),
        components=parts,
    )
    bom.register_dependency(whole, parts)
    return make_outputter(bom, OutputFormat.JSON, SCHEMA).output_as_string(indent=2) + "\n"


def _components(inventory: Inventory) -> Iterator[Component]:
    make_license = LicenseFactory().make_from_string
    for package in inventory.packages:
        name = package.name.lower().replace("_", "-")
        yield _library(
            package,
            PackageURL("pypi", None, name, package.version),
            licenses=[make_license(licence) for licence in package.licences],
            hashes=[_sha256(digest) for digest in package.locked_sha256],
        )
    for found in inventory.system_packages:
        qualifiers = {"arch": found.architecture, "distro": inventory.distribution}
        namespace = inventory.distribution.partition("-")[0]
        yield _library(found, PackageURL("deb", namespace, found.name, found.version, qualifiers))
    for name, digest in inventory.built_sha256.items():
        hashes = [_sha256(digest)]
        yield Component(name=name, type=ComponentType.FILE, bom_ref=f"file:{name}", hashes=hashes)


def _library(package: Package | SystemPackage, purl: PackageURL, **more: Any) -> Component:
    return Component(
        name=package.name,
        version=package.version,
        type=ComponentType.LIBRARY,
        bom_ref=purl.to_string(),
        purl=purl,
        **more,
    )


def _sha256(digest: str) -> HashType:
    return HashType(alg=HashAlgorithm.SHA_256, content=digest)


def _properties(inventory: Inventory) -> Iterator[Property]:
    yield Property(name="plumbline:operating-system", value=inventory.distribution)
    yield Property(name="plumbline:hashes", value=_HASHES_MEAN)
    if inventory.lock_sha256 is not None:
        yield Property(name="plumbline:lock-sha256", value=inventory.lock_sha256)
