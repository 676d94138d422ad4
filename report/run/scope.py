"""One workload of a study in a run: what its tables and figures are made from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from contract.base import Device, Protocol, Task
from contract.published import PublishedTable
from contract.study import Study, Workload
from report.run.comparison import Comparison, compare, criteria_table
from report.run.measurements import Measurements, Setting
from report.run.records import Job, Run
from report.vocabulary.presentation import Style


@dataclass(frozen=True)
class Scope:
    """Where a section of the report looks."""

    run: Run
    measurements: Measurements
    styles: Mapping[str, Style]
    study_id: str
    workload_id: str

    @property
    def name(self) -> str:
        """Anchor of the section, and the prefix of the names of its tables and figures."""
        return f"{self.study_id}-{self.workload_id}"

    @property
    def study(self) -> Study | None:
        """None where no study file describes what the jobs ran."""
        return self.run.studies.get(self.study_id)

    @property
    def workload(self) -> Workload | None:
        """None likewise."""
        return self.run.workload(self.study_id, self.workload_id)

    @property
    def title(self) -> str:
        """The workload's title, or its id."""
        return self.workload.title if self.workload else self.workload_id

    @cached_property
    def all_jobs(self) -> tuple[Job, ...]:
        """The jobs of every protocol."""
        key = (self.study_id, self.workload_id)
        found = (job for job in self.run.jobs if key == (job.identity.study, job.identity.workload))
        return tuple(found)

    @property
    def protocols(self) -> tuple[Protocol, ...]:
        """Those that jobs followed, the study's own first; none where there is no job."""
        if not self.all_jobs:
            return ()
        return self.measurements.protocols(self.study_id, self.workload_id)

    @cached_property
    def devices(self) -> tuple[Device, ...]:
        """Those that jobs used."""
        return tuple(dict.fromkeys(job.identity.device for job in self.all_jobs))

    def devices_of(self, task: Task) -> list[Device]:
        """Return the devices that jobs of a task used, or were to use."""
        found = {job.identity.device for job in self.all_jobs if job.identity.task == task}
        return [device for device in self.devices if device in found]

    def style(self, setting: Setting) -> Style:
        """Return title and colour of a setting's contender."""
        return self.styles[setting.contender]

    def each(self, kind: str) -> Iterator[tuple[str, Protocol, Device]]:
        """Yield protocol and device of what is shown once for each, with its name before them."""
        for protocol in self.protocols:
            for device in self.devices:
                yield f"{self.name}-{kind}-{protocol}-{device}", protocol, device

    @cached_property
    def contenders(self) -> tuple[str, ...]:
        """Those that have jobs, in the order of the run."""
        found = dict.fromkeys(job.identity.contender for job in self.all_jobs)
        ordered = [contender for contender in self.run.contenders if contender in found]
        return tuple(dict.fromkeys((*ordered, *found)))

    def jobs(self, protocol: Protocol) -> list[Job]:
        """Return the jobs that followed a protocol."""
        return [job for job in self.all_jobs if job.identity.protocol == protocol]

    def setting(
        self, contender: str, protocol: Protocol, device: Device, task: Task = "train"
    ) -> Setting:
        """Return what one contender repeated of a task."""
        return Setting(self.study_id, self.workload_id, contender, protocol, device, task)

    def settings(self, protocol: Protocol, device: Device, task: Task = "train") -> list[Setting]:
        """Return what every contender repeated of a task."""
        return [self.setting(contender, protocol, device, task) for contender in self.contenders]

    @cached_property
    def tables(self) -> tuple[PublishedTable, ...]:
        """The paper's tables of this workload; the kit's own criteria where it prints none."""
        printed = self.study.published if self.study else ()
        found = tuple(table for table in printed if table.workload == self.workload_id)
        if found or self.workload is None or not self.contenders:
            return found
        return (criteria_table(self.workload, self.contenders, self.devices, self.styles),)

    @property
    def is_published(self) -> bool:
        """Whether the paper prints numbers for this workload."""
        return any(row.values for table in self.tables for row in table.rows)

    def compared(self, table: PublishedTable) -> dict[Protocol, tuple[Comparison, ...]]:
        """Set every row of a table against what the run measured, by protocol."""
        return {
            protocol: compare(self.study_id, table, protocol, self.measurements)
            for protocol in self.protocols or ("matched",)
        }

    def comparisons(self, protocol: Protocol) -> list[Comparison]:
        """Return the rows of all tables under one protocol."""
        return [row for table in self.tables for row in self.compared(table).get(protocol, ())]


def scopes_of(run: Run, styles: Mapping[str, Style]) -> tuple[Scope, ...]:
    """Return the scope of every workload of the run."""
    measurements = Measurements(run)
    return tuple(
        Scope(run, measurements, styles, study, workload) for study, workload in _workloads(run)
    )


def _workloads(run: Run) -> list[tuple[str, str]]:
    """Study and workload ids: those of the run's studies, then those that only jobs know of."""
    wanted = run.record.studies if run.record else ()
    described = [(s, w.id) for s in wanted if s in run.studies for w in run.studies[s].workloads]
    found = [(job.identity.study, job.identity.workload) for job in run.jobs]
    return list(dict.fromkeys(described + found))
