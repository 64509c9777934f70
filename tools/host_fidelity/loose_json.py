"""rt-app's files as people write them: comments, trailing commas, keys more than once or without a value, bare words.

The grammar is the one of workloads/formats/loose_json.hpp. An object becomes a list of (key, value) pairs in the file's
order; a key without a value has the value `NO_VALUE`.
"""

import json
import re
from typing import Any

from input_error import InputError

NO_VALUE = object()

TOKEN = re.compile(
    r"""(?P<skip> \s+ | //[^\n]* | /\*.*?\*/ )
    | (?P<string> "(?:[^"\\\n]|\\.)*" )
    | (?P<number> -?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.]) )
    | (?P<word> [A-Za-z_][\w.-]* )
    | (?P<mark> [{}\[\]:,] )""",
    re.VERBOSE | re.DOTALL,
)
WORDS = {"true": True, "false": False, "null": None}

Pairs = list[tuple[str, Any]]


class LooseJson:
    """Reads one text; `read` returns its top object."""

    def __init__(self, text: str, file: str):
        self.text, self.file = text, file
        self.tokens: list[tuple[str, str, int]] = []
        position = 0
        while position < len(text):
            match = TOKEN.match(text, position)
            if not match:
                raise self.error(f"{text[position]!r}", "JSON", position)
            if match.lastgroup != "skip":
                self.tokens.append((str(match.lastgroup), match[0], position))
            position = match.end()
        self.tokens.append(("end", "the end of the file", len(text)))
        self.next = 0

    def error(self, what: str, expected: str, position: int) -> InputError:
        line = self.text.count("\n", 0, position) + 1
        column = position - self.text.rfind("\n", 0, position)
        return InputError(what, expected, f"{self.file}:{line}:{column}")

    def unexpected(self, expected: str) -> InputError:
        _, text, position = self.tokens[self.next]
        return self.error(text, expected, position)

    def take(self, mark: str) -> bool:
        if self.tokens[self.next][1] != mark or self.tokens[self.next][0] != "mark":
            return False
        self.next += 1
        return True

    def read(self) -> Pairs:
        if not self.take("{"):
            raise self.unexpected("{")
        top = self.object()
        if self.tokens[self.next][0] != "end":
            raise self.unexpected("nothing after the last }")
        return top

    def object(self) -> Pairs:
        pairs: Pairs = []
        while not self.take("}"):
            kind, text, _ = self.tokens[self.next]
            if kind != "string":
                raise self.unexpected("a key in quotes or }")
            self.next += 1
            pairs.append((json.loads(text), self.value() if self.take(":") else NO_VALUE))
            if not self.take(",") and self.tokens[self.next][1] != "}":
                raise self.unexpected(", or }")
        return pairs

    def value(self) -> Any:
        kind, text, _ = self.tokens[self.next]
        self.next += 1
        if kind in ("string", "number"):
            return json.loads(text)
        if kind == "word":
            return WORDS.get(text, text)
        if text == "{":
            return self.object()
        if text == "[":
            return self.array()
        self.next -= 1
        raise self.unexpected("a value")

    def array(self) -> list:
        values = []
        while not self.take("]"):
            values.append(self.value())
            if not self.take(",") and self.tokens[self.next][1] != "]":
                raise self.unexpected(", or ]")
        return values


def strict(value: Any) -> str:
    """JSON that every reader takes: a key that occurs again gets a number, which rt-app's matching by prefix ignores."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(key)}: {strict(each)}" for key, each in value.items()) + "}"
    if not (isinstance(value, list) and value and isinstance(value[0], tuple)):
        return json.dumps(value)
    taken = {key for key, _ in value}
    seen: set[str] = set()
    unique = {}
    for key, each in value:
        name, number = key, 1
        while name in seen or (name != key and name in taken):
            name, number = f"{key}{number}", number + 1
        seen.add(name)
        unique[name] = each
    return strict(unique)
