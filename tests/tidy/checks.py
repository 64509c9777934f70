"""The checks. Each takes the root of the project and returns violations."""

import subprocess
from pathlib import Path, PurePosixPath

from banned_rules import FILE_NAME_WORDS, RULES
from source_text import code_only, functions_of, line_of
from tree import EVERYTHING, PRODUCT, files, is_under
from violations import Violation

SOURCES = (".cpp", ".hpp")
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
NO_FILE, NO_FUNCTION = 600, 60
LONGEST_README = 60
UNIT_TESTS = "tests/unit/"


def mirrored_tests(root: Path) -> list[Violation]:
    """kernel/mm/tlb.cpp has tests/unit/kernel/mm/tlb_test.cpp, and the other way round; a C source may have one."""
    found = []
    for path in files(root, PRODUCT, (".cpp",)):
        test = UNIT_TESTS + path.removesuffix(".cpp") + "_test.cpp"
        if not (root / test).exists():
            found.append(Violation(path, f"{path}: has no {test}"))
    for path in files(root, ("tests/unit",), (".cpp",)):
        source = path.removeprefix(UNIT_TESTS).removesuffix("_test.cpp")
        if not any((root / (source + suffix)).exists() for suffix in (*SOURCES, ".c")):
            found.append(Violation(path, f"{path}: tests {source}.hpp, which does not exist"))
    return found


def banned_words(root: Path) -> list[Violation]:
    found = []
    for path in files(root, EVERYTHING, SOURCES):
        for word in set(PurePosixPath(path).stem.split("_")) & FILE_NAME_WORDS:
            found.append(Violation(path, f"{path}: `{word}` names no content; name the file after its main type"))
        text = (root / path).read_text()
        code = code_only(text)
        for rule in RULES:
            if not is_under(path, rule.folders) or is_under(path, rule.except_in):
                continue
            for match in rule.pattern.finditer(text if rule.in_comments else code):
                word = " ".join(match[0].split())
                place = f"{path}:{line_of(text, match.start())}"
                found.append(Violation(f"{path} {word}", f"{place}: `{word}` is banned here; use {rule.instead}"))
    return found


def sizes(root: Path) -> list[Violation]:
    """Files and functions stay readable; beyond 600 and 60 lines nothing excuses them."""
    found = []
    for path in files(root, EVERYTHING, SOURCES):
        text = (root / path).read_text()
        lines = text.count("\n")
        if lines > LONGEST_FILE:
            message = f"{path}: {lines} lines; a file has at most {LONGEST_FILE}"
            found.append(Violation(path, message, lines <= NO_FILE))
        for function in functions_of(text):
            if function.lines > LONGEST_FUNCTION:
                place = f"{path}:{function.first_line}"
                message = f"{place}: {function.name} has {function.lines} lines; a function has at most {LONGEST_FUNCTION}"
                found.append(Violation(f"{path} {function.name}", message, function.lines <= NO_FUNCTION))
    return found


def readmes(root: Path) -> list[Violation]:
    """Every folder of sources or scenarios says what it is; tests/unit mirrors folders that do."""
    folders = set(EVERYTHING)
    for path in files(root, EVERYTHING, SOURCES + (".py", ".cmake", ".json", ".csv", ".toml")):
        folder = str(PurePosixPath(path).parent)
        if not is_under(folder, ("tests/unit", "tests/fuzz/corpus", "tests/golden/expected")):
            folders.add(folder)
    found = []
    for folder in sorted(folders):
        readme = root / folder / "README.md"
        if not readme.exists():
            found.append(Violation(folder, f"{folder}: has no README.md"))
        elif (lines := readme.read_text().count("\n")) > LONGEST_README:
            message = f"{folder}/README.md: {lines} lines; a folder's README has at most {LONGEST_README}"
            found.append(Violation(f"{folder}/README.md", message))
    return found


def formatting(root: Path, clang_format: str = "clang-format-19") -> list[Violation]:
    found = []
    paths = list(files(root, EVERYTHING, SOURCES))
    for begin in range(0, len(paths), 100):
        command = [clang_format, "--dry-run", "-Werror", "--ferror-limit=1", *paths[begin : begin + 100]]
        result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
        for line in result.stderr.splitlines():
            if "error:" in line:
                path = line.split(":")[0]
                found.append(Violation(path, f"{path}: not formatted; run clang-format-19 -i {path}", False))
        if result.returncode != 0 and not found:
            found.append(Violation(clang_format, result.stderr, False))
    return found


CHECKS = {check.__name__: check for check in (mirrored_tests, banned_words, sizes, readmes, formatting)}
