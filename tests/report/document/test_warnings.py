"""Each warning stands where it belongs, and nowhere else."""

import json
import shutil
from pathlib import Path

import pytest

from contract.journal import QuietWait, SetAside, Spared
from contract.result import Failure
from report.document.warnings.every import warnings
from report.document.warnings.reader_warning import ReaderWarning
from report.run.load import load_run
from report.vocabulary.presentation import styles
from tests.contract.examples import MOMENT, job, untimed_result
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, disturb, set_metric

FAILURE = Failure(cause="out of memory", remedy="raise the limit")


def _warnings(path: Path) -> dict[str, ReaderWarning]:
    run = load_run(path)
    return {warning.title: warning for warning in warnings(run, styles(run.contenders))}


def _edit(path: Path, **changes: object) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**content, **changes}), encoding="utf-8")


def test_a_whole_run_of_the_paper_needs_no_warning(make_run: MakeRun) -> None:
    assert _warnings(make_run(profile="paper", repeats=6, contenders=("pytorch", "velox"))) == {}


def test_reduced_profile_and_few_repeats(make_run: MakeRun) -> None:
    found = _warnings(make_run())
    assert list(found) == ["Reduced profile “quick”", "Few repeats (2)"]
    assert "below 8.98 times its own spread" in found["Few repeats (2)"].detail


def test_blocks_of_turns_are_no_repeats_of_what_is_measured_alone(make_run: MakeRun) -> None:
    path = make_run()
    spec = job(task="turns", turn_rounds=1, repeat=3)
    folder = path / "jobs" / spec.job_id
    folder.mkdir()
    (folder / "job.json").write_text(spec.model_dump_json(), encoding="utf-8")
    result = untimed_result(spec.identity).model_dump_json()
    (folder / "result.json").write_text(result, encoding="utf-8")

    assert "Few repeats (2)" in _warnings(path)


def test_what_the_run_left_out_is_said_with_the_reasons(make_run: MakeRun) -> None:
    path = make_run()
    planned = [job(task="turns", turn_rounds=1, repeat=number).job_id for number in (7, 8, 9)]
    done = json.loads((path / "run.json").read_text(encoding="utf-8"))["order"]
    _edit(path / "run.json", order=[*done, *planned])
    left_out = (
        Spared(time=MOMENT, job_ids=tuple(planned[:2]), because="nothing is open"),
        Spared(time=MOMENT, job_ids=(planned[2],), because="too little time was left"),
    )
    with (path / "journal.jsonl").open("a", encoding="utf-8") as file:
        file.writelines(entry.model_dump_json() + "\n" for entry in left_out)

    found = _warnings(path)

    detail = found["Part of the plan was left out"].detail
    assert "2 jobs: nothing is open and 1 job: too little time was left" in detail
    assert "Some jobs gave no measurement" not in found


def test_a_single_run(make_run: MakeRun) -> None:
    assert "A single run" in _warnings(make_run(repeats=1))


def test_blocks_that_failed_are_no_repeats(make_run: MakeRun) -> None:
    path = make_run(repeats=6, contenders=("pytorch", "velox"))
    for later in path.glob("jobs/*.repeat[23456]"):
        shutil.rmtree(later)

    assert "every block is measured" in _warnings(path)["A single run"].remedy


def test_without_a_measurement_nothing_is_said_of_times_and_repeats(make_run: MakeRun) -> None:
    """The gates were passed, and all that was to be timed failed."""
    broken = dict.fromkeys(("pytorch", "velox"), FAILURE)
    tasks = ("verify", "train")
    path = make_run(contenders=("pytorch", "velox"), tasks=tasks, failing=broken)
    for predicting in path.glob("jobs/*.predict.*"):
        shutil.rmtree(predicting)

    assert list(_warnings(path)) == ["No job gave a measurement"]


def test_an_accuracy_that_a_guess_reaches_is_told(make_run: MakeRun) -> None:
    """Ten classes of a thousand images each."""
    path = make_run(contenders=("pytorch", "velox"))
    set_metric(path, "pytorch", "train", "test_accuracy", [0.099, 0.1])

    (warning,) = (w for title, w in _warnings(path).items() if "guess" in title)

    assert warning.title == "No better than a guess in S2 CNN on MNIST"
    assert warning.severity == "serious"
    assert warning.detail.startswith(
        "PyTorch (matched, CPU): test accuracy 9.90 % of 10,000 images"
    )
    assert "no times to an accuracy" in warning.detail


def test_an_accuracy_on_one_image_is_told_with_its_interval(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",))
    for result in path.glob("jobs/*.train.*/result.json"):
        _edit(result, confusion_matrix=[[1]])
    set_metric(path, "pytorch", "train", "test_accuracy", [1.0, 1.0])

    detail = _warnings(path)["Too few test images in S2 CNN on MNIST"].detail

    assert "100.00 % of 1 image (95 % interval 20.7 – 100.0 %)" in detail


def test_a_regression_no_better_than_the_mean_is_told(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "s4-keras-pytorch.toml", contenders=("keras",))
    assert not any("guess" in title for title in _warnings(path))

    for result in path.glob("jobs/s4.petrol-mlp.*.train.*/result.json"):
        loss = json.loads(result.read_text(encoding="utf-8"))["metrics"]["test_loss"]
        _edit(result, mean_test_loss=loss)

    (warning,) = (w for title, w in _warnings(path).items() if "guess" in title)
    assert "always answering the mean of the training targets gives" in warning.detail


def test_a_wide_spread_says_how_many_repeats_it_lacks(make_run: MakeRun) -> None:
    """Logarithms one tenth apart: ± 10 % is 0.96 spreads, which 80 % of runs have with nine."""
    path = make_run(repeats=3, contenders=("pytorch", "velox"))
    set_metric(path, "velox", "train", "train_seconds", [10.0, 11.05, 12.21])

    (warning,) = (found for found in _warnings(path).values() if "Wide spread" in found.title)

    name = "Velox ML functions train S2 CNN on MNIST (matched, CPU)"
    expected = f"{name}: spread 10\N{NO-BREAK SPACE}%: 6 more repeats would be needed"
    assert expected in warning.detail


def test_outliers_are_told_where_there_are_many(make_run: MakeRun) -> None:
    path = make_run(repeats=1, contenders=("pytorch",))
    calls = [1.0 + 0.001 * call for call in range(27)] + [9.0, 9.1, 9.2]
    set_metric(path, "pytorch", "predict", "predict_100_seconds", [calls])

    assert "None was removed" in _warnings(path)["3 outliers among 31 times"].detail


def test_failed_and_missing_proof(make_run: MakeRun) -> None:
    found = _warnings(make_run(unequal=("pytorch",), unproven=("tensorflow",)))
    clause = "the loop that is timed is not the sum of its steps"
    failed = found[f"PyTorch (CPU) failed the equivalence gate: {clause}"]
    assert failed.severity == "serious"
    assert failed.detail == (
        f"In S2 CNN on MNIST, {clause} (progress of epoch 1 on the study's network: "
        "3 wrong where none is allowed). Cause: it tells another progress than its batches make; "
        "it reports another loss than its batches have. "
        "It wins nothing there."
    )
    assert "TensorFlow (CPU) never went through the equivalence gate" in found


def test_a_gate_that_failed_before_a_table_was_scored_is_told_too(make_run: MakeRun) -> None:
    study = STUDIES / "x1-table-scoring.toml"
    path = make_run(study_file=study, tasks=("verify", "score"), unequal=("velox",))
    assert any("Velox ML functions (CPU) failed" in title for title in _warnings(path))


def test_losses_that_disagree_are_named_with_their_contenders_and_block(make_run: MakeRun) -> None:
    found = _warnings(make_run(disagreeing="keras"))
    (title,) = (title for title in found if "disagree" in title)
    assert title.startswith("Training losses disagree in S2 CNN on MNIST (CPU), block 2: ")
    assert title.endswith(" against Keras (TensorFlow) 0.16320")
    assert found[title].severity == "serious"
    assert "are 2.00\N{NO-BREAK SPACE}% apart; those of equal" in found[title].detail
    assert "Keras (TensorFlow) is not compared there, and wins nothing." in found[title].detail


def test_of_two_that_disagree_neither_is_compared(make_run: MakeRun) -> None:
    found = _warnings(make_run(contenders=("pytorch", "keras"), disagreeing="keras"))
    (warning,) = (warning for title, warning in found.items() if "disagree" in title)
    assert "PyTorch and Keras (TensorFlow) are not compared there" in warning.detail


def test_jobs_without_a_measurement(make_run: MakeRun) -> None:
    path = make_run(failing={"velox": FAILURE})
    shutil.rmtree(path / "jobs" / "s2.mnist-cnn.keras.matched.cpu.train.seed1.repeat2")
    warning = _warnings(path)["Some jobs gave no measurement"]
    assert warning.severity == "serious"
    assert warning.detail == "Of 16 jobs: 2 failed and 1 not started."


def test_jobs_that_were_left_out_on_purpose_are_no_failure(make_run: MakeRun) -> None:
    path = make_run(skipped={"mnist-cnn": FAILURE})
    assert _warnings(path)["No job gave a measurement"].severity == "notice"


def test_an_unfinished_run(make_run: MakeRun) -> None:
    path = make_run()
    _edit(path / "run.json", finished=None)
    warning = _warnings(path)["The run is not finished"]
    assert warning.detail == "16 of 16 jobs have a result."


def test_pins_that_did_not_hold(make_run: MakeRun) -> None:
    path = make_run()
    result = path / "jobs/s2.mnist-cnn.pytorch.matched.cpu.train.seed1.repeat1/result.json"
    broken = {"cpus": {"requested": "0,1", "observed": "0", "matches": False}}
    _edit(result, status="failed", pins=broken, failure=FAILURE.model_dump())
    assert "PyTorch" in _warnings(path)["Pins did not hold"].detail


def test_unequal_conditions(make_run: MakeRun) -> None:
    path = make_run()
    job = path / "jobs/s2.mnist-cnn.pytorch.matched.cpu.train.seed1.repeat1/job.json"
    _edit(job, epochs=99)
    assert "epochs" in _warnings(path)["Unequal conditions"].detail


@pytest.mark.parametrize(
    "host",
    [{"cpu_model": "Another CPU"}, {"machine_id": "1" * 16}],
    ids=["another make", "the same make"],
)
def test_more_than_one_machine(make_run: MakeRun, host: dict[str, str]) -> None:
    path = make_run(machine_id="0" * 16)
    result = path / "jobs/s2.mnist-cnn.pytorch.matched.cpu.train.seed1.repeat1/result.json"
    fingerprint = json.loads(result.read_text(encoding="utf-8"))["fingerprint"]
    fingerprint["host"] |= host
    _edit(result, fingerprint=fingerprint)
    assert "More than one machine" in _warnings(path)


def test_a_quota_that_kept_jobs_waiting(make_run: MakeRun) -> None:
    path = make_run(repeats=1, contenders=("pytorch",))
    (result,) = path.glob("jobs/*.train.*/result.json")
    meters = json.loads(result.read_text(encoding="utf-8"))["meters"]
    title = "A CPU quota kept jobs waiting"
    for waited, expected in ((0.0, False), (0.01, False), (7.0, True)):
        measured = {"throttled_seconds": waited, "watch_seconds": 10.0}
        reasons = {name: why for name, why in meters["unmeasured"].items() if name not in measured}
        _edit(result, meters={**meters, **measured, "unmeasured": reasons})

        found = _warnings(path)

        assert (title in found) == expected
    assert "in the worst for 70\N{NO-BREAK SPACE}% of the time" in found[title].detail


def test_data_that_may_not_be_the_papers(make_run: MakeRun) -> None:
    path = make_run(repeats=1, contenders=("pytorch",))
    for result in path.glob("jobs/*/result.json"):
        fingerprint = json.loads(result.read_text(encoding="utf-8"))["fingerprint"]
        _edit(result, fingerprint={**fingerprint, "data_doubt": "a part: the first 12,000 images"})

    found = _warnings(path)["Unverified data: mnist"]

    assert found.detail.startswith("A part: the first 12,000 images. ")
    assert "plumbline data fetch mnist" in found.remedy


def test_others_on_the_gpu(make_run: MakeRun) -> None:
    path = make_run(repeats=1, contenders=("pytorch",))
    (result,) = path.glob("jobs/*.train.*/result.json")
    meters = json.loads(result.read_text(encoding="utf-8"))["meters"]
    for others, expected in ((0, False), (2, True)):
        reasons = {**meters["unmeasured"]}
        reasons.pop("gpu_foreign_processes")
        seen = {**meters, "gpu_foreign_processes": others, "unmeasured": reasons}
        _edit(result, meters=seen)

        assert ("Other processes used the GPU" in _warnings(path)) == expected


def test_measurements_of_earlier_runs_are_told_with_run_and_day(make_run: MakeRun) -> None:
    found = _warnings(make_run(measured_by="20260101-120000-quick"))

    detail = found["Measured before"].detail
    assert "were taken over from `20260101-120000-quick`, of 2 March 2026" in detail


def test_blocks_that_an_earlier_run_measured_need_no_sentinels(make_run: MakeRun) -> None:
    path = make_run(measured_by="20260101-120000-quick")
    journal = path / "journal.jsonl"
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if "sentinel" not in line), encoding="utf-8")

    assert "Drift is unknown" not in _warnings(path)


def test_jobs_that_stayed_disturbed_stand_with_those_that_were_measured_again(
    make_run: MakeRun,
) -> None:
    path = make_run(contenders=("pytorch", "velox"))
    disturb(path, "pytorch", "train", 1)
    aside = SetAside(time=MOMENT, job_id="s2.x", block=1, because="disturbed", disturbed=True)
    waited = QuietWait(
        job_id="s2.x",
        block=1,
        started=MOMENT,
        waited_seconds=30,
        cpus=(0, 1),
        first_foreign_cpu_share=0.9,
        last_foreign_cpu_share=0.8,
        gave_up=True,
    )
    _note(path, aside, aside, waited)

    warning = _warnings(path)["Others disturbed 3 measurements"]

    assert warning.severity == "serious"
    assert "Set aside and measured again: 2. Still disturbed: 1, the first of them because " in (
        warning.detail
    )
    assert "others used 43 % of its CPUs. Their times" in warning.detail
    assert "The run waited 30 s for quiet, and gave up 1 time." in warning.detail
    assert "--rerun-drifted" in warning.remedy


def test_what_was_measured_again_undisturbed_is_a_notice(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch", "velox"))
    aside = SetAside(time=MOMENT, job_id="s2.x", block=1, because="disturbed", disturbed=True)
    _note(path, aside, aside.model_copy(update={"disturbed": False}))

    assert _warnings(path)["Others disturbed 1 measurement"].severity == "notice"


def _note(path: Path, *entries: SetAside | QuietWait) -> None:
    with (path / "journal.jsonl").open("a", encoding="utf-8") as journal:
        journal.writelines(f"{entry.model_dump_json()}\n" for entry in entries)


def test_a_block_that_drifted_stands_with_its_figures_and_the_remedy(make_run: MakeRun) -> None:
    found = _warnings(make_run(drifting=2))
    warning = found["The machine changed during block 2"]
    assert warning.severity == "serious"
    assert "differs by 25 % (40.0 and 50.0 ms; up to 5 % and its own spread of 1 % are" in (
        warning.detail
    )
    assert "between its first and its last job" in warning.detail
    assert "--rerun-drifted" in warning.remedy
    assert "The machine changed during block 1" not in found


def test_drift_is_unknown_without_sentinels(make_run: MakeRun) -> None:
    path = make_run()
    (path / "journal.jsonl").unlink()
    assert "of blocks 1 and 2" in _warnings(path)["Drift is unknown"].detail


def test_a_journal_of_which_lines_are_unusable_is_a_problem(make_run: MakeRun) -> None:
    path = make_run()
    journal = path / "journal.jsonl"
    journal.write_text("{}\n" + journal.read_text(encoding="utf-8"), encoding="utf-8")
    found = _warnings(path)
    assert "Unusable files" in found
    assert "Drift is unknown" not in found


def test_unusable_files_and_uncommitted_changes(make_run: MakeRun) -> None:
    path = make_run()
    _edit(path / "run.json", source_dirty=True)
    shutil.rmtree(path / "studies")
    found = _warnings(path)
    assert found["Unusable files"].detail == (
        "Of the run's files these could not be used: `studies/s2.toml` (missing or unusable)."
    )
    assert found["Uncommitted changes"].severity == "notice"


def test_serious_ones_come_first(make_run: MakeRun) -> None:
    severities = [c.severity for c in _warnings(make_run(unequal=("keras",))).values()]
    assert severities == sorted(severities, reverse=True)
