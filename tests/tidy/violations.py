"""What a check finds, and the lists of exceptions that may only shrink."""

from dataclasses import dataclass
from pathlib import Path

EXCEPTIONS = "tests/tidy/exceptions"


@dataclass(frozen=True)
class Violation:
    key: str  # how a list of exceptions names it: a path, or a path and what is wrong in it
    message: str
    may_be_excused: bool = True


class MalformedList(Exception):
    pass


def read_exceptions(path: Path) -> dict[str, str]:
    """A list: comments, then `entries: N`, then N lines `key | reason`. N may only go down."""
    if not path.exists():
        return {}
    lines = [line.strip() for line in path.read_text().splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines or not lines[0].startswith("entries:"):
        raise MalformedList(f"{path}: begins with `entries: N`")
    pinned = int(lines[0].removeprefix("entries:"))
    entries = {}
    for line in lines[1:]:
        key, bar, reason = (part.strip() for part in line.partition("|"))
        if not bar or not reason:
            raise MalformedList(f"{path}: `{line}` gives no reason; write `key | reason`")
        entries[key] = reason
    if len(entries) != pinned:
        raise MalformedList(f"{path}: {len(entries)} entries, but {pinned} are pinned; the number may only go down")
    return entries


def report(check: str, root: Path, violations: list[Violation]) -> list[str]:
    """The messages that make the check fail: what is not excused, and excuses that nothing needs."""
    list_path = root / EXCEPTIONS / f"{check}.txt"
    try:
        excused = read_exceptions(list_path)
    except (MalformedList, ValueError) as error:
        return [str(error)]
    messages = [v.message for v in violations if v.key not in excused or not v.may_be_excused]
    needed = {v.key for v in violations}
    for key in excused:
        if key not in needed:
            messages.append(f"{list_path.relative_to(root)}: `{key}` is no exception any more; remove it")
    return messages
