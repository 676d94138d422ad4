"""Ways to get a source's files, one module per kind; each writes below the folder it is given."""

from collections.abc import Iterator
from pathlib import Path

from data.progress import ReportProgress
from data.source_kinds import NpmSource, RemoteSource
from data.sources import https, npm


def deliver(
    source: RemoteSource, folder: Path, limit_bytes: int, report: ReportProgress
) -> Iterator[Path]:
    """Yield a source's files as they arrive; those that are complete in `folder` are not asked for.

    Raises UnavailableError where it cannot be reached, RefusedError where it sends too much.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(source, NpmSource):
        yield npm.pack(source, folder, report)
        return
    for name in source.files:
        yield https.download(source.base_url + name, folder / name, limit_bytes, report)
