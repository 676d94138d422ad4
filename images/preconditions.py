"""What must hold before anything is installed or run: the system, the Python, the folder's path.

Any Python that a user may have must be able to read this file, and the `__init__` of the packages
that import it: nothing in them is newer than Python 2.7.
"""

# ruff: noqa: PTH100, PTH120 (there is no pathlib in Python 2.7)

import platform
import sys
import sysconfig
from os.path import abspath, dirname

SUPPORTED = ((3, 10), (3, 11), (3, 12), (3, 13))
"""The versions of Python that the locks have wheels for."""
WHY_NO_LATER = (
    "pyvelox 0.2.0, and pyarrow 19 that it is linked with, have no wheels for a later one"
)

_ELSEWHERE = {
    "darwin": "macOS: start Docker Desktop and run it in a Linux container, with "
    '`docker run --rm -it -v "$PWD:/plumbline" -w /plumbline python:3.12 make all`',
    "win32": "Windows: run it inside WSL2 (`wsl --install`), in a checkout on its Linux side",
}
_ROOT = dirname(dirname(abspath(__file__)))


def refusal(root=_ROOT):
    # type: (str) -> str | None
    """Return why Plumbline cannot work here and what to do, in a line; None where it can.

    Args:
        root: the folder of this checkout.
    """
    version = platform.python_implementation() + " " + platform.python_version()
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        version = "free-threaded " + version
    if sys.platform != "linux" and sys.platform != "linux2":
        there = _ELSEWHERE.get(sys.platform, sys.platform + ": run it in a Linux virtual machine")
        return "Plumbline runs on Linux, and this is " + there
    if ":" in root:
        return (
            "the path of this checkout has a colon in it, which PYTHONPATH and Docker take for a "
            "separator: move " + root + " to a path without one"
        )
    if not version.startswith("CPython") or sys.version_info[:2] not in SUPPORTED:
        reason = " (" + WHY_NO_LATER + ")" if sys.version_info[:2] > SUPPORTED[-1] else ""
        return (
            "Plumbline needs CPython " + _supported() + ", and this is " + version + reason
            + ": name another with `make PYTHON=/path/to/python`, or, once it is set up, call "
            ".environments/plumbline/bin/plumbline"
        )  # fmt: skip
    try:
        root.encode("utf-8")
    except UnicodeError:
        return (
            "the path of this checkout has characters that Python cannot read in this locale, and "
            "NumPy cannot be loaded from it: unset PYTHONUTF8, or set LC_ALL=C.UTF-8"
        )
    return None


def _supported():
    # type: () -> str
    names = [".".join(map(str, version)) for version in SUPPORTED]
    return ", ".join(names[:-1]) + " or " + names[-1]
