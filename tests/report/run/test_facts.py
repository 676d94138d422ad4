"""What a run cost, and on what it ran."""

from report.run.facts import facts_of
from report.run.load import load_run
from tests.report.conftest import MakeRun


def test_time_in_jobs_is_added_up_without_proofs_that_were_taken_over(make_run: MakeRun) -> None:
    path = make_run(
        contenders=("pytorch", "keras"), repeats=1, tasks=("verify",), taken_over={"keras": "a"}
    )
    run = load_run(path)
    assert len(run.jobs) == 2
    assert facts_of(run).job_seconds == 60
