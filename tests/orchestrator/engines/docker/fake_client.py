"""A Docker client that knows images by tag, and fails on request."""

from types import SimpleNamespace

from docker.errors import APIError, ImageNotFound
from requests import Response

from orchestrator.engines.docker.engine import AnsweringEngine


def api_error(status, explanation, kind=APIError):
    """An error as the SDK makes it of an answer of the engine."""
    response = Response()
    response.status_code = status
    response.url = "http+docker://localhost/v1.50/containers/create"
    return kind("refused", response=response, explanation=explanation)


ENGINE = AnsweringEngine(
    url="unix:///run/some.sock",
    chosen_by="",
    make="Docker",
    version="28.2.2",
    rights="rootful",
    user="1000:1000",
    userns_mode="",
    volume_suffix="",
)


class FakeClient:
    """Stands for `docker.DockerClient`.

    Args:
        images: Labels by tag.
        error: Raised by every request but the one for an answer at all.
    """

    def __init__(self, images=None, error=None):
        self._images = images or {}
        self._error = error
        self.started = []
        self.images = SimpleNamespace(get=self._image)
        self.containers = SimpleNamespace(run=self._run, list=self._list)

    def ping(self):
        return True

    def info(self):
        self._fail()
        return {"Runtimes": {"runc": {}}}

    def _image(self, tag):
        self._fail()
        if tag not in self._images:
            raise api_error(404, f"No such image: {tag}", ImageNotFound)
        return SimpleNamespace(id=f"sha256:{tag}", labels=self._images[tag], attrs={"Size": 1})

    def _run(self, tag, arguments, **options):
        self._fail()
        self.started.append((tag, options | {"command": arguments}))
        return SimpleNamespace(wait=lambda timeout: {"StatusCode": 0})

    def _list(self, **filters):
        self._fail()
        return []

    def _fail(self):
        if self._error is not None:
            raise self._error
