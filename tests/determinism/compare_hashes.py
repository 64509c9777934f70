#!/usr/bin/env python3
"""Runs every shipped scenario in several builds of signalbox and compares the trace hashes.

Each runs under every policy, on machines with and without prices, ticks, several CPUs and unequal ones, with two seeds.
usage: compare_hashes.py BINARY...    Name a binary twice to compare it with itself.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "workloads/scenarios"
MACHINES = (("textbook",), ("laptop",), ("biglittle",), ("server-2x32", "--cpus", "6"))
TOO_LARGE_FOR_DEBUG = "million"
SECONDS_A_COMPARISON = 120


def trace_hashes(binary: str, scenario: Path, machine: tuple[str, ...]) -> dict[str, str]:
    """By policy and seed; what went wrong instead of hashes must be the same in every build too, and fails."""
    command = [binary, "compare", str(scenario), "--policies", "all", "--machine", *machine]
    command += ["--seed", "7", "--seeds", "2", "--jobs", "1", "--quiet", "--json", "-"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_A_COMPARISON, check=False)
    try:
        runs = json.loads(result.stdout)["runs"]
        return {f"{run['policy']} seed {run['seed']}": run["trace_hash"] for run in runs}
    except (json.JSONDecodeError, KeyError):
        return {"nothing": f"status {result.returncode}: {result.stderr.strip()}"}


def differences(builds: list[dict[str, str]]) -> list[str]:
    """A line for each run whose hash is not the same in all builds, or is none."""
    lines = []
    for run in sorted(set().union(*builds)):
        hashes = [build.get(run, "missing") for build in builds]
        if len(set(hashes)) > 1 or len(hashes[0]) != 16:
            lines.append(f"    {run}: {hashes}")
    return lines


def main(binaries: list[str]) -> int:
    if len(binaries) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    scenarios = [path for path in sorted(SCENARIOS.glob("*")) if path.suffix in (".json", ".csv", ".toml")]
    scenarios = [path for path in scenarios if TOO_LARGE_FOR_DEBUG not in path.name]
    cases = [(scenario, machine) for scenario in scenarios for machine in MACHINES]
    with ThreadPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(lambda case: [trace_hashes(binary, *case) for binary in binaries], cases))

    failures = 0
    for (scenario, machine), builds in zip(cases, rows):
        wrong = differences(builds)
        failures += len(wrong)
        print(f"{scenario.stem:20} {' '.join(machine):22} {len(builds[0])} runs, {len(wrong)} differ")
        for line in wrong:
            print(line)
    hashes = [hash for builds in rows for hash in builds[0].values()]
    if len(set(hashes)) < len(cases):
        print("different scenarios and machines hash alike: the hash does not see the trace")
        failures += 1
    print(f"{len(hashes)} runs in {len(binaries)} builds each, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
