"""What both sides measured, side by side; an error counts only beyond the host's own spread."""

from collections.abc import Callable
from dataclasses import dataclass

Values = dict[str, float | None]


def share(value: float) -> str:
    return f"{100 * value:.2f}%"


def count(value: float) -> str:
    return f"{value:.0f}"


def span(value: float) -> str:
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.4g} {unit}"
    return f"{value:.0f} ns"


@dataclass(frozen=True)
class Metric:
    key: str
    heading: str
    printed: Callable[[float], str]
    finest: float  # differences up to this are none: what the print resolves, or one event at the window's edge


METRICS = (
    Metric("cpu_share", "CPU share", share, 0.001),
    Metric("activations", "activations", count, 1),
    Metric("period_ns", "period", span, 1000),
    Metric("jitter_ns", "jitter", span, 1000),
    Metric("latency_ns", "wake-up", span, 1000),
    Metric("switches", "switches", count, 1),
)
WIDTH = 15


@dataclass
class Cell:
    """One metric of one thread."""

    host: list[float]
    emulator: float | None
    allowed: float = 0.0  # what the host's conditions explain of a difference: others, and the speed of its CPUs

    @property
    def mean(self) -> float | None:
        return sum(self.host) / len(self.host) if self.host else None

    @property
    def spread(self) -> float:
        return max(self.host) - min(self.host) if self.host else 0.0

    @property
    def error(self) -> float | None:
        return None if self.mean is None or self.emulator is None else self.emulator - self.mean

    def is_beyond(self, finest: float) -> bool:
        """Whether the emulator lies further outside the host's runs than these lie apart, and than its conditions explain."""
        if self.error is None:
            return (self.mean is None) != (self.emulator is None)
        outside = max(min(self.host) - self.emulator, self.emulator - max(self.host), 0.0)
        return outside > max(self.spread, finest) + self.allowed


def cells(host: list[Values], emulator: Values, speed_spread: float = 0.0) -> dict[str, Cell]:
    """`speed_spread`: by which part the host's calibrations differ; what a thread computes may take so much more or less."""
    found = {metric.key: Cell([run[metric.key] for run in host if run[metric.key] is not None], emulator[metric.key])
             for metric in METRICS}
    burst = speed_spread * max((run["burst_ns"] or 0.0 for run in host), default=0.0)
    found["period_ns"].allowed = found["jitter_ns"].allowed = burst
    lost = max((run["lost"] or 0.0 for run in host), default=0.0)
    found["cpu_share"].allowed = lost + speed_spread * (found["cpu_share"].mean or 0.0)
    return found


def line(name: str, side: str, texts: list[str]) -> str:
    return f"{name:<18} {side:<10}" + "".join(f"{text:>{WIDTH}}" for text in texts)


def thread_lines(name: str, row: dict[str, Cell]) -> list[str]:
    host, spread, emulator, error = [], [], [], []
    for metric in METRICS:
        cell = row[metric.key]
        host.append("-" if cell.mean is None else metric.printed(cell.mean))
        spread.append("-" if cell.mean is None else metric.printed(cell.spread))
        emulator.append("-" if cell.emulator is None else metric.printed(cell.emulator))
        mark = " !" if cell.is_beyond(metric.finest) else "  "
        sign = "+" if cell.error is not None and cell.error > 0 else ""
        error.append(("-" if cell.error is None else sign + metric.printed(cell.error)) + mark)
    # The marks stand in a column of their own.
    plain = [[text + "  " for text in texts] for texts in (host, spread, emulator)]
    return [line(name[:18], "host", plain[0]), line("", "spread", plain[1]), line("", "signalbox", plain[2]),
            line("", "error", error)]


def heading() -> str:
    return line("thread", "", [metric.heading + "  " for metric in METRICS])


def verdict(rows: list[dict[str, Cell]]) -> str:
    """How many values lie beyond the host's spread, metric by metric."""
    parts = []
    for metric in METRICS:
        beyond = sum(row[metric.key].is_beyond(metric.finest) for row in rows)
        parts.append(f"{metric.heading} {len(rows) - beyond} of {len(rows)}")
    return "within the host's spread: " + ", ".join(parts)
