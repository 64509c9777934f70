"""The host as a machine file and a policy: what was measured on it, and a shipped machine's prices for the rest."""

import math
import re
import statistics
import tomllib
from pathlib import Path

from emulator import EmulatorRunner
from host import Calibration, HostFacts, HostRunner
from input_error import HostFailure, NotComparable
from sched_text import Recording
from workload import prepare, read_workload

SHIPPED = Path(__file__).resolve().parents[1] / "experiment/machines"
PRICED_LIKE = "laptop"
# Longer runs than a tick: a thread that was preempted between resume and suspend must come to its suspend in time.
HANDOVER = """{"tasks": {
  "first": {"cpus": [0], "loop": -1, "phases": {"only": {"run": 10000, "resume": "second", "suspend": "first"}}},
  "second": {"cpus": [0], "loop": -1, "phases": {"only": {"suspend": "second", "run": 10000, "resume": "first"}}}},
  "global": {"duration": 1}}
"""


def cpus_sharing(cpus: list[int], what: str) -> int:
    """How many of the chosen CPUs share a core or a cache with the first of them; all, if the host does not say, and 0 if
    those that share do not follow each other, as a machine file numbers them."""
    try:
        text = Path(f"/sys/devices/system/cpu/cpu{cpus[0]}/{what}").read_text(encoding="utf-8")
    except OSError:
        return len(cpus)
    shared: set[int] = set()
    for span in text.strip().split(","):
        first, _, last = span.partition("-")
        shared |= set(range(int(first), int(last or first) + 1))
    chosen = sorted(shared & set(cpus))
    return len(chosen) if chosen == sorted(cpus)[:len(chosen)] else 0


def shipped_text() -> str:
    return (SHIPPED / f"{PRICED_LIKE}.toml").read_text(encoding="utf-8")


def shipped_wakeup_ns() -> int:
    return int(tomllib.loads(shipped_text())["costs"]["wakeup"].removesuffix("ns"))


def machine_text(facts: HostFacts, measured: Calibration, wakeup_ns: int) -> str:
    """The host's CPUs, tick and latencies; other prices are a shipped machine's, because nothing here measures them."""
    count = len(facts.cpus)
    threads = cpus_sharing(facts.cpus, "topology/thread_siblings_list")
    cache = cpus_sharing(facts.cpus, "cache/index3/shared_cpu_list")
    shipped = shipped_text()
    costs = re.sub(r'(?m)^wakeup = .*', f'wakeup = "{wakeup_ns}ns"', shipped[shipped.index("[costs]"):])
    lines = ['name = "host"', f'tick = "{1_000_000 // facts.hz}us"', f'kernel_preemption = "{facts.preemption}"']
    if slack := tomllib.loads(shipped).get("timer_slack"):
        lines.append(f'timer_slack = "{slack}"')
    lines += ["[cpus]", f"count = {count}"]
    if threads and count % threads == 0:
        lines.append(f"threads_per_core = {threads}")
    if cache and count % cache == 0:
        lines.append(f"cpus_per_llc = {cache}")
    return "\n".join(lines) + "\n" + costs + \
        f'timer_latency = "{measured.timer_ns}ns"\nipi_latency = "{measured.remote_ns}ns"\n'


def policy_text(facts: HostFacts) -> str:
    """`linux` with this kernel's own slice and tick. A slice is base_slice x (1 + log2 of the CPUs, of which 8 count)."""
    options = [f"tick={1_000_000 // facts.hz}us"]
    if facts.base_slice_ns:
        factor = 1 + int(math.log2(min(len(facts.cpus), 8)))
        options.insert(0, f"base_slice={facts.base_slice_ns // factor}ns")
    return "linux:" + ",".join(options)


def median_latency(recording: Recording) -> float:
    latencies = [span for thread in recording.threads.values() for span in thread.latencies]
    if not latencies:
        raise HostFailure("two threads that hand over to each other never woke")
    return statistics.median(latencies)


def fit_machine(host: HostRunner, emulator: EmulatorRunner, facts: HostFacts, measured: Calibration) -> int:
    """Writes the machine file. A wake-up's price is the shipped one and what two threads that hand over to each other on
    one CPU then lack: most of it is what recording takes."""
    try:
        return fitted_wakeup_ns(host, emulator, facts, measured)
    except NotComparable as why:
        raise HostFailure(f"two threads that hand over to each other could not be run: {why}") from why


def fitted_wakeup_ns(host: HostRunner, emulator: EmulatorRunner, facts: HostFacts, measured: Calibration) -> int:
    source, machine = host.folder / "handover.json", host.folder / "host.toml"
    source.write_text(HANDOVER, encoding="utf-8")
    shipped = shipped_wakeup_ns()
    machine.write_text(machine_text(facts, measured, shipped), encoding="utf-8")
    workload = read_workload(source, 1, 1)
    prepare(workload)
    theirs = median_latency(host.run(workload, measured.ns_per_loop))
    fitted = max(0, round(shipped + theirs - median_latency(emulator.run(workload, 1))))
    machine.write_text(machine_text(facts, measured, fitted), encoding="utf-8")
    return fitted
