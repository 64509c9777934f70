"""One rt-app file, made ready for both sides."""

import json
import tempfile
import unittest
from pathlib import Path

from input_error import InputError, NotComparable
from workload import Workload, event_of, prepare, read_workload


def workload_of(text: str, seconds: int = 3, cpu_count: int = 2) -> Workload:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "w.json"
        path.write_text(text, encoding="utf-8")
        return read_workload(path, seconds, cpu_count)


def tasks_of(text: str, cpus: list[int], ns_per_loop: float | None) -> dict:
    workload = workload_of(text)
    prepare(workload)
    return json.loads(workload.text(cpus, ns_per_loop, "/logs"))["tasks"]


class Workloads(unittest.TestCase):
    def test_tasks_get_short_names_and_keep_theirs_for_the_table(self):
        workload = workload_of('{"tasks": {"a task of a long name": {"run": 1}, "b": {"run": 2}}}')
        self.assertEqual(workload.names, {"sbrt00": "a task of a long name", "sbrt01": "b"})

    def test_a_bare_suspend_waits_for_its_own_task(self):
        task = tasks_of('{"tasks": {"a": {"loop": 3, "suspend", "run": 5}}}', [0, 1], None)["sbrt00"]
        self.assertEqual(task, {"loop": 3, "phases": {"only": {"loop": 1, "suspend": "a", "run": 5}}})

    def test_the_host_runs_loops_on_its_own_cpus(self):
        text = '{"tasks": {"a": {"cpus": [1], "phases": {"p": {"run": 30, "runtime": 30, "run": 60, "cpus": [0, 3]}}}}}'
        host = tasks_of(text, [4, 6], 15.0)["sbrt00"]
        self.assertEqual(host["cpus"], [6])
        self.assertEqual(host["phases"]["p"], {"run": 2000, "runtime": 30, "run1": 4000, "cpus": [4, 6]})
        self.assertEqual(tasks_of(text, [0, 1], None)["sbrt00"]["phases"]["p"]["run"], 30)

    def test_globals_that_matter_stay_and_the_others_are_ours(self):
        workload = workload_of('{"tasks": {"a": {"run": 1}}, "global": {"duration": 9, "pi_enabled": true, "ftrace": "main",'
                               ' "calibration": "CPU0"}}')
        prepare(workload)
        settings = json.loads(workload.text([0], 15.0, "/logs"))["global"]
        self.assertEqual((settings["duration"], settings["pi_enabled"], settings["ftrace"]), (3, True, False))
        self.assertEqual(settings["calibration"], 1000, "so that `run` counts loops")
        self.assertEqual(workload.notes, ["the first 3 s of 9"])

    def test_a_cpu_that_is_not_there_is_another_and_said_to_be(self):
        workload = workload_of('{"tasks": {"a": {"cpus": [2], "run": 1}}}')
        self.assertIn("CPU 2 as CPU 0: there are 2", workload.notes)

    def test_what_rt_app_lacks_is_not_compared(self):
        for text, why in (
            ('{"tasks": {"a": {"run": 1, "fork": "b"}}}', 'rt-app 1.0 has no "fork" (a)'),
            ('{"tasks": {"a": {"instance": 0, "run": 1}}}', 'rt-app 1.0 has no "fork", which a needs to start'),
            ('{"tasks": {"a": {"phases": {"p": {"sem_post": "s"}}}}}', 'rt-app 1.0 has no "sem_post" (a)'),
            ('{"tasks": {"a": {"run"}}}', 'rt-app needs a value for "run" of a'),
        ):
            with self.assertRaises(NotComparable) as raised:
                prepare(workload_of(text))
            self.assertEqual(str(raised.exception), why)

    def test_events_go_by_the_longest_name(self):
        self.assertEqual([event_of(key) for key in ("runtime1", "run0", "memrun", "unlock", "locked", "loop", "fork")],
                         ["runtime", "run", "memrun", "unlock", "lock", "", ""])

    def test_bad_files_are_named(self):
        with self.assertRaises(InputError) as raised:
            read_workload(Path("/nowhere.json"), 3, 2)
        self.assertEqual(str(raised.exception), "error: /nowhere.json: No such file or directory; expected an rt-app file")
        for text in ('{"tasks": {"a": {"run": 1, "cpus": 3}}}', '{"tasks": {"a": {"cpus": ["x"]}}}',
                     '{"tasks": {"a": {"run": 1}}, "global": 5}', '{"tasks": {"a": {"run": 1}}, "global": {"duration": "x"}}'):
            with self.assertRaises(InputError):
                workload_of(text)
        for text in ('{"global": {}}', '{"tasks": {}}', '{"tasks": {"a": 5}}'):
            with self.assertRaises(InputError) as raised:
                workload_of(text)
            self.assertTrue(str(raised.exception).endswith('no tasks; expected an object "tasks" with one object a task'))


if __name__ == "__main__":
    unittest.main()
