"""A run on a machine with a GPU and no network: what travels, what runs there, what comes back."""

import signal
import subprocess
import sys
import tarfile
import time
import zipfile
from importlib.metadata import version

import numpy
import pytest

from benchmarks.gpu import machine, measure, pack
from benchmarks.gpu.launcher import OwnPythonLauncher, why_absent
from benchmarks.gpu.machine import make_environment, unpack, write_archive
from benchmarks.gpu.pack import CARRIED, carried_lock, compress
from benchmarks.gpu.studies import ORDER, write_studies
from contract.contender import discover_contenders
from contract.study import load_studies
from contract.verdicts import DECISIONS
from orchestrator import places
from orchestrator.commands.options import plan_request
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.places import ROOT, RUNNERS_DIR
from orchestrator.store.source import Source
from report.compare.history import read_history
from report.document.document import write_report
from tests.report.run_folder import RunFolder


@pytest.fixture
def studies(tmp_path, monkeypatch):
    """Write the studies as the GPU runs them, and let plans read those."""
    monkeypatch.setattr(places, "STUDIES_DIR", tmp_path / "studies")
    write_studies(ROOT / "studies", tmp_path / "studies")
    return load_studies(tmp_path / "studies")


def plan(**options):
    asked = measure.GpuOptions(contenders="pytorch", device="cuda", **options)
    return plan_request(asked, ThisMachine())[1]


def test_s2_trains_at_the_papers_scale(studies):
    rescaled, published = (studies["s2"].scale(name, "mnist-cnn") for name in ("quick", "paper"))

    assert rescaled.epochs == published.epochs == 12
    assert rescaled.train_samples is published.train_samples is None


def test_a_workload_that_is_not_run_says_why_in_the_study_that_the_run_keeps(studies):
    scales = studies["s5"].workload("vgg16-imagenette-adam").scales

    assert "photographs" in scales["quick"].omitted_because


def test_other_profiles_and_all_else_of_a_study_stay_as_they_are(studies):
    for study in load_studies(ROOT / "studies").values():
        if study.id in studies:
            del study.profiles["quick"], studies[study.id].profiles["quick"]
            for workload in (*study.workloads, *studies[study.id].workloads):
                workload.scales.pop("quick", None)
            assert studies[study.id] == study


def test_what_counts_most_is_run_first_and_each_gate_before_what_it_stands_for(studies):
    jobs = plan(profile="quick", tasks=("verify", "train", "predict"))
    first_block = [job for job in jobs if job.repeat == 1]

    assert tuple(dict.fromkeys(job.workload for job in first_block)) == ORDER
    for workload in ORDER:
        tasks = [job.task for job in first_block if job.workload == workload]
        assert tasks[0] == "verify"
        assert "train" in tasks[1:]


def test_what_lacks_its_framework_is_left_out_with_the_reason(monkeypatch):
    info, _ = discover_contenders(RUNNERS_DIR)["pytorch"]
    here = info.model_copy(update={"notable_packages": ("numpy",)})
    absent = info.model_copy(update={"notable_packages": ("no-such-framework",)})

    assert why_absent(here) == ""
    assert why_absent(absent) == "no-such-framework is not installed"


def test_jobs_run_in_this_very_python():
    info, folder = discover_contenders(RUNNERS_DIR)["pytorch"]
    launcher = OwnPythonLauncher(Source("0", None, None), "0" * 32)

    assert str(launcher.python(info)) == sys.executable
    assert len(launcher.identity(info, folder, "cuda")["environment"]) == 64


def test_when_time_is_up_the_run_ends_as_if_it_were_interrupted(studies, tmp_path, monkeypatch):
    def carry_out(_options, _select):
        time.sleep(30)

    monkeypatch.setattr(measure, "write_studies", lambda *_: None)
    monkeypatch.setattr(measure, "why_absent", lambda _: "")
    monkeypatch.setattr(measure, "carry_out", carry_out)
    monkeypatch.setattr(sys, "argv", ["measure", "--output", str(tmp_path), "--seconds", "1"])
    before = signal.getsignal(signal.SIGALRM)
    try:
        assert measure.main() == 0
    finally:
        signal.signal(signal.SIGALRM, before)


def test_the_lock_of_what_travels_has_every_package_with_its_hashes():
    lock = carried_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))

    names = {line.split("==")[0] for line in lock.splitlines() if "==" in line}
    assert names == set(CARRIED)
    assert lock.count("--hash=sha256:") >= len(CARRIED)


def test_more_than_may_travel_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(pack, "_download", lambda wheels, _python: wheels.mkdir())
    monkeypatch.setattr(pack, "_pack_data", lambda target: target.write_bytes(bytes(2000)))
    monkeypatch.setattr(pack, "MOST_BYTES", 1000)

    with pytest.raises(SystemExit, match=r"holds 0\.0 MB, 0 may travel"):
        pack.pack(tmp_path / "new", "3.12")


def test_a_folder_that_holds_something_is_not_packed_over(tmp_path):
    (tmp_path / "mine.txt").touch()

    with pytest.raises(SystemExit, match="is not empty; give a new folder"):
        pack.pack(tmp_path, "3.12")


def test_the_environment_has_the_wheels_and_all_that_this_python_has(tmp_path):
    wheel = tmp_path / "wheels" / "brought-1.0-py3-none-any.whl"
    wheel.parent.mkdir()
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("brought.py", "ANSWER = 42\n")
        file.writestr(
            "brought-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: brought\nVersion: 1.0\n"
        )
        file.writestr(
            "brought-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        file.writestr("brought-1.0.dist-info/RECORD", "")

    python = make_environment(tmp_path / "environment", wheel.parent)

    script = (
        "import brought, numpy\n"
        "from importlib.metadata import version\n"
        "print(brought.ANSWER, numpy.__version__, version('plumbline'))"
    )
    printed = subprocess.run([python, "-c", script], capture_output=True, text=True, check=True)
    assert printed.stdout.split() == ["42", numpy.__version__, version("plumbline")]


def test_a_machine_that_lacks_what_does_not_travel_is_told_so(tmp_path, monkeypatch):
    monkeypatch.setattr(machine, "find_spec", lambda name: name != "scipy" or None)

    with pytest.raises(SystemExit, match="has no SciPy: install what it lacks"):
        machine.run_there(tmp_path, tmp_path / "out", 60.0, [])
    assert not (tmp_path / "out").exists()


def test_data_arrives_as_it_was_packed(tmp_path):
    file = tmp_path / "root" / "arrays" / "mnist" / "test_labels.npy"
    file.parent.mkdir(parents=True)
    file.write_bytes(bytes(range(256)))

    compress(tmp_path / "root", tmp_path / "packed")
    unpack(tmp_path / "packed", tmp_path / "there")

    assert (tmp_path / "there/arrays/mnist/test_labels.npy").read_bytes() == bytes(range(256))


def test_the_archive_has_the_runs_without_what_no_report_reads(tmp_path):
    job = tmp_path / "results" / "20260101-quick" / "jobs" / "one"
    job.mkdir(parents=True)
    (job.parent.parent / "run.json").write_text("{}")
    (job / "result.json").write_text("{}")
    (job / "weights.safetensors").write_bytes(bytes(1000))
    (tmp_path / "results" / "latest").symlink_to("20260101-quick")
    (tmp_path / "results" / "proofs").mkdir()

    write_archive(tmp_path / "results", tmp_path / "run.tar.gz")

    with tarfile.open(tmp_path / "run.tar.gz") as archive:
        files = {member.name for member in archive if member.isfile()}
    assert files == {"20260101-quick/run.json", "20260101-quick/jobs/one/result.json"}


def test_what_came_back_joins_a_run_on_a_cpu_and_both_have_their_verdicts(studies, tmp_path):
    """Its studies are copies with another profile; the statements in them are the same."""
    asked = {"contenders": ("pytorch", "keras"), "repeats": 4}
    (rescaled,) = (tmp_path / "studies").glob("s2*.toml")
    there = tmp_path / "there" / "results"
    RunFolder(there / "on-a-gpu", devices=("cuda",), study_file=rescaled, **asked).write()
    write_archive(there, tmp_path / "run.tar.gz")
    with tarfile.open(tmp_path / "run.tar.gz") as archive:
        archive.extractall(tmp_path, filter="data")
    here = RunFolder(tmp_path / "on-a-cpu", **asked).write()

    among = read_history([here, tmp_path / "on-a-gpu"])
    (chapter,) = write_report(among.runs[-1], among).chapters

    judged = {found.statement.id: found for found in chapter.judged}
    decided = {
        (name, device): verdict
        for name, found in judged.items()
        for device, verdict in found.verdicts.items()
        if verdict in DECISIONS
    }
    assert decided == {("S2.7", "cuda"): "reproduced", ("S2.8", "cpu"): "contradicted"}
