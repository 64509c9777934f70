"""What each thread did, from the text of `perf sched script --ns`: the host's and the emulator's own, by one reader.

Times are nanoseconds. A thread of the workload is one whose name begins with the given prefix when it last ran; a
`name-2` of the emulator is the second instance of task `name`, as rt-app's threads of one name are by their tid.
"""

import re
import statistics
from dataclasses import dataclass, field

LINE = re.compile(r"\s*(.+?)\s+(-?\d+)\s+\[(\d+)\]\s+(\d+)\.(\d{9}):\s+(?:sched:sched_|raw_syscalls:)(\w+):\s+(.*)")
SWITCH = re.compile(r"prev_comm=(.*) prev_pid=(\d+) prev_prio=-?\d+ prev_state=(\S+) ==> next_comm=(.*) next_pid=(\d+) ")
WAKE = re.compile(r"comm=(.*) pid=(\d+) prio=-?\d+ target_cpu=(\d+)")
STATES = {"S": "asleep", "X": "gone", "Z": "gone"}
WANTED = ("sched_switch:", "sched_waking:", "sched_wakeup:", "sched_wakeup_new:", "sys_exit:")


@dataclass
class ThreadTimes:
    """One thread of the workload."""

    task: str = ""
    tid: int = 0
    state: str = "new"         # new ready running asleep gone busy; busy: waits in the kernel (D), no sleep of its own
    cpu_ns: int = 0
    switches: int = 0          # times it left a CPU, but for those when somebody else's thread took it
    activations: list[int] = field(default_factory=list)   # when it was woken from a sleep
    latencies: list[int] = field(default_factory=list)     # from there until it ran
    bursts: list[int] = field(default_factory=list)        # CPU times between sleeps
    lost_ns: int = 0           # its part of what others took of the CPU it waited for, maybe with more of the workload
    cpu: int = -1              # where it runs, or waits
    _since: int = 0
    _waking: int = 0           # the last wake-up; it may come before the switch that puts the thread to sleep
    _began: int = 0            # when it last began to run
    _woken: int | None = None  # the activation that has not run yet
    _slept_at: int = 0         # `cpu_ns` at the last sleep

    def wake(self, when: int, cpu: int) -> None:
        self._waking, self.cpu = when, cpu
        if self.state == "asleep":
            self.activate(when)
        elif self.state in ("new", "busy"):
            self.state, self._since = "ready", when

    def activate(self, when: int) -> None:
        self.activations.append(when)
        self._woken, self.state, self._since = when, "ready", when

    def run(self, when: int, cpu: int) -> None:
        self.cpu = cpu
        if self.state == "asleep" and self._waking >= self._began:
            self.activate(max(self._waking, self._since))
        elif self.state == "asleep":  # nobody recorded its wake-up
            self.activations.append(when)
        if self._woken is not None:
            self.latencies.append(when - self._woken)
            self._woken = None
        self.state, self._since, self._began = "running", when, when

    def stop(self, when: int, state: str, to_foreign: bool) -> None:
        if self.state == "running":
            self.cpu_ns += when - self._since
        is_ready = state.startswith("R")
        self.switches += not (is_ready and to_foreign)
        self.state = "ready" if is_ready else STATES.get(state[0], "busy")
        self._since = when
        if self.state == "asleep":
            self.bursts.append(self.cpu_ns - self._slept_at)
            self._slept_at = self.cpu_ns

    def start_counting(self, when: int) -> None:
        self.lost_ns = 0
        self.cpu_ns, self.switches, self.activations, self.latencies, self._woken = 0, 0, [], [], None
        self.bursts, self._slept_at = [], 0
        self._since = max(when, self._since)

    def end(self, when: int) -> None:
        if self.state == "running":
            self.cpu_ns += when - self._since

    @property
    def periods(self) -> list[int]:
        return [after - before for before, after in zip(self.activations, self.activations[1:])]


@dataclass
class Recording:
    """A run's threads by name (`task` or `task-2`), in the order in which they were created."""

    threads: dict[str, ThreadTimes]
    window_ns: int  # from the first thread's start to the last one's end, or to the cut
    cpus: int

    @property
    def disturbed(self) -> float:
        """Share of all CPUs' time in which others ran while a thread of the workload could have."""
        return sum(thread.lost_ns for thread in self.threads.values()) / (self.window_ns * self.cpus)


def names_of_threads(lines: list[str], prefix: str) -> dict[int, str]:
    """The tid and task of each of the workload's threads that started in this recording. It is named only then."""
    named = re.compile(rf"(?:next|prev)_comm=({re.escape(prefix)}\d+)(?:-\d+)? (?:next|prev)_pid=(\d+)")
    names = {}
    for line in lines:
        if prefix in line:
            names |= {int(match[2]): match[1] for match in named.finditer(line)}
    started = {int(match[2]) for line in lines if "sched_wakeup_new:" in line and (match := WAKE.search(line))}
    return {tid: name for tid, name in names.items() if tid in started}


class Reader:
    """Follows one recording, line by line."""

    def __init__(self, names: dict[int, str]):
        self.threads = {tid: ThreadTimes(names[tid], tid) for tid in sorted(names)}
        self.foreign: dict[int, bool] = {}  # by CPU: whether another's thread runs there
        self.now = 0

    def pass_time(self, when: int) -> None:
        for cpu in [cpu for cpu, is_taken in self.foreign.items() if is_taken]:
            ready = [thread for thread in self.threads.values() if thread.state == "ready" and thread.cpu == cpu]
            for thread in ready:
                thread.lost_ns += (when - self.now) // len(ready)
        self.now = when

    def start_counting(self, when: int) -> None:
        self.pass_time(when)
        for thread in self.threads.values():
            thread.start_counting(when)

    def see_on(self, cpu: int, tid: int, when: int) -> None:
        """Who reports an event runs. Some kernels leave out the switches from idle of a CPU (seen with 6.18)."""
        self.foreign[cpu] = tid != 0 and tid not in self.threads
        if tid in self.threads and self.threads[tid].state != "running":
            self.threads[tid].run(when, cpu)

    def read(self, cpu: int, tid: int, event: str, fields: str, when: int) -> bool:
        """Whether it was about a thread of the workload."""
        self.pass_time(when)
        self.see_on(cpu, tid, when)
        if event == "sys_exit":
            return tid in self.threads
        match = SWITCH.match(fields + " ") if event == "switch" else WAKE.match(fields)
        if not match:
            return False
        before, after = (int(match[2]), int(match[5])) if event == "switch" else (-1, int(match[2]))
        if event != "switch":
            if after in self.threads:
                self.threads[after].wake(when, int(match[3]))
            return after in self.threads
        self.foreign[cpu] = after != 0 and after not in self.threads
        if before in self.threads:
            self.threads[before].stop(when, match[3], self.foreign[cpu])
        if after in self.threads:
            self.threads[after].run(when, cpu)
        return before in self.threads or after in self.threads


def read_recording(text: str, prefix: str, cut_ns: int, begin: int | None = None) -> Recording:
    """Counts from `begin`, or from when the workload's first thread appears, until `cut_ns` later."""
    lines = [line for line in text.splitlines() if any(event in line for event in WANTED)]
    reader = Reader(names_of_threads(lines, prefix))
    counts, last = False, 0
    for line in lines:
        match = LINE.match(line)
        if not match:
            continue
        when = int(match[4]) * 1_000_000_000 + int(match[5])
        if begin is not None and when >= begin and not counts:
            reader.start_counting(begin)
            counts = True
        if counts and when > begin + cut_ns:
            break
        if reader.read(int(match[3]), int(match[2]), match[6], match[7], when):
            begin = when if begin is None else begin
            last = when
    if begin is not None and any(thread.state != "gone" for thread in reader.threads.values()):
        last = begin + cut_ns
    for thread in reader.threads.values():
        thread.end(last)
    return Recording(numbered(reader.threads), max(1, last - (begin or 0)), max(1, len(reader.foreign)))


def numbered(threads: dict[int, ThreadTimes]) -> dict[str, ThreadTimes]:
    """Instances of a task are numbered by tid, from 1; a task of one instance keeps its name."""
    tasks: dict[str, list[ThreadTimes]] = {}
    for thread in threads.values():
        tasks.setdefault(thread.task, []).append(thread)
    named = {}
    for task in sorted(tasks):
        for number, thread in enumerate(tasks[task], 1):
            named[f"{task}-{number}" if len(tasks[task]) > 1 else task] = thread
    return named


def values(thread: ThreadTimes, window_ns: int) -> dict[str, float | None]:
    """The metrics of `table.METRICS`, and beside them `lost`, the share of a CPU that others took
    from it, and `burst_ns`, its CPU time an activation. None where the thread had too few activations to say."""
    periods = thread.periods
    return {
        "cpu_share": thread.cpu_ns / max(1, window_ns),
        "lost": thread.lost_ns / max(1, window_ns),
        "burst_ns": thread.cpu_ns / max(1, len(thread.activations)),
        "activations": len(thread.activations),
        "period_ns": statistics.fmean(periods) if periods else None,
        "jitter_ns": statistics.pstdev(periods) if len(periods) > 1 else None,
        "latency_ns": statistics.median(thread.latencies) if thread.latencies else None,
        "switches": thread.switches,
    }
