"""What may be quoted from a run, what may not, and what to do before."""

from report.document.document import Report, write_report
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, set_metric


def test_a_reduced_run_is_preliminary_and_says_how_much_it_trained(make_run: MakeRun) -> None:
    status = write_report(load_run(make_run())).status

    assert status.word == "Preliminary"
    assert "Absolute times, accuracies and losses are not the papers’ (3 epochs" in status.text
    assert "`plumbline run --profile paper` for absolute values" in status.before


def test_one_epoch_is_no_plural(make_run: MakeRun) -> None:
    status = write_report(load_run(make_run(epochs=1))).status

    assert "are not the papers’ (1 epoch" in status.text
    assert "1 epochs" not in status.text


def test_a_run_that_decides_nothing_gives_nothing_to_quote(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(repeats=1)))

    assert "no ratio between frameworks may be quoted yet" in report.status.text
    assert any("--budget none" in text for text in report.status.before)
    assert not any(chapter.quote for chapter in report.chapters)


def test_where_no_paper_states_anything_nothing_is_held_against_one(make_run: MakeRun) -> None:
    path = make_run(study_file=STUDIES / "x1-table-scoring.toml", tasks=("verify", "score"))
    report = write_report(load_run(path))

    assert report.status.text.startswith("No paper states anything on this")
    assert "papers’" not in report.status.text
    assert report.unanswered == ""
    assert report.choice.table is not None
    assert "Scoring a table" in [header.text for header in report.choice.table.headers]


def test_an_unfinished_run_says_how_to_go_on(make_run: MakeRun) -> None:
    path = make_run()
    record = (path / "run.json").read_text(encoding="utf-8")
    finished = load_run(path).record
    assert finished is not None
    unfinished = finished.model_copy(update={"finished": None})
    (path / "run.json").write_text(unfinished.model_dump_json(), encoding="utf-8")
    assert record

    status = write_report(load_run(path)).status

    assert status.word == "Not finished"
    assert status.before[0] == "`plumbline run --resume`"


def test_a_decided_statement_can_be_copied_with_machine_and_run(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "keras", "train", "peak_memory_bytes", [100, 101, 102])
    set_metric(path, "pytorch", "train", "peak_memory_bytes", [50, 51, 50])
    set_metric(path, "velox", "train", "peak_memory_bytes", [20, 21, 20])
    report: Report = write_report(load_run(path))

    (quote,) = (chapter.quote for chapter in report.chapters)

    assert quote.startswith("CNN on MNIST: ")
    assert "95 % interval" in quote
    assert "3 blocks, matched" in quote
    assert "2 logical CPUs" in quote
    assert f"Plumbline, run {report.run_name}, statement S2." in quote
