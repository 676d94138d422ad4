"""What a defect changes: an attribute of a module, or a text in the sources of the ML functions."""

import functools
import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

ML_FUNCTIONS = Path(__file__).parents[2] / "images" / "velox" / "ml_functions"


class AnchorError(Exception):
    """What a defect was to be planted in is not there, or not once: fix the defect."""


@dataclass(frozen=True)
class Replacement:
    """An attribute, or an entry of a dictionary, and what is made of it."""

    anchor: str
    """`module:name.name`; the last but one name may be that of a dictionary."""
    make: Callable[[Any], Any]

    @contextmanager
    def planted(self) -> Iterator[set[str]]:
        """Put the wrong thing in the right one's place, until the block is left.

        Yields a set that holds the anchor once the wrong thing was called.

        Raises:
            AnchorError: the right thing is gone.
        """
        owner, name, right = self.find()
        called: set[str] = set()
        wrong = self._noting_calls(self.make(right), called)
        if isinstance(owner, dict):
            with mock.patch.dict(owner, {name: wrong}):
                yield called
        else:
            with mock.patch.object(owner, name, wrong):
                yield called

    def find(self) -> tuple[Any, str, Any]:
        """Return the owner, the name and what the owner has under it; AnchorError without it."""
        module, _, path = self.anchor.partition(":")
        *owners, name = path.split(".")
        try:
            owner: Any = importlib.import_module(module)
            for part in owners:
                owner = getattr(owner, part)
            return owner, name, owner[name] if isinstance(owner, dict) else getattr(owner, name)
        except (ImportError, AttributeError, KeyError) as error:
            raise AnchorError(f"{self.anchor} is gone: {error}") from error

    def _noting_calls(self, wrong: Any, called: set[str]) -> Any:
        if not callable(wrong):
            return wrong

        @functools.wraps(wrong)
        def noting(*arguments: Any, **options: Any) -> Any:
            called.add(self.anchor)
            return wrong(*arguments, **options)

        return noting


@dataclass(frozen=True)
class SourceEdit:
    """A text that occurs once in a source of the ML functions, and the text in its place."""

    file: str
    right: str
    wrong: str

    def apply(self, folder: Path = ML_FUNCTIONS) -> str:
        """Return the file's text with the change.

        Raises:
            AnchorError: the text is gone, or occurs more than once.
        """
        text = (folder / self.file).read_text(encoding="utf-8")
        if (count := text.count(self.right)) != 1:
            raise AnchorError(f"{self.file} has {count} times, not once: {self.right!r}")
        return text.replace(self.right, self.wrong)


Change = Replacement | SourceEdit
