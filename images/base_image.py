"""The base of the images: pulled from a registry, or bootstrapped from Debian's packages."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from images.client import Client
from images.layout import IMAGES, SetupError
from images.system_packages import provide

PULLED = "ubuntu:22.04"
BOOTSTRAPPED = "plumbline/base:debian-12"
DEBIAN_RELEASE = "bookworm"
RECIPE = IMAGES / "base" / "Dockerfile"

_CA_VARIABLES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")
_CA_FILES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
_PROXY_VARIABLES = ("http_proxy", "https_proxy", "no_proxy")


@dataclass(frozen=True)
class BaseImages:
    """The two images that a contender's recipe starts from."""

    runtime: str
    builder: str


def ensure_base(client: Client, reference: str | None, offline: bool, fresh: bool) -> BaseImages:
    """Return the base images, made where they are not there yet.

    Args:
        client: what builds.
        reference: the image to build on; None chooses between Ubuntu and a bootstrapped Debian.
        offline: use no network.
        fresh: rebuild them with today's packages.

    Raises:
        SetupError: no base is available.
    """
    ground = _given(client, reference, offline) if reference else _chosen(client, offline)
    digest = sha256(RECIPE.read_bytes() + str(client.image_id(ground)).encode()).hexdigest()[:16]
    images = BaseImages(f"plumbline/base:{digest}", f"plumbline/base:{digest}-builder")
    for target, tag in (("runtime", images.runtime), ("builder", images.builder)):
        if fresh or client.image_id(tag) is None:
            if offline:
                raise SetupError(
                    f"{tag} is not on this machine; building it once needs the network"
                )
            _build(client, ground, target, tag, fresh)
    return images


def ca_bundle() -> Path | None:
    """Return this machine's CA bundle; an inspecting proxy's certificate stands in it."""
    named = [os.environ[name] for name in _CA_VARIABLES if os.environ.get(name)]
    return next((Path(path) for path in [*named, *_CA_FILES] if Path(path).is_file()), None)


def proxy_variables() -> dict[str, str]:
    """Return the proxy settings of this process, in lower and upper case as they are set."""
    names = [*_PROXY_VARIABLES, *(name.upper() for name in _PROXY_VARIABLES)]
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def _given(client: Client, reference: str, offline: bool) -> str:
    if client.image_id(reference) is None:
        if offline:
            raise SetupError(
                f"{reference} is not on this machine; pull it while there is a network"
            )
        print(f"base: pulling {reference}", flush=True)
        client.ask("pull", "--quiet", reference, remedy="choose another with --base-image")
    return reference


def _chosen(client: Client, offline: bool) -> str:
    """Take what is here; else pull; else bootstrap. Say which, and why."""
    for reference in (PULLED, BOOTSTRAPPED):
        if client.image_id(reference) is not None:
            print(f"base: {reference}, already on this machine")
            return reference
    try:
        return _given(client, PULLED, offline)
    except SetupError as error:
        if offline:
            raise
        print(
            f"base: bootstrapping Debian 12, since {PULLED} cannot be pulled ({error})", flush=True
        )
    _bootstrap(client)
    return BOOTSTRAPPED


def _bootstrap(client: Client) -> None:
    """Make a minimal Debian from its packages and import it as an image."""
    provide("bootstrap")
    trust = ca_bundle()
    command = [
        *("mmdebstrap", "--quiet", "--variant=minbase"),
        *([f'--aptopt=Acquire::https::CAInfo "{trust}"'] if trust else []),
        # What the options above leave behind belongs to this machine, not to the image.
        "--customize-hook=rm -f $1/etc/apt/apt.conf.d/99mmdebstrap",
        *(f"--dpkgopt=path-exclude=/usr/share/{kind}/*" for kind in ("man", "doc", "locale")),
        *(DEBIAN_RELEASE, "-"),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as bootstrap:
        imported = subprocess.run(
            [*client.command, "import", "-", BOOTSTRAPPED], stdin=bootstrap.stdout, check=False
        )
    if bootstrap.returncode or imported.returncode:
        raise SetupError("Debian could not be bootstrapped; see the messages above")


def _build(client: Client, ground: str, target: str, tag: str, fresh: bool) -> None:
    print(f"base: building {tag} on {ground}", flush=True)
    trust = ca_bundle()
    options = [
        *("--target", target, "--network", "host", "--build-arg", f"BASE_IMAGE={ground}"),
        *(option for name in proxy_variables() for option in ("--build-arg", name)),
        *(["--secret", f"id=ca,src={trust}"] if trust else []),
    ]
    client.show_build(tag, RECIPE, RECIPE.parent, options, fresh)
