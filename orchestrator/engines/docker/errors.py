"""What an error of the Docker SDK means, and what to do about it.

Many of them are `requests` exceptions and so of type OSError, although no file of this machine has
anything to do with them: none may leave the engine's room as it is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import requests
from docker.errors import APIError, ContainerError, DockerException, ImageNotFound

from orchestrator.errors import PlumblineError

DOCKER_ERRORS = (DockerException, requests.RequestException)
_CONTINUE = "then continue with --resume"
_ENGINE_LOG = "the engine's own log says more (journalctl --unit docker or podman)"
_REMEDIES: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "ask whoever runs the engine for permission",
    HTTPStatus.FORBIDDEN: "ask whoever runs the engine for permission",
    HTTPStatus.CONFLICT: f"see what is in the way with `docker ps --all`, {_CONTINUE}",
}


@contextmanager
def explained(task: str) -> Iterator[None]:
    """Turn an error of the Docker SDK into a PlumblineError that names the task that failed."""
    try:
        yield
    except DOCKER_ERRORS as error:
        found = explain(error)
        raise PlumblineError(f"{task}: {found.cause}", found.remedy) from error


def explain(error: Exception) -> PlumblineError:
    """Return cause and remedy of one of `DOCKER_ERRORS`, in the engine's own words."""
    if isinstance(error, APIError):
        return _refusal(error)
    if isinstance(error, ContainerError):
        printed = error.stderr or b""
        text = printed.decode(errors="replace") if isinstance(printed, bytes) else printed
        reason = (text.strip().splitlines() or ["it printed nothing"])[-1]
        cause = f"exit code {error.exit_status}: {reason}"
        return PlumblineError(cause, "rebuild the image: make images")
    if isinstance(error, requests.Timeout):
        return PlumblineError("the container engine does not answer in time", f"wait, {_CONTINUE}")
    if "Permission denied" in str(error):
        cause = f"this user may not use the container engine: {error}"
        return PlumblineError(cause, "join the group `docker`, or use --engine local")
    return PlumblineError(
        f"no container engine answers: {error}",
        f"start it, {_CONTINUE}; or use --engine local",
    )


def _refusal(error: APIError) -> PlumblineError:
    """Tell what the engine answered; only one kind of its errors concerns a disk."""
    said = str(error.explanation or error)
    if "no space left on device" in said.lower():
        remedy = f"free space where the engine keeps its data (docker system df), {_CONTINUE}"
        return PlumblineError(f"the container engine's disk is full: {said}", remedy)
    if isinstance(error, ImageNotFound):
        return PlumblineError(f"an image is missing: {said}", "build it: make images")
    status = error.status_code or HTTPStatus.INTERNAL_SERVER_ERROR
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return PlumblineError(f"the container engine failed: {said}", _ENGINE_LOG)
    cause = f"the container engine refused ({status}): {said}"
    return PlumblineError(cause, _REMEDIES.get(status, _ENGINE_LOG))
