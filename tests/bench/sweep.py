#!/usr/bin/env python3
"""Is a sweep with two jobs, and with two processes of MPI, nearly twice as fast as with one?

usage: tests/bench/sweep.py [SIGNALBOX] [--repetitions N]

Wall time, so the machine must be quiet: the ways take turns, and the best of each counts. The CPU time beside it says
what a way costs in all, whoever else is busy. Exit status 1 if a row falls short, 0 if not; needs two cores. MPI is left out where there is no mpirun.
"""

import argparse
import os
import resource
import shutil
import subprocess
import sys
import time

# About 12 s with one job: long beside the start of processes (half a second of mpirun's).
SWEEP = ["compare", "video_call", "mixed_batch", "--vary", "round_robin:quantum=1ms..50ms/8", "--until", "600s",
         "--seeds", "40", "--quiet"]
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "2"]
BARS = {"2 jobs": 1.8, "mpirun -n 2": 1.7}


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure(command: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds."""
    begin, cpu = time.monotonic(), cpu_seconds()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - begin, cpu_seconds() - cpu


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("signalbox", nargs="?", default="build/release/bin/signalbox")
    parser.add_argument("--repetitions", type=int, default=5)
    options = parser.parse_args()
    if (os.cpu_count() or 1) < 2:
        print("sweep.py: needs two cores", file=sys.stderr)
        return 2
    ways = {"1 job": [options.signalbox, *SWEEP, "--jobs", "1"], "2 jobs": [options.signalbox, *SWEEP, "--jobs", "2"]}
    if shutil.which("mpirun"):
        ways["mpirun -n 2"] = [*MPIRUN, options.signalbox, *SWEEP]
    taken: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
    print(f"load average before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores", file=sys.stderr)
    for _ in range(options.repetitions):
        for way, command in ways.items():
            taken[way].append(measure(command))
    one = min(wall for wall, _ in taken["1 job"])
    failures = 0
    print(f"{'sweep':<12} {'best':>9} {'worst':>9} {'CPU':>9} {'speed-up':>9} {'bar':>5}")
    for way, times in taken.items():
        walls = [wall for wall, _ in times]
        row = f"{way:<12} {min(walls):7.2f} s {max(walls):7.2f} s {min(cpu for _, cpu in times):7.2f} s"
        if way in BARS:
            is_met = one / min(walls) >= BARS[way]
            failures += not is_met
            row += f" {one / min(walls):8.2f}x {BARS[way]:5.1f}  {'met' if is_met else 'MISSED'}"
        print(row)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
