import subprocess

import pytest

from data.fetch import fetch
from data.places import default_root
from tests.data.examples import gz_files, https_source, idx_content, toy_arrays, toy_catalog
from tests.data.server import running_server


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A self-made certificate for localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
        *("-keyout", key, "-out", certificate),
    ]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


@pytest.fixture(autouse=True)
def own_environment(monkeypatch):
    """Nothing of the caller's proxies, certificates and mirrors reaches a test."""
    for name in ("PLUMBLINE_DATA_MIRROR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "localhost")


@pytest.fixture
def server(certificate, monkeypatch):
    """A server whose certificate is trusted."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    with running_server(*certificate) as served:
        yield served


@pytest.fixture
def arrays():
    return toy_arrays()


@pytest.fixture
def toy(server, arrays):
    """A catalog whose one source is the server, which serves everything as it should."""
    server.serve(gz_files(arrays))
    return toy_catalog(https_source(server.url), arrays=arrays, content=idx_content(arrays))


@pytest.fixture
def fetched(toy, tmp_path):
    """A data root in which the toy data set lies, fetched."""
    fetch("toy", tmp_path, catalog=toy)
    return tmp_path


@pytest.fixture(scope="session")
def real_root():
    """The data root with the real MNIST and CIFAR-10, downloaded once and kept."""
    root = default_root()
    fetch("mnist", root)
    fetch("cifar-10", root)
    return root
