"""The first page's title, question, counts and distinctions."""

import pytest

from report.document.document import Report, write_report
from report.document.headline import distinctions, in_a_line, title
from report.run.load import load_run
from report.topics.statements.tally import Tally
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES, study


def tally(held: int, lost: int, tied: int, undecided: int, untested: int = 0) -> Tally:
    verdicts = {
        "reproduced": held,
        "contradicted": lost,
        "equal within 5 %": tied,
        "inconclusive": undecided,
    }
    return Tally(verdicts, {"a GPU": untested} if untested else {})  # type: ignore[arg-type]


def test_the_title_is_the_result(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(more_studies=(STUDIES / "s4-keras-pytorch.toml",))))
    assert report.title.startswith("Two published framework comparisons, re-run: ")
    assert f"of {report.tally.tested} tested statements" in report.title


@pytest.mark.parametrize(
    ("found", "result"),
    [
        (tally(6, 5, 0, 10), "6 of 21 tested statements hold, 5 do not"),
        (tally(0, 2, 1, 0), "2 of 3 tested statements do not hold, 1 comes to a tie"),
        (tally(3, 1, 0, 0), "3 of 4 tested statements hold, 1 does not"),
        (tally(0, 0, 0, 4), "none of 4 tested statements is decided"),
        (tally(0, 0, 0, 0, 9), "no statement could be tested"),
    ],
)
def test_the_result_says_what_was_decided_and_no_more(found: Tally, result: str) -> None:
    assert title([study()], found) == f"“{study().title}”, re-run: {result}"


def test_a_line_on_a_study_counts_what_was_not_tested_too() -> None:
    assert in_a_line(tally(1, 0, 0, 1, 3)) == "1 of 2 tested statements holds; 3 were not tested."


def test_a_single_study_asks_its_own_question(plain_report: Report) -> None:
    assert plain_report.question == plain_report.studies[0].question


def test_several_studies_share_a_question_that_names_the_contenders(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(more_studies=(STUDIES / "s4-keras-pytorch.toml",))))
    assert "PyTorch, TensorFlow, Keras (TensorFlow) and Velox ML functions" in report.question


def test_a_single_contender_is_not_told_apart(make_run: MakeRun) -> None:
    studies = (STUDIES / "s4-keras-pytorch.toml",)
    report = write_report(load_run(make_run(contenders=("pytorch",), more_studies=studies)))
    assert "apart" not in report.question


def test_every_statement_is_counted_once(plain_report: Report) -> None:
    (found,) = plain_report.counts
    judged = [one for chapter in plain_report.chapters for one in chapter.judged if one.is_counted]

    needs_the_gpu = [one for one in judged if not one.verdicts]
    assert sum(count for _, count in found.verdicts) == len(judged) - len(needs_the_gpu) > 0


def test_two_contenders_of_one_engine_are_told_apart_where_both_appear() -> None:
    assert "exactly as its package ships" in distinctions(["velox", "pytorch", "velox-stock"])[0]
    assert distinctions(["velox", "pytorch"]) == ()
