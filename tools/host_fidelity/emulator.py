"""The emulator's side: the host as a machine file, and a run of `signalbox` whose trace the same reader reads."""

import math
import re
import subprocess
import tomllib
from pathlib import Path

from host import Calibration, HostFacts
from input_error import InputError, NotComparable
from sched_text import Recording, read_recording
from workload import PREFIX, Workload

SHIPPED = Path(__file__).resolve().parents[1] / "experiment/machines"
PRICED_LIKE = "laptop"


def cpus_sharing(cpus: list[int], what: str) -> int:
    """How many of the chosen CPUs share a core or a cache with the first of them; all, if the host does not say."""
    try:
        text = Path(f"/sys/devices/system/cpu/cpu{cpus[0]}/{what}").read_text(encoding="utf-8")
    except OSError:
        return len(cpus)
    shared: set[int] = set()
    for span in text.strip().split(","):
        first, _, last = span.partition("-")
        shared |= set(range(int(first), int(last or first) + 1))
    return len(shared & set(cpus))


def machine_text(facts: HostFacts, measured: Calibration) -> str:
    """The host's CPUs, tick and latencies; other prices are a shipped machine's, because nothing here measures them."""
    count = len(facts.cpus)
    threads = cpus_sharing(facts.cpus, "topology/thread_siblings_list")
    cache = cpus_sharing(facts.cpus, "cache/index3/shared_cpu_list")
    shipped = (SHIPPED / f"{PRICED_LIKE}.toml").read_text(encoding="utf-8")
    lines = ['name = "host"', f'tick = "{1_000_000 // facts.hz}us"', f'kernel_preemption = "{facts.preemption}"']
    if slack := tomllib.loads(shipped).get("timer_slack"):
        lines.append(f'timer_slack = "{slack}"')
    lines += ["[cpus]", f"count = {count}"]
    if count % threads == 0:
        lines.append(f"threads_per_core = {threads}")
    if count % cache == 0:
        lines.append(f"cpus_per_llc = {cache}")
    return "\n".join(lines) + "\n" + shipped[shipped.index("[costs]"):] + \
        f'timer_latency = "{measured.timer_ns}ns"\nipi_latency = "{measured.remote_ns}ns"\n'


def policy_text(facts: HostFacts) -> str:
    """`linux` with this kernel's own slice and tick. A slice is base_slice x (1 + log2 of the CPUs, of which 8 count)."""
    options = [f"tick={1_000_000 // facts.hz}us"]
    if facts.base_slice_ns:
        factor = 1 + int(math.log2(min(len(facts.cpus), 8)))
        options.insert(0, f"base_slice={facts.base_slice_ns // factor}ns")
    return "linux:" + ",".join(options)


class EmulatorRunner:
    def __init__(self, signalbox: Path, folder: Path, machine: str, policy: str, seed: int):
        if not signalbox.exists():
            raise InputError(f"{signalbox}: no such file", "the program signalbox (--signalbox PATH)")
        self.signalbox, self.folder, self.machine, self.policy, self.seed = signalbox, folder, machine, policy, seed

    def run(self, workload: Workload, cpu_count: int) -> Recording:
        source, trace = self.folder / "emulator.json", self.folder / "emulator.perf"
        source.write_text(workload.text(list(range(cpu_count)), None, str(self.folder)), encoding="utf-8")
        command = [str(self.signalbox), "run", str(source), "--policy", self.policy, "--machine", self.machine,
                   "--seed", str(self.seed), "--trace", str(trace), "--quiet"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        said = done.stderr.strip().splitlines()
        if done.returncode == 2:
            if "emulator.json" not in said[0]:
                raise InputError(said[0], "what signalbox takes")
            raise NotComparable("signalbox: " + re.sub(r"^.*?error: ", "", said[0]))
        if done.returncode not in (0, 1):
            raise NotComparable(f"signalbox ended with status {done.returncode}: {' '.join(said[:1])}")
        if done.returncode == 1:
            workload.notes.append(f"signalbox: {said[0]}")
        return read_recording(trace.read_text(encoding="utf-8"), PREFIX, workload.seconds * 1_000_000_000)
