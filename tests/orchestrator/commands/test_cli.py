"""What the user types wrongly is told in one line with the remedy, and nothing is lost."""

import os
import shutil

import pytest
from typer.testing import CliRunner

from data.errors import DataError
from data.fetch import Fetched
from orchestrator import places
from orchestrator.commands import data as data_command
from orchestrator.commands import plan as plan_command
from orchestrator.commands.cli import app
from tests.contract.examples import STUDY_FILE


def plumbline(*arguments):
    outcome = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return outcome.exit_code, outcome.output + outcome.stderr


@pytest.mark.parametrize(
    ("arguments", "cause", "remedy"),
    [
        (["run", "s9"], "no study 's9'", "choose from: s1, s2"),
        (["run", "--contenders", "caffe"], "no contender 'caffe'", "choose from: keras"),
        (["plan", "--cpus", "4096"], "4,096 CPUs requested", "use --cpus"),
        (["plan", "--memory", "900T"], "of memory requested", "use --memory"),
        (["data", "fetch", "imagenet-22k"], "imagenet-22k", "mnist"),
        (["report", "/nowhere"], "/nowhere", "run"),
    ],
)
def test_misuse_is_told_with_its_remedy(arguments, cause, remedy):
    code, output = plumbline(*arguments)

    assert code == 2
    assert f"error: {cause}" in output or cause in output
    assert remedy in output
    assert "Traceback" not in output


@pytest.mark.parametrize("command", ["plan", "run", "verify"])
def test_a_path_that_no_record_can_name_is_refused_before_anything_is_made(
    monkeypatch, tmp_path, command
):
    nameless = tmp_path / os.fsdecode(b"x\xff")

    code, output = plumbline(command, "s4", "--output", nameless)
    assert (code, output.splitlines()[-2:]) == (
        2,
        [
            f"error: the path {tmp_path}/x\\udcff is not UTF-8",
            "remedy: choose another folder with --output",
        ],
    )

    monkeypatch.setenv("PLUMBLINE_DATA", str(nameless))
    code, output = plumbline(command, "s4", "--output", tmp_path)
    assert (code, output.splitlines()[-1]) == (2, "remedy: let PLUMBLINE_DATA name another folder")
    assert list(tmp_path.iterdir()) == []


def test_a_declaration_that_cannot_be_used_is_refused_by_line(tmp_path):
    declaration = tmp_path / "mine.toml"
    declaration.write_text('[mine]\ntitle = "Mine"\nkind = "table"\nfile = "t.csv"\n')

    code, output = plumbline("data", "add", declaration)

    assert code == 2
    assert f"error: {declaration}:1: mine.licence: Field required" in output
    assert "remedy: fix the file at that line" in output


@pytest.mark.parametrize("names", [[], ["mnist", "cifar-10"]])
def test_an_interrupted_fetch_speaks_of_data_and_not_of_jobs(monkeypatch, names):
    def interrupted(name, root, report):
        raise KeyboardInterrupt

    monkeypatch.setattr(data_command, "fetch", interrupted)

    code, output = plumbline("data", "fetch", *names)

    assert code == 130
    assert output.splitlines()[-2:] == [
        "error: interrupted",
        "remedy: data sets that are complete are kept, and so is what can be continued of a "
        f"download; continue with: {' '.join(['plumbline data fetch', *names])}",
    ]


def test_an_interrupted_plan_has_nothing_to_keep(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(plan_command, "plan_request", interrupted)

    assert "error: interrupted\nremedy: run the command again\n" in plumbline("plan")[1]


@pytest.mark.parametrize(
    ("option", "value", "bound"),
    [
        ("--repeats", 1_000_000, "less than or equal to 1000"),
        ("--repeats", 0, "greater than or equal to 1"),
        ("--seed", 2**32, "less than or equal to 4294967295"),
        ("--seed", -1, "greater than or equal to 0"),
    ],
)
def test_a_number_out_of_bounds_is_told_with_the_bound(option, value, bound):
    code, output = plumbline("plan", option, value)

    assert code == 2
    assert f"'{option}'" in output
    assert bound in output


def test_a_block_beyond_the_last_seed_is_told_before_it_is_planned():
    code, output = plumbline("plan", "s2", "--seed", 2**32 - 2, "--repeats", 3)

    assert code == 2
    assert "error: the last of 3 blocks would have seed 4294967296" in output
    assert "remedy: use --seed 4294967293 or less" in output


def test_an_unknown_profile_names_the_known_ones():
    code, output = plumbline("plan", "--profile", "silly")

    assert code == 2
    assert all(name in output for name in ("smoke", "quick", "paper"))


def test_a_malformed_study_is_refused_by_line(tmp_path, monkeypatch):
    shutil.copy(STUDY_FILE, tmp_path / "broken.toml")
    text = STUDY_FILE.read_text().replace("filters = 64", "filters = -64")
    (tmp_path / "broken.toml").write_text(text)
    monkeypatch.setattr(places, "STUDIES_DIR", tmp_path)
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if "-64" in row)

    code, output = plumbline("plan")

    assert code == 2
    assert f"broken.toml:{line}" in output


def test_docker_without_an_engine_is_refused(monkeypatch):
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")

    code, output = plumbline("run", "--engine", "docker")

    assert code == 2
    assert "no container engine answers" in output
    assert "--engine local" in output


def test_an_unwritable_output_is_refused(tmp_path):
    (tmp_path / "file").write_text("")

    code, output = plumbline("plan", "--output", tmp_path / "file" / "below")
    assert code == 0, output

    code, output = plumbline(
        "run", "--engine", "local", "--contenders", "pytorch", "--output", tmp_path / "file"
    )
    assert code == 2
    assert "file" in output


def test_drifted_blocks_of_no_run_cannot_run_again(tmp_path):
    code, output = plumbline(
        *("run", "s2", "--engine", "local", "--contenders", "pytorch", "--rerun-drifted"),
        *("--output", tmp_path),
    )

    assert code == 2
    assert "holds no run that can be continued" in output
    assert "remedy: leave --rerun-drifted out" in output


def test_a_plan_shows_every_job_and_runs_none(tmp_path):
    code, output = plumbline("plan", "s2", "--profile", "smoke", "--output", tmp_path)

    assert code == 0
    for contender in ("keras", "pytorch", "tensorflow", "velox"):
        assert f"train mnist-cnn {contender} #1" in output
    assert "published" in output
    assert "jobs of unknown cost" in output
    assert list(tmp_path.iterdir()) == []


def test_a_plan_of_one_protocol_has_no_job_of_the_other(tmp_path):
    _, output = plumbline("plan", "s2", "--protocol", "matched", "--output", tmp_path)

    assert "matched" in output
    assert "published" not in output


def test_a_plan_says_what_it_leaves_out_and_why(tmp_path, monkeypatch):
    omission = '\n[workloads.scales.quick]\nomitted_because = "it takes days"\n'
    whole = STUDY_FILE.read_text()
    costly = whole[whole.index("[[workloads]]") : whole.index("[profiles.smoke]")]
    costly = costly.replace('id = "mnist-cnn"', 'id = "costly"') + omission
    (tmp_path / "study.toml").write_text(
        whole.replace("[profiles.smoke]", f"{costly}\n[profiles.smoke]")
    )
    monkeypatch.setattr(places, "STUDIES_DIR", tmp_path)

    code, output = plumbline("plan", "--output", tmp_path / "results")

    assert code == 0, output
    assert "s2 costly is left out: it takes days" in output
    assert "train costly" not in output


def test_details_show_the_papers_facts_beside_the_kits_choices(tmp_path):
    code, output = plumbline("plan", "s2", "--details", "--output", tmp_path)

    assert code == 0
    text = " ".join(output.split())
    for fact in (
        "Shimpi, Sharma, Prasad",
        "TensorFlow 2.15.0, PyTorch 2.2.1+cu121",
        "conv2d conv1 filters=32 kernel_size=3",
        "adam learning_rate=0.001",
        "Layer sizes are not given",
        "687.23",
        "2 epochs, 3 blocks",
    ):
        assert fact in text


def test_fetching_all_data_goes_on_where_one_set_cannot_be_had(monkeypatch):
    def fetch(name, root, report):
        if name == "mnist":
            raise DataError("no source answered", "connect to the network")
        return Fetched(name, "a mirror", reused=False)

    monkeypatch.setattr(data_command, "fetch", fetch)

    code, output = plumbline("data", "fetch")

    assert code == 1
    assert "error: mnist: no source answered\nremedy: connect to the network" in output
    assert "cifar-10: arrays verified by sha256, from a mirror" in output


@pytest.mark.parametrize("command", ["plan", "run", "verify", "report", "data"])
def test_every_command_explains_itself(command):
    code, output = plumbline(command, "--help")

    assert code == 0
    assert "Usage" in output


@pytest.mark.parametrize(
    ("command", "offered", "not_offered"),
    [
        ("plan", "--details", "--resume"),
        ("run", "--rerun-drifted", "--details"),
        ("verify", "--fresh", "--resume"),
    ],
)
def test_a_command_offers_the_options_that_it_heeds(command, offered, not_offered):
    _, output = plumbline(command, "--help")

    assert offered in output
    assert not_offered not in output
    assert plumbline(command, not_offered)[0] == 2
