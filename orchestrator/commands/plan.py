"""`plumbline plan`."""

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape

from contract.job import JobSpec
from contract.words import counted
from data.catalog import read_catalog
from data.places import default_root
from orchestrator.commands.options import PlanOptions, plan_request
from orchestrator.commands.takes import takes
from orchestrator.engines.select import select_engine
from orchestrator.errors import PlumblineError
from orchestrator.hosts.host import Host
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.choose import Contenders, choose_contenders
from orchestrator.plan.estimate import Costs, duration
from orchestrator.plan.statements import statement_lines
from orchestrator.run.context import Conditions
from orchestrator.run.earlier import measured_before, proved_before
from orchestrator.run.given_data import present_data
from orchestrator.store.earlier_runs import EarlierRuns
from orchestrator.store.proofs import ProofStore
from orchestrator.store.source import read_source
from orchestrator.terminal.data_display import data_facts
from orchestrator.terminal.plan_table import part_lines, plan_table, total
from orchestrator.terminal.study_facts import study_facts
from orchestrator.terminal.user_errors import user_errors, wide_console


@takes(PlanOptions, resume=False, rerun_drifted=False, opens=False)
def plan_command(options: PlanOptions) -> None:
    """Show the jobs, their order and what they will cost; run nothing."""
    with user_errors():
        host, console = ThisMachine(), wide_console()
        request, jobs = plan_request(options, host)
        catalog = read_catalog()
        for name in sorted({job.dataset for job in jobs}):
            console.print(escape(data_facts(catalog[name])), soft_wrap=True)
        if options.details:
            for study in request.studies:
                console.print(*study_facts(study, options.profile), sep="\n")
        contenders = choose_contenders(request.contenders)
        notes, conditions = [], None
        try:
            conditions = _conditions(options, jobs, contenders, host)
            left_out = conditions.cannot_run(jobs)
        except PlumblineError as error:
            notes = [f"what this machine lacks, and has measured, is not considered: {error.cause}"]
            left_out = exceeds_abilities(contenders, jobs)
        asked = [job for job in jobs if job.job_id not in left_out]
        known = _known_before(options, asked, conditions) if conditions else {}
        notes += [
            f"{counted(len(ids), 'job')} will not run: the same was {verb} before"
            for verb, ids in known.items()
            if ids
        ]
        costs = Costs.of_runs(options.runs_folder)
        for ids in known.values():
            costs.cost_nothing(ids)
        console.print(plan_table(jobs, costs, left_out))
        console.print(escape(host.explain(jobs[0].limits)))
        for reason, count in Counter(failure.cause for failure in left_out.values()).items():
            console.print(escape(f"{counted(count, 'job')} left out: {reason}"))
        for omission in request.omissions():
            line = f"{omission.study} {omission.workload} is left out: {omission.reason}"
            console.print(escape(line))
        for note in notes:
            console.print(escape(note))
        for line in [
            *part_lines(asked, costs),
            f"{counted(len(asked), 'job')}: {total(asked, costs)}",
        ]:
            console.print(line)
        if request.budget_seconds is not None:
            limit = duration(request.budget_seconds)
            console.print(
                f"the run ends after {limit} (--budget): turns first, for they settle most; blocks "
                "of turns are left out as soon as they can settle nothing",
                soft_wrap=True,
            )
        for line in statement_lines(request, asked):
            console.print(escape(line))


def _conditions(
    options: PlanOptions, jobs: Sequence[JobSpec], contenders: Contenders, host: Host
) -> Conditions:
    """Return what results would depend on; raise PlumblineError where no engine is set up."""
    infos = [info for info, _ in contenders.values()]
    chosen = (options.engine, infos, options.devices, default_root(), read_source())
    launcher, _ = select_engine(*chosen, output_id="")
    data = present_data({job.dataset for job in jobs})
    return Conditions(launcher, contenders, data, host.identity())


def _known_before(
    options: PlanOptions, jobs: Sequence[JobSpec], conditions: Conditions
) -> dict[str, set[str]]:
    """Return the jobs, by id, whose results will be taken over, by how these came about."""
    proofs = ProofStore(options.proofs_folder, fresh=options.fresh)
    earlier = EarlierRuns(options.runs_folder, fresh=options.fresh)
    return {
        "proved": proved_before(jobs, conditions.key, proofs),
        "measured": set(measured_before(jobs, conditions.key, earlier, own=None)),
    }
