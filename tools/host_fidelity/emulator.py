"""The emulator's side: a run of `signalbox` whose trace the same reader reads."""

import re
import subprocess
from pathlib import Path

from input_error import InputError, NotComparable
from sched_text import Recording, read_recording
from workload import PREFIX, Workload

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
        said = done.stderr.strip().splitlines() or ["said nothing"]
        if done.returncode == 2:
            if "emulator.json" not in said[0]:
                raise InputError(said[0], "what signalbox takes")
            raise NotComparable("signalbox: " + re.sub(r"^.*?error: ", "", said[0]))
        if done.returncode not in (0, 1):
            raise NotComparable(f"signalbox ended with status {done.returncode}: {' '.join(said[:1])}")
        if done.returncode == 1:
            workload.notes.append(f"signalbox: {said[0]}")
        return read_recording(trace.read_text(encoding="utf-8"), PREFIX, workload.seconds * 1_000_000_000)
