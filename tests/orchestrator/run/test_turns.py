"""Whatever a runner does in a block of turns, it ends its own part of the block and no more."""

import io
import os
import shutil
import signal
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from contract.job import Limits
from contract.journal import JobEntry, SentinelTurn, SetAside, read_journal
from contract.names import ANSWERS_NAME, ORDERS_NAME
from contract.pipes import make_pipes, open_pipes
from contract.turns import TurnOrder, TurnsReady, undisturbed_turns
from orchestrator.engines.launcher import Process
from orchestrator.engines.leftovers import marked_processes
from orchestrator.engines.local.process import SupervisedProcess
from orchestrator.errors import PlumblineError
from orchestrator.run import memory_need, participant
from orchestrator.run.participant import Participant
from orchestrator.run.turns import taken_together
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, job, turn
from tests.orchestrator.programs import WRITE_RESULT, ProgramLauncher, run_programs

ROUNDS = 3
TAKES_TURNS = """
import json, pathlib, sys, time
from contract.job import JobSpec
from contract.pipes import open_pipes
from contract.turns import TurnOrder
from tests.contract.examples import turn, turns, untimed_result
folder = pathlib.Path(sys.argv[1])
spec = JobSpec.model_validate_json((folder / "job.json").read_bytes())
pipes = open_pipes(folder)
taken = []

def started():
    return

def prepared():
    return '{"turn_seconds": {"step": 0.4}}'

def answer(order):
    taken.append(turn(order.round, order.action))
    with (folder.parent / "order.txt").open("a") as file:
        file.write(f"{order.round} {order.action} {spec.contender}\\n")
    return taken[-1].model_dump_json()

{MISBEHAVES}
started()
pipes.send("{}")
assert '"prepare"' in pipes.receive(60).decode()
pipes.send(prepared())
while (order := TurnOrder.model_validate_json(pipes.receive(60))).action != "end":
    pipes.send(answer(order))
result = untimed_result(spec.identity, turns=turns(*taken))
(folder / "result.json").write_text(result.model_dump_json())
"""
IN_ROUND_2 = """
well_behaved = answer
def answer(order):
    if order.round == 2:
        {DOES}
    return well_behaved(order)
"""
NAMES = ("pytorch", "tensorflow", "velox")
CONTENDERS = {name: contender_info(name=name, title=name.title()) for name in NAMES}


def program(misbehaves=""):
    return TAKES_TURNS.replace("{MISBEHAVES}", misbehaves)


def in_round_2(does):
    return program(IN_ROUND_2.replace("{DOES}", does))


def turns_job(name, **changes):
    limits = Limits(cpus=(0,), threads=1, memory_bytes=2**30, timeout_seconds=60)
    values = {"contender": name, "task": "turns", "turn_rounds": ROUNDS, "limits": limits}
    return job(**values | changes)


JOBS = [turns_job(name) for name in NAMES]


def execute_in(folder, jobs=JOBS, launcher=None):
    """Run jobs; return their results by contender, and what was printed."""
    store = RunStore(folder / "run")
    store.folder.mkdir(exist_ok=True)
    launcher = launcher or ProgramLauncher(lambda spec: program())
    output = io.StringIO()
    contenders = {name: (info, folder) for name, info in CONTENDERS.items()}
    display = PlainDisplay(Console(file=output, width=300))
    try:
        results = run_programs(list(jobs), launcher, store, contenders, display)
    finally:
        assert marked_processes(launcher.output_id) == []
    return {result.job.contender: result for result in results}, output.getvalue()


@pytest.fixture
def execute(tmp_path):
    """Run jobs; those of tensorflow with another program."""

    def execute(other=None, jobs=JOBS, launcher=None):
        programs = {"tensorflow": other} if other else {}
        mixed = ProgramLauncher(lambda spec: programs.get(spec.contender, program()))
        return execute_in(tmp_path, jobs, launcher or mixed)

    return execute


@dataclass
class GoodBlock:
    """A block in which nothing went wrong."""

    folder: Path
    results: dict
    took_seconds: float

    @property
    def journal(self):
        return read_journal(self.folder / "run")


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder, began = tmp_path_factory.mktemp("good"), time.monotonic()
    results, _ = execute_in(folder)
    return GoodBlock(folder, results, time.monotonic() - began)


def taken_in(folder):
    lines = (folder / "run" / "jobs" / "order.txt").read_text().splitlines()
    return [tuple(line.split()) for line in lines]


def test_every_contender_has_a_turn_of_every_action_in_every_round(good):
    assert {name: found.status for name, found in good.results.items()} == dict.fromkeys(
        NAMES, "ok"
    )
    for result in good.results.values():
        for action in ("step", "predict_100", "predict_1"):
            assert set(undisturbed_turns(result.turns.turns, action)) == {1, 2, 3}
    rounds = [number for number, _, _ in taken_in(good.folder)]
    assert rounds == sorted(rounds)


def test_all_contenders_are_started_before_any_is_built(execute):
    """Who is built only when all are there would never be, were they started one by one."""
    waits = program(
        "def started():\n"
        "    while len(list(folder.parent.glob('*/log.txt'))) < 2: time.sleep(0.01)\n"
    )

    results, _ = execute(waits, hasty(30))

    assert {result.status for result in results.values()} == {"ok"}


def test_once_all_are_built_one_at_a_time_is_awake(execute, monkeypatch):
    acts = []
    for name in ("freeze", "thaw"):
        act = getattr(SupervisedProcess, name)

        def noted(process, name=name, act=act):
            acts.append((name, process))
            act(process)

        monkeypatch.setattr(SupervisedProcess, name, noted)

    execute()

    built, later = acts[: len(JOBS)], acts[len(JOBS) :]
    assert [name for name, _ in built] == ["freeze"] * len(JOBS)
    *turns, _, _, _ = later  # at its end, each is thawed and frozen no more
    pairs = list(zip(turns[::2], turns[1::2], strict=True))
    assert len(pairs) == len(JOBS) * (1 + 3 * ROUNDS)
    assert all(pair == (("thaw", pair[0][1]), ("freeze", pair[0][1])) for pair in pairs)


def test_the_order_is_shuffled_and_the_same_for_the_same_seed(good, tmp_path):
    execute_in(tmp_path)

    first = taken_in(good.folder)
    assert taken_in(tmp_path) == first
    orders = {tuple(first[start : start + 3]) for start in range(0, len(first), 3)}
    assert len({tuple(name for _, _, name in order) for order in orders}) > 1


def test_on_a_machine_that_is_never_quiet_few_turns_are_taken_once_more(tmp_path):
    busy = program(
        "def answer(order):\n"
        "    taken.append(turn(order.round, order.action, foreign_cpu_share=0.4))\n"
        "    return taken[-1].model_dump_json()\n"
    )

    results, _ = execute_in(tmp_path, launcher=ProgramLauncher(lambda spec: busy))

    taken = sum(len(result.turns.turns) for result in results.values())
    planned = len(JOBS) * 3 * ROUNDS
    assert taken == planned + planned // 4


def test_the_sentinel_takes_a_turn_in_every_round(good):
    entries = [entry for entry in good.journal if isinstance(entry, SentinelTurn)]

    assert [(entry.workload, entry.block, entry.round) for entry in entries] == [
        ("mnist-cnn", 1, number) for number in (1, 2, 3)
    ]


def test_what_a_block_took_is_shared_among_its_jobs(good):
    entries = [entry for entry in good.journal if isinstance(entry, JobEntry)]

    assert len(entries) == len(JOBS)
    assert 0.3 < sum(entry.seconds for entry in entries) / good.took_seconds <= 1


def test_a_whole_block_is_used_again(good):
    again = ProgramLauncher()

    sentinels = [entry for entry in good.journal if isinstance(entry, SentinelTurn)]

    results, output = execute_in(good.folder, launcher=again)

    assert again.started == []
    entries = read_journal(good.folder / "run")
    assert [entry for entry in entries if isinstance(entry, SentinelTurn)] == sentinels
    assert [result.status for result in results.values()] == ["ok"] * 3
    assert output.count("9 turns, 0 disturbed; a step takes 10.00 ms (finished before)") == 3


@pytest.mark.parametrize(
    ("other", "cause"),
    [
        ("raise SystemExit(3)", "exit code 3"),
        (program("def started(): raise SystemExit(4)"), "exit code 4"),
        (program("def started(): pipes.send('nonsense')"), "its answer is none: not valid JSON"),
        (program("def prepared(): raise SystemExit(6)"), "exit code 6"),
        (program("def prepared(): return '{'"), "its answer is none: not valid JSON"),
        (in_round_2("raise SystemExit(5)"), "exit code 5"),
        (in_round_2("import os, signal; os.kill(os.getpid(), 9)"), "killed by signal SIGKILL"),
        (in_round_2("return 'nonsense'"), "its answer is none: not valid JSON"),
        (in_round_2("return 'x' * 4000 + chr(10) + '{}'"), "its answer is none"),
        (in_round_2("order = order.model_copy(update={'round': 7})"), "it answered for another"),
        (in_round_2("time.sleep(600)"), "it gave no answer within 2 s"),
    ],
    ids=[
        "never starts",
        "dies at its start",
        "no JSON when built",
        "dies while it prepares",
        "no JSON when prepared",
        "dies in its turn",
        "is killed in its turn",
        "no JSON",
        "two lines",
        "another turn",
        "hangs in its turn",
    ],
)
def test_a_bad_runner_ends_its_own_part_and_the_others_go_on(execute, monkeypatch, other, cause):
    monkeypatch.setattr(participant, "_PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(participant, "_PATIENCE_FACTOR", 0)

    results, _ = execute(other)

    failed = results.pop("tensorflow")
    assert failed.status == "failed"
    assert cause in failed.failure.cause
    assert [len(result.turns.turns) for result in results.values()] == [3 * ROUNDS] * 2


def hasty(seconds):
    limits = JOBS[1].limits.model_copy(update={"timeout_seconds": seconds})
    return [JOBS[0], JOBS[1].model_copy(update={"limits": limits})]


@pytest.mark.parametrize(
    ("misbehaves", "cause"),
    [
        ("pipes.send = lambda line: time.sleep(600)", "its network was not built within 3 s"),
        ("def prepared(): time.sleep(600)", "it gave no answer within "),
        ("import atexit; atexit.register(time.sleep, 600)", "exceeded its deadline of 3 s"),
    ],
    ids=["never built", "never prepared", "never ends"],
)
def test_a_runner_has_no_more_than_its_deadline(execute, misbehaves, cause):
    results, _ = execute(program(misbehaves), hasty(3))

    assert cause in results["tensorflow"].failure.cause
    assert results["pytorch"].status == "ok"


@pytest.mark.parametrize(
    "when", [2, len(JOBS) + 2, 2 * len(JOBS) + 1], ids=["built", "prepared", "in its turn"]
)
def test_a_runner_that_will_not_freeze_is_ended(execute, monkeypatch, when):
    freeze = SupervisedProcess.freeze
    frozen = []

    def refuses(process):
        frozen.append(process)
        if len(frozen) == when:
            raise PlumblineError("it did not freeze within 10 s", "-")
        freeze(process)

    monkeypatch.setattr(SupervisedProcess, "freeze", refuses)

    results, _ = execute()

    (failed,) = [result for result in results.values() if result.status == "failed"]
    assert failed.failure.cause.startswith("it could not be frozen: it did not freeze")


def test_a_runner_that_dies_while_it_is_frozen_ends_its_own_part(execute, monkeypatch):
    freeze = SupervisedProcess.freeze
    frozen = []

    def finds_no_group(process):
        frozen.append(process)
        if len(frozen) == 2:
            raise FileNotFoundError(2, "No such file or directory", "freezer.state")
        freeze(process)

    monkeypatch.setattr(SupervisedProcess, "freeze", finds_no_group)

    results, _ = execute()

    assert sorted(result.status for result in results.values()) == ["failed", "ok", "ok"]


class Unfrozen(Process):
    """Only seems to be frozen."""

    def wait(self, seconds):
        return None

    def freeze(self):
        return

    thaw = kill = close = freeze


def test_time_in_which_a_job_is_frozen_does_not_count_for_its_deadline(tmp_path):
    (_, spec) = hasty(0.2)
    with make_pipes(tmp_path) as pipes, open_pipes(tmp_path) as runner:
        taking_part = Participant(spec, tmp_path, Unfrozen(), pipes, print)
        runner.send(TurnsReady().model_dump_json())
        assert taking_part.is_built()
        awake_seconds = taking_part.awake_seconds
        time.sleep(0.3)

        assert taking_part.awake_seconds == awake_seconds
        runner.send(turn().model_dump_json())
        assert taking_part.take(TurnOrder(round=1, action="step")) == turn()


def test_a_disturbed_turn_is_taken_once_more(execute):
    disturbed = in_round_2(
        "taken.append(turn(2, order.action, foreign_cpu_share=0.4)); "
        "return taken[-1].model_dump_json()"
    )

    results, _ = execute(disturbed)

    rounds = [turn.round for turn in results["tensorflow"].turns.turns if turn.action == "step"]
    assert rounds == [1, 2, 2, 3]
    assert set(undisturbed_turns(results["tensorflow"].turns.turns, "step")) == {1, 3}


def test_a_block_of_which_a_part_is_missing_runs_again_whole(execute, tmp_path):
    execute("raise SystemExit(1)")

    results, output = execute()

    assert [result.status for result in results.values()] == ["ok"] * 3
    aside = [entry for entry in read_journal(tmp_path / "run") if isinstance(entry, SetAside)]
    assert sorted(entry.because for entry in aside) == [
        "it failed",
        "its block of turns runs again",
        "its block of turns runs again",
    ]
    assert "its block of turns runs again; the earlier result is kept in" in output


def test_where_a_contender_fails_again_the_others_keep_their_results(execute, tmp_path):
    fails = program("def prepared(): raise SystemExit(1)")
    execute(fails)

    results, output = execute(fails)

    assert results["tensorflow"].failure.cause.startswith("the runner ended with exit code 1")
    assert {results[name].status for name in ("pytorch", "velox")} == {"ok"}
    assert output.count("(finished before)") == 2
    aside = [entry for entry in read_journal(tmp_path / "run") if isinstance(entry, SetAside)]
    assert [entry.because for entry in aside] == ["it failed"]


def test_where_more_is_missing_than_what_failed_the_block_runs_again_whole(execute, tmp_path):
    fails = program("def prepared(): raise SystemExit(1)")
    execute(fails)
    shutil.rmtree(tmp_path / "run" / "jobs" / JOBS[2].job_id)

    results, output = execute(fails)

    assert {results[name].status for name in ("pytorch", "velox")} == {"ok"}
    assert "finished before" not in output
    assert "pytorch #1: its block of turns runs again; the earlier result is kept in" in output


def test_where_memory_may_run_out_the_block_says_so_before_it_starts(execute, monkeypatch):
    monkeypatch.setattr(memory_need, "free_memory_bytes", lambda: 2**20)
    training = turns_job("pytorch", task="train", turn_rounds=None)
    programs = {"train": WRITE_RESULT, "turns": program()}
    launcher = ProgramLauncher(lambda spec: programs[spec.task])

    _, output = execute(jobs=[training, *JOBS[:2]], launcher=launcher)

    said = output.index("turns mnist-cnn #1: memory may run out: 2 contenders are alive at once")
    assert said < output.index("turns mnist-cnn pytorch #1: starts")


def test_a_contender_that_cannot_run_is_skipped_and_the_others_take_turns(execute, monkeypatch):
    unable = contender_info(name="tensorflow", abilities={"layers": ("dense",)})
    monkeypatch.setitem(CONTENDERS, "tensorflow", unable)

    results, _ = execute()

    assert results["tensorflow"].status == "skipped"
    assert {results[name].status for name in ("pytorch", "velox")} == {"ok"}


def test_nothing_but_files_is_left_in_a_jobs_folder(execute, tmp_path):
    execute(in_round_2("raise SystemExit(5)"))

    for spec in JOBS:
        names = {path.name for path in (tmp_path / "run" / "jobs" / spec.job_id).iterdir()}
        assert not {ORDERS_NAME, ANSWERS_NAME} & names


@pytest.fixture
def interruptible():
    """Let an interrupt be one, even where whoever started the tests lets it be ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupt_ends_all_of_a_block(execute, tmp_path):
    log = tmp_path / "run" / "jobs" / JOBS[1].job_id / "log.txt"

    def interrupt():
        while not log.is_file() or "here" not in log.read_text():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        execute(in_round_2("print('here', flush=True); time.sleep(600)"))

    results, _ = execute()
    assert [result.status for result in results.values()] == ["ok"] * 3


def test_jobs_of_one_workload_and_block_take_turns_together():
    other = job(task="turns", turn_rounds=ROUNDS, workload="mnist-mlp")
    later = turns_job("pytorch", repeat=2)
    alone = [job(), job(task="predict")]

    groups = list(taken_together([*alone, *JOBS, other, later]))

    assert groups == [[alone[0]], [alone[1]], JOBS, [other], [later]]
