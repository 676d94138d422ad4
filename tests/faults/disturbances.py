"""What can befall a job: signals, shortages, and output that is garbage or hostile."""

import json
import os
import signal
from pathlib import Path

from tests.faults.real import Act, Disturbance, Site, runner_pids

HALT = b"\xf4"
SECRET = "a secret of the host"


def hang(site: Site) -> None:
    for pid in runner_pids(site):
        os.kill(pid, signal.SIGSTOP)


def kill(site: Site) -> None:
    for pid in runner_pids(site):
        os.kill(pid, signal.SIGKILL)


def crash(site: Site) -> None:
    """Make every instruction of the interpreter one that user code must not execute.

    A signal sent from outside would not do: a container's first process takes none but SIGKILL.
    """
    for pid in runner_pids(site):
        with Path(f"/proc/{pid}/mem").open("r+b", buffering=0) as memory:
            for start, end in interpreter_code(pid):
                memory.seek(start)
                memory.write(HALT * (end - start))


def interpreter_code(pid: int) -> list[tuple[int, int]]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    mapped = (line.split() for line in lines if "r-xp" in line)
    ranges = (line[0].split("-") for line in mapped if "python" in line[-1].rpartition("/")[2])
    return [(int(start, 16), int(end, 16)) for start, end in ranges]


def result_becomes(content: bytes) -> Act:
    return lambda site: put(site, content)


def put(site: Site, content: bytes) -> None:
    (site.folder / "result.json").write_bytes(content)


def edited(change) -> Act:
    """Change the real result's document."""

    def act(site: Site) -> None:
        document = json.loads((site.folder / "result.json").read_bytes())
        change(document)
        put(site, json.dumps(document).encode())

    return act


def huge(site: Site) -> None:
    os.truncate(site.folder / "result.json", 2**34)


def link(site: Site) -> None:
    """A link to a valid result, outside of what the container may write."""
    result = site.folder / "result.json"
    outside = site.folder.parent.parent / "outside.json"
    result.rename(outside)
    result.symlink_to(outside)


def pipe(site: Site) -> None:
    (site.folder / "result.json").unlink()
    os.mkfifo(site.folder / "result.json")


def folder(site: Site) -> None:
    (site.folder / "result.json").unlink()
    (site.folder / "result.json" / "deeper").mkdir(parents=True)


def escape(site: Site) -> None:
    """Links at every place that the orchestrator writes to afterwards, to a file of the host's."""
    victim = site.folder.parent.parent / "victim"
    victim.write_text(SECRET)
    put(site, b"garbage")
    for name in ("log.txt", ".log.txt.part", ".result.json.part", "key", ".key.part"):
        (site.folder / name).unlink(missing_ok=True)
        (site.folder / name).symlink_to(victim)


def flood(site: Site) -> None:
    """Events without end, in lines without end, that order a terminal about."""
    with (site.folder / "events.jsonl").open("ab") as file:
        file.write(b"\x1b]0;owned\x07" * 2**20 + b"\n" + b"[" * 2**20 + b"\n")
    put(site, b"{}")


FAULTS = {
    "hung": (Disturbance(during=hang, timeout_seconds=10), "exceeded its deadline of 10 s"),
    "crashed": (Disturbance(during=crash), "killed by signal SIGSEGV"),
    "killed": (Disturbance(during=kill), "killed by signal SIGKILL"),
    "short of memory": (Disturbance(memory_bytes=128 * 2**20), "out of memory"),
    "not JSON": (Disturbance(after=result_becomes(b"{'status'")), "no valid result"),
    "not text": (Disturbance(after=result_becomes(b"\xff\xfe\x00")), "no valid result"),
    "too deep": (Disturbance(after=result_becomes(b"[" * 10**6)), "no valid result"),
    "too large": (Disturbance(after=huge), "no valid result"),
    "no numbers": (
        Disturbance(after=edited(lambda it: it["metrics"].update(test_loss=float("nan")))),
        "no valid result",
    ),
    "another job's": (
        Disturbance(after=edited(lambda it: it["job"].update(seed=99))),
        "no valid result",
    ),
    "one field more": (
        Disturbance(after=edited(lambda it: it.update(__class__="os.system"))),
        "no valid result",
    ),
    "a link": (Disturbance(after=link), "no valid result"),
    "a pipe": (Disturbance(after=pipe), "no valid result"),
    "a folder": (Disturbance(after=folder), "no valid result"),
    "an escape": (Disturbance(after=escape), "no valid result"),
    "a flood": (Disturbance(after=flood), "no valid result"),
}
"""Each with the cause that the record must name."""
