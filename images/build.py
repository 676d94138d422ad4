"""Build the images: `python -m images.build [NAME…]`.

An image whose sources are unchanged is left alone. The network serves the base and the wheels; the
builds themselves have none.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from images.base_image import BaseImages, ca_bundle, ensure_base, proxy_variables
from images.bundled_images import take_bundled
from images.client import Client, find_client
from images.context import context_files, source_sha256, staged
from images.engine import find_engine
from images.environments import INSTALLATION_NAME
from images.layout import (
    BUILDS,
    ROOT,
    WHEELHOUSE,
    LeftOutError,
    SetupError,
    check_machine,
    contenders,
    devices,
    lock_path,
)
from images.process import alone_with, print_anything, run, told_where_unwritable
from images.tags import BASE_LABEL, SOURCE_LABEL, image_tag
from images.wheelhouse import Pip, fill


def main(arguments: Sequence[str] | None = None) -> int:
    """Build images; return the exit code."""
    options = _parser().parse_args(arguments)
    names = options.names or list(_possible(options.device))
    try:
        engine = find_engine()
        client = find_client(engine)
        print(f"engine: {engine.make} {engine.version} at {engine.url}; client {client.version}")
        if not options.no_cache and not options.base_image:
            names = take_bundled(client, names, options.device)
        if not names:
            return 0
        base = ensure_base(client, options.base_image, options.offline, options.no_cache)
        for name in names:
            build(client, base, name, options.device, options.offline, options.no_cache)
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


@told_where_unwritable()
def build(
    client: Client, base: BaseImages, name: str, device: str, offline: bool, fresh: bool
) -> None:
    """Build one contender's image, unless it is there and its sources are unchanged.

    Raises:
        SetupError: it cannot be built.
    """
    started = time.monotonic()
    tag = image_tag(name, device)
    files = context_files(name, device)
    labels = {
        SOURCE_LABEL: source_sha256(files, device),
        BASE_LABEL: str(client.image_id(base.runtime)),
    }
    if not fresh and all(client.image_label(tag, name) == labels[name] for name in labels):
        print(f"{tag}: unchanged, {client.image_bytes(tag) / 1e6:.0f} MB")
        return
    wheels = _wheels(client, base, name, device, offline)
    with alone_with(wheels), staged(name, files, wheels) as context:
        began = time.time()
        recipe = context / "images" / name / "Dockerfile"
        client.show_build(tag, recipe, context, _build_options(base, device, labels), fresh)
        remember_build(client, name, device, began, time.time() - began)
    seconds = time.monotonic() - started
    print(f"{tag}: built in {seconds:.0f} s, {client.image_bytes(tag) / 1e6:.0f} MB", flush=True)


def remember_build(
    client: Client, name: str, device: str, began_unix_seconds: float, seconds: float
) -> None:
    """Write down how long a build took, unless its environment came from the engine's cache."""
    path = f"/opt/venv/lib/plumbline/{INSTALLATION_NAME}"
    command = ("run", "--rm", "--network", "none", "--entrypoint", "cat")
    installation = json.loads(client.ask(*command, image_tag(name, device), path))
    if installation["finished_unix_seconds"] >= began_unix_seconds:
        BUILDS.mkdir(parents=True, exist_ok=True)
        record = {"build_seconds": seconds}
        (BUILDS / f"{name}-{device}.json").write_text(f"{json.dumps(record)}\n", encoding="utf-8")


def checked_out() -> tuple[str, str]:
    """Return the commit, and "1" where tracked files differ from it, else "0"; "" without git."""
    described = ("describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    try:
        commit, _, dirty = run(["git", "-C", ROOT, *described], "", "").strip().partition("-")
    except SetupError:
        return "", ""
    return commit, str(int(bool(dirty)))


def _possible(device: str) -> Iterator[str]:
    """Yield the contenders that this machine can have, and say why it cannot have others."""
    for name in contenders():
        if device in devices(name):
            try:
                check_machine(name)
                yield name
            except LeftOutError as error:
                print(f"{name} is left out: {error}", flush=True)


def _build_options(base: BaseImages, device: str, labels: dict[str, str]) -> list[str]:
    commit, dirty = checked_out()
    return [
        *("--network", "none", "--build-arg", f"DEVICE={device}"),
        *(option for name, value in labels.items() for option in ("--label", f"{name}={value}")),
        *("--build-arg", f"BUILDER={base.builder}", "--build-arg", f"RUNTIME={base.runtime}"),
        *("--build-arg", f"SOURCE_COMMIT={commit}", "--build-arg", f"SOURCE_DIRTY={dirty}"),
    ]


def _wheels(client: Client, base: BaseImages, name: str, device: str, offline: bool) -> Path:
    version = client.ask(
        *("run", "--rm", "--network", "none", base.builder, "python3", "-c"),
        "import sys; print('%d.%d' % sys.version_info[:2])",
    ).strip()
    pip = _host_pip(version) or _container_pip(client, base)
    return fill(lock_path(name, device), f"{name}-{device}", version, pip, offline)


def _host_pip(version: str) -> Pip | None:
    """Return a pip of this machine for the images' Python; it knows this machine's sources."""
    for python in (sys.executable, shutil.which(f"python{version}")):
        check = f"import pip, sys; assert '%d.%d' % sys.version_info[:2] == '{version}'"
        try:
            run([python or "", "-c", check], "", "")
        except SetupError:
            continue
        return [str(python), "-m", "pip", "--disable-pip-version-check"]
    return None


def _container_pip(client: Client, base: BaseImages) -> Pip:
    """Return the builder's pip, for machines that lack the Python of the images."""
    trust = ca_bundle()
    variables = [*proxy_variables(), *(["PIP_CERT=/run/secrets/ca"] if trust else [])]
    return [
        *client.run_as_caller({ROOT: (str(ROOT), "ro"), WHEELHOUSE: (str(WHEELHOUSE), "rw")}),
        *("--network", "host"),
        # Not a folder of ours: it must not get a label.
        *(["--volume", f"{trust}:/run/secrets/ca:ro"] if trust else []),
        *(option for variable in variables for option in ("--env", variable)),
        *(base.builder, "/opt/pip/bin/python", "-m", "pip", "--no-cache-dir"),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m images.build", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="default: every contender's")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--base-image", metavar="REF", help="build on this image")
    parser.add_argument("--offline", action="store_true", help="use earlier downloads only")
    parser.add_argument("--no-cache", action="store_true", help="rebuild everything")
    return parser


if __name__ == "__main__":
    print_anything()
    sys.exit(main())
