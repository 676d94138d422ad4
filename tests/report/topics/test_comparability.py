"""What they ran beside what we ran, and the rules on how far the two can be compared."""

from pathlib import Path

import pytest

from report.elements.table import Table
from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.comparability.part import comparability_part
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, add_turns


def _tables(path: Path) -> tuple[Table, ...]:
    run = load_run(path)
    return comparability_part(scopes_of(run, styles(run.every_contender))).tables


def _rows(path: Path) -> dict[str, tuple[str, str]]:
    """Return what we ran, and its effect, by aspect and workload."""
    (table,) = _tables(path)
    return {
        ", ".join((row[0].text, *row[0].notes)): (row[2].text, row[3].text)
        for row in table.groups[0].rows
    }


def test_every_aspect_has_what_they_ran_and_what_we_ran(make_run: MakeRun) -> None:
    (table,) = _tables(make_run())
    assert [header.text for header in table.headers] == [
        "Aspect",
        "What they ran",
        "What we ran",
        "Effect on comparability",
    ]
    aspects = [row[0].text for row in table.groups[0].rows]
    assert aspects == [
        "Hardware",
        "Software",
        "Data and epochs",
        "Network",
        "Repeats",
        "Measurement",
    ]
    assert table.groups[0].rows[1][1].text.startswith("TensorFlow 2.15.0, PyTorch 2.2.1+cu121")


def test_what_we_ran_is_read_from_the_jobs(make_run: MakeRun) -> None:
    path = make_run(protocols=("published", "matched"))
    add_turns(path, {"pytorch": [0.1, 0.1, 0.1]})
    found = {aspect: ours for aspect, (ours, _) in _rows(path).items()}
    assert "Example CPU @ 2.90GHz, 2 logical CPUs" in found["Hardware"]
    assert found["Hardware"].endswith("24 GiB, no GPU used")
    assert "torch 2.13.0" in found["Software"]
    assert "tensorflow-cpu 2.21.0" in found["Software"]
    assert found["Data and epochs"] == "mnist: 3 epochs on all training samples"
    assert found["Network"].startswith("2 convolutions, 2 dense layers, 225,034 weights; adam at")
    assert found["Repeats"] == (
        "2 blocks with everything equal, 2 blocks with own defaults and 3 blocks of turns"
    )
    assert "single steps and predictions, in turn" in found["Measurement"]


def test_a_smaller_training_has_its_effect(make_run: MakeRun) -> None:
    _, effect = _rows(make_run())["Data and epochs"]
    assert effect == (
        "accuracy not comparable: 2 of 12 epochs, the first 10,000 training samples; "
        "chosen by us where the paper is silent"
    )


def test_the_papers_training_leaves_what_the_paper_is_silent_about(make_run: MakeRun) -> None:
    _, effect = _rows(make_run(profile="paper"))["Data and epochs"]
    assert effect == "chosen by us where the paper is silent"


@pytest.mark.parametrize(
    ("file", "aspect", "effect"),
    [
        ("s1-cifar.toml", "Software", "—"),
        ("s2-mnist.toml", "Hardware", "absolute times are not comparable"),
        ("s2-mnist.toml", "Software", "other releases: gaps may have changed since"),
        ("s3-cifar-distributed.toml", "Software", "whether releases differ cannot be told"),
        ("s4-keras-pytorch.toml", "Hardware", "absolute times are not comparable; verdicts on the "
         "GPU are carried over to the CPU"),
        ("s4-keras-pytorch.toml", "Data and epochs, Regression of petrol consumption", "—"),
        ("s4-keras-pytorch.toml", "Repeats", "how far the paper’s numbers scatter is unknown"),
        ("s4-keras-pytorch.toml", "Measurement", "verdicts on training time rest on the ratio of "
         "single steps"),
    ],
)  # fmt: skip
def test_an_effect_follows_from_both(
    make_run: MakeRun, file: str, aspect: str, effect: str
) -> None:
    assert _rows(make_run(study_file=STUDIES / file))[aspect][1] == effect


def test_another_data_set_is_told(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "s5-resnet-vgg.toml", contenders=("pytorch",), repeats=1)
    _, effect = _rows(path)["Data and epochs, VGG-16 on 80x80 images, Adam"]
    assert effect.startswith("accuracy not comparable: another data set, 2 of 200 epochs")


def test_the_same_releases_have_no_effect(make_run: MakeRun) -> None:
    path = make_run(contenders=("pytorch",))
    file = path / "studies" / "s2.toml"
    text = file.read_text(encoding="utf-8")
    told = text.replace("PyTorch 2.2.1+cu121, NumPy 1.25.2", "PyTorch 2.13.0, NumPy 2.2.6")
    file.write_text(told, encoding="utf-8")
    assert _rows(path)["Software"][1] == "—"


def test_what_did_not_run_is_told(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "s4-keras-pytorch.toml", contenders=("pytorch",))
    for job in path.glob("jobs/s4.petrol-mlp.*"):
        job.rename(path / job.name)
    record = path / "run.json"
    record.write_text(record.read_text(encoding="utf-8").replace("s4.petrol-mlp.", "s4.petrol."))
    assert _rows(path)["Data and epochs, Regression of petrol consumption"] == ("not run here", "—")


def test_a_question_of_the_kits_own_is_compared_with_no_paper(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "x1-table-scoring.toml", tasks=("verify", "score"))
    assert _tables(path) == ()
