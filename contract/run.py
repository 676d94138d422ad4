"""What the orchestrator writes about a run: `run.json` in the run's folder."""

from pydantic import AwareDatetime, Field

from contract.base import SCHEMA_VERSION, Device, ProfileName, Protocol, Record, SchemaVersion, Slug
from contract.numbers import Repeats, Seconds, Seed


class EngineRecord(Record):
    """The engine that ran the jobs, and why this one."""

    name: Slug
    version: str
    reason: str


class RunRecord(Record):
    """One run: what was asked for, and the order in which its jobs were to be executed."""

    schema_version: SchemaVersion = SCHEMA_VERSION
    run_id: str
    created: AwareDatetime
    finished: AwareDatetime | None
    """None while jobs are missing: the run was interrupted, or is going on."""
    profile: ProfileName
    engine: EngineRecord
    studies: tuple[Slug, ...]
    contenders: tuple[Slug, ...]
    protocols: tuple[Protocol, ...] = ("matched",)
    """Those that were asked for; a run's studies decide how many of its blocks are published."""
    devices: tuple[Device, ...] = Field(min_length=1)
    """Those that were asked for, the CPU first."""
    repeats: Repeats
    seed: Seed
    budget_seconds: Seconds | None = None
    """How long it was to measure; None: until all that was planned was done."""
    command: tuple[str, ...]
    """The arguments that `plumbline` was started with."""
    plumbline_version: str
    source_commit: str | None
    source_dirty: bool | None
    order: tuple[str, ...]
    """Job ids in the order of execution; when each was really run, the journal tells."""
    bills_of_materials: dict[str, str] = Field(default_factory=dict)
    """Hash (sha256) of `sbom/<environment>.cdx.json`, by environment; by `<environment>-cuda` of
    what a run on both devices has on the GPU, where that is another one."""
