"""The command as its user meets it, as far as that needs neither root nor rt-app."""

import subprocess
import sys
import unittest
from pathlib import Path

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


if __name__ == "__main__":
    unittest.main()
