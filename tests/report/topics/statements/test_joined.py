"""The statements of several runs stand in one ledger; every verdict comes whole from one run."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contract.base import Device
from report.compare.history import read_history
from report.document.document import Report, write_report
from report.document.warnings.reader_warning import ReaderWarning
from report.exporters.json import report_record
from report.topics.statements.judged import JudgedReading
from tests.report.compare.test_compare import edit
from tests.report.run_folder import STUDIES, RunFolder, set_metric
from tests.report.sample_results import STARTED

MakeRunOf = Callable[..., Path]
MEMORY = "inference_peak_memory_bytes"
ID = "0" * 16


@pytest.fixture
def run_of(tmp_path: Path) -> MakeRunOf:
    """Write the run of a day in March 2026, by that name."""

    def make(name: str, day: int, **knobs: Any) -> Path:
        started = STARTED + timedelta(days=day)
        usual = {"repeats": 4, "started": started, "contenders": ("pytorch", "keras")}
        return RunFolder(tmp_path / name, **usual | knobs).write()

    return make


def joined(*folders: Path) -> Report:
    among = read_history(folders)
    return write_report(among.runs[-1], among)


def primary(report: Report, statement: str, device: Device = "cpu") -> JudgedReading:
    every = (found for chapter in report.chapters for found in chapter.judged)
    (judged,) = (found for found in every if found.statement.id == statement)
    return judged.on(device)[0]


def warning(report: Report, title: str) -> ReaderWarning:
    (found,) = (one for one in report.warnings if title in one.title)
    return found


def memory(folder: Path, pytorch: list[float], keras: list[float]) -> None:
    """S2.8 says that PyTorch needs more memory than TensorFlow, and is read so of Keras."""
    for contender, values in {"pytorch": pytorch, "keras": keras}.items():
        set_metric(folder, contender, "predict", MEMORY, [int(value * 1e6) for value in values])


LESS, MORE = [400.0, 401.0, 402.0, 400.5], [600.0, 601.0, 602.0, 600.5]
SCATTERED, AS_SCATTERED = [500.0, 700.0, 520.0, 690.0], [690.0, 505.0, 700.0, 515.0]


def test_a_run_on_the_cpu_and_one_on_the_gpu_give_the_verdicts_of_both(run_of: MakeRunOf) -> None:
    report = joined(run_of("cpu", 1), run_of("gpu", 2, devices=("cuda",)))

    of_cpu, of_gpu = primary(report, "S2.8"), primary(report, "S2.7", "cuda")
    assert (of_cpu.runs, of_gpu.runs) == (("cpu",), ())
    assert of_cpu.headline.reasons[-1] == (
        "the verdict is that of run cpu, on Example CPU @ 2.90GHz, 2 logical CPUs"
    )
    assert [found.device for found in report.counts] == ["cpu", "cuda"]
    assert report.verdicts_in_words[0].startswith("On the CPU the joined runs decide 1 of 8")
    assert report.verdicts_in_words[1].startswith("On the GPU this run decides ")


def test_the_newest_run_that_decides_a_statement_has_its_verdict(run_of: MakeRunOf) -> None:
    first, second, third = run_of("first", 1), run_of("second", 2), run_of("third", 3)
    memory(first, LESS, MORE)
    memory(second, MORE, LESS)
    memory(third, SCATTERED, AS_SCATTERED)

    found = primary(joined(third, first, second), "S2.8")

    assert found.runs == ("second",)
    assert found.headline.verdict == "reproduced"
    assert found.dissent == {"first": "contradicted"}
    assert found.headline.reasons[-1] == "run first decides otherwise: contradicted"


def test_where_no_run_decides_it_is_that_of_the_newest_that_tested_it(run_of: MakeRunOf) -> None:
    first, second, third = (
        run_of("first", 1),
        run_of("second", 2),
        run_of("third", 3, tasks=("train",)),
    )
    for folder in (first, second):
        memory(folder, SCATTERED, AS_SCATTERED)

    found = primary(joined(first, second, third), "S2.8")

    assert (found.headline.verdict, found.runs, found.dissent) == ("inconclusive", ("second",), {})


def test_runs_that_contradict_each_other_are_a_serious_warning(run_of: MakeRunOf) -> None:
    first, second = run_of("first", 1), run_of("second", 2)
    memory(first, LESS, MORE)
    memory(second, MORE, LESS)

    found = warning(joined(first, second), "Runs disagree about 1 verdict")

    assert found.severity == "serious"
    assert "S2.8 on the CPU is reproduced here, and contradicted by run first" in found.detail


def test_how_a_run_differs_whose_verdicts_are_taken_is_said(run_of: MakeRunOf) -> None:
    def elsewhere(result: dict[str, Any]) -> None:
        result["fingerprint"]["host"]["cpu_model"] = "Another CPU"
        if "torch" in (packages := result["fingerprint"]["software"]["packages"]):
            packages["torch"] = "2.12.0"

    other = run_of("cpu", 1, profile="paper", epochs=12)
    edit(other, "result.json", elsewhere)
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    (other / "run.json").write_text(json.dumps(record | {"source_commit": "f" * 40}))

    found = warning(joined(other, run_of("gpu", 2, devices=("cuda",))), "of another run: cpu")

    assert found.severity == "notice"
    for difference in (
        "processor (Another CPU there, Example CPU @ 2.90GHz here)",
        "PyTorch (torch 2.12.0 there, torch 2.13.0 here)",
        "source (ffffffffffff there, 0123456789ab here)",
        "profile (paper there, quick here)",
        "conditions of 1 workload (epochs)",
    ):
        assert difference in found.detail


def test_what_its_own_report_would_warn_of_is_said(run_of: MakeRunOf) -> None:
    report = joined(run_of("cpu", 1, drifting=2), run_of("gpu", 2, devices=("cuda",)))

    found = warning(report, "of another run: cpu")

    assert found.severity == "serious"
    assert "Its own report warns: The machine changed during block 2. " in found.detail


def test_a_run_that_gives_no_verdict_needs_no_warning(run_of: MakeRunOf) -> None:
    report = joined(run_of("older", 1), run_of("newer", 2))

    assert not any("another run" in found.title for found in report.warnings)


def compared(report: Report) -> dict[str, JudgedReading]:
    """Return the statements that hold the GPU against the CPU."""
    return {name: primary(report, name, "cuda") for name in ("S2.6", "S2.9", "S2.10")}


def test_devices_of_two_machines_are_not_compared(run_of: MakeRunOf) -> None:
    gpu = run_of("gpu", 2, devices=("cuda",), machine_id="1" * 16)

    found = compared(joined(run_of("cpu", 1, machine_id=ID), gpu))

    assert {one.headline.verdict for one in found.values()} == {"not testable here"}
    assert {one.headline.reasons for one in found.values()} == {
        (
            "the CPU was measured by run cpu on Example CPU @ 2.90GHz, 2 logical CPUs, the GPU by "
            "run gpu on Example CPU @ 2.90GHz, 2 logical CPUs, NVIDIA H100 80GB HBM3: two machines "
            "are not compared with each other; measure both in one run: `--device cpu,cuda`",
        )
    }


def test_devices_of_one_machine_are(run_of: MakeRunOf) -> None:
    gpu = run_of("gpu", 2, devices=("cuda",), machine_id=ID)

    found = compared(joined(run_of("cpu", 1, machine_id=ID), gpu))

    assert {one.headline.verdict for one in found.values()} == {"reproduced"}
    assert {one.runs for one in found.values()} == {("cpu", "gpu")}
    assert "the GPU by run gpu, on one machine" in found["S2.9"].headline.reasons[-1]


def test_a_machine_that_cannot_be_told_from_others_is_not_taken_for_one(run_of: MakeRunOf) -> None:
    gpu = run_of("gpu", 2, devices=("cuda",), machine_id=ID)

    found = primary(joined(run_of("cpu", 1), gpu), "S2.9", "cuda")

    assert found.headline.verdict == "not testable here"
    assert "nothing tells whether runs cpu and gpu are of one machine" in found.headline.reasons[0]


def test_devices_that_did_other_work_are_not_compared(run_of: MakeRunOf) -> None:
    gpu = run_of("gpu", 2, devices=("cuda",), machine_id=ID, epochs=12)

    found = primary(joined(run_of("cpu", 1, machine_id=ID), gpu), "S2.9", "cuda")

    assert found.headline.verdict == "not testable here"
    assert "runs cpu and gpu differ in epochs" in found.headline.reasons[0]


def test_a_study_that_only_another_run_has_is_a_chapter_of_its_verdicts(run_of: MakeRunOf) -> None:
    newer = run_of("newer", 2, study_file=STUDIES / "s4-keras-pytorch.toml", tasks=("train",))

    report = joined(run_of("older", 1), newer)

    assert [chapter.name for chapter in report.chapters] == ["s4", "s2"]
    assert "This run has no job of this study" in report.chapters[1].notice
    assert primary(report, "S2.8").runs == ("older",)


def test_what_another_run_words_otherwise_is_not_joined_and_that_is_said(run_of: MakeRunOf) -> None:
    older = run_of("older", 1)
    study = older / "studies" / "s2.toml"
    text = study.read_text(encoding="utf-8")
    words = 'text = "PyTorch uses more memory than TensorFlow for inference on the CPU"'
    assert words in text
    study.write_text(text.replace(words, 'text = "Something else"'), encoding="utf-8")

    report = joined(older, run_of("newer", 2, devices=("cuda",)))

    assert not [
        found
        for found in report.chapters[0].judged
        if found.on("cpu") and found.statement.id == "S2.8"
    ]
    assert "read them otherwise: S2.8." in warning(report, "could not be joined").detail


def test_what_repeats_others_has_the_verdict_of_what_it_repeats(run_of: MakeRunOf) -> None:
    report = joined(run_of("cpu", 1), run_of("gpu", 2, devices=("cuda",)))

    judged = {found.statement.id: found for found in report.chapters[0].judged}
    repeating = next(found for found in judged.values() if found.statement.same_as)

    assert set(repeating.verdicts) == set(judged[repeating.statement.same_as[0]].verdicts)


def test_json_names_the_run_of_every_verdict(run_of: MakeRunOf) -> None:
    first, second = run_of("first", 1), run_of("gpu", 2, devices=("cuda",))

    record = report_record(joined(first, second))

    assert record.joined_runs == ("first",)
    readings = [one for found in record.studies[0].statements for one in found.readings]
    assert {(one.device, one.runs) for one in readings if one.workload == "mnist-cnn"} >= {
        ("cpu", ("first",)),
        ("cuda", ("gpu",)),
    }


def test_the_title_counts_the_studies_of_all_runs(run_of: MakeRunOf) -> None:
    older = run_of("older", 1, more_studies=(STUDIES / "s4-keras-pytorch.toml",))

    report = joined(older, run_of("newer", 2))

    assert report.title.startswith("Two published framework comparisons, re-run: ")
