"""Which machine this is, among others of the same make."""

import hashlib
import re
from pathlib import Path

_ROOT = Path("/")
"""Above /etc."""
_SALT = b"plumbline machine id\n"
"""So that no reader of a result learns the operating system's own id (see machine-id(5))."""
_DIGITS = 16


def machine_id(root: Path = _ROOT) -> str | None:
    """Return 16 hexadecimal digits made from /etc/machine-id; None where there is no such id."""
    try:
        own = (root / "etc/machine-id").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    if not re.fullmatch("[0-9a-f]{32}", own):  # empty, or "uninitialized", in many images
        return None
    return hashlib.sha256(_SALT + own.encode()).hexdigest()[:_DIGITS]
