#include <algorithm>
#include <array>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("files", 40, 1, 1'000'000, "what is to be compiled"),
    number_argument("jobs", 4, 1, 10'000, "how many compilers run at once (make -j)"),
    time_argument("least", 5_ms, 0_ns, 100_s, "what the smallest file takes to compile"),
    time_argument("most", 60_ms, 0_ns, 100_s, "what the largest one takes"),
    time_argument("disk", 2_ms, 0_ns, 10_s, "mean time asleep to read a file, and to write it"),
    time_argument("link", 80_ms, 0_ns, 100_s, "what linking takes, at the end"),
};

struct Build {
  std::int64_t files, jobs;
  Duration least, most, disk, link;
  Prng random;

  // As make does: a process a file, the next one when one has ended.
  int operator()(Guest& guest) const {
    std::int64_t running = 0;
    bool is_complete = true;
    for (std::int64_t file = 0; file < files; ++file) {
      while (running >= jobs) is_complete = ends_well(guest, running) && is_complete;
      const std::string name = "cc-" + std::to_string(file);
      const Duration work = size_of(file);
      const auto compiler = [*this, work, stream = random.split(name)](Guest& child) mutable {
        return compile(child, work, stream);
      };
      const bool is_started = guest.fork(name, guest_program(compiler)).has_value();
      is_complete = is_complete && is_started;
      if (is_started) ++running;
    }
    while (running > 0) is_complete = ends_well(guest, running) && is_complete;
    if (!is_complete) return 1;
    guest.compute(link);
    pause(guest, disk);
    return 0;
  }

  Duration size_of(std::int64_t file) const {
    Prng stream = random.split("size of " + std::to_string(file));
    return random_time(stream, least, std::max(least, most));
  }
  int compile(Guest& guest, Duration work, Prng& stream) const {
    guest.expect_burst(work);
    pause(guest, around(stream, disk));
    guest.compute(work);
    guest.expect_burst(Duration());
    pause(guest, around(stream, disk));
    return 0;
  }
  static bool ends_well(Guest& guest, std::int64_t& running) {
    const Result<WaitedChild> child = guest.wait();
    --running;
    return child.has_value() && child->status == WaitStatus::exited(0);
  }
};

}  // namespace

const NativeProgram build_system_program{
    "build_system", "make -j: compilers as processes, a few at once, and a linker", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(Build{given.number("files"), given.number("jobs"), given.time("least"), given.time("most"),
                                 given.time("disk"), given.time("link"), random});
    },
    [](const ProgramArguments& given) {
      return static_cast<std::uint64_t>(1 + std::min(given.number("jobs"), given.number("files")));
    }};

}  // namespace signalbox
