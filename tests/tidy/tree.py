"""The project's files."""

from collections.abc import Iterator
from pathlib import Path

PRODUCT = ("kernel", "ipc", "workloads", "tools")
EVERYTHING = PRODUCT + ("tests",)


def files(root: Path, folders: tuple[str, ...], suffixes: tuple[str, ...]) -> Iterator[str]:
    """Paths relative to the root, sorted, without hidden and generated ones."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            relative = path.relative_to(root)
            hidden = any(part.startswith(".") or part == "__pycache__" for part in relative.parts)
            if path.is_file() and path.suffix in suffixes and not hidden:
                yield str(relative)


def is_under(path: str, folders: tuple[str, ...]) -> bool:
    return any(path == folder or path.startswith(folder + "/") for folder in folders)
