"""What the user asked for, spread out over studies, workloads and contenders."""

from dataclasses import dataclass

from contract.base import Device, ProfileName, Protocol
from contract.profile_scale import ProfileScale
from contract.study import Study, Workload


@dataclass(frozen=True)
class Omission:
    """A workload that is not run, and why."""

    study: str
    workload: str
    reason: str


@dataclass(frozen=True)
class Row:
    """One contender on one workload under one protocol, on one device."""

    study: Study
    workload: Workload
    scale: ProfileScale
    contender: str
    protocol: Protocol
    device: Device

    @property
    def blocks(self) -> int:
        """Return how many blocks it is measured in: the first ones."""
        most = self.scale.repeats if self.protocol == "matched" else self.scale.published_repeats
        if self.contender in self.study.contenders:
            return most
        return min(most, self.scale.other_repeats)

    def turn_blocks(self, profile: ProfileName) -> int:
        """Return how many blocks of turns it takes part in: the first ones.

        In the first one, for everybody to see; in more only where a statement rests on it, or none
        rests on any turns of the workload.
        """
        if self.protocol != "matched" or "turns" not in self.workload.tasks:
            return 0
        asked = self.study.asked_by_turns(self.workload.id, self.device, profile)
        if asked and self.contender not in asked:
            return min(1, self.scale.turn_blocks)
        return self.scale.turn_blocks


@dataclass(frozen=True)
class Request:
    """What the user asked for."""

    studies: tuple[Study, ...]
    profile: ProfileName
    contenders: tuple[str, ...]
    devices: tuple[Device, ...]
    """The CPU first."""
    seed: int
    repeats: int | None
    """Number of blocks; None: the profile's."""
    protocols: tuple[Protocol, ...]
    budget_seconds: float | None = None
    """How long to measure; None: until all that is planned is done."""

    def scale(self, study: Study, workload: Workload) -> ProfileScale | None:
        """Return how much of a workload is run; None: the profile omits it."""
        scale = study.scale(self.profile, workload.id)
        if scale is None:
            return None
        repeats = self.repeats or scale.repeats
        published = min(repeats, scale.published_repeats)
        changed = {"repeats": repeats, "published_repeats": published}
        for name in ("turn_blocks", "other_repeats"):
            if self.repeats and getattr(scale, name):
                changed[name] = self.repeats
        return scale.model_copy(update=changed)

    def contenders_of(self, workload: Workload) -> tuple[str, ...]:
        """Return those asked for that run a workload."""
        admitted = workload.contenders or self.contenders
        return tuple(name for name in self.contenders if name in admitted)

    def asked_by_turns(self) -> set[tuple[str, Device]]:
        """Return workload and device of the turns on which the verdict of some statement rests."""
        return {
            (workload.id, device)
            for study in self.studies
            for workload in study.workloads
            for device in self.devices
            if study.asked_by_turns(workload.id, device, self.profile)
        }

    def rows(self, protocol: Protocol) -> list[Row]:
        """Return all that is run under a protocol, by study, workload, device and contender."""
        return [
            Row(study, workload, scale, contender, protocol, device)
            for study in self.studies
            for workload in study.workloads
            if (scale := self.scale(study, workload)) is not None
            for device in self.devices
            for contender in self.contenders_of(workload)
        ]

    def omissions(self) -> list[Omission]:
        """Return the workloads that are not run."""
        found = []
        for study in self.studies:
            for workload in study.workloads:
                if self.scale(study, workload) is None:
                    reason = workload.scales[self.profile].omitted_because
                    found.append(Omission(study.id, workload.id, reason))
                elif not self.contenders_of(workload):
                    reason = f"only for {', '.join(workload.contenders)}, which is not selected"
                    found.append(Omission(study.id, workload.id, reason))
        return found
