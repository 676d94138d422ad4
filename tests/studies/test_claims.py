"""Every claim of every paper has its entry, and no entry claims what no paper says."""

import pytest

from contract.study import load_studies
from tests.contract.examples import STUDY_FILE
from tests.studies.papers import STATEMENTS, Statement

STUDIES = load_studies(STUDY_FILE.parent)
CLAIMS = [(study.id, claim) for study in STUDIES.values() for claim in study.claims]


def answers(study, claim, statement):
    """Tell whether an entry is about what the paper states."""
    metrics = {comparison.left.metric for comparison in claim.comparisons}
    return (
        study == statement.study
        and all(word in claim.text for word in statement.words.split())
        and metrics == ({statement.metric} if statement.metric else set())
        and statement.published in claim.published
    )


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda found: f"{found.study}-{found.words}")
def test_no_claim_of_a_paper_is_missing(statement: Statement):
    assert any(answers(study, claim, statement) for study, claim in CLAIMS)


@pytest.mark.parametrize(("study", "claim"), CLAIMS, ids=lambda found: getattr(found, "text", None))
def test_no_claim_is_invented(study, claim):
    assert any(answers(study, claim, statement) for statement in STATEMENTS)


def test_the_claims_are_counted():
    """Entries by study: a statement has one for each device and each loop it is read on."""
    counts = {study.id: len(study.claims) for study in STUDIES.values()}

    assert counts == {"s1": 14, "s2": 14, "s3": 22, "s4": 16, "s5": 32, "x1": 0}


def test_no_two_claims_say_the_same():
    texts = [(study, claim.text) for study, claim in CLAIMS]

    assert len(set(texts)) == len(texts)


def test_only_what_was_never_measured_on_one_machine_is_untestable():
    untestable = [(study, claim.text) for study, claim in CLAIMS if claim.untestable]

    assert untestable == [
        ("s3", "Velox needs manual distribution of the data"),
        ("s3", "Velox is efficient when the work is distributed"),
    ]


@pytest.mark.parametrize(("study", "claim"), CLAIMS, ids=lambda found: getattr(found, "text", None))
def test_accuracy_is_judged_after_the_published_training_only(study, claim):
    """A regression of 48 rows is trained as published in every profile."""
    accuracies = {"test_accuracy", "best_test_accuracy", "train_accuracy"}
    metrics = {comparison.left.metric for comparison in claim.comparisons}

    assert claim.needs_paper_profile == bool(metrics & accuracies)


@pytest.mark.parametrize(("study", "claim"), CLAIMS, ids=lambda found: getattr(found, "text", None))
def test_a_claim_compares_what_its_workload_measures(study, claim):
    workload = STUDIES[study].workload(claim.workload)
    sides = {side for found in claim.comparisons for side in (found.left, found.right)}
    tasks = {getattr(side, "task", None) for side in sides} - {None}

    assert tasks <= set(workload.tasks)
    assert claim.contenders <= set(workload.contenders or STUDIES[study].contenders)
