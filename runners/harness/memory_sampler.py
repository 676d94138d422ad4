"""S2's measure of memory, taken by a process beside the one that is measured.

memory_profiler samples resident memory. Here it does so from outside, so that neither its modules
nor a fork of a process full of threads belong to what it sees. Run as a program it samples the
process named by its argument until standard input closes, then prints the largest value in MiB.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable

_SAMPLE_SECONDS = 0.01
_LOOK_SECONDS = 0.05


def peak_memory_during(action: Callable[[], object]) -> int:
    """Run `action`; return the largest resident memory of this process meanwhile, in bytes.

    Raises:
        OSError: the sampler could not be started, or died.
    """
    sampler = subprocess.Popen(
        [sys.executable, "-m", __name__, str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert sampler.stdout is not None
    sampler.stdout.readline()
    action()
    peak_mib, _ = sampler.communicate()
    if sampler.returncode != 0:
        raise OSError(f"the memory sampler ended with exit code {sampler.returncode}")
    return int(float(peak_mib) * 2**20)


def _sample(process: int) -> None:
    from memory_profiler import memory_usage

    stopped = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(stopped,), daemon=True).start()

    def look() -> float:
        samples = {"interval": _SAMPLE_SECONDS, "timeout": _LOOK_SECONDS}
        return float(memory_usage(process, max_usage=True, **samples))

    peak_mib = look()
    print("sampling", flush=True)
    while not stopped.is_set():
        peak_mib = max(peak_mib, look())
    print(peak_mib)


def _wait_for_the_end(stopped: threading.Event) -> None:
    sys.stdin.read()
    stopped.set()


if __name__ == "__main__":
    _sample(int(sys.argv[1]))
