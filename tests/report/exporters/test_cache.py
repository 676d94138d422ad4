"""What is kept between reports: whole, bounded, and never in the way."""

import os
from pathlib import Path

import pytest

from report.exporters.cache import Cache


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def _file(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "cache").iterdir()
    return path


def test_what_was_kept_is_there(cache: Cache) -> None:
    cache.put("a", b"content")
    assert cache.get("a") == b"content"


def test_what_was_not_kept_is_not(cache: Cache) -> None:
    assert cache.get("a") is None


@pytest.mark.parametrize("damaged", [b"", b"0" * 64, b"0" * 64 + b"content", b"content"])
def test_a_file_that_is_not_as_it_was_written_counts_as_absent(
    cache: Cache, tmp_path: Path, damaged: bytes
) -> None:
    cache.put("a", b"content")
    _file(tmp_path).write_bytes(damaged)
    assert cache.get("a") is None
    cache.put("a", b"content")
    assert cache.get("a") == b"content"


def test_every_cut_of_a_file_counts_as_absent(cache: Cache, tmp_path: Path) -> None:
    cache.put("a", b"content")
    whole = _file(tmp_path).read_bytes()
    for size in range(len(whole)):
        _file(tmp_path).write_bytes(whole[:size])
        assert cache.get("a") is None


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache", limit_bytes=2 * (64 + 7))
    for second, key in enumerate("abc"):
        cache.put(key, b"content")
        os.utime(tmp_path / "cache" / key, (second, second))
    assert cache.get("a") == b"content"  # which uses it
    cache.shrink()
    assert [key for key in "abc" if cache.get(key)] == ["a", "c"]


def test_a_folder_that_cannot_be_written_keeps_nothing_and_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "cache")
    cache.put("a", b"content")
    cache.shrink()
    assert cache.get("a") is None


def test_a_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.delenv("HOME")
    monkeypatch.setattr("pwd.getpwuid", lambda uid: {}[uid])
    cache = Cache()
    cache.put("a", b"content")
    assert cache.get("a") is None


def test_others_cannot_look_into_it(cache: Cache, tmp_path: Path) -> None:
    cache.put("a", b"content")
    assert (tmp_path / "cache").stat().st_mode & 0o077 == 0
