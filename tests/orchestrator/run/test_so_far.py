"""What a page says of a run without an end is true whenever it is read."""

from datetime import datetime, timezone

from orchestrator.plan.estimate import Costs
from orchestrator.run.context import RunState
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.so_far import not_finished, so_far
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, job, trained_result
from tests.orchestrator.programs import ProgramLauncher, context_of

MOMENT = datetime(2026, 11, 7, 15, 42, tzinfo=timezone.utc)
NAMES = ("pytorch", "keras", "velox")
TRAININGS = [job(seed=1), job(seed=2, repeat=2), job(seed=3, repeat=3)]
TURNS = [job(contender=name, task="turns", turn_rounds=2) for name in NAMES[1:]]


def state(tmp_path, *, job_seconds=None):
    """Return the state of a run whose first job took so long, if it is done."""
    store = RunStore(tmp_path / "results" / "run")
    store.folder.mkdir(parents=True)
    contenders = {name: (contender_info(name=name), tmp_path) for name in NAMES}
    jobs = [*TRAININGS, *TURNS]
    display = PlainDisplay(None)
    state = RunState(context_of(jobs, ProgramLauncher(), store, contenders, display), Costs())
    if job_seconds is not None:
        state.add(TRAININGS[0], JobOutcome(trained_result(), job_seconds))
    return state


def test_a_page_is_of_its_moment_and_tells_an_interrupted_run():
    assert not_finished(MOMENT) == (
        "As of 15:42 UTC on 7 November 2026 this run was not finished. Reload the page for more. "
        "If no newer page comes for long, the run was interrupted: `plumbline run`, with the same "
        "options and `--resume`, continues it."
    )


def test_it_says_what_was_done_what_came_next_and_what_was_left(tmp_path):
    told = so_far(TRAININGS[1:2], state(tmp_path, job_seconds=60.0), None)

    assert told == (
        "1 of 5 jobs were done, train mnist-cnn pytorch #2 came next, and 2 min and 2 jobs of "
        "unknown cost were left"
    )
    assert f"was not finished: {told}. Reload" in not_finished(MOMENT, told)


def test_a_block_of_turns_names_all_that_take_part(tmp_path):
    told = so_far(TURNS, state(tmp_path), None)

    assert ", turns mnist-cnn #1 of keras, velox came next, " in told


def test_no_more_is_left_than_the_budget_has(tmp_path):
    told = so_far(TURNS, state(tmp_path, job_seconds=60.0), 45.0)

    assert told.endswith("and at most 45 s were left")


def test_a_plan_that_ends_within_the_budget_takes_what_it_takes(tmp_path):
    found = state(tmp_path, job_seconds=60.0)
    for spec in TURNS:
        found.spare([spec])

    assert so_far(TRAININGS[1:2], found, 3600.0).endswith("and 2 min were left")
