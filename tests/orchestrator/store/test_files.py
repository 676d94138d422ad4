"""Whatever a runner left at a place, what is written there is written there and nowhere else."""

import errno
import os
import subprocess
import sys

import pytest

from orchestrator.store.files import copy_atomically, remove, remove_oldest, write_atomically


def test_nothing_is_written_through_a_link(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "file").symlink_to(victim)
    (tmp_path / ".file.part").symlink_to(victim)

    write_atomically(tmp_path / "file", "text")

    assert victim.read_text() == "mine"
    assert (tmp_path / "file").read_text() == "text"
    assert not (tmp_path / "file").is_symlink()


def test_folders_and_pipes_in_the_way_are_replaced(tmp_path):
    (tmp_path / "file" / "deeper").mkdir(parents=True)
    os.mkfifo(tmp_path / ".file.part")

    write_atomically(tmp_path / "file", "text")

    assert (tmp_path / "file").read_text() == "text"


def test_a_folder_that_its_writer_closed_is_removed_and_nothing_that_it_leads_to(tmp_path):
    (tmp_path / "kept").mkdir(mode=0o755)
    closed = tmp_path / "job" / "closed"
    closed.mkdir(parents=True)
    (closed / "file").touch()
    (tmp_path / "job" / "link").symlink_to(tmp_path / "kept")
    closed.chmod(0)

    remove(tmp_path / "job")

    assert not (tmp_path / "job").exists()
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o755


def test_folders_nested_without_end_are_removed(tmp_path):
    program = """
import os, sys
os.chdir(sys.argv[1])
for _ in range(5000):
    os.mkdir("deeper")
    os.chdir("deeper")
"""
    (tmp_path / "job").mkdir()
    subprocess.run([sys.executable, "-c", program, tmp_path / "job"], check=True)

    remove(tmp_path / "job")

    assert not (tmp_path / "job").exists()


def test_what_is_not_there_need_not_be_removed(tmp_path):
    remove(tmp_path / "nothing")


def test_a_copy_replaces_what_lies_there_and_writes_through_nothing(tmp_path):
    victim, source = tmp_path / "victim", tmp_path / "source"
    victim.write_text("mine")
    source.write_bytes(b"content")
    (tmp_path / "file").symlink_to(victim)

    copy_atomically(source, tmp_path / "file")

    assert victim.read_text() == "mine"
    assert (tmp_path / "file").read_bytes() == b"content"
    assert {path.name for path in tmp_path.iterdir()} == {"victim", "source", "file"}


def test_a_copy_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch):
    def fill_the_disk(_, file):
        file.write(b"half")
        raise OSError(errno.ENOSPC, "no space left")

    (tmp_path / "file").write_text("old")
    monkeypatch.setattr("orchestrator.store.files.shutil.copyfileobj", fill_the_disk)

    with pytest.raises(OSError, match="no space left"):
        copy_atomically(tmp_path / "file", tmp_path / "file")

    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


@pytest.mark.parametrize(
    ("limit_bytes", "kept"), [(300, "abc"), (299, "bc"), (150, "c"), (10, "c")]
)
def test_the_oldest_files_go_first_and_the_newest_stays(tmp_path, limit_bytes, kept):
    for seconds, name in enumerate("abc"):
        (tmp_path / name).write_bytes(bytes(100))
        os.utime(tmp_path / name, (seconds, seconds))

    remove_oldest(tmp_path.iterdir(), limit_bytes)

    assert sorted(path.name for path in tmp_path.iterdir()) == list(kept)
