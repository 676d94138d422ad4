"""Two runs' folders side by side."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract.journal import SentinelReading
from contract.names import JOURNAL_NAME
from report.compare.between import Between, compare_runs
from report.compare.formats import FORMATS
from report.run.records import ReportError
from tests.report.run_folder import STUDIES, RunFolder, set_metric
from tests.report.sample_results import STARTED

MakeTwo = Callable[..., tuple[Path, Path]]


@pytest.fixture
def make_two(tmp_path: Path) -> MakeTwo:
    """Write a run and a copy of it, for tests to change."""

    def make(**knobs: Any) -> tuple[Path, Path]:
        first = RunFolder(tmp_path / "first", **{"repeats": 3, **knobs}).write()
        second = tmp_path / "second"
        shutil.copytree(first, second)
        return first, second

    return make


def edit(run_dir: Path, name: str, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change every file of that name among the jobs of a run."""
    for path in run_dir.glob(f"jobs/*/{name}"):
        content = json.loads(path.read_text(encoding="utf-8"))
        change(content)
        path.write_text(json.dumps(content), encoding="utf-8")


def slow(run_dir: Path, contender: str, factor: float) -> None:
    """Multiply a contender's training times."""
    for path in run_dir.glob(f"jobs/*.{contender}.*.train.*/result.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        content["metrics"]["train_seconds"] *= factor
        path.write_text(json.dumps(content), encoding="utf-8")


def text(between: Between) -> str:
    return FORMATS["text"](between, "median")


def test_a_run_does_not_differ_from_itself(make_two: MakeTwo) -> None:
    found = compare_runs(*make_two())

    assert "No difference" in text(found)
    assert "nothing that the runs recorded" in text(found)
    assert {change.verdict for change in found.changes} == {"no difference"}


def test_a_slower_contender_is_named_with_size_and_tests(make_two: MakeTwo) -> None:
    first, second = make_two(repeats=6)
    slow(second, "velox", 1.5)

    found = compare_runs(first, second, percent=20)

    (change,) = found.slower
    assert change.first.setting.contender == "velox"
    told = text(found)
    assert "Velox ML functions, S2 CNN on MNIST (matched, train, CPU): training time slower" in told
    assert "1.50 × (" in told
    assert "by rank p = 0.00216" in told
    assert "Cliff's delta 1.00" in told
    assert compare_runs(first, second, percent=60).slower == ()


def test_a_single_repeat_says_what_to_do(make_two: MakeTwo) -> None:
    told = text(compare_runs(*make_two(repeats=1)))

    assert "Run both again with `--repeats 3`" in told
    assert "too few repeats; 1 repeat\n" in told


def test_how_many_repeats_would_do_is_said(make_two: MakeTwo) -> None:
    told = text(compare_runs(*make_two(), percent=10))

    assert "show a change of 10 % in 80\N{NO-BREAK SPACE}% of cases: of a single time: " in told
    assert "3 repeats; 2 would show 10 %" in told


def test_what_ran_under_other_conditions_is_not_compared(make_two: MakeTwo) -> None:
    def half_the_work(spec: dict[str, Any]) -> None:
        if spec["contender"] == "keras":
            spec["epochs"] = 99
            spec["limits"]["threads"] = 1

    first, second = make_two()
    edit(second, "job.json", half_the_work)

    found = compare_runs(first, second)

    (obstacle,) = found.obstacles
    assert obstacle.reason == "run under different conditions: epochs, threads"
    assert {setting.contender for setting in obstacle.settings} == {"keras"}
    assert not any(change.first.setting.contender == "keras" for change in found.changes)


def test_which_cpus_and_which_deadline_are_no_conditions(make_two: MakeTwo) -> None:
    def elsewhere(spec: dict[str, Any]) -> None:
        spec["limits"] |= {"cpus": [2, 3], "timeout_seconds": 5}

    first, second = make_two()
    edit(second, "job.json", elsewhere)

    assert compare_runs(first, second).obstacles == ()


def test_what_one_run_lacks_is_said(make_two: MakeTwo) -> None:
    first, second = make_two()
    for path in second.glob("jobs/*.pytorch.*"):
        shutil.rmtree(path)
    for path in second.glob("jobs/*.velox.*.predict.*/result.json"):
        path.unlink()

    told = text(compare_runs(first, second))

    assert "second run: not started: no result" in told
    assert "second run: unfinished: no result" in told


def test_what_produced_them_is_compared_too(make_two: MakeTwo) -> None:
    def updated(result: dict[str, Any]) -> None:
        if result["job"]["contender"] == "pytorch":
            result["fingerprint"]["software"]["packages"]["torch"] = "2.14.0"
        result["fingerprint"]["host"]["kernel"] = "6.2.0"

    first, second = make_two()
    edit(second, "result.json", updated)

    told = text(compare_runs(first, second))

    assert "- software.packages.torch (pytorch): 2.13.0 → 2.14.0" in told
    assert "- host.kernel (pytorch, tensorflow, keras, velox): 6.1.0 → 6.2.0" in told


def test_the_sentinel_tells_a_slower_machine(make_two: MakeTwo) -> None:
    """With one contender alone there is nothing else to hold it against."""
    first, second = make_two(contenders=("velox",), repeats=6)
    slow(second, "velox", 1.5)
    watch(first, 0.010)

    watch(second, 0.010)
    assert len(compare_runs(first, second).slower) == 1

    watch(second, 0.015)
    found = compare_runs(first, second)
    assert found.slower == ()
    assert "took 1.50 × (1.50 – 1.50) as long in the second run" in text(found)
    assert "moved as its blocks did" in text(found)


def watch(run_dir: Path, seconds: float) -> None:
    """Give every block sentinels that took so long."""
    readings = [
        SentinelReading(
            block=block,
            position=position,
            started=STARTED,
            samples_seconds=(seconds,) * 3,
            cost_seconds=1,
            cpus=(0, 1),
            threads=2,
            load_average=0,
        )
        for block in range(1, 7)
        for position in ("first", "last")
    ]
    lines = "".join(f"{reading.model_dump_json()}\n" for reading in readings)
    (run_dir / JOURNAL_NAME).write_text(lines, encoding="utf-8")


def test_an_accuracy_below_its_binomial_error_is_a_tie(make_two: MakeTwo) -> None:
    """0.03 points on 10,000 images, without any spread between the repeats."""
    first, second = make_two()
    for path, accuracy in ((first, 0.9900), (second, 0.9903)):
        set_metric(path, "keras", "train", "test_accuracy", [accuracy] * 3)
        set_metric(
            path, "velox", "train", "test_accuracy", [accuracy - 0.01 * (path == second)] * 3
        )

    verdicts = {
        change.first.setting.contender: change.verdict
        for change in compare_runs(first, second).changes
        if change.first.metric == "test_accuracy"
    }

    assert verdicts["keras"] == "no difference"
    assert verdicts["velox"] == "worse"


def test_scored_tables_are_compared_too(make_two: MakeTwo) -> None:
    table = STUDIES / "x1-table-scoring.toml"
    first, second = make_two(study_file=table, tasks=("score",))

    metrics = {change.first.metric for change in compare_runs(first, second).changes}

    assert metrics == {"scan_seconds", "scan_peak_memory_bytes"}


def test_json_holds_every_sample_and_test(make_two: MakeTwo) -> None:
    first, second = make_two()
    slow(second, "velox", 2)

    record = json.loads(FORMATS["json"](compare_runs(first, second), "median"))

    assert record["first"] == "first"
    (slower,) = record["slower"]
    assert (slower["contender"], slower["metric"]) == ("velox", "train_seconds")
    change = next(c for c in record["changes"] if c["verdict"] == "worse")
    assert change["test"]["estimate"] == pytest.approx(2)
    assert len(change["samples"][0]["before"]) == 3


def test_markdown_has_a_row_per_comparison(make_two: MakeTwo) -> None:
    found = compare_runs(*make_two())

    lines = FORMATS["md"](found, "olympic").splitlines()

    assert lines[0] == "## first against second"
    assert sum(line.startswith("| ") for line in lines) == len(found.changes) + 2


def test_runs_without_anything_in_common_are_refused(make_two: MakeTwo, tmp_path: Path) -> None:
    first, second = make_two(contenders=("pytorch",))
    other = RunFolder(tmp_path / "other", contenders=("keras",)).write()

    with pytest.raises(ReportError, match="in common: not part of the second run"):
        compare_runs(first, other)
    with pytest.raises(ReportError, match="no run here"):
        compare_runs(first, second / "nowhere")


def elsewhere(result: dict[str, Any]) -> None:
    result["fingerprint"]["host"] |= {"cpu_model": "Another CPU", "memory_bytes": 64 * 2**30}


def test_of_two_machines_nothing_is_said_about_a_change(make_two: MakeTwo) -> None:
    first, second = make_two()
    slow(second, "velox", 2)
    edit(second, "result.json", elsewhere)

    found = compare_runs(first, second)

    assert found.slower == found.changes == ()
    assert (
        "- The runs are of different machines, so nothing is said about any change: processor: "
        "Example CPU @ 2.90GHz → Another CPU; memory: 24 GiB → 64 GiB.\n"
    ) in text(found)
    assert "slower" not in text(found)
    assert json.loads(FORMATS["json"](found, "median"))["machines"][0]["after"] == "Another CPU"


@pytest.mark.parametrize(
    "change",
    [{"kernel": "6.2.0"}, {"memory_bytes": 24 * 2**30 - 2**23}, {"physical_cores": 2}],
    ids=["another kernel", "which keeps more memory", "and tells more"],
)
def test_a_machine_with_another_kernel_is_the_same(
    make_two: MakeTwo, change: dict[str, Any]
) -> None:
    first, second = make_two()
    edit(second, "result.json", lambda result: result["fingerprint"]["host"].update(change))

    assert compare_runs(first, second).machines == ()


def test_another_machine_of_the_same_make_is_said_to_be_one(make_two: MakeTwo) -> None:
    first, second = make_two(machine_id="0" * 16)
    assert "the same make" not in text(compare_runs(first, second))

    other = {"machine_id": "1" * 16}
    edit(second, "result.json", lambda result: result["fingerprint"]["host"].update(other))

    found = compare_runs(first, second)
    assert found.machines == ()
    assert "The second run is of another machine of the same make" in text(found)


def test_what_ran_on_other_data_is_not_compared(make_two: MakeTwo) -> None:
    def other_data(result: dict[str, Any]) -> None:
        if result["job"]["contender"] == "keras":
            result["fingerprint"]["data_sha256"]["train_images"] = "ef" * 32

    first, second = make_two()
    edit(second, "result.json", other_data)

    (obstacle,) = compare_runs(first, second).obstacles

    assert obstacle.reason == "run on other data: train_images"
    assert {setting.contender for setting in obstacle.settings} == {"keras"}


def test_where_everything_moved_it_is_not_called_no_difference(make_two: MakeTwo) -> None:
    first, second = make_two(repeats=6)
    for contender in ("pytorch", "tensorflow", "keras", "velox"):
        slow(second, contender, 1.5)

    told = text(compare_runs(first, second))

    assert "No difference" not in told
    assert "No contender changed by itself" in told
    assert "times changed by" in told


def test_accuracies_that_say_nothing_in_either_run_are_not_compared(make_two: MakeTwo) -> None:
    first, second = make_two()
    for path, accuracy in ((first, 0.099), (second, 0.089)):
        set_metric(path, "keras", "train", "test_accuracy", [accuracy] * 3)

    metrics = {
        change.first.metric
        for change in compare_runs(first, second).changes
        if change.first.setting.contender == "keras"
    }

    assert "test_accuracy" not in metrics
    assert "train_seconds" in metrics


def test_a_network_that_no_longer_learns_is_a_change(make_two: MakeTwo) -> None:
    first, second = make_two()
    set_metric(second, "keras", "train", "test_accuracy", [0.099, 0.0991, 0.0992])

    verdicts = {
        change.first.metric: change.verdict
        for change in compare_runs(first, second).changes
        if change.first.setting.contender == "keras"
    }

    assert verdicts["test_accuracy"] == "worse"


def test_a_run_is_not_compared_with_itself(make_two: MakeTwo) -> None:
    first, second = make_two()
    shutil.rmtree(second)
    second.symlink_to(first)

    with pytest.raises(ReportError, match="are the same run"):
        compare_runs(first, second)


def test_a_file_that_cannot_be_used_stands_with_its_remedy(make_two: MakeTwo) -> None:
    first, second = make_two()
    (second / "run.json").write_text("{", encoding="utf-8")

    assert "- second: run.json: not valid JSON: " in text(compare_runs(first, second))
    assert "run again for a complete record" in text(compare_runs(first, second))
