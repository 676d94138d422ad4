"""Downloads over https that go on where they were cut off."""

import os
import time
from pathlib import Path
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError

from data.errors import RefusedError, UnavailableError
from data.progress import ReportProgress
from data.source_kinds import is_trustworthy

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
    if path.exists():
        return path
    unfinished = path.with_name(path.name + ".part")
    reason = ""
    with _HttpsSession() as session:
        for attempt in range(_ATTEMPTS):
            time.sleep(_PAUSE_SECONDS * attempt)
            start = unfinished.stat().st_size if unfinished.exists() else 0
            try:
                with _ask(session, url, start) as response:
                    _receive(response, unfinished, start, limit_bytes, report)
                return unfinished.replace(path)
            except (HTTPError, _InterruptedError) as error:
                reason = str(error)
    raise UnavailableError(f"{url}: gave up after {_ATTEMPTS} attempts: {reason}")


class _HttpsSession(requests.Session):
    """A session that does not follow a server away from https."""

    def __init__(self) -> None:
        super().__init__()
        # requests itself heeds REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE, which win over this.
        self.verify = os.environ.get("SSL_CERT_FILE") or True

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return where `resp` redirects to; raise RefusedError before anything is sent there."""
        target = super().get_redirect_target(resp)
        if target and not is_trustworthy(address := urljoin(resp.url, target)):
            raise RefusedError(f"{resp.url}: redirects from https to {address}")
        return target


def _ask(session: requests.Session, url: str, start: int) -> requests.Response:
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    try:
        return session.get(url, headers=headers, stream=True, timeout=_TIMEOUT_SECONDS)
    except OSError as error:  # what requests raises, and a CA bundle that is not there
        cause: BaseException = error
        while cause.__context__ is not None:  # each layer below requests repeats the whole address
            cause = cause.__context__
        raise UnavailableError(f"{url}: {cause}") from error


def _receive(
    response: requests.Response,
    unfinished: Path,
    start: int,
    limit_bytes: int,
    report: ReportProgress,
) -> None:
    """Write the response to the end of what is there, or in its place if it starts from 0."""
    done_bytes = _position(response, unfinished, start)
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
