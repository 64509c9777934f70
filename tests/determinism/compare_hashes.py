#!/usr/bin/env python3
"""Runs every shipped scenario in several builds of signalbox and compares the trace hashes.

usage: compare_hashes.py BINARY...    Name a binary twice to compare it with itself.
"""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "workloads/scenarios"
# One of each kind: a queue, levels, a tree of virtual times, and one that draws random numbers.
POLICIES = ("round_robin", "mlfq", "eevdf", "lottery")
TOO_LARGE_FOR_DEBUG = "million"
SECONDS_A_RUN = 120


def trace_hash(binary: str, scenario: Path, policy: str) -> str:
    """The hash, or what went wrong instead; both must be the same in every build."""
    command = [binary, "run", str(scenario), "--policy", policy, "--seed", "7", "--json", "-"]
    result = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_A_RUN, check=False)
    try:
        return json.loads(result.stdout)["trace_hash"]
    except (json.JSONDecodeError, KeyError):
        return f"status {result.returncode}: {result.stderr.strip()}"


def main(binaries: list[str]) -> int:
    if len(binaries) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    scenarios = [path for path in sorted(SCENARIOS.glob("*")) if path.suffix in (".json", ".csv", ".toml")]
    scenarios = [path for path in scenarios if TOO_LARGE_FOR_DEBUG not in path.name]
    cases = [(scenario, policy) for scenario in scenarios for policy in POLICIES]
    with ThreadPoolExecutor(max_workers=2) as pool:
        rows = list(pool.map(lambda case: [trace_hash(binary, *case) for binary in binaries], cases))

    failures = 0
    for (scenario, policy), hashes in zip(cases, rows):
        is_hash = len(hashes[0]) == 16
        equal = len(set(hashes)) == 1
        failures += not (is_hash and equal)
        print(f"{scenario.stem:30} {policy:12} {hashes[0] if equal else 'DIFFERENT ' + str(hashes)}")
    if len({hashes[0] for hashes in rows}) < len(scenarios):
        print("different scenarios hash alike: the hash does not see the trace")
        failures += 1
    print(f"{len(cases)} runs in {len(binaries)} builds each, {failures} failures")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
