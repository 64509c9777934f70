"""Side by side: errors, spreads and their marks."""

import unittest

from table import METRICS, Cell, cells, span, thread_lines, verdict

NAMES = [metric.key for metric in METRICS]


def row(host: list[float], emulator: float | None):
    return cells([dict.fromkeys(NAMES, value) | {"lost": 0.0, "burst_ns": 0.0} for value in host], dict.fromkeys(NAMES, emulator))


class Tables(unittest.TestCase):
    def test_only_further_outside_than_the_runs_lie_apart_is_beyond(self):
        for emulator, expected in ((105, False), (120, False), (121, True), (90, False), (89, True)):
            self.assertEqual(Cell([100, 110], emulator).is_beyond(0), expected, emulator)

    def test_what_others_took_explains_a_lower_share(self):
        host = [dict.fromkeys(NAMES, 0.20) | {"lost": lost, "burst_ns": 0.0} for lost in (0.02, 0.01)]
        found = cells(host, dict.fromkeys(NAMES, 0.22))
        self.assertFalse(found["cpu_share"].is_beyond(0.001))
        self.assertTrue(found["switches"].is_beyond(0.001))

    def test_a_host_of_changing_speed_explains_longer_bursts(self):
        host = [dict.fromkeys(NAMES, 1000.0) | {"lost": 0.0, "burst_ns": 100_000.0}] * 2
        for speed_spread, expected in ((0.05, False), (0.03, True)):
            found = cells(host, dict.fromkeys(NAMES, 5_500.0), speed_spread)
            self.assertEqual(found["period_ns"].is_beyond(1000), expected)
            self.assertTrue(found["latency_ns"].is_beyond(1000))

    def test_equal_runs_leave_the_finest_difference(self):
        self.assertFalse(Cell([20, 20], 21).is_beyond(1))
        self.assertTrue(Cell([20, 20], 22).is_beyond(1))

    def test_a_value_on_one_side_only_is_beyond(self):
        self.assertTrue(Cell([], 5).is_beyond(1))
        self.assertTrue(Cell([5], None).is_beyond(1))
        self.assertFalse(Cell([], None).is_beyond(1))

    def test_lines_show_mean_spread_and_error(self):
        lines = thread_lines("audio", row([0.25, 0.35], 0.5))
        self.assertEqual([each.split()[:3] for each in lines],
                         [["audio", "host", "30.00%"], ["spread", "10.00%", "0"], ["signalbox", "50.00%", "0"],
                          ["error", "+20.00%", "!"]])
        self.assertLessEqual(max(map(len, lines)), 120)

    def test_verdict_counts_by_metric(self):
        self.assertTrue(verdict([row([20, 20], 21), row([20, 20], 40)]).startswith("within the host's spread: CPU share 0 of 2, "
                                                                                "activations 1 of 2"))

    def test_spans_have_units(self):
        self.assertEqual([span(value) for value in (12, 1_500, -2_000_000, 3e9)], ["12 ns", "1.5 us", "-2 ms", "3 s"])


if __name__ == "__main__":
    unittest.main()
