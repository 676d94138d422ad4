"""Processes beside this one that draw figures and lay out pages, each content once."""

from __future__ import annotations

import gc
import os
import signal
from abc import ABC, abstractmethod
from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.util import find_spec
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import ClassVar

from report.exporters.cache import Cache
from report.exporters.placing import replacing
from report.run.records import ReportError

_MOST_WORKERS = 4
"""Each takes about 150 MB."""
_GARBAGE_THRESHOLD = 100_000
"""New objects until garbage is searched for; by default a worker does little else."""
_REPORT = Path(__file__).parents[1]

Contents = Mapping[str, bytes]
"""Of files, by kind: svg, pdf, png; and of MISSING, where there is any."""
MISSING = "missing characters"
"""The characters of the files that no font here has, as UTF-8."""


class MissingLibraryError(ReportError):
    """What some work is done with is missing here; all other files are written."""


class Work(ABC):
    """Makes files of nothing but its own fields; any process can do it."""

    library: ClassVar[str]
    """The package that does it; another version is other work."""
    code: ClassVar[str]
    """Pattern of the report's modules that do it; changed code is other work."""
    kinds: tuple[str, ...]
    """Of the files that are wanted."""

    @abstractmethod
    def do(self) -> Contents:
        """Do it here and now; return a file of every kind, and MISSING where it is not empty."""

    @property
    def keys(self) -> dict[str, str]:
        """A digest per kind of what the file is made of: equal keys, equal files."""
        digest = sha256(f"{_maker(self.library, self.code)}\n{self!r}".encode()).hexdigest()
        return {kind: f"{digest}.{kind}" for kind in self.kinds}


class Workers:
    """Does work in processes, unless it was done before; leaving the context waits for all.

    Where a library is missing, what needs it is said to be missing after all else is written.
    """

    def __init__(self, cache: Cache | None = None) -> None:
        self._cache = cache or Cache()
        self._pool: ProcessPoolExecutor | None = None
        self._files: list[tuple[Mapping[str, Path], Future[Contents]]] = []
        self.missing_characters: set[str] = set()
        """When the context is left: of all files, those that no font of this machine has."""

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        missing: list[MissingLibraryError] = []
        try:
            for paths, contents in self._files if kind is None else ():
                for name, path in paths.items():
                    # One from before would stand beside files that are newer.
                    path.unlink(missing_ok=True)
                    try:
                        content = result(contents)[name]
                        with replacing(path) as temporary:
                            temporary.write_bytes(content)
                        self.missing_characters.update(result(contents).get(MISSING, b"").decode())
                    except MissingLibraryError as failure:
                        missing.append(failure)
        finally:
            if self._pool is not None:
                self._pool.shutdown(cancel_futures=True)
                self._cache.shrink()
        if missing:
            raise missing[0]

    def begin(self, work: Work) -> Future[Contents]:
        """Begin some work; return where its files will be."""
        done: Future[Contents] = Future()
        if find_spec(work.library) is None:
            done.set_exception(MissingLibraryError(f"{work.library} is not installed"))
            return done
        found = {kind: self._cache.get(key) for kind, key in work.keys.items()}
        kept = {kind: content for kind, content in found.items() if content is not None}
        if len(kept) < len(found):
            return self._started().submit(_do, work, self._cache)
        done.set_result(kept)
        return done

    def write(self, work: Work, paths: Mapping[str, Path]) -> None:
        """Begin some work; its files will be at `paths`, by kind, when the context is left."""
        self._files.append((paths, self.begin(work)))

    def _started(self) -> ProcessPoolExecutor:
        """Return the processes; they begin anew, as threads of this one may hold locks."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(
                min(_MOST_WORKERS, len(os.sched_getaffinity(0))),
                get_context("spawn"),
                _begin,
            )
        return self._pool


def result(contents: Future[Contents]) -> Contents:
    """Wait for what was begun.

    Raises:
        MissingLibraryError: it needs a library that is not here.
        OSError: a process was killed.
    """
    try:
        return contents.result()
    except BrokenProcessPool as error:
        cause = "a process that draws figures and lays out pages was killed"
        raise OSError(f"{cause}; is there enough memory?") from error


def _begin() -> None:
    """Prepare a process for work; it ends without a word where the user stops the command.

    It ends too where the command is killed, which can tell nobody.
    """
    gc.set_threshold(_GARBAGE_THRESHOLD)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _do(work: Work, cache: Cache) -> Contents:
    contents = work.do()
    # What lacks a font is made anew, as one may have been installed by then.
    for kind, key in work.keys.items() if MISSING not in contents else ():
        cache.put(key, contents[kind])
    return contents


@cache
def _maker(library: str, code: str) -> str:
    """Return what identifies the code that does some work."""
    digest = sha256(f"{library} {version(library)}".encode())
    for path in sorted(_REPORT.glob(code)):
        digest.update(path.read_bytes())
    return digest.hexdigest()
