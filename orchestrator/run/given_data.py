"""Sees to it that a run's data is there, and says what it is."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from contract.result import Failure
from data.errors import DataError
from data.fetch import fetch
from data.places import default_root
from data.progress import FetchUpdate
from data.status import DatasetStatus, status
from orchestrator.errors import PlumblineError
from orchestrator.run.display import Display
from orchestrator.store.cache_key import sha256_of


@dataclass(frozen=True)
class GivenData:
    """The data of a run."""

    unavailable: dict[str, Failure] = field(default_factory=dict)
    """Data sets that are not available, with the reason."""
    sha256: dict[str, str] = field(default_factory=dict)
    """Hash of the content of each of the others."""


def provide_data(
    datasets: Iterable[str], display: Display, on_data: Callable[[FetchUpdate], None]
) -> GivenData:
    """Fetch what is absent; hash what is there.

    Raises:
        PlumblineError: data that was there is corrupt: somebody should know before it is replaced.
    """
    given = GivenData()
    for name in sorted(datasets):
        found = status(name, default_root())
        if found.state == "corrupt":
            raise PlumblineError(found.detail, found.remedy or f"plumbline data fetch {name}")
        if found.state == "absent":
            display.say(f"data: fetching {found.dataset.title} ({found.dataset.licence})")
            try:
                fetched = fetch(name, default_root(), on_data)
                display.say(f"data: {name}: {fetched.verification.told}")
            except DataError as error:
                display.say(f"data: {error.cause}; its jobs are skipped (remedy: {error.remedy})")
                cause = f"data set {name} is not available: {error.cause}"
                given.unavailable[name] = Failure(cause=cause, remedy=error.remedy)
                continue
            found = status(name, default_root())
        given.sha256[name] = _content_sha256(found)
    return given


def present_data(datasets: Iterable[str]) -> GivenData:
    """Hash what is there and as it should be; fetch nothing."""
    states = {name: status(name, default_root()) for name in datasets}
    fit = {name: found for name, found in states.items() if found.sha256}
    return GivenData(sha256={name: _content_sha256(found) for name, found in fit.items()})


def _content_sha256(found: DatasetStatus) -> str:
    return sha256_of(chain.from_iterable(sorted(found.sha256.items())))
