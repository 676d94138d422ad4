"""An https server on this machine that serves real bytes, and fails in real ways when told to."""

import ssl
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Behaviour:
    """How one file is served."""

    content: bytes = b""
    status: int = 200
    headers: dict = field(default_factory=dict)
    ranges: bool = True
    """Whether the server can go on from a position."""
    cuts: list = field(default_factory=list)
    """For the coming answers: how many bytes to send before the connection is dropped."""
    delay_seconds: float = 0.0


@dataclass(frozen=True)
class Request:
    name: str
    range: str | None


class FileServer:
    """Serves `files` by name below `url`, and remembers what was asked for."""

    def __init__(self, port):
        self.url = f"https://localhost:{port}/"
        self.files = {}
        self.requests = []

    def serve(self, files):
        """Serve these contents by name, each as it should be."""
        self.files |= {name: Behaviour(content) for name, content in files.items()}


@contextmanager
def running_server(certificate, key):
    """Run a server until the block ends."""
    http = ThreadingHTTPServer(("localhost", 0), _Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    http.socket = context.wrap_socket(http.socket, server_side=True)
    http.handle_error = lambda *_: None  # a client that turns away is part of the tests
    http.file_server = FileServer(http.server_port)
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield http.file_server
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        name = self.path.lstrip("/")
        served = self.server.file_server
        served.requests.append(Request(name, self.headers.get("Range")))
        behaviour = served.files.get(name, Behaviour(status=404))
        time.sleep(behaviour.delay_seconds)
        self._answer(behaviour)

    def _answer(self, behaviour):
        asked = self.headers.get("Range") if behaviour.ranges else None
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        total = len(behaviour.content)
        if asked and start >= total:
            self._send(416, {"Content-Range": f"bytes */{total}"}, b"", behaviour)
        elif asked:
            position = {"Content-Range": f"bytes {start}-{total - 1}/{total}"}
            self._send(206, position, behaviour.content[start:], behaviour)
        else:
            self._send(behaviour.status, behaviour.headers, behaviour.content, behaviour)

    def _send(self, status, headers, body, behaviour):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if behaviour.cuts:
            self.wfile.write(body[: behaviour.cuts.pop(0)])
            self.close_connection = True
        else:
            self.wfile.write(body)

    def log_message(self, *_):
        """Stay silent."""
