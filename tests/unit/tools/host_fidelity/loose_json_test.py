"""rt-app's files as people write them, and the strict JSON made of them."""

import json
import unittest

from input_error import InputError
from loose_json import NO_VALUE, LooseJson, strict


def read(text: str):
    return LooseJson(text, "f.json").read()


class LooseJsonText(unittest.TestCase):
    def test_comments_trailing_commas_repeated_keys_and_words(self):
        text = '{ /* a */ "run" : 5, // b\n "suspend", "run": -1.5, "cpus": [0, 2,], "o": {"x": true, "y": word,}, }'
        self.assertEqual(read(text), [("run", 5), ("suspend", NO_VALUE), ("run", -1.5), ("cpus", [0, 2]),
                                      ("o", [("x", True), ("y", "word")])])

    def test_errors_name_the_place(self):
        for text, expected in (
            ('{\n  "a": }', "f.json:2:8: error: }; expected a value"),
            ('{"a" 5}', "f.json:1:6: error: 5; expected , or }"),
            ('{"a": 1} x', "f.json:1:10: error: x; expected nothing after the last }"),
            ("[1]", "f.json:1:1: error: [; expected {"),
            ('{"a": [1, 2', "f.json:1:12: error: the end of the file; expected , or ]"),
            ('{"a": "b\n"}', "f.json:1:7: error: '\"'; expected JSON"),
        ):
            with self.assertRaises(InputError) as raised:
                read(text)
            self.assertEqual(str(raised.exception), expected)

    def test_repeated_keys_get_numbers_that_are_free(self):
        written = strict([("run", 1), ("run1", 2), ("run", 3), ("phases", [("p", [("sleep", 1), ("sleep", 2)])])])
        self.assertEqual(json.loads(written), {"run": 1, "run1": 2, "run2": 3, "phases": {"p": {"sleep": 1, "sleep1": 2}}})
        self.assertLess(written.index("run1"), written.index("run2"), "events keep their order")


if __name__ == "__main__":
    unittest.main()
