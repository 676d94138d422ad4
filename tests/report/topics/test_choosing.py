"""Who has to choose gets facts: ratios to one contender, with intervals, and what was counted."""

import shutil
from pathlib import Path

from contract.result import Failure
from report.elements.table import Cell, Table
from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.choosing.reference import ReferenceRatios, reference_ratios
from report.topics.choosing.table import Choice, write_choice
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import add_turns, set_metric

BOTH = ("pytorch", "velox")


def facts(path: Path) -> ReferenceRatios:
    run = load_run(path)
    found = reference_ratios(run, scopes_of(run, styles(run.contenders)))
    assert found is not None
    return found


def choice(path: Path) -> Choice:
    run = load_run(path)
    styled = styles(run.contenders)
    return write_choice(run, scopes_of(run, styled), styled)


def row(table: Table | None, title: str) -> dict[str, Cell]:
    assert table is not None
    (cells,) = (cells for cells in table.groups[0].rows if cells[0].text == title)
    return {header.text: cell for header, cell in zip(table.headers, cells, strict=True)}


def test_ratios_are_those_of_blocks_of_turns(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH)
    add_turns(path, {"pytorch": [0.010, 0.012, 0.011], "velox": [0.005, 0.006, 0.0055]})

    velox = row(choice(path).table, "Velox ML functions")

    assert velox["Training step"].text == "0.500"
    assert velox["Training step"].kind == "best"
    assert velox["Training step"].notes == ("0.500 – 0.500, 1 workload",)


def test_the_reference_is_one(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH)

    assert row(choice(path).table, "PyTorch")["Peak memory"].text == "1"


def test_who_is_not_told_apart_is_not_called_best(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH, repeats=3)
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [100, 200, 400])
    set_metric(path, "velox", "train", "peak_memory_bytes", [90, 260, 300])

    found = choice(path)

    assert row(found.table, "Velox ML functions")["Peak memory"].kind == "number"
    assert any("not told apart from PyTorch" in text for text in found.sentences)


def test_whom_to_take_is_who_is_ahead(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH, repeats=3)
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [100, 101, 100])
    set_metric(path, "velox", "train", "peak_memory_bytes", [50, 51, 50])
    add_turns(path, {"pytorch": [0.005, 0.006, 0.0055], "velox": [0.010, 0.012, 0.011]})

    assert choice(path).sentences[0] == (
        "On these workloads, take PyTorch by training step and predicting 100; "
        "Velox ML functions by peak memory."
    )


def test_whom_to_take_is_open_between_equals(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH, repeats=3)
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [100, 200, 400])
    set_metric(path, "velox", "train", "peak_memory_bytes", [90, 260, 300])

    assert choice(path).sentences[0] == (
        "On these workloads, take PyTorch or Velox ML functions by peak memory."
    )


def test_nobody_is_to_take_where_an_untested_one_may_be_better(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=(*BOTH, "keras"), repeats=3)
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [100, 101, 100])
    set_metric(path, "keras", "train", "peak_memory_bytes", [150, 151, 150])
    set_metric(path, "velox", "train", "peak_memory_bytes", [50, 51, 50])
    for later in ("repeat2", "repeat3"):
        shutil.rmtree(path / f"jobs/s2.mnist-cnn.velox.matched.cpu.train.seed1.{later}")

    assert not any(text.startswith("On these workloads") for text in choice(path).sentences)


def test_one_block_gives_a_ratio_and_no_interval(make_run: MakeRun) -> None:
    path = make_run(tasks=("verify", "train"), contenders=BOTH, repeats=1)

    memory = row(choice(path).table, "Velox ML functions")["Peak memory"]

    assert memory.mark
    assert memory.notes == ("1 workload",)
    assert any(text == "Peak memory: not tested." for text in choice(path).sentences)


def test_a_run_without_the_usual_reference_takes_another(make_run: MakeRun) -> None:
    assert facts(make_run(contenders=("keras", "velox"))).reference == "keras"


def test_a_contender_whose_gate_failed_is_beside_nobody(make_run: MakeRun) -> None:
    path = make_run(unequal=("velox",))

    assert all("velox" not in aspect.ratios for aspect in facts(path).aspects)
    assert row(choice(path).table, "Velox ML functions")["Peak memory"].kind == "missing"
    assert any("Not compared: Velox ML functions" in text for text in choice(path).sentences)


def test_what_had_to_be_written_in_another_language_is_said(make_run: MakeRun) -> None:
    path = make_run(develops=True, contenders=BOTH)

    found = choice(path)

    assert row(found.table, "Velox ML functions")["Lines of code"].notes
    assert any("lines of C++ had to be written first" in text for text in found.sentences)
    assert not row(found.table, "PyTorch")["Lines of code"].notes


def test_a_single_contender_is_chosen_among_none(make_run: MakeRun) -> None:
    found = choice(make_run(contenders=("pytorch",), develops=True))
    assert (found.table, found.sentences) == (None, ())


def test_a_run_without_any_result_tells_no_facts(make_run: MakeRun) -> None:
    assert choice(make_run(develops=True, tasks=(), contenders=BOTH)).table is None


def test_who_passed_its_gate_and_measured_nothing_is_beside_nobody(make_run: MakeRun) -> None:
    broken = dict.fromkeys(BOTH, Failure(cause="no memory left", remedy="give it more"))
    path = make_run(contenders=BOTH, develops=True, tasks=("verify", "train"), failing=broken)
    for predicting in path.glob("jobs/*.predict.*"):
        shutil.rmtree(predicting)

    assert choice(path).table is None
