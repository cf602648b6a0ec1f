"""Processes of Linux: trees of them, their processor time, their memory, and a limit on it."""

import os
import pathlib
import threading

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def children():
    """Parent to its children, of every process."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            fields = stat(entry)
            if fields:
                found.setdefault(int(fields[1]), []).append(int(entry))
    return found


def stat(pid):
    """Fields of /proc/PID/stat behind the name; None if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rsplit(") ", 1)[1].split()
    except OSError:
        return None


def tree(pid):
    """A process and all below it."""
    below, all_of_them, rest = children(), [], [pid]
    while rest:
        one = rest.pop()
        all_of_them.append(one)
        rest += below.get(one, [])
    return all_of_them


def processor_seconds(pid):
    """User and system time of the tree, ended children included."""
    ticks = 0
    for one in tree(pid):
        fields = stat(one)
        if fields:
            ticks += sum(int(value) for value in fields[11:15])
    return ticks / TICK


def resident(pid):
    """Resident MiB of the tree; pages that processes share count once for each."""
    return sum(resident_of(one) for one in tree(pid))


def resident_of(pid):
    """Resident MiB of one process."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * PAGE / 2**20
    except OSError:
        return 0


def proportional(pid):
    """Resident MiB of the tree; shared pages count once (PSS)."""
    return sum(proportional_of(one) for one in tree(pid))


def proportional_of(pid):
    """Resident MiB of one process, its part of what it shares."""
    try:
        with open(f"/proc/{pid}/smaps_rollup") as file:
            return sum(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024
    except OSError:
        return 0


class Peak(threading.Thread):
    """Samples the memory of a tree of processes until stopped."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.resident, self.proportional, self.over = pid, 0, 0, threading.Event()
        self.start()

    def run(self):
        turn = 0
        while not self.over.wait(0.5):
            self.resident = max(self.resident, resident(self.pid))
            if turn % 10 == 0:
                self.proportional = max(self.proportional, proportional(self.pid))
            turn += 1

    def stop(self):
        self.over.set()
        self.join()


class Limit:
    """A control group that ends what takes more memory than it may, as a container does. Needs root."""

    def __init__(self, mebibytes):
        root = pathlib.Path("/sys/fs/cgroup")
        self.first = (root / "memory").is_dir()
        self.folder = (root / "memory" if self.first else root) / f"gimbal-bench-{os.getpid()}"
        try:
            self.folder.mkdir()
            self.file("limit_in_bytes", "max").write_text(str(mebibytes * 2**20))
        except OSError as failure:
            raise SystemExit(f"no control group with a memory limit can be made here: {failure}")

    def file(self, first, second):
        return self.folder / ("memory." + (first if self.first else second))

    def enter(self):
        (self.folder / "cgroup.procs").write_text(str(os.getpid()))

    def peak(self):
        """MiB, with files that the kernel keeps in memory while there is room."""
        return int(self.file("max_usage_in_bytes", "peak").read_text()) / 2**20

    def kept(self):
        """MiB now that the kernel cannot give up."""
        for line in self.file("stat", "stat").read_text().splitlines():
            name, value = line.split()
            if name == ("total_rss" if self.first else "anon"):
                return int(value) / 2**20
        raise SystemExit("the control group does not say how much is kept")

    def killed(self):
        """How many processes the kernel ended."""
        for line in self.file("oom_control", "events").read_text().splitlines():
            name, value = line.split()
            if name == "oom_kill":
                return int(value)
        raise SystemExit("the control group does not say how many were killed")

    def close(self):
        self.folder.rmdir()
