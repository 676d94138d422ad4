"""What a difference between the paper's run and ours means for comparing their numbers."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from contract.published import NOT_GIVEN, Aspect, PublishedSetup
from contract.study import Study
from report.run.records import Job
from report.run.scale import trained_less
from report.run.scope import Scope
from report.topics.comparability.ours import versions
from report.vocabulary.presentation import DEVICE_TITLES

_CHOSEN = "chosen by us where the paper is silent"


def effects(setup: PublishedSetup, study: Study, scopes: Sequence[Scope]) -> tuple[str, ...]:
    """Return the effects, a short clause each; none where the two can be compared."""
    return tuple(dict.fromkeys(_RULES[setup.aspect](setup, study, scopes)))


def jobs_of(scopes: Sequence[Scope]) -> list[Job]:
    """Return the jobs of several workloads."""
    return [job for scope in scopes for job in scope.all_jobs]


def _hardware(_: PublishedSetup, study: Study, scopes: Sequence[Scope]) -> Iterator[str]:
    if study.published:
        yield "absolute times are not comparable"
    used = scopes[0].run.devices
    for statement in study.statements:
        for device in statement.devices:
            if device in used and device not in statement.published_on:
                of = DEVICE_TITLES[statement.published_on[0]]
                yield f"verdicts on the {of} are carried over to the {DEVICE_TITLES[device]}"


def _software(setup: PublishedSetup, study: Study, scopes: Sequence[Scope]) -> Iterator[str]:
    if not study.published:
        return
    if NOT_GIVEN in setup.paper:
        yield "whether releases differ cannot be told"
        return
    found = [version for of in versions(jobs_of(scopes)).values() for version in of]
    if any(version not in setup.paper for version in found):
        yield "other releases: gaps may have changed since"


def _data(setup: PublishedSetup, study: Study, scopes: Sequence[Scope]) -> Iterator[str]:
    for scope in scopes if study.published else ():
        if reasons := ", ".join(_other_data(setup, scope)):
            yield f"accuracy not comparable: {reasons}"
    yield from _silence(setup)


def _other_data(setup: PublishedSetup, scope: Scope) -> Iterator[str]:
    if scope.workload and _plain(scope.workload.dataset) not in _plain(setup.paper):
        yield "another data set"
    if less := trained_less(scope.run, scope.study_id, scope.workload_id):
        yield less


def _plain(words: str) -> str:
    return words.casefold().replace("-", " ")


def _silence(setup: PublishedSetup, *_: object) -> Iterator[str]:
    if NOT_GIVEN in setup.paper:
        yield _CHOSEN


def _repeats(setup: PublishedSetup, study: Study, _: Sequence[Scope]) -> Iterator[str]:
    if study.published and NOT_GIVEN in setup.paper:
        yield "how far the paper’s numbers scatter is unknown"


def _measurement(_: PublishedSetup, study: Study, __: Sequence[Scope]) -> Iterator[str]:
    decisive = (reading for statement in study.statements for reading in statement.readings)
    if any("step_seconds" in reading.holds for reading in decisive if reading.primary):
        yield "verdicts on training time rest on the ratio of single steps"


_RULES: Mapping[Aspect, Callable[[PublishedSetup, Study, Sequence[Scope]], Iterator[str]]] = {
    "hardware": _hardware,
    "software": _software,
    "data": _data,
    "network": _silence,
    "repeats": _repeats,
    "measurement": _measurement,
}
