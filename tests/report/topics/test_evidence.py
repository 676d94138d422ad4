"""The evidence of equality as readers see it."""

from pathlib import Path

from report.document.document import Report
from report.elements.table import Cell, Table
from report.exporters.markdown import MarkdownExporter
from report.run.load import load_run
from report.run.scope import scopes_of
from report.topics.equality.evidence import evidence_table
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun

OPTIMIZERS = ("sgd", "momentum", "adam")
COLUMNS = {"pytorch": 1, "tensorflow": 2, "keras": 3, "velox": 4}
EXCUSED = (
    "Excused in Velox ML functions: first gradients in float32 up to 0.0031\N{NO-BREAK SPACE}%, "
    "because the reference itself, computed in float32, is as far from the one in float64"
)
EARLY = (
    "proved by an earlier gate, which did not look at single layers, the optimizer by itself, "
    "the loop that is timed and predictions of many rows"
)


def table_of(path: Path) -> Table:
    run = load_run(path)
    return evidence_table("e", scopes_of(run, styles(run.contenders))[0], "cpu")


def rows(table: Table, kind: str) -> dict[str, tuple[Cell, ...]]:
    (group,) = (group for group in table.groups if group.title == kind)
    return {row[0].text: row for row in group.rows}


def summary(table: Table, label: str, contender: str) -> Cell:
    (row,) = (row for row in table.groups[0].rows if row[0].text == label)
    return row[COLUMNS[contender]]


def remarks(table: Table) -> list[str]:
    return [text for letter, text in table.footnotes if not letter]


def test_the_gates_verdict_stands_above_its_checks(make_run: MakeRun) -> None:
    table = table_of(make_run(unequal=("keras",), unproven=("tensorflow",)))
    verdict = summary(table, "Gate", "keras")
    assert (verdict.kind, verdict.text, verdict.notes) == ("fail", "failed", ("2 proofs",))
    assert summary(table, "Checks passed", "keras").text == "19 of 20"
    assert summary(table, "Checks passed", "pytorch").text == "20 of 20"
    assert summary(table, "Gate", "tensorflow").text == "unproven"


def test_what_depends_on_the_optimizer_has_a_row_for_each(make_run: MakeRun) -> None:
    table = table_of(make_run())
    assert list(rows(table, "The optimizer by itself")) == [
        f"{optimizer}, {precision}"
        for optimizer in OPTIMIZERS
        for precision in ("float32", "float64")
    ]
    assert list(rows(table, "First gradients")) == ["adam, float32", "adam, float64"]
    assert list(rows(table, "Single layers")) == ["adam, float32"]


def test_a_check_shows_its_error_its_limit_and_where(make_run: MakeRun) -> None:
    table = table_of(make_run(unequal=("keras",)))
    row = rows(table, "The loop that is timed")["adam, float32"]
    failed, passed = row[COLUMNS["keras"]], row[COLUMNS["pytorch"]]
    assert (failed.kind, failed.text) == ("fail", "3")
    assert (passed.kind, passed.text) == ("pass", "4e-8")
    assert failed.notes == ("limit 0", "progress of epoch 1 on the study's network")
    assert passed.notes == ("limit 1e-5", "loss of epoch 2 on a small network")


def test_a_failed_check_has_all_its_causes_below_the_table(make_run: MakeRun) -> None:
    table = table_of(make_run(unequal=("keras",)))
    failed = rows(table, "The loop that is timed")["adam, float32"][COLUMNS["keras"]]
    assert dict(table.footnotes)[failed.mark] == (
        "it tells another progress than its batches make; "
        "it reports another loss than its batches have"
    )


def test_the_caption_tells_how_far_the_whole_network_was_trained(make_run: MakeRun) -> None:
    caption = table_of(make_run()).caption
    assert caption.endswith("The whole network took 4 steps with batches of 16.")


def test_taken_over_from_one_run_are_told_together(make_run: MakeRun) -> None:
    earlier = {"pytorch": "20260301-a", "keras": "20260301-a", "velox": "20260227-b"}
    table = table_of(make_run(tasks=("verify", "train"), taken_over=earlier))
    assert [text for text in remarks(table) if text.startswith("Taken over")] == [
        "Taken over from run 20260301-a, of 2 March 2026, as nothing that they depend on has "
        "changed since: the proofs of PyTorch and Keras (TensorFlow)",
        "Taken over from run 20260227-b, of 2 March 2026, as nothing that it depends on has "
        "changed since: the proof of Velox ML functions",
    ]


def test_a_proof_for_another_workload_of_the_run_is_told_as_such(make_run: MakeRun) -> None:
    table = table_of(make_run(tasks=("verify", "train"), taken_over={"pytorch": "run"}))
    assert remarks(table)[0] == (
        "Taken over from another workload of this run, of 2 March 2026, as nothing that it "
        "depends on has changed since: the proof of PyTorch"
    )


def test_a_gate_that_ran_is_not_said_to_be_taken_over(make_run: MakeRun) -> None:
    table = table_of(make_run(tasks=("verify", "train")))
    assert not any("Taken over" in text for text in remarks(table))


def test_a_precision_that_a_contender_lacks_is_empty_and_explained_once(make_run: MakeRun) -> None:
    table = table_of(make_run())
    empty = rows(table, "First gradients")["adam, float64"][COLUMNS["velox"]]
    assert (empty.text, empty.mark) == ("—", "")
    reason = "Velox ML functions has no float64: the ML functions compute in float32"
    assert remarks(table).count(reason) == 1


def test_kinds_that_no_contender_has_are_left_out(make_run: MakeRun) -> None:
    """The network has no dropout."""
    titles = [group.title for group in table_of(make_run()).groups]
    assert len(titles) == 11
    assert "Dropout" not in titles


def test_what_was_excused_is_said_in_words(make_run: MakeRun) -> None:
    table = table_of(make_run())
    cell = rows(table, "First gradients")["adam, float32"][COLUMNS["velox"]]
    assert cell.notes == ("limit 1e-5", "conv1.kernel", "excused 3.1e-5", "floor 2.9e-5")
    assert EXCUSED in remarks(table)
    assert table.brief is not None
    assert EXCUSED in remarks(table.brief)


def test_an_early_proof_says_what_was_not_looked_at(make_run: MakeRun) -> None:
    table = table_of(make_run(proved_early=True))
    names = "PyTorch, TensorFlow, Keras (TensorFlow) and Velox ML functions"
    assert f"{names}: {EARLY}" in remarks(table)
    assert len(table.groups) == 6


def test_an_early_proof_excused_what_passed_beyond_its_limit(make_run: MakeRun) -> None:
    assert EXCUSED in remarks(table_of(make_run(proved_early=True)))


def test_a_proof_of_today_is_no_early_one(make_run: MakeRun) -> None:
    assert not any("earlier gate" in text for text in remarks(table_of(make_run())))


def test_a_contender_that_disagrees_passed_its_checks_and_is_not_compared(
    make_run: MakeRun,
) -> None:
    table = table_of(make_run(disagreeing="keras"))
    verdict = summary(table, "Gate", "keras")
    assert (verdict.kind, verdict.text) == ("fail", "disagreed")
    assert dict(table.footnotes)[verdict.mark] == (
        "not compared: its training loss disagrees with that of the others"
    )


def test_paper_has_a_row_per_kind_with_the_check_closest_to_its_limit(make_run: MakeRun) -> None:
    brief = table_of(make_run(unequal=("keras",))).brief
    assert brief is not None
    found = {row[0].text: row for row in brief.groups[1].rows}
    assert len(found) == 10
    assert found["The loop that is timed"][COLUMNS["keras"]].kind == "fail"
    gradients = found["First gradients"][COLUMNS["pytorch"]]
    assert gradients.notes == ("limit 1e-5", "conv1.kernel", "adam, float32")


def test_markdown_says_what_was_excused(plain_report: Report) -> None:
    text = MarkdownExporter().text(plain_report)
    assert "Excused in Velox ML functions: first gradients in float32 up to 0.0031 %" in text
