#!/usr/bin/env python3
"""Checks what the compiler cannot: usage: tidy.py CHECK [ROOT], with CHECK one of checks.CHECKS or `all`."""

import sys
from pathlib import Path

from checks import CHECKS
from violations import report


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in (*CHECKS, "all"):
        print(f"usage: tidy.py {{{'|'.join(CHECKS)}|all}} [ROOT]", file=sys.stderr)
        return 2
    root = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).resolve().parents[2]
    chosen = CHECKS if arguments[0] == "all" else [arguments[0]]
    messages = [message for name in chosen for message in report(name, root, CHECKS[name](root))]
    print("\n".join(messages) if messages else f"tidy: {', '.join(chosen)}: nothing to say")
    return 1 if messages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
