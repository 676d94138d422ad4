"""Statements as ratios: what the forest plot and the findings are made of."""

from pathlib import Path

import pytest

from report.run.load import load_run
from report.run.measurements import Measurements
from report.topics.statements.brief import brief_table
from report.topics.statements.findings import MOST_FINDINGS, findings, in_words, ratio_text
from report.topics.statements.forest import forest
from report.topics.statements.judged import JudgedStatement
from report.topics.statements.ledger import Ledger
from report.topics.statements.ratios import StatedRatio, stated_ratios
from report.topics.statements.tally import tally
from report.vocabulary.presentation import styles
from tests.report.conftest import MakeRun
from tests.report.run_folder import set_metric
from tests.report.topics.statements.test_ledger import CONTENDERS, ledger, reading, statement

STYLES = styles(CONTENDERS)
FASTER = "train_seconds[tensorflow] < train_seconds[pytorch]"


def ratios(path: Path, *holds: str, **settings: object) -> tuple[StatedRatio, ...]:
    stated = [statement(reading(text), number=n, **settings) for n, text in enumerate(holds, 1)]
    return stated_ratios(ledger(path, *stated), STYLES)


@pytest.fixture
def twice_as_fast(make_run: MakeRun) -> Path:
    """TensorFlow trains in half of PyTorch's time, but for a little noise."""
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 11.1, 10.5])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 22.0, 21.2])
    return path


def test_a_ratio_is_left_over_right_with_its_interval(twice_as_fast: Path) -> None:
    (found,) = ratios(twice_as_fast, FASTER)

    assert found.estimate == pytest.approx(0.5, abs=0.01)
    assert found.low < found.estimate < found.high
    assert found.what == "TensorFlow ÷ PyTorch: training"
    assert (
        found.measured
        == "TensorFlow 10.5\N{NO-BREAK SPACE}s against PyTorch 21.2\N{NO-BREAK SPACE}s"
    )
    assert found.verdict == "reproduced"


def test_the_factor_of_a_word_moves_the_limit_and_not_the_ratio(twice_as_fast: Path) -> None:
    (found,) = ratios(twice_as_fast, "4 * train_seconds[tensorflow] < train_seconds[pytorch]")

    assert found.estimate == pytest.approx(0.5, abs=0.01)
    assert found.limit == 0.25
    assert found.verdict == "contradicted"


def test_every_comparison_of_a_statement_has_a_row_and_its_own_verdict(
    twice_as_fast: Path,
) -> None:
    both = f"{FASTER} and train_seconds[pytorch] < train_seconds[tensorflow]"
    first, second = ratios(twice_as_fast, both)

    assert (first.verdict, second.verdict) == ("reproduced", "contradicted")


def test_one_block_has_no_ratio_to_show(make_run: MakeRun) -> None:
    assert ratios(make_run(repeats=1), FASTER) == ()


def test_what_was_counted_is_a_ratio_without_an_interval(make_run: MakeRun) -> None:
    (found,) = ratios(make_run(develops=True), "source_lines[velox] > source_lines[pytorch]")

    assert found.low == found.estimate == found.high
    assert "[" not in ratio_text(found)


def test_the_papers_ratio_of_another_device_says_so(twice_as_fast: Path) -> None:
    (found,) = ratios(twice_as_fast, FASTER, published_ratio={"cuda": 0.8}, published_on=("cuda",))

    assert found.carried_over
    assert "the paper on the GPU: 0.800 ×" in in_words(found)


def test_a_finding_says_verdict_statement_values_ratio_and_paper(twice_as_fast: Path) -> None:
    (found,) = findings(ratios(twice_as_fast, FASTER, published_ratio={"cpu": 0.8}))

    assert found.lead == "S2.1 holds: “One is faster.”"
    assert "TensorFlow 10.5" in found.detail
    assert "(the paper: 0.800 ×)" in found.detail


def test_what_is_open_is_no_finding(make_run: MakeRun) -> None:
    path = make_run(repeats=3)
    set_metric(path, "tensorflow", "train", "train_seconds", [10.0, 21.0, 14.0])
    set_metric(path, "pytorch", "train", "train_seconds", [20.0, 11.0, 14.1])

    assert findings(ratios(path, FASTER)) == ()


def test_a_study_gives_two_findings_at_most_the_most_surprising_first(
    twice_as_fast: Path,
) -> None:
    stated = [
        statement(reading(FASTER), number=1, published_ratio={"cpu": 0.5}),
        statement(reading(FASTER), number=2, published_ratio={"cpu": 5.0}),
        statement(reading(FASTER), number=3, published_ratio={"cpu": 0.6}),
    ]
    found = findings(stated_ratios(ledger(twice_as_fast, *stated), STYLES))

    assert [one.statement for one in found] == ["S2.2", "S2.3"]
    assert len(found) <= MOST_FINDINGS


def test_a_statement_is_told_by_the_comparison_that_it_falls_with(twice_as_fast: Path) -> None:
    both = f"{FASTER} and train_seconds[pytorch] < 1.1 * train_seconds[tensorflow]"
    (found,) = findings(ratios(twice_as_fast, both))

    assert "does not hold" in found.lead
    assert found.detail.startswith("PyTorch 21.2")


def test_the_plot_has_a_row_for_every_ratio_that_leads_to_its_statement(
    twice_as_fast: Path,
) -> None:
    drawn = forest("forest", ratios(twice_as_fast, FASTER, published_ratio={"cpu": 1e-6}), "of S2")

    assert drawn is not None
    ((panel,),) = drawn.chart.panels
    assert panel.links == ("#S2.1",)  # type: ignore[union-attr]
    paper, ours = panel.bars  # type: ignore[union-attr]
    assert paper.marker == "<", "the paper's ratio lies beyond the axis"
    assert ours.interval is not None
    assert "S2.1, TensorFlow ÷ PyTorch: training: 0.5" in drawn.description


def test_without_a_ratio_there_is_no_plot() -> None:
    assert forest("forest", (), "of S2") is None


def _judge_s2(path: Path) -> tuple[JudgedStatement, ...]:
    run = load_run(path)
    return Ledger(run, run.studies["s2"], Measurements(run), styles(run.contenders)).judged()


def test_every_statement_is_tallied_once_tested_or_with_what_would_test_it(
    make_run: MakeRun,
) -> None:
    judged = _judge_s2(make_run(develops=True))
    found = tally(judged)

    assert found.tested + found.untested == sum(one.is_counted for one in judged)
    assert found.needs["a GPU"] == sum(one.is_counted and not one.verdicts for one in judged)
    assert found.needs["training as long as the paper’s"] > 0


def test_a_chapter_names_the_statements_that_were_not_tested(make_run: MakeRun) -> None:
    judged = _judge_s2(make_run())
    table = brief_table("brief", judged, stated_ratios(judged, STYLES))

    shown = {row[0].text for row in table.groups[0].rows}
    told = " ".join(text for _, text in table.footnotes)
    assert shown
    named = {word.strip(".,:") for word in told.split()}
    assert {one.statement.id for one in judged} == shown | (named & _ids(judged))
    assert not shown & named


def _ids(judged: tuple[JudgedStatement, ...]) -> set[str]:
    return {one.statement.id for one in judged}


def test_a_number_that_the_file_names_is_no_finding(twice_as_fast: Path) -> None:
    found = ratios(twice_as_fast, "train_seconds[tensorflow] < 100")

    assert found[0].verdict == "reproduced"
    assert findings(found) == ()


def test_a_finding_says_what_a_word_is_taken_for(twice_as_fast: Path) -> None:
    (found,) = findings(
        ratios(twice_as_fast, "4 * train_seconds[tensorflow] < train_seconds[pytorch]")
    )

    assert "the words are taken for less than 0.250 ×" in found.detail
