"""Energy of the processor packages, by the counters of RAPL (running average power limit)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host.energy import POWERCAP, rapl_zones
from runners.harness.instruments.meter import Counter, Meter, MeterValue, NoMeterError

_JOULES = 1e-6
"""The counters count microjoules (kernel documentation, power/powercap)."""


@dataclass
class _Domain:
    name: str
    counter: Counter
    range_microjoules: int
    """Where the counter starts again from 0."""
    before: int
    used_microjoules: int = 0

    def look(self) -> None:
        now = self.counter.number()
        grown = now - self.before
        self.used_microjoules += grown if grown >= 0 else grown + self.range_microjoules
        self.before = now


class EnergyMeter(Meter):
    """Adds up what every domain's counter grew by, from look to look.

    At full power a counter comes round after some ten minutes to hours: each look sees at most
    one turn.
    """

    names = ("cpu_energy_joules",)

    def __init__(self, powercap: Path = POWERCAP) -> None:
        """Open every domain.

        Raises:
            NoMeterError: there are no counters, or this user may not read them.
        """
        super().__init__()
        zones = rapl_zones(powercap)
        if not zones:
            raise NoMeterError(
                f"{powercap} has no intel-rapl: no such counters here, or hidden from a container"
                " or virtual machine"
            )
        self._domains = [self._domain(zone) for zone in zones]

    def look(self) -> None:
        """Read every counter."""
        for domain in self._domains:
            domain.look()

    def findings(self) -> Mapping[str, MeterValue]:
        """Return joules by domain, from the first look to the last."""
        joules = {domain.name: domain.used_microjoules * _JOULES for domain in self._domains}
        return dict.fromkeys(self.names, joules)

    def _domain(self, zone: Path) -> _Domain:
        counter = self.open(zone / "energy_uj")
        most = int((zone / "max_energy_range_uj").read_text())
        return _Domain(_name(zone), counter, most, counter.number())


def _name(zone: Path) -> str:
    """Return the domain's name, after its package's where it is part of one.

    `intel-rapl:0:1` lies in `intel-rapl:0`, whose name is `package-0`.
    """
    own = (zone / "name").read_text().strip()
    outer = zone.with_name(zone.name.rpartition(":")[0])
    return f"{_name(outer)}/{own}" if (outer / "name").is_file() else own
