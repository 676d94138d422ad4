"""Which of the planned jobs are still worth their time: by what is decided, and what is left of it.

Only blocks of turns are chosen by what was found so far: the test of their ratios keeps its level
however often one looks (`report.statistics.sequential`).
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from contract.base import Device
from contract.job import JobSpec
from contract.journal import Look, Spared
from contract.verdicts import OpenStatement, StudyLook
from orchestrator.plan.estimate import duration
from orchestrator.plan.plan import FIRST_TURN_BLOCKS
from orchestrator.run.context import RunContext, RunState
from orchestrator.run.display import on_device
from orchestrator.run.so_far import so_far
from orchestrator.store.journal import now

LookAt = Callable[[Collection[str]], Iterable[StudyLook]]
"""Returns how far the statements of some studies are decided by what is on the disk."""

_FORECAST_ERROR = 2.0
"""A forecast from few blocks may be too long by as much."""


@dataclass(frozen=True)
class Goal:
    """What a run is to settle."""

    by_turns: Collection[tuple[str, Device]]
    """Workload and device of the turns on which the verdict of some statement rests."""
    look_at: LookAt
    show: Callable[[str], None] | None = None
    """Shows the verdicts so far, with words on what the run does next; called while nothing is
    measured."""


class Steering:
    """Says before each job, or block of turns, whether it is wanted, and notes why not."""

    def __init__(
        self,
        goal: Goal | None,
        budget_seconds: float | None,
        context: RunContext,
        state: RunState,
    ) -> None:
        """Begin to count the time.

        Args:
            goal: None: everything that is planned is wanted.
            budget_seconds: How long the run may take; None: until all is done.
            context: What the jobs are run with.
            state: How far the run has come.
        """
        self._goal = goal
        self._budget_seconds = budget_seconds
        self._context = context
        self._state = state
        self._open: dict[tuple[str, Device | None], tuple[OpenStatement, ...]] = {}
        """By study and device, at the last look."""
        self._known: dict[tuple[str, Device | None], str] = {}
        """Verdicts that were told, by statement and device."""
        self._seen: defaultdict[str, int] = defaultdict(int)
        """Results of turns at the last look, by study."""
        self._told: set[str] = set()

    def chosen(self, jobs: Sequence[JobSpec]) -> list[JobSpec]:
        """Return those jobs that are wanted: of a single one, or of a block of turns.

        What has its result already, or cannot be done here, is kept: it costs nothing.
        """
        ahead = [job for job in jobs if not self._costs_nothing(job)]
        if not ahead:
            return list(jobs)
        self._look_where_turns_came_in()
        reasons = {job.job_id: reason for job in ahead if (reason := self._why_not(job))}
        asked = [job for job in ahead if job.job_id not in reasons]
        if asked and self._is_too_late(asked):
            reasons |= {job.job_id: self._too_late() for job in asked}
        self._spare([job for job in ahead if job.job_id in reasons], reasons)
        wanted = [job for job in ahead if job.job_id not in reasons]
        if wanted and self._goal and self._goal.show and self._known:
            self._goal.show(so_far(wanted, self._state, self._budget_seconds))
        return [job for job in jobs if job.job_id not in reasons]

    def end(self) -> None:
        """Look once more: the last block of turns may have settled something."""
        self._look_where_turns_came_in()

    def _costs_nothing(self, job: JobSpec) -> bool:
        context = self._context
        if context.store.has_measured(job) or job.job_id in context.measured_before:
            return True
        return job.job_id in context.exceeding or job.dataset in context.data.unavailable

    def _is_too_late(self, jobs: Sequence[JobSpec]) -> bool:
        if self._budget_seconds is None:
            return False
        left_seconds = self._budget_seconds - self._state.elapsed_seconds()
        return left_seconds <= 0 or left_seconds < self._state.expected_seconds(jobs)

    def _too_late(self) -> str:
        budget = duration(self._budget_seconds or 0.0)
        return f"too little of the budget of {budget} was left"

    def _why_not(self, job: JobSpec) -> str:
        """Say why a job cannot settle anything; empty where it may."""
        if self._goal is None or job.task != "turns" or job.repeat <= FIRST_TURN_BLOCKS:
            return ""
        if (job.workload, job.device) not in self._goal.by_turns:
            return ""
        bearing = [
            found
            for found in self._open.get((job.study, job.device), ())
            if job.contender in found.by_turns.get(job.workload, ())
        ]
        if not bearing:
            return "nothing that rests on it is open"
        reasons = [self._why_hopeless(found, job) for found in bearing]
        return "" if "" in reasons else reasons[0]

    def _why_hopeless(self, found: OpenStatement, job: JobSpec) -> str:
        """Say why no planned block is likely to settle a statement; empty where one may."""
        if found.blocks_needed is None:
            return "blocks scatter too far: no reasonable number of them would settle it"
        planned = max(one.repeat for one in self._context.jobs if _takes_same_turns(one, job))
        if found.blocks_needed > _FORECAST_ERROR * planned:
            return f"about {found.blocks_needed:.0f} blocks would be needed, {planned} are planned"
        return ""

    def _look_where_turns_came_in(self) -> None:
        """Look again at the studies of which blocks of turns came in that may settle something."""
        came_in: defaultdict[str, int] = defaultdict(int)
        for result in self._state.results:
            if result.job.task == "turns" and result.job.repeat >= FIRST_TURN_BLOCKS:
                came_in[result.job.study] += 1
        studies = [study for study, count in came_in.items() if count > self._seen[study]]
        if self._goal is None or not studies:
            return
        self._seen |= came_in
        for look in self._goal.look_at(studies):
            self._open[look.study, look.device] = look.open
            entry = Look(time=now(), **look.model_dump())
            self._context.store.journal.add(entry)
            self._tell(look)

    def _tell(self, look: StudyLook) -> None:
        decided = {(name, look.device): verdict for name, verdict in look.decided.items()}
        new = {key: verdict for key, verdict in decided.items() if self._known.get(key) != verdict}
        self._known |= new
        if new:
            verdicts = ", ".join(f"{name} {verdict}" for (name, _), verdict in new.items())
            verdicts += on_device(look.device) if look.device else ""
            elapsed = duration(self._state.elapsed_seconds())
            self._context.display.say(f"settled after {elapsed}: {verdicts}")

    def _spare(self, jobs: Sequence[JobSpec], reasons: dict[str, str]) -> None:
        by_reason: defaultdict[str, list[JobSpec]] = defaultdict(list)
        for job in jobs:
            by_reason[reasons[job.job_id]].append(job)
        for because, spared in by_reason.items():
            ids = tuple(job.job_id for job in spared)
            self._context.store.journal.add(Spared(time=now(), job_ids=ids, because=because))
            self._state.spare(spared)
            first = spared[0]
            place = f"turns on {first.workload}{on_device(first.device)}"
            line = because if first.task != "turns" else f"{place}: {because}"
            if line not in self._told:
                self._told.add(line)
                self._context.display.say(f"left out from here on: {line}")


def _takes_same_turns(one: JobSpec, other: JobSpec) -> bool:
    return (one.task, one.workload, one.device) == (other.task, other.workload, other.device)
