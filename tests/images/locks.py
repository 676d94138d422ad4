"""Reads locks, for the tests that judge them."""

import re
from dataclasses import dataclass
from pathlib import Path

from images.layout import IMAGES, ROOT

LOCKS = sorted([ROOT / "requirements.lock", *IMAGES.rglob("*.lock")])

_PIN = re.compile(r"(?P<name>[a-z0-9.-]+)==(?P<version>[^ ;]+)( ; (?P<marker>[^\\]+[^\\ ]))?")
_HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


@dataclass(frozen=True)
class Requirement:
    """One entry of a lock, as it is written."""

    text: str

    @property
    def name(self) -> str:
        return self._pin["name"]

    @property
    def version(self) -> str:
        return self._pin["version"]

    @property
    def pin(self) -> str:
        """Version and marker: what has to agree where two locks name the same package."""
        return f"{self.version} ; {self._pin['marker'] or 'always'}"

    @property
    def hashes(self) -> list[str]:
        return _HASH.findall(self.text)

    @property
    def is_pinned_and_hashed(self) -> bool:
        head, *rest = self.text.split(" \\\n    ")
        return bool(_PIN.fullmatch(head) and rest and all(_HASH.fullmatch(part) for part in rest))

    @property
    def _pin(self) -> re.Match[str]:
        match = _PIN.match(self.text)
        assert match, self.text
        return match


def read_lock(path: Path) -> list[Requirement]:
    """Return the entries of a lock."""
    lines = path.read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    return [Requirement(entry) for entry in re.split(r"\n(?=\S)", text.strip())]
