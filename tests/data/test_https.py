"""Downloads over https: real TLS, real bytes, real failures."""

import gzip

import pytest

from data.errors import DataError
from data.fetch import fetch
from tests.data.examples import GZ_FILES, gz_files, https_source, idx_bytes, toy_catalog
from tests.data.server import Behaviour, running_server

FIRST = GZ_FILES[0]
HTML = b"<!DOCTYPE html><html><body>Please log in to the hotel's network</body></html>"


def refusal(catalog, root):
    """The reason for which a fetch fails."""
    with pytest.raises(DataError) as caught:
        fetch("toy", root, catalog=catalog)
    return caught.value.cause


def flipped(content, position):
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environments_certificates_are_respected(
    variable, certificate, arrays, tmp_path, monkeypatch
):
    monkeypatch.setenv(variable, str(certificate[0]))
    with running_server(*certificate) as server:
        server.serve(gz_files(arrays))
        catalog = toy_catalog(https_source(server.url), arrays=arrays)

        assert fetch("toy", tmp_path, catalog=catalog).source == "first"


def test_a_server_that_nobody_vouches_for_is_not_believed(certificate, arrays, tmp_path):
    with running_server(*certificate) as server:
        server.serve(gz_files(arrays))
        catalog = toy_catalog(https_source(server.url), arrays=arrays)

        assert "CERTIFICATE_VERIFY_FAILED" in refusal(catalog, tmp_path)
        assert server.requests == []


def test_a_missing_certificate_bundle_is_the_reason_given(toy, tmp_path, monkeypatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "none.pem"))

    assert "none.pem" in refusal(toy, tmp_path)


@pytest.mark.parametrize("position", [20, 2000, 20_000])
def test_a_flipped_byte_is_refused_by_name(toy, server, tmp_path, position):
    server.files[FIRST].content = flipped(server.files[FIRST].content, position)

    assert f"first: {FIRST}: is cut off or damaged" in refusal(toy, tmp_path)
    assert not (tmp_path / "downloads/toy/first").exists()


def test_other_content_is_refused_with_the_hash_expected_and_found(toy, server, arrays, tmp_path):
    other = idx_bytes(255 - arrays["train_images"])
    server.files[FIRST].content = gzip.compress(other)
    name = FIRST.removesuffix(".gz")
    expected = toy["toy"].content[name].hexadecimal

    cause = refusal(toy, tmp_path)

    assert f"first: {name}: sha256 is " in cause
    assert f", expected {expected}" in cause
    assert not (tmp_path / "arrays").exists()


def test_other_arrays_are_refused_where_files_have_no_known_hash(server, arrays, tmp_path):
    server.serve(gz_files(arrays | {"test_labels": arrays["test_labels"][::-1]}))
    catalog = toy_catalog(https_source(server.url), arrays=arrays)

    assert "first: test_labels: sha256 is " in refusal(catalog, tmp_path)


def test_a_short_array_is_refused_with_both_shapes(server, arrays, tmp_path):
    server.serve(gz_files(arrays | {"test_labels": arrays["test_labels"][:9]}))
    catalog = toy_catalog(https_source(server.url), arrays=arrays)

    assert "test_labels: shape is (9,), expected (10,)" in refusal(catalog, tmp_path)


def test_a_truncated_file_is_refused(toy, server, tmp_path):
    server.files[FIRST].content = server.files[FIRST].content[:-100]

    assert f"{FIRST}: is cut off or damaged" in refusal(toy, tmp_path)


def test_an_error_page_is_not_data(toy, server, tmp_path):
    server.files[FIRST] = Behaviour(HTML, headers={"Content-Type": "text/html"})

    assert f"{FIRST}: is an HTML page, expected data" in refusal(toy, tmp_path)


def test_a_file_in_another_format_is_refused_by_name(toy, server, arrays, tmp_path):
    server.files[FIRST].content = gzip.compress(b"PK and so on")
    catalog = toy_catalog(https_source(server.url), arrays=arrays)

    reason = f"first: {FIRST.removesuffix('.gz')}: not an idx file of unsigned bytes"
    assert reason in refusal(catalog, tmp_path)


def test_files_that_lack_a_member_are_refused(server, arrays, tmp_path):
    server.serve(gz_files(arrays))
    catalog = toy_catalog(https_source(server.url, files=GZ_FILES[:3]), arrays=arrays)

    assert "t10k-labels-idx1-ubyte: not in what the source gave" in refusal(catalog, tmp_path)


@pytest.mark.parametrize("status", [403, 404, 500, 503])
def test_an_error_status_is_named(toy, server, tmp_path, status):
    server.files[FIRST].status = status

    assert f"{server.url}{FIRST}: HTTP {status}" in refusal(toy, tmp_path)


def test_an_endless_file_is_cut_short(server, arrays, tmp_path):
    server.serve(gz_files(arrays))
    catalog = toy_catalog(https_source(server.url), arrays=arrays, limit_bytes=1000)

    assert f"{FIRST}: sends more than 1000 bytes" in refusal(catalog, tmp_path)


def test_a_small_file_that_unpacks_to_a_huge_one_is_cut_short(server, arrays, tmp_path):
    server.serve(gz_files(arrays) | {FIRST: gzip.compress(bytes(5_000_000))})
    catalog = toy_catalog(https_source(server.url), arrays=arrays, limit_bytes=100_000)

    assert f"{FIRST}: holds more than 100000 bytes" in refusal(catalog, tmp_path)


@pytest.mark.parametrize("received", [1, 5000, -1])
def test_a_dropped_connection_is_gone_on_with(toy, server, tmp_path, received):
    cut = received % len(server.files[FIRST].content)
    server.files[FIRST].cuts = [cut]

    assert not fetch("toy", tmp_path, catalog=toy).failures
    assert [request.range for request in server.requests][:2] == [None, f"bytes={cut}-"]


def test_a_server_that_cannot_go_on_sends_it_all_again(toy, server, tmp_path):
    server.files[FIRST].cuts = [5000]
    server.files[FIRST].ranges = False

    assert not fetch("toy", tmp_path, catalog=toy).failures


def test_a_later_fetch_goes_on_where_an_earlier_one_gave_up(toy, server, tmp_path, monkeypatch):
    monkeypatch.setattr("data.sources.https._PAUSE_SECONDS", 0)
    server.files[FIRST].cuts = [5000, 10, 10, 10, 10]
    assert "gave up after 5 attempts" in refusal(toy, tmp_path)
    server.requests.clear()

    fetch("toy", tmp_path, catalog=toy)

    assert server.requests[0].range == "bytes=5040-"


def test_leftovers_longer_than_the_file_are_thrown_away(toy, server, tmp_path):
    folder = tmp_path / "downloads/toy/first"
    folder.mkdir(parents=True)
    (folder / f"{FIRST}.part").write_bytes(bytes(len(server.files[FIRST].content) + 1))

    assert not fetch("toy", tmp_path, catalog=toy).failures


def test_leftovers_of_another_file_are_refused_once_and_then_gone(toy, server, tmp_path):
    folder = tmp_path / "downloads/toy/first"
    folder.mkdir(parents=True)
    (folder / f"{FIRST}.part").write_bytes(bytes(1000))

    assert f"{FIRST}: is cut off or damaged" in refusal(toy, tmp_path)
    assert fetch("toy", tmp_path, catalog=toy).source == "first"


def test_a_redirect_within_https_is_followed(toy, server, tmp_path):
    server.files["elsewhere.gz"] = server.files[FIRST]
    server.files[FIRST] = Behaviour(status=302, headers={"Location": "/elsewhere.gz"})

    assert fetch("toy", tmp_path, catalog=toy).source == "first"


def test_a_redirect_away_from_https_is_not_followed(toy, server, tmp_path):
    server.files[FIRST] = Behaviour(status=302, headers={"Location": "http://192.0.2.1/x.gz"})

    assert "redirects from https to http://192.0.2.1/x.gz" in refusal(toy, tmp_path)
