"""S2's measure of memory, taken by a process beside the one that is measured.

memory_profiler samples resident memory. Here it does so from outside, so that neither its modules
nor a fork of a process full of threads belong to what it sees. Run as a program it samples the
process named by its argument until standard input closes, then prints the largest value in MiB.
"""

import os
import sys
from collections.abc import Callable

from runners.harness.instruments.beside import Sampler, until_stopped
from runners.harness.instruments.meter import Reason, or_reason

_SAMPLE_SECONDS = 0.01
_LOOK_SECONDS = 0.05


def peak_memory_during(action: Callable[[], object]) -> int | Reason:
    """Run `action`; return the largest resident memory of this process meanwhile, in bytes.

    Where the sampler fails, its reason is returned.
    """
    with Sampler(__name__, str(os.getpid())) as sampler:
        action()
    output = sampler.output
    return output if isinstance(output, Reason) else or_reason(lambda: int(float(output) * 2**20))


def _sample(process: int) -> None:
    from memory_profiler import memory_usage

    def look() -> float:
        return float(memory_usage(process, _SAMPLE_SECONDS, _LOOK_SECONDS, max_usage=True))

    peak_mib = look()
    stopped = until_stopped()
    while not stopped.is_set():
        peak_mib = max(peak_mib, look())
    print(peak_mib)


if __name__ == "__main__":
    _sample(int(sys.argv[1]))
