"""A made-up machine: the files of /proc and /sys that tell of its control groups and its cores."""

V1 = {name: f"cgroup cgroup rw,{name}" for name in ("memory", "cpu", "cpuacct")}
"""What is mounted by version 1, by the folder below /sys/fs/cgroup."""
UNIFIED = {"": "cgroup2 cgroup2 rw"}
HYBRID = V1 | {"unified": "cgroup2 cgroup2 rw"}


def write_files(root, files):
    """Write files by their path below `root`; return it."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n")
    return root


def groups(root, membership, files, mounts=UNIFIED, seen="/"):
    """Write what a process finds of its control groups; return `root`.

    Args:
        root: Folder that /proc and /sys are made in.
        membership: Lines of /proc/self/cgroup.
        files: Texts by path below /sys/fs/cgroup.
        mounts: File system, source and options by folder below /sys/fs/cgroup.
        seen: The group that a mount shows at its point.
    """
    lines = ["25 1 0:22 / /proc rw,nosuid - proc proc rw"]
    for name, what in mounts.items():
        point = f"/sys/fs/cgroup/{name}".rstrip("/")
        (root / point.lstrip("/")).mkdir(parents=True, exist_ok=True)
        lines.append(f"32 31 0:29 {seen} {point} rw,relatime shared:9 - {what}")
    proc = {"proc/self/cgroup": "\n".join(membership), "proc/self/mountinfo": "\n".join(lines)}
    write_files(root, proc)
    return write_files(root, {f"sys/fs/cgroup/{name}": text for name, text in files.items()})


def cores(root, *siblings):
    """Write the cores of a processor, each as the kernel lists its logical CPUs; return `root`."""
    for listed in siblings:
        low, _, high = listed.partition("-")
        cpus = range(int(low), int(high) + 1) if high else map(int, listed.split(","))
        topology = "sys/devices/system/cpu/cpu{}/topology/thread_siblings_list"
        write_files(root, {topology.format(cpu): listed for cpu in cpus})
    return root
