"""Waits for the end of an orchestrator, and removes its containers if it left any.

`python -m orchestrator.engines.docker.guard URL LABEL`: the engine's, the orchestrator's.
Standard input is a pipe whose other end the orchestrator holds: the kernel closes it, however that
one dies.
"""

import subprocess
import sys


def start_guard(url: str, label: str) -> subprocess.Popen[bytes]:
    """Start a guard over the containers with a label; it lives as long as this process, and longer.

    In a session of its own it gets none of the signals that a terminal sends.
    """
    return subprocess.Popen(
        [sys.executable, "-m", __name__, url, label],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )


def _main(url: str, label: str) -> None:
    sys.stdin.read()
    # Not before: until then a guard should weigh nothing.
    from orchestrator.engines.leftovers import end_labelled

    end_labelled(url, label)


if __name__ == "__main__":
    _main(*sys.argv[1:])
