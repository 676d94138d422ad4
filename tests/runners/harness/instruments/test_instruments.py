"""Each instrument reads what the kernel or the driver shows, and gives a reason where it cannot."""

import os
from types import SimpleNamespace

import pytest

from host.cgroup import ControlGroup, GroupFolder, NoGroupError
from runners.harness.instruments.energy import EnergyMeter
from runners.harness.instruments.gpu import (
    Gpu,
    GpuEnergyMeter,
    GpuProcessesMeter,
    GpuUseMeter,
    open_gpu,
)
from runners.harness.instruments.group import GroupMeter, ThrottleMeter
from runners.harness.instruments.meter import Guarded, NoMeterError, Reason, split
from runners.harness.instruments.panel import InstrumentPanel
from runners.harness.instruments.processes import TreeMeter

PAGE = os.sysconf("SC_PAGE_SIZE")


def write(folder, **files):
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(f"{text}\n")


def control_group(version, root):
    folder = GroupFolder(version, root, root)
    return ControlGroup(folder, folder, folder)


def group_v1(root, usage=1000, inactive=300, used=5_000_000_000):
    write(
        root,
        memory__usage_in_bytes=usage,
        # The group's own number comes first, and is not the one of the hierarchy.
        memory__stat=f"cache 7\ninactive_file 1\ntotal_inactive_file {inactive}\ntotal_x 2",
        cpuacct__usage=used,
    )
    return control_group(1, root)


def group_v2(root, usage=1000, inactive=300, used=5_000_000):
    write(
        root,
        memory__current=usage,
        memory__stat=f"anon 7\ninactive_file {inactive}\nslab 2",
        cpu__stat=f"usage_usec {used}\nuser_usec 1",
    )
    return control_group(2, root)


@pytest.mark.parametrize(
    ("make", "second"), [(group_v1, 10**9), (group_v2, 10**6)], ids=["v1", "v2"]
)
def test_a_groups_working_set_leaves_out_what_could_be_dropped(tmp_path, make, second):
    group = make(tmp_path, used=5 * second)
    with GroupMeter(lambda: group) as meter:
        meter.look()
        make(tmp_path, usage=5000, inactive=4900, used=6 * second)
        meter.look()
        make(tmp_path, 200, 300, 15 * second // 2)
        meter.look()

        found = meter.findings()
        assert found == pytest.approx({"working_set_peak_bytes": 700, "group_cpu_seconds": 2.5})


def throttled(root, **microseconds):
    """Write how long each group was kept waiting, from the outermost inwards."""
    folder = root
    for name, waited in microseconds.items():
        folder = folder / name
        write(folder, cpu__stat=f"usage_usec 5\nthrottled_usec {waited}")
    return GroupFolder(2, folder, root)


def throttled_seconds(folder, change):
    with ThrottleMeter(lambda: folder) as meter:
        meter.look()
        change()
        return meter.findings()["throttled_seconds"]


def test_the_quota_of_every_group_around_the_job_keeps_it_waiting(tmp_path):
    folder = throttled(tmp_path, slice=100, container=10, job=0)

    waited = throttled_seconds(
        folder, lambda: throttled(tmp_path, slice=1_500_100, container=500_010, job=0)
    )

    assert waited == pytest.approx(2.0)


def test_version_1_counts_in_nanoseconds(tmp_path):
    def write_stat(nanoseconds):
        write(tmp_path, cpu__stat=f"nr_periods 9\nthrottled_time {nanoseconds}")

    write_stat(7)
    folder = GroupFolder(1, tmp_path, tmp_path)

    assert throttled_seconds(folder, lambda: write_stat(250_000_007)) == pytest.approx(0.25)


def test_where_the_kernel_adds_up_what_all_quotas_did_that_counts_alone(tmp_path):
    folder = throttled(tmp_path, slice=0, job=0)
    inside = tmp_path / "slice" / "job"
    write(inside, cpu__stat__local="throttled_usec 5")

    def change():
        throttled(tmp_path, slice=1_000_000, job=1_000_000)
        write(inside, cpu__stat__local="throttled_usec 1000005")

    assert throttled_seconds(folder, change) == pytest.approx(1.0)


def test_a_group_that_the_kernel_adds_up_nothing_for_takes_the_next_ones_sum(tmp_path):
    folder = throttled(tmp_path, slice=0, job=0)
    write(tmp_path / "slice" / "job", cpu__stat__local="")
    write(tmp_path / "slice", cpu__stat__local="throttled_usec 0")

    waited = throttled_seconds(
        folder, lambda: write(tmp_path / "slice", cpu__stat__local="throttled_usec 300000")
    )

    assert waited == pytest.approx(0.3)


def test_groups_without_the_cpu_controller_know_no_throttling(tmp_path):
    write(tmp_path, cpu__stat="usage_usec 5")

    found = throttled_seconds(GroupFolder(2, tmp_path, tmp_path), lambda: None)

    assert isinstance(found, Reason)
    assert "no control group of the job has a cpu controller" in found


def test_without_a_group_of_its_own_a_job_gets_the_reason():
    def find():
        raise NoGroupError("not in a container")

    with Guarded(GroupMeter.names, lambda: GroupMeter(find)) as meter:
        meter.look()

        assert meter.findings() == dict.fromkeys(GroupMeter.names, "not in a container")


def test_a_group_that_counts_no_memory_is_none_to_measure(tmp_path):
    with pytest.raises(NoMeterError, match=r"memory.current: No such file"):
        GroupMeter(lambda: control_group(2, tmp_path))


def process(proc, number, pages, children=(), threads=()):
    write(proc / str(number), statm=f"99 {pages} 1 1 0 1 0")
    for thread, started in {number: children, **dict(threads)}.items():
        task = proc / str(number) / "task" / str(thread)
        write(task, children=" ".join(map(str, started)))


def test_the_tree_holds_what_every_thread_started_and_not_the_sampler(tmp_path):
    process(tmp_path, 10, 100, children=[11, 99], threads={12: [20]})
    process(tmp_path, 11, 10, children=[21])
    process(tmp_path, 20, 5)
    process(tmp_path, 21, 2)
    process(tmp_path, 99, 5000)

    with TreeMeter(10, without=99, proc=tmp_path) as meter:
        meter.look()

        assert meter.processes == {10, 11, 20, 21}
        assert meter.findings() == {"tree_peak_memory_bytes": 117 * PAGE, "tree_processes": 4}


def test_the_largest_moment_of_the_tree_is_kept_when_its_processes_end(tmp_path):
    process(tmp_path, 10, 100, children=[11])
    process(tmp_path, 11, 50)
    with TreeMeter(10, without=0, proc=tmp_path) as meter:
        meter.look()
        process(tmp_path, 10, 100)
        write(tmp_path / "11", statm="0 0 0 0 0 0 0")
        for _ in range(10):
            meter.look()

        assert meter.processes == {10}
        assert meter.findings()["tree_peak_memory_bytes"] == 150 * PAGE


def test_a_kernel_that_tells_no_children_is_the_reason(tmp_path):
    write(tmp_path / "10", statm="1 1 1")

    with pytest.raises(NoMeterError, match="does not list the children"):
        TreeMeter(10, without=0, proc=tmp_path)


def rapl(powercap, package=0, core=0, most=1000, psys=None):
    zones = {"intel-rapl:0": ("package-0", package), "intel-rapl:0:0": ("core", core)}
    zones |= {} if psys is None else {"intel-rapl:1": ("psys", psys)}
    for zone, (name, energy) in zones.items():
        write(powercap / zone, name=name, energy_uj=energy, max_energy_range_uj=most)


def test_energy_is_what_the_counters_grew_by(tmp_path):
    rapl(tmp_path, package=5_000_000, core=1_000_000, most=10**9, psys=0)
    with EnergyMeter(tmp_path) as meter:
        rapl(tmp_path, package=8_500_000, core=3_000_000, most=10**9, psys=9_000_000)
        meter.look()

        assert meter.findings()["cpu_energy_joules"] == pytest.approx(
            {"package-0": 3.5, "package-0/core": 2.0, "psys": 9.0}
        )


def test_a_counter_that_comes_round_goes_on(tmp_path):
    rapl(tmp_path, package=900, most=1000)
    with EnergyMeter(tmp_path) as meter:
        for now in (990, 20, 500, 10):
            rapl(tmp_path, package=now, most=1000)
            meter.look()

        grown = 90 + 30 + 480 + 510
        joules = meter.findings()["cpu_energy_joules"]
        assert joules["package-0"] == pytest.approx(grown * 1e-6)


def test_a_machine_without_energy_counters_is_the_reason(tmp_path):
    with pytest.raises(NoMeterError, match="no intel-rapl"):
        EnergyMeter(tmp_path)


def test_counters_that_may_not_be_read_are_the_reason(tmp_path):
    # A folder in the place of the file: root, too, is refused then.
    (tmp_path / "intel-rapl:0" / "energy_uj").mkdir(parents=True)

    with pytest.raises(NoMeterError, match="energy_uj: Is a directory"):
        EnergyMeter(tmp_path)


class FakeNvml:
    """Answers as NVIDIA's bindings would."""

    class NVMLError(Exception):
        pass

    def __init__(self, percents=(), processes=(), millijoules=()):
        self._percents, self._processes = iter(percents), iter(processes)
        self._millijoules = iter(millijoules)

    def nvmlInit(self):  # noqa: N802
        pass

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetUtilizationRates(self, handle):  # noqa: N802
        return SimpleNamespace(gpu=next(self._percents))

    def nvmlDeviceGetMemoryInfo(self, handle):  # noqa: N802
        return SimpleNamespace(used=2**30)

    def nvmlDeviceGetTotalEnergyConsumption(self, handle):  # noqa: N802
        try:
            return next(self._millijoules)
        except StopIteration:
            raise self.NVMLError("Not Supported") from None

    def nvmlDeviceGetComputeRunningProcesses(self, handle):  # noqa: N802
        return [SimpleNamespace(pid=number) for number in next(self._processes)]


def own():
    return frozenset({10, 11})


@pytest.fixture(autouse=True)
def _first_gpu(monkeypatch):
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def test_a_gpu_tells_its_use_from_the_first_moment_on():
    with GpuUseMeter(Gpu(FakeNvml([0, 50, 100]))) as meter:
        meter.look()
        assert meter.latest.percent == 50
        meter.look()

        assert meter.findings() == {"gpu_percent": 50, "gpu_peak_memory_bytes": 2**30}


def test_a_gpus_energy_is_what_its_counter_grew_by():
    with GpuEnergyMeter(Gpu(FakeNvml(millijoules=[1500, 4000]))) as meter:
        meter.look()

        assert meter.findings() == {"gpu_energy_joules": 2.5}


def test_a_gpu_without_an_energy_counter_is_the_reason():
    with pytest.raises(NoMeterError, match="NVML: Not Supported"):
        GpuEnergyMeter(Gpu(FakeNvml()))


def test_who_computes_is_asked_every_tenth_time_and_the_most_others_count():
    nvml = FakeNvml(processes=[[10], [10, 5, 6], [10, 5]])
    with GpuProcessesMeter(Gpu(nvml), own) as meter:
        for _ in range(30):
            meter.look()

        assert meter.findings() == {"gpu_foreign_processes": 2}


def test_where_the_driver_does_not_list_the_job_others_cannot_be_told():
    with GpuProcessesMeter(Gpu(FakeNvml(processes=[[40001]])), own) as meter:
        meter.look()
        found = meter.findings()["gpu_foreign_processes"]

    assert isinstance(found, Reason)
    assert "host's process ids" in found


def test_a_job_on_the_cpu_is_the_reason_for_no_gpu():
    with pytest.raises(NoMeterError, match="a job on the CPU"):
        open_gpu("cpu")


class FailingNvml(FakeNvml):
    """Works, and after `answers` questions of a kind answers no more."""

    def __init__(self, answers):
        super().__init__([50] * 99, [[10, 666]] * 99, range(1000, 99_000, 1000))
        self._answers = answers
        self.asked = {}

    def __getattribute__(self, name):
        found = super().__getattribute__(name)
        if not name.startswith("nvmlDeviceGet") or "Handle" in name:
            return found
        self.asked[name] = self.asked.get(name, 0) + 1
        if self.asked[name] > self._answers:
            raise self.NVMLError("GPU is lost")
        return found


GPU_METERS = {
    GpuUseMeter: GpuUseMeter,
    GpuEnergyMeter: GpuEnergyMeter,
    GpuProcessesMeter: lambda gpu: GpuProcessesMeter(gpu, own),
}


@pytest.mark.parametrize("answers", [0, 1], ids=["at the start", "later"])
@pytest.mark.parametrize("kind", GPU_METERS, ids=lambda kind: kind.__name__)
def test_one_error_of_the_driver_is_the_reason_for_that_meters_numbers(kind, answers):
    with Guarded(kind.names, lambda: GPU_METERS[kind](Gpu(FailingNvml(answers)))) as meter:
        for _ in range(11):
            meter.look()

        assert meter.findings() == dict.fromkeys(kind.names, "NVML: GPU is lost")


def test_a_meter_that_failed_is_not_asked_again():
    nvml = FailingNvml(answers=1)
    with Guarded(GpuUseMeter.names, lambda: GpuUseMeter(Gpu(nvml))) as meter:
        for _ in range(5):
            meter.look()

        assert meter.meter is None
        assert nvml.asked["nvmlDeviceGetUtilizationRates"] == 2


def test_an_energy_counter_that_goes_away_is_the_reason(tmp_path):
    rapl(tmp_path, package=900)
    with Guarded(EnergyMeter.names, lambda: EnergyMeter(tmp_path)) as meter:
        write(tmp_path / "intel-rapl:0", energy_uj="gone")
        meter.look()

        assert "ValueError" in meter.findings()["cpu_energy_joules"]


def test_a_control_group_that_goes_away_is_the_reason(tmp_path):
    with Guarded(GroupMeter.names, lambda: GroupMeter(lambda: group_v2(tmp_path))) as meter:
        meter.look()
        write(tmp_path, memory__current="")
        meter.look()

        assert set(meter.findings()) == set(GroupMeter.names)
        assert {type(value) for value in meter.findings().values()} == {Reason}


def test_a_tree_that_cannot_be_walked_any_more_is_the_reason(tmp_path):
    process(tmp_path, 10, 100)
    with Guarded(TreeMeter.names, lambda: TreeMeter(10, without=0, proc=tmp_path)) as meter:
        meter.look()
        write(tmp_path / "10" / "task" / "10", children="no number")
        for _ in range(10):
            meter.look()

        assert "ValueError" in meter.findings()["tree_processes"]


def test_a_panel_gives_each_number_or_its_reason():
    with InstrumentPanel(os.getpid(), "cpu") as panel:
        panel.look()
        found = split(panel.findings())

    assert found["looks"] == 1
    assert found["tree_peak_memory_bytes"] > 10**6
    assert found["unmeasured"]["gpu_energy_joules"] == "a job on the CPU"
    assert not set(found) & set(found["unmeasured"])


def test_instruments_leave_no_file_open():
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    with InstrumentPanel(os.getpid(), "cpu") as panel:
        panel.look()

    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
