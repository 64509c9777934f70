"""The banned words: where, what, and what to use instead."""

import errno
import re
from dataclasses import dataclass

from tree import EVERYTHING, PRODUCT

PURE = ("kernel", "ipc")
HOST_ROOM = ("kernel/exec",)  # the only room of the kernel that knows the host
DETERMINISTIC = PURE + ("workloads",)


@dataclass(frozen=True)
class Rule:
    pattern: re.Pattern
    instead: str
    folders: tuple[str, ...] = PRODUCT
    except_in: tuple[str, ...] = ()
    in_comments: bool = False


def words(*alternatives: str) -> re.Pattern:
    return re.compile(r"(?<![\w])(?:" + "|".join(alternatives) + r")(?!\w)")


def headers(*names: str) -> re.Pattern:
    return re.compile(r"#include\s+[<\"](?:" + "|".join(names) + r")[>\"]")


RULES = (
    # The host does not exist in the kernel; nothing outside the scenario and the seed decides.
    Rule(headers("chrono", "ctime", r"time\.h", r"sys/time\.h"), "Instant and Duration of kernel/base/time.hpp", DETERMINISTIC),
    Rule(words("std::chrono", "clock_gettime", "gettimeofday"), "Instant and the Simulation's clock", DETERMINISTIC,
         except_in=("workloads/native", "kernel/calls")),
    Rule(headers("thread", "mutex", "shared_mutex", "atomic", "future", "condition_variable", "semaphore", "latch",
                 "barrier", "stop_token", r"pthread\.h"),
         "nothing: a simulation runs on one host thread", DETERMINISTIC, except_in=HOST_ROOM),
    Rule(words("std::thread", "std::jthread", "std::mutex", "std::atomic", "std::this_thread"),
         "nothing: a simulation runs on one host thread", DETERMINISTIC, except_in=HOST_ROOM),
    Rule(headers("random"), "Prng::split(\"name\") of kernel/base/prng.hpp"),
    Rule(words("std::rand", "srand", "std::mt19937", "std::random_device"), "Prng::split(\"name\") of kernel/base/prng.hpp"),
    Rule(headers("unordered_map", "unordered_set"), "an ordered container, or slots by id"),
    Rule(words("std::unordered_map", "std::unordered_set"), "an ordered container, or slots by id"),
    Rule(words("std::hash"), "xxHash, or a comparison"),
    Rule(words("getenv", "secure_getenv", "std::getenv"), "the configuration it is given", DETERMINISTIC),
    Rule(headers("locale", r"locale\.h", "clocale"), "fmt, which knows no locale"),
    Rule(headers("iostream", "fstream", "filesystem", "spdlog/.*"), "the trace", PURE, except_in=HOST_ROOM),
    Rule(headers(r"sys/.*", r"unistd\.h", r"signal\.h", "csignal", r"ucontext\.h", r"fcntl\.h"),
         "kernel/exec, which alone knows the host", DETERMINISTIC, except_in=HOST_ROOM),
    Rule(headers("boost/context/.*"), "kernel/exec/context.hpp", EVERYTHING,
         except_in=("kernel/exec", "tests/unit/kernel/exec", "tests/bench")),
    Rule(words("reinterpret_cast"), "a typed pointer; addresses become pointers in kernel/exec only", PURE,
         except_in=HOST_ROOM),
    Rule(words(*sorted(errno.errorcode.values())), "Errno in lower case: Errno::epipe", PURE),
    # The subset of C++23 that we write.
    Rule(headers("format", "print"), "fmt"),
    Rule(words("std::format", "std::print", "std::println", "std::vformat"), "fmt::format", EVERYTHING),
    Rule(words("dynamic_cast", "typeid"), "a virtual function or a variant"),
    Rule(words("co_await", "co_yield", "co_return"), "a fiber: one way to suspend is enough", EVERYTHING),
    Rule(re.compile(r"catch\s*\(\s*\.\.\.\s*\)"), "RAII, or the exception's name", EVERYTHING,
         except_in=HOST_ROOM),
    Rule(re.compile(r"#include\s+\"[^\"]*\.\./"), "the full path from the root", EVERYTHING),
    Rule(re.compile(r"#\s*define\s+(?!TRY\b|CHECK\b|SIGNALBOX_[A-Z0-9_]+\b)\w+"),
         "a function or a constant; only TRY, CHECK and SIGNALBOX_* lists are macros"),
    Rule(re.compile(r"\b(?:Current|Caller)&(?:[^(){};]|\([^()]*\))*\)[^;{}()]*\bnoexcept\b"),
         "no noexcept: what may sleep is unwound by an exception", EVERYTHING),
    # Notes to oneself.
    Rule(words("TODO", "FIXME", "XXX", "HACK"), "an issue, or the work itself", EVERYTHING, in_comments=True),
)

FILE_NAME_WORDS = frozenset("util utils utility common helper helpers misc manager impl".split())
