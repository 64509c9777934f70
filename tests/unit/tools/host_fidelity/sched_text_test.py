"""What is read from the text of `perf sched script`."""

import unittest

from sched_text import read_recording, values

SECOND = 1_000_000_000


def raw(when_us: int, cpu: int, who: tuple, event: str) -> str:
    return f"{who[0]:>16} {who[1]:>5} [{cpu:03}] {when_us // 1_000_000:>5}.{when_us % 1_000_000 * 1000:09}: {event}"


def slept(when_us: int, cpu: int, who: tuple) -> str:
    return raw(when_us, cpu, who, "raw_syscalls:sys_exit: NR 202 = 0")


def switch(when_us: int, cpu: int, before: tuple, state: str, after: tuple) -> str:
    return raw(when_us, cpu, before, f"sched:sched_switch: prev_comm={before[0]} prev_pid={before[1]} prev_prio=120 "
                                     f"prev_state={state} ==> next_comm={after[0]} next_pid={after[1]} next_prio=120")


def wake(when_us: int, cpu: int, thread: tuple, event: str = "waking", by: tuple = ("swapper/0", 0)) -> str:
    return raw(when_us, cpu, by, f"sched:sched_{event}: comm={thread[0]} pid={thread[1]} prio=120 target_cpu=000")


IDLE, OTHER, MINE = ("swapper/0", 0), ("cc1 plus", 70), ("sbrt00", 10)
START = [wake(100, 0, ("rt-app", 10), "wakeup_new"), switch(110, 0, IDLE, "R", MINE)]


def read(lines: list[str], cut_ns: int = SECOND, begin: int | None = None):
    return read_recording("\n".join(lines), "sbrt", cut_ns, begin)


class SchedText(unittest.TestCase):
    def test_activations_latencies_and_cpu_time(self):
        recording = read([*START, switch(210, 0, MINE, "S", IDLE), wake(1210, 0, MINE), switch(1215, 0, IDLE, "R", MINE),
                          switch(1315, 0, MINE, "S", IDLE), wake(2410, 0, MINE), switch(2417, 0, IDLE, "R", MINE),
                          switch(2500, 0, MINE, "X", IDLE)])
        thread = recording.threads["sbrt00"]
        self.assertEqual(thread.cpu_ns, 283_000)
        self.assertEqual(thread.latencies, [5_000, 7_000])
        self.assertEqual(thread.periods, [1_200_000])
        self.assertEqual(thread.switches, 3)
        self.assertEqual(recording.window_ns, 2_400_000, "from its start until it had ended")
        self.assertEqual(recording.disturbed, 0)

    def test_a_thread_that_does_not_end_counts_until_the_cut(self):
        recording = read([*START, switch(210, 0, MINE, "S", IDLE), switch(990, 0, IDLE, "R", OTHER),
                          switch(3_000_000, 0, OTHER, "R", IDLE)])
        self.assertEqual(recording.window_ns, SECOND)
        self.assertEqual(values(recording.threads["sbrt00"], recording.window_ns)["cpu_share"], 0.0001)

    def test_who_ended_before_the_cut_ends_the_window(self):
        recording = read([*START, switch(210, 0, MINE, "X", IDLE), switch(3_000_000, 0, OTHER, "R", IDLE)])
        self.assertEqual(recording.window_ns, 110_000)

    def test_who_runs_when_the_cut_comes_has_run_until_then(self):
        recording = read([*START, switch(3_000_000, 0, MINE, "S", IDLE)])
        self.assertEqual(recording.threads["sbrt00"].cpu_ns, SECOND - 10_000)

    def test_what_is_before_the_beginning_does_not_count(self):
        recording = read([*START, switch(210, 0, MINE, "S", IDLE), wake(300, 0, MINE), switch(310, 0, IDLE, "R", MINE),
                          switch(500, 0, MINE, "S", IDLE)], begin=400_000)
        thread = recording.threads["sbrt00"]
        self.assertEqual((thread.cpu_ns, thread.activations, thread.latencies, thread.switches), (100_000, [], [], 1))

    def test_a_preemption_is_a_switch_and_no_activation(self):
        second = ("sbrt01", 11)
        recording = read([*START, wake(150, 0, second, "wakeup_new"), switch(200, 0, MINE, "R", second),
                          switch(300, 0, second, "R+", MINE), switch(400, 0, MINE, "X", second),
                          switch(500, 0, second, "X", IDLE)])
        self.assertEqual([thread.switches for thread in recording.threads.values()], [2, 2])
        self.assertEqual([len(thread.activations) for thread in recording.threads.values()], [0, 0])

    def test_a_burst_goes_on_after_a_preemption(self):
        recording = read([*START, switch(130, 0, MINE, "R", OTHER), switch(150, 0, OTHER, "S", MINE),
                          switch(155, 0, MINE, "S", IDLE), wake(200, 0, MINE), switch(210, 0, IDLE, "R", MINE),
                          switch(211, 0, MINE, "S", IDLE)])
        self.assertEqual(recording.threads["sbrt00"].bursts, [25_000, 1_000])

    def test_a_switch_from_idle_that_is_missing_is_seen_by_the_end_of_the_call(self):
        recording = read([*START, switch(210, 0, MINE, "S", IDLE), wake(1210, 0, MINE),
                          slept(1215, 0, MINE), slept(1218, 0, MINE),
                          switch(1315, 0, MINE, "X", IDLE)])
        thread = recording.threads["sbrt00"]
        self.assertEqual((thread.latencies, thread.cpu_ns, thread.switches), ([5_000], 200_000, 2))

    def test_a_wake_up_that_is_missing_gives_no_latency(self):
        recording = read([*START, wake(120, 0, MINE), switch(210, 0, MINE, "S", IDLE), wake(500, 0, MINE),
                          switch(510, 0, IDLE, "R", MINE), switch(600, 0, MINE, "S", IDLE), slept(1215, 0, MINE),
                          switch(1315, 0, MINE, "X", IDLE)])
        thread = recording.threads["sbrt00"]
        self.assertEqual((thread.latencies, thread.activations), ([10_000], [500_000, 1_215_000]))

    def test_somebody_else_whose_switch_from_idle_is_missing_disturbs(self):
        recording = read([*START, switch(210, 0, MINE, "S", IDLE), slept(300, 0, OTHER),
                          wake(400, 0, MINE, by=OTHER), switch(600, 0, OTHER, "R", MINE),
                          switch(1100, 0, MINE, "X", IDLE)])
        self.assertEqual(recording.threads["sbrt00"].lost_ns, 200_000)

    def test_other_peoples_threads_disturb_and_cause_no_switch(self):
        recording = read([*START, switch(200, 0, MINE, "R", OTHER), switch(700, 0, OTHER, "R", MINE),
                          switch(1100, 0, MINE, "X", IDLE)])
        self.assertEqual(recording.threads["sbrt00"].switches, 1)
        self.assertAlmostEqual(recording.disturbed, 0.5, msg="500 us of 1000, on the only CPU there is")
        self.assertEqual(recording.threads["sbrt00"].lost_ns, 500_000)

    def test_two_that_wait_for_one_cpu_lose_half_of_it_each(self):
        second = ("sbrt01", 11)
        recording = read([*START, wake(110, 0, second, "wakeup_new"), switch(200, 0, MINE, "R", OTHER),
                          switch(600, 0, OTHER, "R", MINE), switch(700, 0, MINE, "X", second), switch(800, 0, second, "X", IDLE)])
        self.assertEqual([thread.lost_ns for thread in recording.threads.values()], [200_000, 200_000])

    def test_a_wake_up_before_the_switch_it_undoes_counts_from_the_switch(self):
        recording = read([*START, wake(205, 0, MINE), switch(210, 0, MINE, "S", IDLE), switch(216, 0, IDLE, "R", MINE),
                          switch(300, 0, MINE, "X", IDLE)])
        self.assertEqual(recording.threads["sbrt00"].latencies, [6_000])

    def test_an_uninterruptible_wait_is_no_activation(self):
        recording = read([*START, switch(210, 0, MINE, "D", IDLE), wake(300, 0, MINE), switch(310, 0, IDLE, "R", MINE),
                          switch(400, 0, MINE, "X", IDLE)])
        thread = recording.threads["sbrt00"]
        self.assertEqual((thread.activations, thread.latencies, thread.cpu_ns), ([], [], 190_000))

    def test_instances_are_numbered_by_tid_whoever_numbered_them(self):
        host = [("sbrt00", 31), ("sbrt00", 30)]
        emulator = [("sbrt00-2", 3), ("sbrt00-1", 2)]
        for first, second in (host, emulator):
            recording = read([wake(100, 0, first, "wakeup_new"), wake(100, 0, second, "wakeup_new"),
                              switch(110, 0, IDLE, "R", first), switch(120, 0, first, "X", second),
                              switch(150, 0, second, "X", IDLE)])
            self.assertEqual({name: thread.cpu_ns for name, thread in recording.threads.items()},
                             {"sbrt00-1": 30_000, "sbrt00-2": 10_000})

    def test_threads_of_an_earlier_run_are_not_ours(self):
        recording = read([switch(10, 0, ("sbrt00", 5), "S", IDLE), *START, switch(200, 0, MINE, "X", IDLE)])
        self.assertEqual([thread.tid for thread in recording.threads.values()], [10])

    def test_too_few_activations_have_no_period(self):
        recording = read([*START, switch(210, 0, MINE, "X", IDLE)])
        found = values(recording.threads["sbrt00"], recording.window_ns)
        self.assertEqual((found["period_ns"], found["jitter_ns"], found["latency_ns"]), (None, None, None))


if __name__ == "__main__":
    unittest.main()
