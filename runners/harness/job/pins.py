"""Resources that were set from outside, read back from inside."""

import os
import resource
from collections.abc import Iterable, Mapping

from contract.environment import thread_environment
from contract.job import Limits
from contract.result import Pin
from host.group_limits import cpu_quota, memory_limit
from host.memory import machine_memory_bytes


def read_pins(
    limits: Limits, thread_variables: Iterable[str], thread_pools: Mapping[str, int]
) -> dict[str, Pin]:
    """Compare what was asked for with what this process finds.

    Args:
        limits: What the job asks for.
        thread_variables: Those of the contender.
        thread_pools: Sizes by pool, as the framework tells them.
    """
    cpus = sorted(os.sched_getaffinity(0))
    quota = cpu_quota()
    pins = {
        "cpus": _pin(_list(sorted(limits.cpus)), _list(cpus)),
        "cpu_quota": _pin(_told(limits.cpu_quota), _told(quota.cpus if quota else None)),
        "memory_bytes": _pin(str(limits.memory_bytes), str(memory_limit_bytes())),
    }
    for name, requested in thread_environment(limits.threads, thread_variables).items():
        pins[name] = _pin(requested, os.environ.get(name, "unset"))
    for pool, size in thread_pools.items():
        pins[f"threads: {pool}"] = _pin(str(limits.threads), str(size))
    return pins


def memory_limit_bytes() -> int:
    """Return the memory that the kernel grants this process: its limit, else all there is.

    A container is limited by its control group; a local job by RLIMIT_DATA, since an ordinary user
    may not make control groups everywhere.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_DATA)
    data_limit_bytes = None if soft == resource.RLIM_INFINITY else soft
    group = memory_limit()
    group_limit_bytes = group.size_bytes if group else None
    limits = (machine_memory_bytes(), group_limit_bytes, data_limit_bytes)
    return min(limit for limit in limits if limit is not None)


def _told(quota: float | None) -> str:
    return "none" if quota is None else f"{quota:.2f}"


def _pin(requested: str, observed: str) -> Pin:
    return Pin(requested=requested, observed=observed, matches=requested == observed)


def _list(cpus: list[int]) -> str:
    return ",".join(str(cpu) for cpu in cpus)
