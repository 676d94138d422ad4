"""Where the numbers come from: machine, software, pins, jobs that gave none."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from contract.fingerprint import Fingerprint
from contract.memory_size import readable_size
from contract.result import Pin
from contract.words import counted
from report.elements.table import Cell, Footnotes, Group, Header, Table, plain_rows
from report.run.machine import HARDWARE, TOLD, fingerprints
from report.run.records import Job, Run
from report.vocabulary.numbers import listed
from report.vocabulary.presentation import Style, notable_packages

_HASH_DIGITS = 12
_UNREPORTED = "not reported by the kernel"
_UNRECORDED = "no job recorded it"


def host_table(run: Run) -> Table:
    """Return the facts of the machine; a fact that differs between jobs shows all its values."""
    prints = fingerprints(run.jobs)
    facts: dict[str, Callable[[Fingerprint], str | None]] = {
        **{label: _reported(read) for label, read in HARDWARE.items()},
        "Memory": lambda f: readable_size(f.host.memory_bytes),
        "GPU": lambda f: f.gpu or "none used",
        "GPU driver": lambda f: f.gpu_driver or "none used",
        "CPUs that share a core": lambda f: _shared_cores(f.host.core_threads),
        "Shared memory (/dev/shm)": lambda f: _size(f.host.shared_memory_bytes),
        "Turbo": _reported(lambda f: TOLD[f.host.turbo]),
        "Frequency governor": _reported(lambda f: f.host.governor),
        "Operating system": lambda f: f.host.operating_system,
        "Kernel": lambda f: f.host.kernel,
        "Engine": lambda f: f.engine,
        "Source commit": lambda f: (
            f"{f.source_commit or 'unknown'}{' with uncommitted changes' if f.source_dirty else ''}"
        ),
    }
    rows = [(name, _distinct(map(read, prints)) or _UNRECORDED) for name, read in facts.items()]
    headers = (Header("Fact"), Header("Value"))
    caption = "The machine, as the jobs saw it."
    return Table("host", caption, headers, plain_rows(rows), keeps_order=True)


def software_table(run: Run, styles: Mapping[str, Style]) -> Table:
    """Return versions, image and lock of every contender."""
    by_contender = _by_contender(run)
    facts: dict[str, Callable[[Fingerprint], str | None]] = {
        "Python": lambda f: f.software.python,
        **{name: _version_of(name) for name in notable_packages(run.contenders)},
        "Image digest": lambda f: _short(f.image_digest) or "no container",
        "Requirement lock": lambda f: _short(f.lock_sha256) or "not visible",
    }
    rows = []
    for label, read in facts.items():
        values = [_distinct(map(read, prints)) for prints in by_contender.values()]
        if any(values):
            rows.append((Cell(label), *(Cell(value or "—") for value in values)))
    headers = (Header("Software"), *(Header(styles[name].title) for name in by_contender))
    caption = f"Software of every contender; hashes are cut to {_HASH_DIGITS} digits."
    return Table("software", caption, headers, (Group(tuple(rows)),), keeps_order=True)


def data_table(run: Run, styles: Mapping[str, Style]) -> Table | None:
    """Return every array that jobs read, by content, with who read it; None where none tells."""
    readers: dict[tuple[str, str], list[Job]] = {}
    for job in run.jobs:
        for fingerprint in fingerprints([job]):
            for array in fingerprint.data_sha256.items():
                readers.setdefault(array, []).append(job)
    rows = tuple(
        (
            Cell(name),
            Cell(_short(digest)),
            Cell(_named(job.identity.study.upper() for job in jobs)),
            Cell(_named(styles[job.identity.contender].title for job in jobs)),
        )
        for (name, digest), jobs in sorted(readers.items())
    )
    headers = (Header("Array"), Header("Content, SHA-256"), Header("Studies"), Header("Read by"))
    caption = f"The data, as every job hashed them; hashes are cut to {_HASH_DIGITS} digits."
    return Table("data-read", caption, headers, (Group(rows),)) if rows else None


def packages(run: Run) -> dict[str, str]:
    """Return every installed distribution by contender, as one line of text."""
    lines = {}
    for name, prints in _by_contender(run).items():
        if prints:
            installed = prints[0].software.packages.items()
            lines[name] = ", ".join(f"{package} {version}" for package, version in installed)
    return lines


def pins_table(run: Run, styles: Mapping[str, Style]) -> Table:
    """Return what every contender found of the resources that were set from outside."""
    found: dict[str, dict[str, dict[Pin, None]]] = {}
    for job in run.jobs:
        for name, pin in (job.result.pins if job.result else {}).items():
            found.setdefault(name, {}).setdefault(job.identity.contender, {})[pin] = None
    footnotes = Footnotes()
    rows = [
        (Cell(name), *(_pin_cell(list(by.get(c, {})), footnotes) for c in run.contenders))
        for name, by in found.items()
    ]
    headers = (Header("Pin"), *(Header(styles[name].title) for name in run.contenders))
    caption = "Resources set from outside, read back from inside the job."
    groups = (Group(tuple(rows)),)
    return Table("pins", caption, headers, groups, footnotes.notes, keeps_order=True)


def unmeasured_table(run: Run) -> Table | None:
    """Return every cause of jobs without a measurement, its remedy, and the jobs it concerns.

    None where every job has a measurement.
    """
    concerned: dict[tuple[str, str, str], list[str]] = {}
    for job in run.jobs:
        if job.failure is not None:
            why = (job.outcome, job.failure.cause, job.failure.remedy)
            concerned.setdefault(why, []).append(job.identity.job_id)
    rows = tuple(
        (
            Cell(counted(len(jobs), "job"), notes=tuple(jobs)),
            Cell(outcome, "missing" if outcome == "skipped" else "fail"),
            Cell(cause),
            Cell(remedy),
        )
        for (outcome, cause, remedy), jobs in concerned.items()
    )
    headers = (Header("Jobs"), Header("Outcome"), Header("Cause"), Header("Remedy"))
    caption = "Jobs without a measurement, by their cause."
    return Table("unmeasured-jobs", caption, headers, (Group(rows),)) if rows else None


def _reported(read: Callable[[Fingerprint], str | None]) -> Callable[[Fingerprint], str]:
    return lambda fingerprint: read(fingerprint) or _UNREPORTED


def _by_contender(run: Run) -> dict[str, list[Fingerprint]]:
    return {
        name: fingerprints(job for job in run.jobs if job.identity.contender == name)
        for name in run.contenders
    }


def _named(values: Iterable[str]) -> str:
    return listed(list(dict.fromkeys(values)))


def _distinct(values: Iterable[str | None]) -> str:
    return " | ".join(dict.fromkeys(value for value in values if value))


def _shared_cores(cores: Sequence[Sequence[int]]) -> str:
    """Return the CPUs of each core, of those that jobs ran on, that has hardware threads."""
    if not cores:
        return _UNREPORTED
    shared = ["+".join(map(str, cpus)) for cpus in cores if len(cpus) > 1]
    return ", ".join(shared) or "none"


def _size(size_bytes: int | None) -> str:
    return _UNREPORTED if size_bytes is None else readable_size(size_bytes)


def _version_of(package: str) -> Callable[[Fingerprint], str | None]:
    return lambda fingerprint: fingerprint.software.version(package)


def _short(digest: str | None) -> str:
    return (digest or "").removeprefix("sha256:")[:_HASH_DIGITS]


def _pin_cell(pins: Sequence[Pin], footnotes: Footnotes) -> Cell:
    if not pins:
        return footnotes.missing("this contender has no such pin, or no job read it back")
    broken = [pin for pin in pins if not pin.matches]
    if broken:
        found = (f"asked {pin.requested}, found {pin.observed}" for pin in broken)
        return Cell("; ".join(found), "fail")
    return Cell("; ".join(dict.fromkeys(pin.observed for pin in pins)), "pass")
