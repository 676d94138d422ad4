"""The first page's question, counts and distinctions."""

from report.document.document import Report, write_report
from report.document.headline import claims_in_words, distinctions
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


def test_every_claim_is_counted_once(plain_report: Report) -> None:
    judged = [found for chapter in plain_report.chapters for found in chapter.judged]
    assert sum(count for _, count in plain_report.counts) == len(judged) > 0


def test_counts_are_said_in_words() -> None:
    found = claims_in_words(
        (("reproduced", 3), ("contradicted", 1), ("inconclusive", 2), ("not testable here", 4))
    )
    assert found.startswith(
        "Of 10 claims this run can test 6: 3 reproduced, 1 contradicted and 2 inconclusive."
    )


def test_a_run_that_tests_nothing_says_so() -> None:
    none = (("reproduced", 0), ("contradicted", 0), ("inconclusive", 0))
    assert claims_in_words((*none, ("not testable here", 5))) == (
        "This run can test none of 5 claims."
    )


def test_two_contenders_of_one_engine_are_told_apart_where_both_appear() -> None:
    assert "exactly as its package ships" in distinctions(["velox", "pytorch", "velox-stock"])[0]
    assert distinctions(["velox", "pytorch"]) == ()


def test_where_nothing_is_inconclusive_the_word_is_not_explained() -> None:
    none_open = (("reproduced", 1), ("contradicted", 0), ("inconclusive", 0))
    assert "not a finding" not in claims_in_words((*none_open, ("not testable here", 0)))
