"""First step: what a job is given, and all that its result will depend on."""

from __future__ import annotations

from dataclasses import dataclass

from contract.job import JobSpec
from orchestrator.run import weights
from orchestrator.run.setting import Setting
from orchestrator.store.cache_key import CacheKey, cache_key


@dataclass(frozen=True)
class ResolvedJob:
    """A job of which nothing is left open."""

    spec: JobSpec
    """A transfer names only those sources that there are."""
    sources: weights.Sources
    key: CacheKey


def resolve(job: JobSpec, setting: Setting) -> ResolvedJob:
    """Return a planned job with its sources and its key."""
    sources = weights.find_sources(job, setting.store)
    if sources:
        job = job.model_copy(update={"transfer_from": tuple(sources)})
    info, folder = setting.contenders[job.contender]
    software = setting.launcher.identity(info, folder, job.device)
    data = setting.data.sha256.get(job.dataset, "")
    given = weights.sources_sha256(sources) if sources else ""
    return ResolvedJob(job, sources, cache_key(job, software, data, setting.machine, given))
