"""A sentinel stands before the first and after the last timed job of every block that runs."""

import pytest

from contract.journal import SentinelReading
from host.cpu_times import cpu_times, load_between
from orchestrator.errors import PlumblineError
from orchestrator.hosts.this_machine import BlockWatch, ThisMachine
from orchestrator.store.journal import Journal
from tests.contract.examples import job

GATE = job(task="verify")
ONCE = job(task="mistakes")
BLOCKS = [
    job(seed=seed, repeat=block, contender=name)
    for block, seed, name in (
        (1, 0, "pytorch"),
        (1, 0, "keras"),
        (2, 1, "keras"),
        (2, 1, "pytorch"),
    )
]
JOBS = [GATE, *BLOCKS[:2], ONCE, *BLOCKS[2:]]


@pytest.fixture
def go_through(tmp_path):
    """Go through a plan, running some of its jobs; return the readings' blocks and positions."""

    def go_through(running, measure=lambda limits: (0.1, 0.1, 0.1)):
        journal, said, host = Journal(tmp_path), [], ThisMachine()
        host.sentinel = measure
        for block in (JOBS[:4], JOBS[4:]):
            watch = BlockWatch(block, host, journal, said.append)
            for planned in block:
                if planned in running:
                    watch.before(planned)
                watch.after(planned)
        readings = [entry for entry in journal.entries() if isinstance(entry, SentinelReading)]
        return [(reading.block, reading.position) for reading in readings], readings, said

    return go_through


def test_every_block_has_one_first_and_one_last(go_through):
    places, readings, _ = go_through(JOBS)

    assert places == [(1, "first"), (1, "last"), (2, "first"), (2, "last")]
    assert [reading.since_first is None for reading in readings] == [True, False, True, False]
    assert {reading.cpus for reading in readings} == {(0, 1)}


def test_a_block_whose_jobs_are_all_used_again_costs_no_sentinel(go_through):
    assert go_through([])[0] == []
    assert go_through([GATE, ONCE])[0] == []


def test_a_block_of_which_one_job_runs_is_closed_though_its_last_job_does_not(go_through):
    assert go_through([BLOCKS[2]])[0] == [(2, "first"), (2, "last")]


def test_a_sentinel_that_does_not_run_is_told_and_stops_nothing(go_through):
    def broken(limits):
        raise PlumblineError("the sentinel did not run: no numpy", "install it")

    places, _, said = go_through(JOBS, broken)

    assert places == []
    assert len(said) == 4
    assert "no numpy; the drift of block 1 is unknown" in said[0]


def test_load_is_told_by_the_kernels_counters(tmp_path):
    stat = tmp_path / "stat"
    stat.write_text("cpu  100 0 50 800 50 0 0 0 0 0\ncpu0 1 2 3\n")
    before = cpu_times(stat)
    stat.write_text("cpu  150 0 60 820 60 0 0 10 0 0\ncpu0 1 2 3\n")

    load = load_between(before, cpu_times(stat))

    assert (load.busy_percent, load.steal_percent) == (60, 10)


def test_a_line_that_a_killed_orchestrator_left_half_written_is_cut_off(tmp_path, go_through):
    (tmp_path / "journal.jsonl").write_bytes(b'{"kind": "sentinel", "blo')

    assert len(go_through(JOBS)[0]) == 4
    first_line, *_ = (tmp_path / "journal.jsonl").read_text().splitlines()
    assert SentinelReading.model_validate_json(first_line).block == 1
