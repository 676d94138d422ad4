"""The first page's question, counts and distinctions."""

from report.document.document import Report, write_report
from report.document.headline import distinctions
from report.run.load import load_run
from tests.report.conftest import MakeRun
from tests.report.run_folder import STUDIES


def test_a_single_study_asks_its_own_question(plain_report: Report) -> None:
    assert plain_report.question == plain_report.studies[0].question


def test_several_studies_share_a_question_that_names_the_contenders(make_run: MakeRun) -> None:
    report = write_report(load_run(make_run(more_studies=(STUDIES / "s4-keras-pytorch.toml",))))
    assert "2 comparisons" in report.title
    assert "PyTorch, TensorFlow, Keras (TensorFlow) and Velox ML functions" in report.question


def test_a_single_contender_is_not_chosen_among(make_run: MakeRun) -> None:
    studies = (STUDIES / "s4-keras-pytorch.toml",)
    report = write_report(load_run(make_run(contenders=("pytorch",), more_studies=studies)))
    assert "serves which need" not in report.question


def test_every_statement_is_counted_once(plain_report: Report) -> None:
    (found,) = plain_report.counts
    judged = [one for chapter in plain_report.chapters for one in chapter.judged if one.is_counted]

    needs_the_gpu = [one for one in judged if not one.verdicts]
    assert sum(count for _, count in found.verdicts) == len(judged) - len(needs_the_gpu) > 0


def test_two_contenders_of_one_engine_are_told_apart_where_both_appear() -> None:
    assert "exactly as its package ships" in distinctions(["velox", "pytorch", "velox-stock"])[0]
    assert distinctions(["velox", "pytorch"]) == ()
