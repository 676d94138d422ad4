"""Makes a wheel and the lock that names it, so that real environments can be made in seconds."""

import zipfile
from hashlib import sha256
from pathlib import Path


def make_wheel(folder: Path, version: str) -> Path:
    """Write a wheel of a module `plumb` that knows its version."""
    folder.mkdir(exist_ok=True)
    path = folder / f"plumb-{version}-py3-none-any.whl"
    info = f"plumb-{version}.dist-info"
    files = {
        "plumb.py": f"VERSION = {version!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: plumb\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "plumb.py,,\n",
    }
    with zipfile.ZipFile(path, "w") as wheel:
        for name, content in files.items():
            wheel.writestr(name, content)
    return path


def write_lock(path: Path, wheel: Path) -> None:
    """Write a lock that names a wheel by version and hash."""
    version = wheel.name.split("-")[1]
    digest = sha256(wheel.read_bytes()).hexdigest()
    path.write_text(f"plumb=={version} --hash=sha256:{digest}\n", encoding="utf-8")
