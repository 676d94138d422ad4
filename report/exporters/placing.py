"""Puts what was written in its place."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Name a new file to write to, which takes the place of `path` once it is whole.

    Whoever opens `path` meanwhile sees the old file or the new one. A link there is replaced, not
    followed. Where writing fails nothing of it stays, and the OSError names `path`.
    """
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        temporary.replace(path)
    except OSError as error:
        if error.errno is None or error.filename is not None:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)
