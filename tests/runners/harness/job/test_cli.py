"""The runner's command line refuses with a remedy, and starts anew with the contender's threads."""

import json
import os

import pytest

from contract.base import SCHEMA_VERSION
from contract.environment import thread_environment
from runners.harness.contender import registry
from runners.harness.job import cli
from runners.harness.job.cli import USAGE_ERROR, main
from tests.runners.harness.tiny_jobs import tiny_job


def refusal(capsys, *arguments):
    assert main(arguments) == USAGE_ERROR
    return capsys.readouterr().err


def test_an_unknown_contender_is_refused_with_those_that_are_here(capsys):
    said = refusal(capsys, "mnist-cnn", "--contender", "newcomer")

    assert "error: no contender 'newcomer' here\nremedy: choose one of: keras, pytorch" in said


def test_a_description_that_cannot_be_used_is_named_by_file_and_line(capsys, tmp_path, monkeypatch):
    path = tmp_path / "newcomer" / "contender.toml"
    path.parent.mkdir()
    path.write_text('name = "newcomer"\ncolour = "red"\n')
    for module in (registry, cli):
        monkeypatch.setattr(module, "RUNNERS_DIR", tmp_path)

    said = refusal(capsys, "mnist-cnn", "--contender", "newcomer")

    assert f"error: {path}:" in said
    assert "remedy: fix that file" in said


def test_a_job_of_another_version_is_refused_with_the_versions_that_are_read(capsys, tmp_path):
    path = tmp_path / "job.json"
    job = json.loads(tiny_job().model_dump_json()) | {"schema_version": 9}
    path.write_text(json.dumps(job))

    said = refusal(capsys, "--job", str(path), "--output", str(tmp_path))

    assert f"error: {path}: schema_version: Input should be {SCHEMA_VERSION}" in said
    assert f"version 9, this Plumbline reads 1 to {SCHEMA_VERSION}" in said
    assert "remedy: see contract/job.py" in said


def test_the_process_starts_anew_with_the_variables_of_the_contender(monkeypatch):
    class StartedAnewError(Exception):
        pass

    def execv(path, arguments):
        raise StartedAnewError

    monkeypatch.setattr(os, "execv", execv)
    wanted = thread_environment(1, ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"))
    for name in wanted:
        monkeypatch.setenv(name, "1")
    monkeypatch.delenv("TF_NUM_INTEROP_THREADS")

    with pytest.raises(StartedAnewError):
        main(["mnist-cnn", "--contender", "keras", "--threads", "1"])
    assert {name: os.environ[name] for name in wanted} == wanted


@pytest.mark.parametrize(("agree", "code"), [(True, 0), (False, 1)])
def test_layer_ends_with_whether_all_layers_agree(monkeypatch, tmp_path, agree, code):
    looked_at = []

    def compare_layers(job, output, *, quiet):
        looked_at.append((job.workload, job.contender, output, quiet))
        return agree

    monkeypatch.setattr(cli, "compare_layers", compare_layers)
    monkeypatch.setattr(cli, "_restart_with_thread_pools", lambda job: None)

    asked = ["mnist-cnn", "--contender", "keras", "--layer", "--output", str(tmp_path)]
    assert main(asked) == code
    assert looked_at == [("mnist-cnn", "keras", tmp_path, False)]
    assert list(tmp_path.iterdir()) == []
