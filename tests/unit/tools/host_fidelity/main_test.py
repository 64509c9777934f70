"""The command as its user meets it, as far as that needs neither root nor rt-app."""

import subprocess
import sys
import unittest
from pathlib import Path

from emulator import machine_text, policy_text
from host import Calibration, HostFacts, scheduling_parameters

COMMAND = [sys.executable, str(Path(__file__).resolve().parents[4] / "tools/host_fidelity/main.py")]


class Command(unittest.TestCase):
    def test_bad_usage_is_one_line_and_status_2(self):
        for arguments, expected in (
            ([], "error: the following arguments are required: FILE; expected what `tools/fidelity --help` shows"),
            (["x.json", "--rnus", "2"], "error: unrecognized arguments: --rnus 2; expected what `tools/fidelity --help` shows"),
            (["x.json", "--runs", "1"], "error: --runs 1 --seconds 3; expected at least 2 runs of at least 1 second"),
            (["x.json", "--cpus", "a"], "error: --cpus a; expected a list such as 0,1 or 0-3"),
            (["x.json", "--json", "/no/where"],
             "error: --json /no/where: cannot be written; expected a file in a folder that is there"),
            (["/no.json"], "error: /no.json: No such file or directory; expected an rt-app file"),
        ):
            done = subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, check=False)
            self.assertEqual((done.returncode, done.stdout, done.stderr), (2, "", expected + "\n"))


class TheHostAsAMachine(unittest.TestCase):
    def test_has_its_tick_and_latencies(self):
        facts = HostFacts("6.18", "1.0-1", "6.1", [0, 1], 250, "none", 1_400_000)
        text = machine_text(facts, Calibration(15.0, 16_000, 40_000))
        for part in ('tick = "4000us"', "count = 2", 'timer_slack = "50us"', 'timer_latency = "16000ns"',
                     'ipi_latency = "40000ns"', 'syscall = "177ns"'):
            self.assertIn(part, text)

    def test_names_the_kernel_parameters_that_change_scheduling(self):
        self.assertEqual(scheduling_parameters("quiet sched_vcpu_pack=15 panic=1 isolcpus=2-3 -- nohz=off"),
                         ["sched_vcpu_pack=15", "isolcpus=2-3"])

    def test_slice_is_per_cpu_factor(self):
        for cpus, base in (([0], 1_400_000), ([0, 1], 700_000), ([0, 1, 2, 3], 466_666)):
            facts = HostFacts("6.18", "1.0-1", "6.1", cpus, 1000, "none", 1_400_000)
            self.assertEqual(policy_text(facts), f"linux:base_slice={base}ns,tick=1000us")
        self.assertEqual(policy_text(HostFacts("6.1", "1.0-1", "6.1", [0], 250, "none", None)), "linux:tick=4000us")


if __name__ == "__main__":
    unittest.main()
