"""`plumbline plan`."""

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape

from contract.job import JobSpec
from data.catalog import read_catalog
from data.places import default_root
from orchestrator.commands.options import PlanOptions, plan_request, takes
from orchestrator.engines.select import select_engine
from orchestrator.errors import PlumblineError
from orchestrator.hosts.host import Host
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.choose import Contenders, choose_contenders
from orchestrator.plan.estimate import Costs, counted
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


@takes(PlanOptions, resume=False, rerun_drifted=False)
def plan_command(options: PlanOptions) -> None:
    """Show the jobs, their order and what they will cost; run nothing."""
    with user_errors():
        host, console = ThisMachine(), wide_console()
        request, jobs = plan_request(options, host)
        catalog = read_catalog()
        for name in sorted({job.dataset for job in jobs}):
            console.print(escape(data_facts(catalog[name])), highlight=False, soft_wrap=True)
        if options.details:
            for study in request.studies:
                console.print(*study_facts(study, options.profile), sep="\n")
        contenders = choose_contenders(request.contenders)
        left_out = exceeds_abilities(contenders, jobs)
        asked = [job for job in jobs if job.job_id not in left_out]
        known, note = _known_before(options, asked, contenders, host)
        costs = Costs.of_runs(options.runs_folder)
        costs.cost_nothing(known)
        console.print(plan_table(jobs, costs, left_out))
        console.print(escape(host.explain(jobs[0].limits)), highlight=False)
        for reason, count in Counter(failure.cause for failure in left_out.values()).items():
            console.print(escape(f"{counted(count)} left out: {reason}"), highlight=False)
        for omission in request.omissions():
            line = f"{omission.study} {omission.workload} is left out: {omission.reason}"
            console.print(escape(line), highlight=False)
        if note:
            console.print(escape(note), highlight=False)
        for line in [*part_lines(asked, costs), f"{counted(len(asked))}: {total(asked, costs)}"]:
            console.print(line, highlight=False)


def _known_before(
    options: PlanOptions, jobs: Sequence[JobSpec], contenders: Contenders, host: Host
) -> tuple[set[str], str]:
    """Return the jobs, by id, that will take over an earlier result, and what to say of them."""
    proofs = ProofStore(options.proofs_folder, fresh=options.fresh)
    earlier = EarlierRuns(options.runs_folder, fresh=options.fresh)
    if proofs.is_empty and not any(earlier):
        return set(), ""
    infos, data_root = [info for info, _ in contenders.values()], default_root()
    try:
        launcher, _ = select_engine(
            options.engine, infos, options.device, data_root, read_source(), output_id=""
        )
    except PlumblineError as error:
        return set(), f"what is known already is not considered: {error.cause}"
    data = present_data({job.dataset for job in jobs})
    key_of = Conditions(launcher, contenders, data, host.identity()).key
    proved = proved_before(jobs, key_of, proofs)
    measured = measured_before(jobs, key_of, earlier, own=None).keys()
    notes = {"proved": len(proved), "measured": len(measured)}
    said = [
        f"{counted(n)} will not run: the same was {verb} before" for verb, n in notes.items() if n
    ]
    return proved | measured, "\n".join(said)
