"""What can settle nothing is left out, and what there is no time for; the journal says why."""

import io
import time

import pytest
from rich.console import Console

from contract.job import Limits
from contract.journal import JobEntry, Look, Spared, read_journal, spared
from contract.result import Failure
from contract.verdicts import OpenStatement, StudyLook
from orchestrator.plan.estimate import Costs
from orchestrator.plan.plan import FIRST_TURN_BLOCKS
from orchestrator.run.context import RunState
from orchestrator.run.outcome import JobOutcome
from orchestrator.run.steering import Goal, Steering
from orchestrator.store.journal import now
from orchestrator.store.store import RunStore
from orchestrator.terminal.progress import PlainDisplay
from tests.contract.examples import contender_info, job, trained_result, untimed_result
from tests.orchestrator.programs import ProgramLauncher, context_of

LIMITS = Limits(cpus=(0,), threads=1, memory_bytes=2**30, timeout_seconds=60)
NAMES = ("keras", "pytorch", "velox")
PLANNED_BLOCKS = 12


def block(number, *names):
    """Return the jobs of a block of turns."""
    return [
        job(contender=name, task="turns", turn_rounds=2, repeat=number, limits=LIMITS)
        for name in names or NAMES
    ]


TRAINING = job(limits=LIMITS)
WORKLOAD, STUDY = TRAINING.workload, TRAINING.study
EVERY_BLOCK = [spec for number in range(1, 1 + PLANNED_BLOCKS) for spec in block(number)]


def open_statement(number=1, *, needed=8.0, names=("keras", "pytorch")):
    return OpenStatement(id=f"S2.{number}", blocks_needed=needed, by_turns={WORKLOAD: names})


class Scene:
    """A run as far as it has come, and what a look at it would show."""

    def __init__(self, folder, *, budget_seconds=None, goal=True):
        self.store = RunStore(folder / "results" / "run")
        self.store.folder.mkdir(parents=True, exist_ok=True)
        self.output = io.StringIO()
        self.shown = StudyLook(study=STUDY, device="cpu", decided={}, open=())
        self.also_shown = []
        self.looks = 0
        contenders = {name: (contender_info(name=name), folder) for name in NAMES}
        display = PlainDisplay(Console(file=self.output, width=300))
        jobs = [TRAINING, *EVERY_BLOCK]
        context = context_of(jobs, ProgramLauncher(), self.store, contenders, display)
        self.costs = Costs()
        self.state = RunState(context, self.costs)
        self.pages = []
        goals = {(WORKLOAD, "cpu"), (WORKLOAD, "cuda")}
        aim = Goal(goals, self._look, self.pages.append) if goal else None
        self.steering = Steering(aim, budget_seconds, context, self.state)

    def _look(self, studies):
        assert list(studies) == [STUDY]
        self.looks += 1
        return [self.shown, *self.also_shown]

    def ran(self, jobs, seconds=1.0):
        """Note that jobs ran now."""
        for spec in jobs:
            result = untimed_result(spec.identity) if spec.task == "turns" else trained_result()
            self.state.add(spec, JobOutcome(result, seconds))

    def ran_first_blocks(self):
        for number in range(1, 1 + FIRST_TURN_BLOCKS):
            self.ran(block(number))

    def chosen(self, jobs):
        """Return the contenders of the jobs that are done."""
        return [spec.contender for spec in self.steering.chosen(jobs)]

    @property
    def journal(self):
        return read_journal(self.store.folder)

    @property
    def reasons(self):
        return {entry.because for entry in self.journal if isinstance(entry, Spared)}


@pytest.fixture
def scene(tmp_path):
    return Scene(tmp_path)


def test_without_a_goal_or_a_budget_everything_is_done(tmp_path):
    scene = Scene(tmp_path, goal=False)
    scene.ran_first_blocks()

    assert scene.chosen(block(12)) == list(NAMES)
    assert scene.chosen([TRAINING]) == [TRAINING.contender]
    assert scene.journal == []


@pytest.mark.parametrize("number", range(1, 1 + FIRST_TURN_BLOCKS))
def test_the_first_blocks_are_done_whatever_is_open(scene, number):
    assert scene.chosen(block(number)) == list(NAMES)
    assert scene.looks == 0


def test_later_only_those_take_turns_on_whom_an_open_statement_rests(scene):
    scene.shown = StudyLook(
        study=STUDY, device="cpu", decided={"S2.2": "reproduced"}, open=(open_statement(),)
    )
    scene.ran_first_blocks()

    assert scene.chosen(block(6)) == ["keras", "pytorch"]
    assert list(spared(scene.journal)) == [block(6, "velox")[0].job_id]
    assert scene.reasons == {"nothing that rests on it is open"}


def test_where_nothing_is_open_no_more_turns_are_taken(scene):
    scene.ran_first_blocks()

    assert scene.chosen(block(6)) == []
    assert "left out from here on: turns on mnist-cnn" in scene.output.getvalue()


def test_what_is_timed_alone_is_done_whatever_is_settled(scene):
    scene.ran_first_blocks()

    assert scene.chosen([TRAINING]) == [TRAINING.contender]


@pytest.mark.parametrize(
    ("needed", "reason"),
    [
        (None, "blocks scatter too far: no reasonable number of them would settle it"),
        (60.0, "about 60 blocks would be needed, 12 are planned"),
    ],
)
def test_what_the_planned_blocks_will_hardly_settle_is_given_up(scene, needed, reason):
    scene.shown = StudyLook(
        study=STUDY, device="cpu", decided={}, open=(open_statement(needed=needed),)
    )
    scene.ran_first_blocks()

    assert scene.chosen(block(6, "keras", "pytorch")) == []
    assert scene.reasons == {reason}


def test_one_statement_that_can_be_settled_is_enough(scene):
    hopeless, near = open_statement(1, needed=None), open_statement(2, needed=7.0)
    scene.shown = StudyLook(study=STUDY, device="cpu", decided={}, open=(hopeless, near))
    scene.ran_first_blocks()

    assert scene.chosen(block(6, "keras", "pytorch")) == ["keras", "pytorch"]


def test_it_looks_once_after_each_block_and_tells_what_is_new(scene):
    scene.shown = StudyLook(
        study=STUDY, device="cpu", decided={"S2.2": "reproduced"}, open=(open_statement(),)
    )
    scene.ran_first_blocks()
    scene.chosen(block(6))
    scene.chosen([TRAINING])
    assert scene.looks == 1

    decided = {"S2.2": "reproduced", "S2.1": "equal within 5 %"}
    scene.shown = StudyLook(study=STUDY, device="cpu", decided=decided, open=())
    scene.ran(block(6))
    scene.steering.end()

    assert scene.looks == 2
    looks = [entry for entry in scene.journal if isinstance(entry, Look)]
    assert [entry.decided for entry in looks] == [{"S2.2": "reproduced"}, decided]
    lines = [line for line in scene.output.getvalue().splitlines() if line.startswith("settled")]
    assert [line.split(": ")[1] for line in lines] == ["S2.2 reproduced", "S2.1 equal within 5 %"]


def test_a_page_is_asked_for_before_each_job_once_a_statement_has_a_verdict(scene):
    scene.ran_first_blocks()
    scene.chosen([TRAINING])
    assert scene.pages == []

    decided = {"S2.2": "reproduced"}
    scene.shown = StudyLook(study=STUDY, device="cpu", decided=decided, open=(open_statement(),))
    scene.ran(block(6))
    scene.chosen(block(7))
    scene.chosen([TRAINING])

    turns, training = scene.pages
    assert "turns mnist-cnn #7 of keras, pytorch came next" in turns
    assert "train mnist-cnn pytorch #1 came next" in training


def test_no_page_is_asked_for_where_nothing_is_begun(scene):
    scene.shown = StudyLook(study=STUDY, device="cpu", decided={"S2.2": "reproduced"}, open=())
    scene.ran_first_blocks()

    assert scene.chosen(block(6)) == []
    assert scene.pages == []


def test_what_is_open_on_one_device_asks_for_no_turns_on_another(scene):
    scene.shown = StudyLook(study=STUDY, device="cpu", decided={}, open=(open_statement(),))
    decided = {"S2.1": "reproduced"}
    scene.also_shown = [StudyLook(study=STUDY, device="cuda", decided=decided, open=())]
    scene.ran_first_blocks()
    on_gpu = [spec.model_copy(update={"device": "cuda"}) for spec in block(6)]

    assert scene.chosen(block(6)) == ["keras", "pytorch"]
    assert scene.chosen(on_gpu) == []
    output = scene.output.getvalue()
    assert "turns on mnist-cnn on cuda: nothing that rests on it is open" in output
    assert "S2.1 reproduced on cuda" in output


def test_turns_on_which_no_statement_rests_are_all_taken(scene):
    scene.ran_first_blocks()
    other = [spec.model_copy(update={"workload": "of-my-own"}) for spec in block(6)]

    assert scene.chosen(other) == list(NAMES)


def test_what_there_is_no_time_for_is_left_out(tmp_path):
    scene = Scene(tmp_path, budget_seconds=20)
    scene.costs.learn(TRAINING, 30.0)

    assert scene.chosen(block(1)) == list(NAMES)
    assert scene.chosen([TRAINING]) == []
    assert scene.reasons == {"too little of the budget of 20 s was left"}


def test_a_block_is_left_out_whole_where_there_is_no_time_for_all_of_it(tmp_path):
    scene = Scene(tmp_path, budget_seconds=20)
    for spec in block(1):
        scene.costs.learn(spec, 8.0)

    assert scene.chosen(block(2)) == []
    assert scene.chosen(block(2, "keras", "pytorch")) == ["keras", "pytorch"]


def test_when_the_time_is_up_nothing_is_begun(tmp_path):
    scene = Scene(tmp_path, budget_seconds=0.01)
    time.sleep(0.02)

    assert scene.chosen(block(1)) == []
    assert scene.chosen([TRAINING]) == []


def test_what_a_resumed_run_did_before_counts(tmp_path):
    store = RunStore(tmp_path / "results" / "run")
    store.folder.mkdir(parents=True)
    store.journal.add(JobEntry(job_id="any", started=now(), seconds=30.0, status="ok"))

    assert Scene(tmp_path, budget_seconds=20).chosen([TRAINING]) == []
    assert Scene(tmp_path, budget_seconds=40).chosen([TRAINING]) == [TRAINING.contender]


def test_what_is_done_already_costs_nothing_and_is_kept(tmp_path):
    scene = Scene(tmp_path, budget_seconds=0.01)
    done, ahead = block(1, "keras", "velox")
    scene.store.prepare(done, None)
    scene.store.write_result(untimed_result(done.identity))
    time.sleep(0.02)

    assert scene.chosen([done, ahead]) == ["keras"]
    assert scene.chosen([done]) == ["keras"]


def test_what_cannot_be_done_here_is_kept_so_that_its_reason_is_said(tmp_path, monkeypatch):
    scene = Scene(tmp_path, budget_seconds=0.01)
    cannot, can = block(1, "keras", "velox")
    reason = Failure(cause="exceeds the abilities of Keras", remedy="none")
    context = scene.steering._context
    monkeypatch.setitem(context.__dict__, "exceeding", {cannot.job_id: reason})
    time.sleep(0.02)

    assert scene.chosen([cannot, can]) == ["keras"]


def test_the_number_of_jobs_shrinks_with_what_is_left_out(scene):
    before = scene.state.place()
    scene.ran_first_blocks()
    scene.chosen(block(6))

    assert scene.state.place() == (before[0] + 3 * FIRST_TURN_BLOCKS, before[1] - 3)
