"""One rt-app file, made ready for both sides.

What changes is the same on both sides (names of tasks, duration, what is logged where), but for two things: the host's
CPUs have other numbers, and its `run` events are given in rt-app's loops, as measured just before, because rt-app
calibrates to whole nanoseconds a loop, which may be off by some percent.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from input_error import InputError, NotComparable
from loose_json import NO_VALUE, LooseJson, Pairs, strict

# rt-app 1.0, doc/tutorial.txt. The longest name a key begins with counts, as in rt-app.
HOST_EVENTS = ("runtime", "run", "sleep", "timer", "unlock", "lock", "wait", "signal", "broad", "sync", "barrier", "suspend",
               "resume", "yield", "memrun", "mem", "iorun")
NO_EVENTS = ("loop", "cpus", "instance", "phases", "policy", "priority", "delay", "dl-runtime", "dl-period", "dl-deadline",
             "deadline", "period")
KEPT_GLOBALS = ("default_policy", "pi_enabled", "lock_pages", "io_device", "mem_buffer_size", "cumulative_slack")
LOG_NAME = "rt-app"
PREFIX = "sbrt"  # of the names of tasks on both sides: the kernel cuts names at 15 bytes, rt-app refuses longer ones


@dataclass
class Workload:
    """Tasks by the name they run under (`sbrt00`), with the name the file gives them."""

    path: Path
    tasks: dict[str, Pairs]
    names: dict[str, str]
    settings: Pairs
    seconds: int  # both sides are cut off there
    notes: list[str] = field(default_factory=list)

    def text(self, cpus: list[int], ns_per_loop: float | None, log_folder: str) -> str:
        """For the emulator, or, with ns_per_loop, for rt-app on these CPUs."""
        calibration = 1000 if ns_per_loop else 10
        tasks = [(name, convert(task, cpus, ns_per_loop)) for name, task in self.tasks.items()]
        settings = {key: value for key, value in self.settings if key in KEPT_GLOBALS}
        settings |= {"duration": self.seconds, "calibration": calibration, "ftrace": False, "gnuplot": False,
                     "logdir": log_folder, "log_basename": LOG_NAME, "log_size": 2}
        return strict([("tasks", tasks), ("global", settings)]) + "\n"


def convert(pairs: Pairs, cpus: list[int], ns_per_loop: float | None) -> Pairs:
    converted: Pairs = []
    for key, value in pairs:
        if key == "cpus":
            value = sorted({cpus[cpu % len(cpus)] for cpu in value})
        elif event_of(key) == "run" and ns_per_loop:
            value = round(value * 1000 / ns_per_loop)
        elif isinstance(value, list) and value and isinstance(value[0], tuple):
            value = convert(value, cpus, ns_per_loop)
        converted.append((key, value))
    return converted


def event_of(key: str) -> str:
    """The event a key stands for; empty if it is none that rt-app 1.0 has."""
    if key in NO_EVENTS:
        return ""
    return next((event for event in HOST_EVENTS if key.startswith(event)), "")


def completed(pairs: Pairs, task: str) -> Pairs:
    """A bare `suspend` waits for its own task's resume (rt-app's workgen); other keys need their value."""
    for key, value in pairs:
        if value is NO_VALUE and event_of(key) not in ("suspend", "yield"):
            raise NotComparable(f"rt-app needs a value for \"{key}\" of {task}")
    return [(key, complete(value, task)) for key, value in pairs]


def complete(value: Any, task: str) -> Any:
    if value is NO_VALUE:
        return task
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return completed(value, task)
    return value


def with_phases(task: Pairs) -> Pairs:
    """A task that lists its events without phases, as one phase: rt-app 1.0 repeats such a task for ever, whatever its
    `loop` says (measured), which later versions and the tutorial take for the number of its turns."""
    if "phases" in dict(task):
        return task
    events = [(key, value) for key, value in task if event_of(key)]
    others = [(key, value) for key, value in task if not event_of(key)]
    return [*others, ("phases", [("only", [("loop", 1), *events])])]


def check_events(pairs: Pairs, task: str) -> None:
    """Refuses what Debian's rt-app 1.0 does not have: it would stop, or leave it out without a word."""
    phases = dict(pairs).get("phases")
    if dict(pairs).get("instance", 1) == 0:
        raise NotComparable(f"rt-app 1.0 has no \"fork\", which {task} needs to start")
    for phase in [each for _, each in phases] if phases else [pairs]:
        for key, _ in phase:
            if key not in NO_EVENTS and not event_of(key):
                raise NotComparable(f"rt-app 1.0 has no \"{key}\" ({task})")


def is_object(value: Any) -> bool:
    return isinstance(value, list) and (not value or isinstance(value[0], tuple))


def read_workload(path: Path, longest_seconds: int, cpu_count: int) -> Workload:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or 'is no text'}", "an rt-app file") from error
    top = dict(LooseJson(text, str(path)).read())
    if not is_object(top.get("tasks")) or not top["tasks"] or not all(is_object(task) for _, task in top["tasks"]):
        raise InputError("no tasks", 'an object "tasks" with one object a task', f"{path}:1:1")
    settings = top.get("global", [])
    asked = dict(settings).get("duration", -1) if is_object(settings) else None
    if type(asked) is not int:
        raise InputError('"global" is wrong', 'an object, with a whole number of seconds as "duration"', f"{path}:1:1")
    seconds = min(asked, longest_seconds) if asked > 0 else longest_seconds
    tasks, names = {}, {}
    for number, (name, task) in enumerate(top["tasks"]):
        names[f"{PREFIX}{number:02}"] = name
        tasks[f"{PREFIX}{number:02}"] = task
    workload = Workload(path, tasks, names, settings, seconds)
    if asked > seconds:
        workload.notes.append(f"the first {seconds} s of {asked}")
    if asked <= 0:
        workload.notes.append(f"at most {seconds} s")
    far = sorted({cpu for cpu in named_cpus([task for _, task in top["tasks"]]) if cpu >= cpu_count})
    if far:
        moved = ", ".join(f"CPU {cpu} as CPU {cpu % cpu_count}" for cpu in far)
        workload.notes.append(f"{moved}: there are {cpu_count}")
    return workload


def prepare(workload: Workload) -> None:
    """Makes it what rt-app 1.0 reads; raises NotComparable if it cannot."""
    for name, task in workload.tasks.items():
        check_events(task, workload.names[name])
        workload.tasks[name] = with_phases(completed(task, workload.names[name]))


def named_cpus(value: Any) -> list[int]:
    found = []
    for each in value if isinstance(value, list) else []:
        if isinstance(each, tuple) and each[0] == "cpus":
            if not isinstance(each[1], list) or not all(type(cpu) is int and cpu >= 0 for cpu in each[1]):
                raise InputError(f'"cpus" is {each[1]!r}', "a list of CPU numbers")
            found += each[1]
        else:
            found += named_cpus(each[1] if isinstance(each, tuple) else each)
    return found
