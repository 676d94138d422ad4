"""One orchestrator at a time works in an output folder, and the next one knows the folder."""

import os
import subprocess
import sys

import pytest

from orchestrator.errors import PlumblineError
from orchestrator.places import ROOT
from orchestrator.store.output import own


def test_a_second_orchestrator_is_refused_and_told_who_the_first_is(tmp_path):
    with own(tmp_path), pytest.raises(PlumblineError) as caught, own(tmp_path):
        pass

    assert f"process {os.getpid()} on" in caught.value.cause
    assert "--output" in caught.value.remedy


def test_the_folder_keeps_its_id(tmp_path):
    with own(tmp_path) as first:
        pass
    with own(tmp_path) as second:
        assert second.output_id == first.output_id
    with own(tmp_path / "other") as other:
        assert other.output_id != first.output_id


def test_an_owner_that_was_killed_owns_no_more(tmp_path):
    program = f"""
import os, pathlib
from orchestrator.store.output import own
with own(pathlib.Path({str(tmp_path)!r})):
    os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False)

    with own(tmp_path) as owner:
        assert owner.pid == os.getpid()


@pytest.mark.parametrize("content", ["", "{}", '{"output_id": "../../etc"}'])
def test_a_damaged_record_of_the_owner_is_replaced(tmp_path, content):
    (tmp_path / ".orchestrator.json").write_text(content)

    with own(tmp_path) as owner:
        assert len(owner.output_id) == 32


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    with pytest.raises(PlumblineError, match="cannot be written"), own(tmp_path / "file"):
        pass
