"""What others wrote is read in one place, which believes nothing."""

import os

import pytest

from contract.result import Result
from contract.untrusted import (
    UntrustedError,
    parse_json,
    parse_record,
    read_plain_file,
    read_record,
)
from tests.contract.examples import trained_result


def test_what_was_written_is_read(tmp_path):
    path = tmp_path / "result.json"
    path.write_text(trained_result().model_dump_json())

    assert read_record(path, Result) == trained_result()


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"[" * 100_000, "recursion"),
        (b'{"a": 1, "a": 2}', "a key stands twice"),
        (b'{"a": NaN}', "NaN is not a number"),
        (b'{"a": 1e999}', "too large"),
        (b'{"a": 1234567890123456789}', "too large"),
        (b'"\xff"', "not valid JSON"),
        ('"é"'.encode("utf-16"), "not valid JSON"),
        (rb'"\ud800"', "not valid JSON"),
        (b"\xef\xbb\xbf{}", "not valid JSON"),
        (b"", "not valid JSON"),
    ],
)
def test_no_json_is_believed_that_two_readers_could_read_differently(content, cause):
    with pytest.raises(UntrustedError, match=cause):
        parse_json(content)


def test_numbers_are_no_texts(tmp_path):
    content = trained_result().model_dump_json().replace('"repeat":1', '"repeat":"1"')

    with pytest.raises(UntrustedError, match=r"job\.repeat"):
        parse_record(content.encode(), Result)


def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "target").write_text("{}")
    (tmp_path / "link").symlink_to(tmp_path / "target")

    with pytest.raises(UntrustedError, match="not a file"):
        read_plain_file(tmp_path / "link")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")

    with pytest.raises(UntrustedError, match="not a file"):
        read_plain_file(tmp_path / "pipe")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(UntrustedError, match="not a file"):
        read_plain_file(tmp_path)


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"12345")

    assert read_plain_file(path, 5) == b"12345"
    with pytest.raises(UntrustedError, match="5 bytes; at most 4 are read"):
        read_plain_file(path, 4)
