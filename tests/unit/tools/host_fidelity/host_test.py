"""What is read of the host, as far as that needs neither root nor rt-app."""

import unittest

from host import scheduling_parameters


class Host(unittest.TestCase):
    def test_names_the_kernel_parameters_that_change_scheduling(self):
        self.assertEqual(scheduling_parameters("quiet sched_vcpu_pack=15 panic=1 isolcpus=2-3 -- nohz=off"),
                         ["sched_vcpu_pack=15", "isolcpus=2-3"])


if __name__ == "__main__":
    unittest.main()
