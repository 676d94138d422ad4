"""Run one container by itself, in the engine that builds: `python -m images.run NAME ARGUMENT…`.

The arguments are its runner's. It reads the data sets that are here, and writes into `out/`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from images.client import find_client
from images.engine import find_engine
from images.layout import ROOT, SetupError, contenders, data_root
from images.process import print_anything
from images.tags import image_tag

_OUTPUT = ROOT / "out"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a container to its end; return its exit code."""
    name, *options = (sys.argv[1:] if arguments is None else arguments) or [""]
    if name not in contenders():
        print(f"error: name an image: {', '.join(contenders())}", file=sys.stderr)
        return 2
    mounts = {data_root(): ("/data", "ro"), _OUTPUT: ("/out", "rw")}
    try:
        client = find_client(find_engine())
    except SetupError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if client.image_id(tag := image_tag(name, "cpu")) is None:
        print(f"error: {client.engine.make} has no image {tag}: run `make images`", file=sys.stderr)
        return 1
    _OUTPUT.mkdir(exist_ok=True)
    return subprocess.run([*client.run_as_caller(mounts), tag, *options], check=False).returncode


if __name__ == "__main__":
    print_anything()
    sys.exit(main())
