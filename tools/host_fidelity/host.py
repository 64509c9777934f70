"""The host's side: its facts, and runs of rt-app under `perf sched record`."""

import gzip
import os
import re
import shutil
import signal
import statistics
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from input_error import HostFailure, InputError
from loose_json import strict
from sched_text import Recording, read_recording
from workload import LOG_NAME, PREFIX, Workload

CALIBRATION_LOOPS = 200_000
CALIBRATION_TURNS = 25
FEWEST_TURNS = 10
# perf leaves out switches from idle on some CPUs; the end of the call in which a thread slept shows that it runs
# (futex, clock_nanosleep and nanosleep of x86-64).
ENDED_SLEEPS = ["-e", "raw_syscalls:sys_exit", "--filter", "id == 202 || id == 230 || id == 35"]
START_COLUMN = 4  # of rt-app's logs, in us


@dataclass
class HostFacts:
    kernel: str
    rt_app: str
    perf: str
    cpus: list[int]
    hz: int
    preemption: str          # "full" or "none", as machine files say it
    base_slice_ns: int | None  # of a nice-0 thread of the fair class, as this kernel gives it
    parameters: list[str] = field(default_factory=list)  # of the kernel's command line, that concern scheduling


def output_of(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def kernel_options() -> str:
    packed = Path("/proc/config.gz")
    plain = Path(f"/boot/config-{os.uname().release}")
    try:
        return gzip.decompress(packed.read_bytes()).decode() if packed.exists() else plain.read_text(encoding="utf-8")
    except OSError:
        return ""


def preemption_of(options: str) -> str:
    """sched/debug.c shows the mode in force in brackets; without debugfs, what the kernel was configured with."""
    try:
        shown = Path("/sys/kernel/debug/sched/preempt").read_text(encoding="utf-8")
        return "none" if re.search(r"\((none|voluntary)\)", shown) else "full"
    except OSError:
        return "full" if re.search(r"^CONFIG_PREEMPT(_LAZY)?=y", options, re.MULTILINE) else "none"


def slice_ns() -> int | None:
    """`se.slice` of /proc/self/sched (CONFIG_SCHED_DEBUG), since 6.6."""
    try:
        found = re.search(r"^se\.slice\s*:\s*(\d+)", Path("/proc/self/sched").read_text(encoding="utf-8"), re.MULTILINE)
        return int(found[1]) if found else None
    except OSError:
        return None


def scheduling_parameters(command_line: str) -> list[str]:
    """Those of admin-guide/kernel-parameters.txt that change who runs where and when, or how a CPU idles, and any `sched_*`."""
    wanted = re.compile(r"(sched_|isolcpus=|nohz|rcu_nocbs|preempt=|idle=|nosmt|cpuidle|haltpoll|intel_idle|processor\.max_cstate)")
    return [word for word in command_line.split(" -- ")[0].split() if wanted.match(word)]


def check_tools() -> None:
    for program, package in (("rt-app", "rt-app"), ("perf", "linux-perf")):
        if not shutil.which(program):
            raise InputError(f"{program} is not installed", f"Debian's package {package} (tools/setup --fidelity)")
    if os.geteuid() != 0:
        raise InputError("no permission to trace the host's scheduler", "to be root")


def facts(cpus: list[int]) -> HostFacts:
    options = kernel_options()
    hz = re.search(r"^CONFIG_HZ=(\d+)", options, re.MULTILINE)
    version = output_of(["dpkg-query", "--show", "--showformat=${Version}", "rt-app"]) or "of unknown version"
    return HostFacts(os.uname().release, version, output_of(["perf", "--version"]).removeprefix("perf version "), cpus,
                     int(hz[1]) if hz else 250, preemption_of(options), slice_ns(),
                     scheduling_parameters(Path("/proc/cmdline").read_text(encoding="utf-8")))


@dataclass
class Calibration:
    """What the host takes for one of rt-app's loops, and until a thread that is woken runs on a CPU it finds free."""

    ns_per_loop: float
    timer_ns: int   # woken by a timer
    remote_ns: int  # woken by a thread on another CPU; 0 with one CPU


class HostRunner:
    """Runs rt-app files on the chosen CPUs, before whatever else the host does (autogroup of nice -20, sched(7))."""

    def __init__(self, cpus: list[int], folder: Path):
        self.cpus, self.folder = cpus, folder

    def prefer(self) -> None:
        os.sched_setaffinity(0, self.cpus)
        try:
            Path("/proc/self/autogroup").write_text("-20", encoding="utf-8")
        except OSError:
            pass  # without CONFIG_SCHED_AUTOGROUP all threads of the host compete alike

    def record(self, text: str, seconds: float) -> str:
        """The text of `perf sched script` for a run of this rt-app file."""
        source, data = self.folder / "host.json", self.folder / "perf.data"
        source.write_text(text, encoding="utf-8")
        for log in self.folder.glob(f"{LOG_NAME}-*.log"):
            log.unlink()
        command = ["perf", "sched", "record", "-a", "-k", "mono", "-m", "16M", "-o", str(data), *ENDED_SLEEPS, "rt-app", str(source)]
        status, said = self.finish(command, 3 * seconds + 30)
        complaints = [line for line in said.splitlines() if "<crit>" in line or "<error>" in line]
        if status != 0 or complaints:
            raise HostFailure((complaints or said.strip().splitlines()[-1:] or ["perf said nothing"])[0].strip())
        if "LOST" in said:
            raise HostFailure("perf lost events: the CPUs are too busy to record")
        script = subprocess.run(["perf", "sched", "script", "--ns", "-i", str(data)], capture_output=True, text=True,
                                check=False)
        if script.returncode != 0:
            raise HostFailure(f"perf sched script: {script.stderr.strip()}")
        return script.stdout

    def finish(self, command: list[str], seconds: float) -> tuple[int, str]:
        """Exit status and what was said. The command has a session of its own, and no process of it outlives this."""
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
                                   start_new_session=True, preexec_fn=self.prefer)
        try:
            said, _ = process.communicate(timeout=seconds)
            return process.returncode, said
        except subprocess.TimeoutExpired as error:
            raise HostFailure(f"rt-app did not end within {seconds:.0f} s") from error
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def calibrate(self) -> Calibration:
        """One thread computes and sleeps on the first CPU and wakes one on the last; medians of what that took."""
        turn = {"loop": CALIBRATION_TURNS, "run": CALIBRATION_LOOPS, "resume": "other", "sleep": 1000}
        other = {"loop": CALIBRATION_TURNS, "suspend": "other", "run": 1000}
        tasks = {f"{PREFIX}00": {"loop": 1, "cpus": self.cpus[:1], "phases": {"only": turn}},
                 f"{PREFIX}01": {"loop": 1, "cpus": self.cpus[-1:], "phases": {"only": other}}}
        settings = {"duration": 1, "calibration": 1000, "logdir": str(self.folder), "log_basename": LOG_NAME, "log_size": 2,
                    "default_policy": "SCHED_OTHER", "ftrace": False, "gnuplot": False}
        text = self.record(strict({"tasks": tasks, "global": settings}), 1)
        threads = read_recording(text, PREFIX, 1_000_000_000, self.began()).threads
        turns = [len(thread.latencies) for thread in threads.values()]
        if len(turns) < 2 or min(turns) < FEWEST_TURNS:
            raise HostFailure(f"the calibration's threads woke {' and '.join(map(str, turns)) or 0} times in a second "
                              f"instead of {CALIBRATION_TURNS}")
        timer, remote = (round(statistics.median(threads[f"{PREFIX}0{number}"].latencies)) for number in (0, 1))
        loop = statistics.median(sorted(threads[f"{PREFIX}00"].bursts)[-CALIBRATION_TURNS:]) / CALIBRATION_LOOPS
        return Calibration(loop, timer, remote if len(self.cpus) > 1 else 0)

    def run(self, workload: Workload, ns_per_loop: float) -> Recording:
        text = workload.text(self.cpus, ns_per_loop, str(self.folder))
        recorded = self.record(text, workload.seconds)
        recording = read_recording(recorded, PREFIX, workload.seconds * 1_000_000_000, self.began())
        if not recording.threads:
            raise HostFailure(f"rt-app started no thread of {workload.path}")
        return recording

    def began(self) -> int | None:
        """When the first thread left rt-app's start barrier, in ns of CLOCK_MONOTONIC, from column `start` of its logs."""
        starts = []
        for log in self.folder.glob(f"{LOG_NAME}-*.log"):
            rows = [line.split() for line in log.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
            starts += [int(rows[0][START_COLUMN])] if rows else []
        return min(starts) * 1000 if starts else None
