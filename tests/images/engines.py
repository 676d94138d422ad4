"""An engine's socket that answers as a test wants it to."""

import json
import platform
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

from images.engine import Engine

DOCKER = {
    "Version": "28.2.2",
    "ApiVersion": "1.41",
    "KernelVersion": platform.release(),
    "Components": [{"Name": "Engine"}],
}
PODMAN = DOCKER | {"Version": "5.4.0", "Components": [{"Name": "Podman Engine"}]}


def engine(url: str = "unix:///run/some.sock", make: str = "Docker") -> Engine:
    """Return an engine as it might be found."""
    return Engine(url, "", make, "28.2.2", "rootful", "1000:1000", "", "")


@contextmanager
def answering(path: Path, version: Any = DOCKER, info: Any = None) -> Iterator[str]:
    """Listen at a path meanwhile, with fixed answers; a number is the status of a failure."""
    answers = {"/version": version, "/info": info or {}, "/_ping": "OK"}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Docker's SDK puts the version of the interface before the path.
            answer = next((a for path, a in answers.items() if self.path.endswith(path)), 404)
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def address_string(self) -> str:
            return "a client"

        def log_message(self, *_: object) -> None:
            pass

    path.parent.mkdir(parents=True, exist_ok=True)
    with ThreadingUnixStreamServer(str(path), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        try:
            yield f"unix://{path}"
        finally:
            server.shutdown()
