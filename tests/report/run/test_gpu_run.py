"""A run that `python -m benchmarks gpu` brought back from an H100 still tells all."""

import tarfile
from pathlib import Path

import pytest

from report.build import build_report
from report.document.document import write_report
from report.run.load import load_run
from report.run.records import Run

ARCHIVE = Path(__file__).parent.parent / "data" / "run-on-an-h100.tar.gz"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("gpu")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(target, filter="data")
    (run,) = target.iterdir()
    return run


@pytest.fixture(scope="module")
def run(folder: Path) -> Run:
    return load_run(folder)


def test_every_job_was_done_on_the_gpu(run: Run) -> None:
    assert run.problems == ()
    assert [job.outcome for job in run.jobs] == ["ok"] * 22
    results = [job.result for job in run.jobs if job.result is not None]
    assert {result.job.device for result in results} == {"cuda"}
    assert {result.fingerprint.gpu for result in results if result.fingerprint} == {
        "NVIDIA H100 80GB HBM3"
    }


def test_pytorch_passed_the_gate_in_both_precisions(run: Run) -> None:
    proofs = [
        job.result.equivalence
        for job in run.jobs
        if job.identity.task == "verify" and job.result and job.result.equivalence
    ]

    assert [proof.passed for proof in proofs] == [True] * 7
    for proof in proofs:
        assert {case.precision for case in proof.cases} == {"float32", "float64"}


def test_the_gpus_meters_were_read_in_every_training(run: Run) -> None:
    trainings = [job.result for job in run.jobs if job.identity.task == "train" and job.result]

    assert len(trainings) == 11
    for result in trainings:
        assert result.metrics is not None
        assert result.meters is not None
        assert result.metrics.gpu_percent is not None
        assert result.metrics.gpu_peak_memory_bytes is not None
        assert result.meters.gpu_energy_joules is not None


def test_it_can_be_reported_on(folder: Path) -> None:
    (path,) = build_report(folder, ["md"])

    assert "NVIDIA H100 80GB HBM3" in path.read_text(encoding="utf-8")


def test_its_claims_are_read_as_statements_on_its_device(run: Run) -> None:
    """Its study files are of before there were statements: each claim is one."""
    judged = [found for chapter in write_report(run).chapters for found in chapter.judged]

    assert "S2.2" in [found.statement.id for found in judged]
    assert {device for found in judged for device in found.verdicts} == {"cuda"}
    assert all(len(found.statement.readings) == 1 for found in judged)
