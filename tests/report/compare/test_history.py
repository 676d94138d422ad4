"""Many runs in the order of time: a line per version of a framework."""

import json
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest

from report.compare.history import read_history
from report.compare.history_formats import HISTORY_FORMATS
from report.run.records import ReportError
from tests.report.compare.test_compare import edit, elsewhere, slow
from tests.report.run_folder import RunFolder

MakeNight = Callable[..., Path]


@pytest.fixture
def night(tmp_path: Path) -> MakeNight:
    """Write the run of a night, with PyTorch in some version and as many times slower."""

    def make(number: int, torch: str, factor: float = 1.0, **knobs: Any) -> Path:
        def with_version(result: dict[str, Any]) -> None:
            if result["job"]["contender"] == "pytorch":
                result["fingerprint"]["software"]["packages"]["torch"] = torch

        path = RunFolder(tmp_path / f"night-{number}", **{"repeats": 3, **knobs}).write()
        record = json.loads((path / "run.json").read_text(encoding="utf-8"))
        record["created"] = f"2026-03-{number:02}T01:00:00Z"
        (path / "run.json").write_text(json.dumps(record), encoding="utf-8")
        edit(path, "result.json", with_version)
        slow(path, "pytorch", factor)
        return path

    return make


def text(*folders: Path) -> str:
    return HISTORY_FORMATS["text"](read_history(folders), "median")


def test_every_version_has_a_line_in_the_order_of_time(night: MakeNight) -> None:
    nights = night(3, "2.13.0"), night(1, "2.12.0"), night(2, "2.12.0")

    lines = [line for line in text(*nights).splitlines() if "torch" in line]

    assert lines[0].startswith("- torch 2.12.0 (2 runs, 2026-03-01 – 2026-03-02): training time ")
    assert lines[1].startswith("- torch 2.13.0 (1 run, 2026-03-03): training time ")
    assert len(lines) == 2


def test_a_version_that_comes_again_has_a_line_again(night: MakeNight) -> None:
    nights = night(1, "2.12.0"), night(2, "2.13.0"), night(3, "2.12.0")

    assert text(*nights).count("- torch 2.12.0 (1 run, ") == 2


def test_what_changed_with_a_version_stands_beside_it(night: MakeNight) -> None:
    nights = night(1, "2.12.0"), night(2, "2.12.0"), night(3, "2.13.0", 1.5)

    assert "(slower, 1.50 × (" in text(*nights)
    assert "no difference, 1.00 × (" in text(*nights)
    (change,) = read_history(nights, percent=20).slower
    assert change.first.setting.contender == "pytorch"
    assert read_history(nights, percent=60).slower == ()


def test_across_machines_no_change_is_claimed(night: MakeNight) -> None:
    first, second = night(1, "2.12.0"), night(2, "2.13.0", 1.5)
    edit(second, "result.json", elsewhere)

    told = text(first, second)

    assert "(not compared: another machine)" in told
    assert "slower" not in told


def test_another_version_that_did_other_work_is_not_compared(night: MakeNight) -> None:
    told = text(night(1, "2.12.0"), night(2, "2.13.0", epochs=9))

    assert "not compared: run under different conditions: epochs" in told


def test_a_contender_that_failed_its_gate_is_shown_and_not_compared(night: MakeNight) -> None:
    told = text(night(1, "2.12.0"), night(2, "2.13.0", unequal=("pytorch",)))

    assert "not compared: its equivalence gate failed" in told


def test_a_folder_that_holds_no_run_is_named_and_the_others_are_read(
    night: MakeNight, tmp_path: Path
) -> None:
    told = text(night(1, "2.12.0"), tmp_path / "gone", night(2, "2.13.0"))

    assert f"- not read: {tmp_path}/gone: no run here: no such folder" in told
    assert "- torch 2.13.0" in told
    with pytest.raises(ReportError, match="no run here"):
        read_history([tmp_path / "gone", tmp_path / "lost"])


def test_a_run_that_is_named_twice_counts_once(night: MakeNight, tmp_path: Path) -> None:
    first = night(1, "2.12.0")
    (tmp_path / "latest").symlink_to(first)

    assert text(first, tmp_path / "latest").startswith("1 run, 2026-03-01\n")


def test_of_copies_of_a_run_the_one_with_the_most_results_counts(
    night: MakeNight, tmp_path: Path
) -> None:
    first, early = night(1, "2.12.0"), tmp_path / "early"
    copytree(first, early)
    next(early.glob("jobs/*/result.json")).unlink()

    told = text(early, first)

    assert told.startswith("1 run, 2026-03-01\n")
    assert f"- not read: {early}: holds a copy of the run in {first}\n" in told


def test_a_run_without_its_record_has_its_place_in_time(night: MakeNight) -> None:
    """Its results began on the second of March."""
    first, second, third = night(1, "2.12.0"), night(9, "2.13.0"), night(3, "2.14.0")
    (second / "run.json").unlink()

    assert [run.name for run in read_history([third, second, first]).runs] == [
        "night-1",
        "night-9",
        "night-3",
    ]


def test_markdown_has_a_row_per_version_and_json_all_of_it(night: MakeNight) -> None:
    found = read_history([night(1, "2.12.0"), night(2, "2.13.0", 1.5)])

    rows = HISTORY_FORMATS["md"](found, "median").splitlines()
    record = json.loads(HISTORY_FORMATS["json"](found, "median"))

    assert "### PyTorch, S2 CNN on MNIST (CPU)" in rows
    assert sum(row.startswith("| torch ") for row in rows) == 2
    assert [version["version"] for version in record["versions"][:2]] == [
        "torch 2.12.0",
        "torch 2.13.0",
    ]
    assert record["slower"][0]["metric"] == "train_seconds"
