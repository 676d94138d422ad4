"""Downloads over https that go on where they were cut off."""

from __future__ import annotations

import os
import time
from pathlib import Path
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from data.errors import RefusedError, UnavailableError
from data.progress import ReportProgress
from data.source import is_trustworthy

_TIMEOUT_SECONDS = (10, 30)
"""To connect; between two reads."""
_PAUSE_SECONDS = 0.5
_ATTEMPTS = 5
_CHUNK_BYTES = 1 << 18


class _InterruptedError(Exception):
    """The connection broke after it had begun; asking again may continue from there."""


def download(url: str, path: Path, limit_bytes: int, report: ReportProgress) -> Path:
    """Download `url` to `path`, unless it is there; an unfinished download is continued.

    Raises UnavailableError where the server fails, RefusedError where it sends over `limit_bytes`.
    """
    unfinished = path.with_name(path.name + ".part")
    if not path.exists():
        with _session() as session:
            _persist(session, url, unfinished, limit_bytes, report)
        unfinished.replace(path)
    return path


class _HttpsSession(requests.Session):
    """A session that does not follow a server away from https."""

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where `resp` redirects to; raise RefusedError before anything is sent there."""
        target = super().get_redirect_target(resp)
        if target and not is_trustworthy(address := urljoin(resp.url, target)):
            raise RefusedError(f"{resp.url}: redirects from https to {address}")
        return target


def _session() -> requests.Session:
    session = _HttpsSession()
    # requests itself heeds REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE, which win over this.
    session.verify = os.environ.get("SSL_CERT_FILE") or True
    return session


def _persist(
    session: requests.Session, url: str, unfinished: Path, limit_bytes: int, report: ReportProgress
) -> None:
    reason = ""
    for attempt in range(_ATTEMPTS):
        time.sleep(_PAUSE_SECONDS * attempt)
        try:
            return _receive(session, url, unfinished, limit_bytes, report)
        except _InterruptedError as error:
            reason = str(error)
    raise UnavailableError(f"{url}: gave up after {_ATTEMPTS} attempts: {reason}")


def _receive(
    session: requests.Session, url: str, unfinished: Path, limit_bytes: int, report: ReportProgress
) -> None:
    start = unfinished.stat().st_size if unfinished.exists() else 0
    with _ask(session, url, start) as response:
        done_bytes = _position(response, unfinished, start)
        try:
            _write(response, unfinished, done_bytes, limit_bytes, report)
        except HTTPError as error:
            raise _InterruptedError(str(error)) from error


def _ask(session: requests.Session, url: str, start: int) -> requests.Response:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        return session.get(url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS)
    except OSError as error:  # what requests raises, and a CA bundle that is not there
        raise UnavailableError(f"{url}: {_root_cause(error)}") from error


def _root_cause(error: BaseException) -> BaseException:
    """Return what it all began with: each layer below requests repeats the whole address."""
    while error.__context__ is not None:
        error = error.__context__
    return error


def _position(response: requests.Response, unfinished: Path, start: int) -> int:
    """Return the position that the response starts at: `start`, or 0 for the whole file."""
    if start and response.status_code in (206, 416):
        if response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            return start
        unfinished.unlink()
        raise _InterruptedError(f"the server cannot continue from byte {start}")
    if response.status_code != 200:
        raise UnavailableError(f"{response.url}: HTTP {response.status_code} {response.reason}")
    return 0


def _write(
    response: requests.Response,
    unfinished: Path,
    done_bytes: int,
    limit_bytes: int,
    report: ReportProgress,
) -> None:
    length = response.headers.get("Content-Length", "")
    total_bytes = done_bytes + int(length) if length.isdecimal() else None
    with unfinished.open("ab" if done_bytes else "wb") as file:
        # The bytes as they are on the server: a `.gz` that arrives unpacked is another file.
        for chunk in response.raw.stream(_CHUNK_BYTES, decode_content=False):
            done_bytes += len(chunk)
            if done_bytes > limit_bytes:
                raise RefusedError(f"{response.url}: sends more than {limit_bytes} bytes")
            file.write(chunk)
            report("download", unfinished.stem, done_bytes, total_bytes)
