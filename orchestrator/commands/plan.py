"""`plumbline plan`."""

from collections import Counter

from rich.markup import escape

from orchestrator.commands.options import PlanOptions, plan_request, takes
from orchestrator.hosts.this_machine import ThisMachine
from orchestrator.plan.abilities import exceeds_abilities
from orchestrator.plan.choose import choose_contenders
from orchestrator.plan.estimate import Costs, counted
from orchestrator.terminal.plan_table import part_lines, plan_table, total
from orchestrator.terminal.study_facts import study_facts
from orchestrator.terminal.user_errors import user_errors, wide_console


@takes(PlanOptions, engine="auto", resume=False, rerun_drifted=False)
def plan_command(options: PlanOptions) -> None:
    """Show the jobs, their order and what they will cost; run nothing."""
    with user_errors():
        request, jobs = plan_request(options, ThisMachine())
        console = wide_console()
        if options.details:
            for study in request.studies:
                console.print(*study_facts(study, options.profile), sep="\n")
        costs = Costs.of_runs(options.output)
        left_out = exceeds_abilities(choose_contenders(request.contenders), jobs)
        console.print(plan_table(jobs, costs, left_out))
        for reason, count in Counter(failure.cause for failure in left_out.values()).items():
            console.print(escape(f"{counted(count)} left out: {reason}"), highlight=False)
        for omission in request.omissions():
            line = f"{omission.study} {omission.workload} is left out: {omission.reason}"
            console.print(escape(line), highlight=False)
        asked = [job for job in jobs if job.job_id not in left_out]
        for line in [*part_lines(asked, costs), f"{counted(len(asked))}: {total(asked, costs)}"]:
            console.print(line, highlight=False)
