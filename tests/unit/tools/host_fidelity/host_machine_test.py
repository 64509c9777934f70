"""The host as a machine file and a policy."""

import unittest

from host import Calibration, HostFacts
from host_machine import machine_text, policy_text


class TheHostAsAMachine(unittest.TestCase):
    def test_has_its_tick_and_latencies(self):
        facts = HostFacts("6.18", "1.0-1", "6.1", [0, 1], 250, "none", 1_400_000)
        text = machine_text(facts, Calibration(15.0, 16_000, 40_000), 1900)
        for part in ('tick = "4000us"', "count = 2", 'timer_slack = "50us"', 'timer_latency = "16000ns"',
                     'ipi_latency = "40000ns"', 'syscall = "177ns"', 'wakeup = "1900ns"'):
            self.assertIn(part, text)

    def test_slice_is_per_cpu_factor(self):
        for cpus, base in (([0], 1_400_000), ([0, 1], 700_000), ([0, 1, 2, 3], 466_666)):
            facts = HostFacts("6.18", "1.0-1", "6.1", cpus, 1000, "none", 1_400_000)
            self.assertEqual(policy_text(facts), f"linux:base_slice={base}ns,tick=1000us")
        self.assertEqual(policy_text(HostFacts("6.1", "1.0-1", "6.1", [0], 250, "none", None)), "linux:tick=4000us")


if __name__ == "__main__":
    unittest.main()
