#!/usr/bin/env python3
"""Shows that every check can fail, and that it accepts what is right: each test lays a small tree and checks it."""

import tempfile
import unittest
from pathlib import Path

import checks
from banned_rules import RULES
from source_text import code_only, functions_of
from violations import EXCEPTIONS, report

GOOD_HEADER = '#pragma once\n\nnamespace signalbox {\n\nint one();\n\n}  // namespace signalbox\n'
GOOD_SOURCE = '#include "kernel/base/one.hpp"\n\nnamespace signalbox {\n\nint one() { return 1; }\n\n}  // namespace signalbox\n'

# One line for each rule that breaks it, in the order of RULES, and the file it stands in.
BAD_LINES = (
    ("kernel/base/one.cpp", "#include <chrono>"),
    ("ipc/pipe/one.cpp", "auto now = std::chrono::system_clock::now();"),
    ("kernel/base/one.cpp", "#include <mutex>"),
    ("workloads/one.cpp", "std::thread worker;"),
    ("tools/one.cpp", "#include <random>"),
    ("tools/one.cpp", "int number = std::rand();"),
    ("kernel/base/one.cpp", "#include <unordered_map>"),
    ("kernel/base/one.cpp", "std::unordered_map<int, int> map;"),
    ("tools/one.cpp", "std::hash<int> hash;"),
    ("kernel/base/one.cpp", 'auto home = getenv("HOME");'),
    ("kernel/base/one.cpp", "#include <locale>"),
    ("kernel/base/one.cpp", "#include <fstream>"),
    ("kernel/base/one.cpp", "#include <sys/mman.h>"),
    ("kernel/machine/one.cpp", "#include <boost/context/fiber.hpp>"),
    ("kernel/base/one.cpp", "auto* bytes = reinterpret_cast<char*>(address);"),
    ("ipc/pipe/one.cpp", "return EPIPE;"),
    ("tools/one.cpp", "#include <format>"),
    ("tests/unit/tools/one_test.cpp", 'auto text = std::format("{}", 1);'),
    ("tools/one.cpp", "auto* derived = dynamic_cast<int*>(base);"),
    ("tools/one.cpp", "co_await task;"),
    ("tools/one.cpp", "try { run(); } catch (...) { }"),
    ("tools/one.cpp", '#include "../kernel/base/one.hpp"'),
    ("tools/one.cpp", "#define LIMIT 5"),
    ("kernel/task/one.cpp", "void wait_for(Current& current, int count) noexcept;"),
    ("kernel/task/one.cpp", "// TODO: wake the others"),
)

ACCEPTED_LINES = (
    ("kernel/base/one.cpp", "// std::unordered_map would lose the order; EPIPE is a host macro"),
    ("kernel/base/one.cpp", 'const char* text = "EPIPE std::hash";'),
    ("kernel/exec/one.cpp", "#include <sys/mman.h>"),
    ("tools/one.cpp", "#include <chrono>"),
    ("kernel/base/one.cpp", "Errno error = Errno::epipe;"),
    ("kernel/task/one.cpp", "void wait_for(Current& current, int count);\nint count() noexcept;"),
    ("kernel/base/one.hpp", "#define SIGNALBOX_LIST(X) X(a)"),
)


class Tree(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def lay(self, path, text):
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text)

    def messages(self, check):
        return report(check, self.root, checks.CHECKS[check](self.root))


class MirroredTests(Tree):
    def test_source_with_its_test_passes(self):
        self.lay("kernel/base/one.cpp", GOOD_SOURCE)
        self.lay("tests/unit/kernel/base/one_test.cpp", "")
        self.assertEqual(self.messages("mirrored_tests"), [])

    def test_source_without_a_test_fails(self):
        self.lay("ipc/pipe/one.cpp", GOOD_SOURCE)
        self.assertIn("has no tests/unit/ipc/pipe/one_test.cpp", self.messages("mirrored_tests")[0])

    def test_test_without_a_source_fails(self):
        self.lay("tests/unit/kernel/base/gone_test.cpp", "")
        self.assertIn("which does not exist", self.messages("mirrored_tests")[0])

    def test_test_of_a_header_passes(self):
        self.lay("kernel/base/one.hpp", GOOD_HEADER)
        self.lay("tests/unit/kernel/base/one_test.cpp", "")
        self.assertEqual(self.messages("mirrored_tests"), [])


class BannedWords(Tree):
    def test_every_rule_has_a_line_that_breaks_it(self):
        self.assertEqual(len(BAD_LINES), len(RULES))
        for rule, (path, line) in zip(RULES, BAD_LINES):
            with self.subTest(line=line):
                self.lay(path, line + "\n")
                messages = self.messages("banned_words")
                self.assertTrue(any(f"use {rule.instead}" in message for message in messages), messages)
                (self.root / path).unlink()

    def test_what_is_allowed_passes(self):
        for path, line in ACCEPTED_LINES:
            with self.subTest(line=line):
                self.lay(path, line + "\n")
                self.assertEqual(self.messages("banned_words"), [])
                (self.root / path).unlink()

    def test_file_name_that_says_nothing_fails(self):
        self.lay("tools/string_utils.hpp", GOOD_HEADER)
        self.assertIn("`utils` names no content", self.messages("banned_words")[0])


def function_of(lines, head="int one()"):
    return head + " {\n" + "  work();\n" * (lines - 2) + "}\n"


class Sizes(Tree):
    def test_limits_pass(self):
        self.lay("kernel/base/one.cpp", function_of(40) + "\n" * 360)
        self.assertEqual(self.messages("sizes"), [])

    def test_long_file_fails(self):
        self.lay("kernel/base/one.cpp", "\n" * 401)
        self.assertIn("401 lines; a file has at most 400", self.messages("sizes")[0])

    def test_long_function_fails(self):
        self.lay("tests/unit/one_test.cpp", function_of(41, "TEST(Pipe, Long)"))
        self.assertIn("Pipe.Long has 41 lines", self.messages("sizes")[0])

    def test_exception_excuses_up_to_600_and_60(self):
        self.lay("kernel/base/one.cpp", function_of(60) + "\n" * 400)
        self.lay(f"{EXCEPTIONS}/sizes.txt", "entries: 2\nkernel/base/one.cpp | table\nkernel/base/one.cpp one | table\n")
        self.assertEqual(self.messages("sizes"), [])
        self.lay("kernel/base/one.cpp", function_of(61) + "\n" * 540)
        self.assertEqual(len(self.messages("sizes")), 2)


class Functions(unittest.TestCase):
    def found(self, text):
        return [(function.name, function.first_line, function.lines) for function in functions_of(text)]

    def test_forms(self):
        for head, name in (
            ("int one()", "one"),
            ("template <class T>\nauto one(T value) -> std::vector<T>", "one"),
            ("Pipe::Pipe(int size) : size_(size), ring_{size}", "Pipe::Pipe"),
            ("Pipe::Pipe(int size)\n    : size_{size}, ring_(size)", "Pipe::Pipe"),
            ("Pipe::~Pipe()", "Pipe::~Pipe"),
            ("bool Pipe::empty() const noexcept", "Pipe::empty"),
            ("Instant& operator+=(Instant& at, Duration by)", "operator+="),
            ("bool operator()(int a, int b) const", "operator()"),
            ('constexpr Duration operator""_ns(unsigned long long n)', 'operator""_ns'),
            ("T get() requires std::integral<T>", "get"),
            ("void visit(std::function<void()> f = [] {})", "visit"),
            ("constexpr auto square = [](int n)", "square"),
            ("TEST_F(Machine, Runs)", "Machine.Runs"),
        ):
            with self.subTest(head=head):
                text = f"namespace a {{\nint before{{1}};\n{head} {{\n  if (x) {{\n  }}\n}}\nint after() {{ return 1; }}\n}}\n"
                begin = 3 + head.count("\n")
                self.assertEqual(self.found(text), [(name, begin, 4), ("after", begin + 4, 1)])

    def test_members_of_nested_classes_are_found(self):
        text = "class A final : public B {\n public:\n  struct C {\n    int d() const { return e; }\n    int e = 0;\n  };\n};\n"
        self.assertEqual(self.found(text), [("d", 4, 1)])

    def test_tables_are_no_functions(self):
        text = "constexpr std::array<int, 2> table = {{\n1,\n2,\n}};\nconst Row rows[] = {\n{1},\n};\nenum class E { a, b };\n"
        self.assertEqual(self.found(text), [])

    def test_braces_in_literals_comments_and_macros_do_not_count(self):
        text = 'int a() {\n  char c = \'{\';  // {\n  auto s = R"({{{)";\n  return 1\'000;\n}\n#define LIST(X) { \\\n  X(a)\nint b() { return 1; }\n'
        self.assertEqual(self.found(text), [("a", 1, 5), ("b", 8, 1)])


class Text(unittest.TestCase):
    def test_code_keeps_positions(self):
        text = '#include "a/b.hpp"\nint x = 1\'000; /* y\n */ char* s = "a\\"b"; // z\n'
        code = code_only(text)
        self.assertEqual(len(code), len(text))
        self.assertIn('#include "a/b.hpp"\nint x = 1\'000;', code)
        self.assertNotIn("y", code)
        self.assertIn('char* s = "    ";', code)


class Readmes(Tree):
    def lay_all(self):
        for folder in (*checks.EVERYTHING, "kernel/base"):
            self.lay(f"{folder}/README.md", "# It\n")
        self.lay("kernel/base/one.hpp", GOOD_HEADER)
        self.lay("tests/unit/kernel/base/one_test.cpp", "")

    def test_folders_that_explain_themselves_pass(self):
        self.lay_all()
        self.assertEqual(self.messages("readmes"), [])

    def test_missing_readme_fails(self):
        self.lay_all()
        (self.root / "kernel/base/README.md").unlink()
        self.assertEqual(self.messages("readmes"), ["kernel/base: has no README.md"])

    def test_long_readme_fails(self):
        self.lay_all()
        self.lay("ipc/README.md", "line\n" * 61)
        self.assertIn("61 lines", self.messages("readmes")[0])


class Formatting(Tree):
    def setUp(self):
        super().setUp()
        self.lay(".clang-format", "BasedOnStyle: Google\n")

    def test_formatted_file_passes(self):
        self.lay("kernel/base/one.cpp", GOOD_SOURCE)
        self.assertEqual(self.messages("formatting"), [])

    def test_unformatted_file_fails(self):
        self.lay("kernel/base/one.cpp", "int  one( ){return 1;}\n")
        self.assertIn("not formatted", self.messages("formatting")[0])


class Exceptions(Tree):
    LIST = f"{EXCEPTIONS}/mirrored_tests.txt"

    def test_listed_violation_passes(self):
        self.lay("tools/one.cpp", "")
        self.lay(self.LIST, "# why\nentries: 1\ntools/one.cpp | only calls others\n")
        self.assertEqual(self.messages("mirrored_tests"), [])

    def test_entry_that_nothing_needs_fails(self):
        self.lay(self.LIST, "entries: 1\ntools/gone.cpp | was needed once\n")
        self.assertIn("no exception any more", self.messages("mirrored_tests")[0])

    def test_longer_list_than_pinned_fails(self):
        self.lay("tools/one.cpp", "")
        self.lay(self.LIST, "entries: 0\ntools/one.cpp | only calls others\n")
        self.assertIn("may only go down", self.messages("mirrored_tests")[0])

    def test_entry_without_a_reason_fails(self):
        self.lay("tools/one.cpp", "")
        self.lay(self.LIST, "entries: 1\ntools/one.cpp\n")
        self.assertIn("gives no reason", self.messages("mirrored_tests")[0])


if __name__ == "__main__":
    unittest.main()
