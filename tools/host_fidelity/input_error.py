"""What the user gave and cannot be used: one line, exit status 2."""


class InputError(Exception):
    """Prints as `file:line:col: error: what; expected what`, or as `what; expected what` where no file is at fault."""

    def __init__(self, what: str, expected: str, place: str = ""):
        super().__init__(f"{place + ': ' if place else ''}error: {what}; expected {expected}")


class NotComparable(Exception):
    """A workload that one of the two sides cannot run; the text says which, and why."""


class HostFailure(Exception):
    """The host did not do its part; exit status 1."""
