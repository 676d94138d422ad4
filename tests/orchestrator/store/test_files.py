"""Whatever a runner left at a place, what is written there is written there and nowhere else."""

import os
import subprocess
import sys

from orchestrator.store.files import remove, write_atomically


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
