"""From options to jobs."""

from __future__ import annotations

from contract.job import JobSpec
from data.places import default_root
from orchestrator.commands.options import RunOptions
from orchestrator.hosts.host import Host
from orchestrator.plan.choose import choose_contenders, choose_studies
from orchestrator.plan.plan import Request, plan_jobs


def plan_request(options: RunOptions, host: Host) -> tuple[Request, list[JobSpec]]:
    """Return what `options` ask for, and its jobs in order; start nothing.

    Raises:
        PlumblineError: it is more than `host` has, nothing at all, or nothing that is known.
    """
    request = Request(
        studies=choose_studies(options.studies or ()),
        profile=options.profile,
        contenders=tuple(choose_contenders(options.contender_names)),
        device=options.device,
        seed=options.seed,
        repeats=options.repeats,
        protocols=options.protocols,
    )
    limits = host.grant(options.cpus, options.threads, options.memory)
    return request, plan_jobs(request, limits, str(default_root()), options.tasks)
