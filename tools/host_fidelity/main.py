#!/usr/bin/env python3
"""Compares the emulator's `linux` policy with the host's kernel, on the same rt-app files.

Every file runs several times on the host's CPUs and once in the emulator; the same code measures both recordings.
Exit status: 0 compared; 1 the host failed; 2 bad usage or input.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from emulator import EmulatorRunner
from host import Calibration, HostFacts, HostRunner, check_tools, facts
from host_machine import PRICED_LIKE, fit_machine, policy_text
from input_error import HostFailure, InputError, NotComparable
from sched_text import Recording, values
from table import METRICS, Cell, cells, heading, span, thread_lines, verdict
from workload import Workload, prepare, read_workload

QUIET_SHARE = 0.01  # a run in which others took more from the workload is made again


def cpu_list(text: str) -> list[int]:
    try:
        cpus = sorted({cpu for part in text.split(",") for first, _, last in [part.partition("-")]
                       for cpu in range(int(first), int(last or first) + 1)})
    except ValueError as error:
        raise InputError(f"--cpus {text}", "a list such as 0,1 or 0-3") from error
    away = [cpu for cpu in cpus if cpu not in os.sched_getaffinity(0)]
    if away or not cpus:
        raise InputError(f"--cpus {text}", f"CPUs of this host: {', '.join(map(str, sorted(os.sched_getaffinity(0))))}")
    return cpus


class OneLineParser(argparse.ArgumentParser):
    def error(self, message: str) -> None:
        raise InputError(message, "what `tools/fidelity --help` shows")


def options_of(arguments: list[str]) -> argparse.Namespace:
    parser = OneLineParser(prog="tools/fidelity", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                           epilog="example: tools/fidelity workload.json --runs 5 --seconds 2")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="rt-app files")
    parser.add_argument("--runs", type=int, default=3, help="runs on the host, at least 2 (default %(default)s)")
    parser.add_argument("--seconds", type=int, default=3, help="the longest run (default %(default)s)")
    parser.add_argument("--cpus", help="the host's CPUs to use (default: all we may use)")
    parser.add_argument("--machine", help="a machine file or name in place of one like this host")
    parser.add_argument("--policy", help="a policy in place of `linux` with this kernel's slice and tick")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every value there too")
    parser.add_argument("--signalbox", type=Path, default=Path("build/release/bin/signalbox"))
    options = parser.parse_args(arguments)
    if options.json and not os.access(options.json.absolute().parent, os.W_OK):
        raise InputError(f"--json {options.json}: cannot be written", "a file in a folder that is there")
    if options.runs < 2 or options.seconds < 1:
        raise InputError(f"--runs {options.runs} --seconds {options.seconds}", "at least 2 runs of at least 1 second")
    return options


class Comparison:
    """One workload on both sides."""

    def __init__(self, workload: Workload):
        self.workload = workload
        self.runs: list[Recording] = []
        self.ns_per_loop: list[float] = []
        self.repeated = 0
        self.reason = ""  # why there is no comparison
        self.host_failed = False
        self.rows: dict[str, dict[str, Cell]] = {}

    def measure(self, host: HostRunner, emulator: EmulatorRunner, wanted: int) -> None:
        try:
            prepare(self.workload)
            ours = emulator.run(self.workload, len(host.cpus))
        except NotComparable as why:
            self.reason = str(why)
            return
        try:
            self.measure_host(host, wanted)
        except HostFailure as why:
            self.reason, self.host_failed = f"the host failed: {why}", True
            return
        self.compare(ours)

    def measure_host(self, host: HostRunner, wanted: int) -> None:
        attempts = []
        while len(attempts) < 2 * wanted:
            loop = host.calibrate().ns_per_loop
            attempts.append((host.run(self.workload, loop), loop))
            if sum(run.disturbed <= QUIET_SHARE for run, _ in attempts) == wanted:
                break
        quietest = sorted(attempts, key=lambda attempt: attempt[0].disturbed)[:wanted]
        self.runs = [run for run, _ in quietest]
        self.ns_per_loop = [loop for _, loop in quietest]
        self.repeated = len(attempts) - wanted

    def compare(self, ours: Recording) -> None:
        mine = {name: values(thread, ours.window_ns) for name, thread in ours.threads.items()}
        theirs = [{name: values(thread, run.window_ns) for name, thread in run.threads.items()} for run in self.runs]
        nothing = {metric.key: None for metric in METRICS}
        spread = max(self.ns_per_loop) / min(self.ns_per_loop) - 1
        for name in sorted(set(mine).union(*theirs)):
            found = [run[name] for run in theirs if name in run]
            self.rows[name] = cells(found, mine.get(name, nothing), spread)

    def shown_name(self, name: str) -> str:
        task, dash, number = name.partition("-")
        return self.workload.names[task] + dash + number

    def text(self) -> str:
        about = [self.workload.path.name, *self.workload.notes]
        if self.reason:
            return f"{'; '.join(about[:1])}: not compared: {self.reason}\n"
        low, high = min(run.disturbed for run in self.runs), max(run.disturbed for run in self.runs)
        about.append(f"{min(self.ns_per_loop):.3f} to {max(self.ns_per_loop):.3f} ns a loop")
        about.append(f"others took {100 * low:.2f} to {100 * high:.2f} % from it"
                     + (f", {self.repeated} noisier ones left out" if self.repeated else ""))
        lines = ["; ".join(about), heading()]
        for name, row in self.rows.items():
            lines += thread_lines(self.shown_name(name), row)
        return "\n".join([*lines, verdict(list(self.rows.values())), ""])

    def as_json(self) -> dict:
        threads = [{"name": self.shown_name(name)} |
                   {key: {"host": cell.host, "signalbox": cell.emulator} for key, cell in row.items()}
                   for name, row in self.rows.items()]
        return {"file": str(self.workload.path), "notes": self.workload.notes, "not_compared": self.reason or None,
                "seconds": self.workload.seconds, "ns_per_loop": self.ns_per_loop,
                "disturbed": [run.disturbed for run in self.runs], "threads": threads}


def head_of(host: HostFacts, measured: Calibration, wakeup_ns: int, options: argparse.Namespace, policy: str) -> dict:
    machine = (f"a machine of this host's CPUs and tick, with {span(measured.timer_ns)} to wake a thread by a timer, "
               f"{span(measured.remote_ns)} from another CPU and {span(wakeup_ns)} for a wake-up, as measured alone, else priced as {PRICED_LIKE}")
    return {"kernel": host.kernel, "cpus": host.cpus, "hz": host.hz, "preemption": host.preemption,
            "kernel_parameters": host.parameters, "rt_app": host.rt_app, "perf": host.perf, "load_average": os.getloadavg()[0], "runs": options.runs, "policy": policy,
            "machine": options.machine or machine, "seed": options.seed}


def print_head(head: dict) -> None:
    cpus = ",".join(map(str, head["cpus"]))
    print(f"host: Linux {head['kernel']}, CPUs {cpus}, {head['hz']} Hz, preemption {head['preemption']}; rt-app {head['rt_app']},"
          f" perf {head['perf']}; {head['runs']} runs; load average {head['load_average']:.2f} before the first")
    if head["kernel_parameters"]:
        print(f"kernel parameters that change scheduling, and are not modelled: {' '.join(head['kernel_parameters'])}")
    print(f"signalbox: {head['policy']} on {head['machine']}, seed {head['seed']}")
    print("host: the mean of its runs; spread: their largest value less their smallest; error: signalbox less host,\n"
          "marked ! where signalbox lies further outside the host's runs than these lie apart, and than others' CPU time and\n"
          "the change of the calibration explain. period: mean time between wake-ups from sleep; jitter: its standard deviation;\n"
          "wake-up: the median time from there until the thread ran\n")


def fidelity(options: argparse.Namespace) -> int:
    cpus = cpu_list(options.cpus) if options.cpus else sorted(os.sched_getaffinity(0))
    workloads = [read_workload(path, options.seconds, len(cpus)) for path in options.files]
    check_tools()
    host_facts = facts(cpus)
    policy = options.policy or policy_text(host_facts)
    with tempfile.TemporaryDirectory(prefix="signalbox-fidelity-") as name:
        folder = Path(name)
        host = HostRunner(cpus, folder)
        measured = host.calibrate()
        emulator = EmulatorRunner(options.signalbox, folder, options.machine or str(folder / "host.toml"), policy, options.seed)
        wakeup_ns = 0 if options.machine else fit_machine(host, emulator, host_facts, measured)
        head = head_of(host_facts, measured, wakeup_ns, options, policy)
        print_head(head)
        comparisons = []
        for workload in workloads:
            comparison = Comparison(workload)
            comparison.measure(host, emulator, options.runs)
            print(comparison.text(), flush=True)
            comparisons.append(comparison)
    if rows := [row for comparison in comparisons for row in comparison.rows.values()]:
        print(f"all files: {verdict(rows)}; load average {os.getloadavg()[0]:.2f} at the end")
    if options.json:
        report = {"schema": 1, **head, "files": [comparison.as_json() for comparison in comparisons]}
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 1 if any(comparison.host_failed for comparison in comparisons) else 0


def main(arguments: list[str]) -> int:
    try:
        return fidelity(options_of(arguments))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except HostFailure as error:
        print(f"tools/fidelity: the host failed: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
