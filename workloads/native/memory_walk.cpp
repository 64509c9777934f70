#include <array>
#include <string>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("workers", 1, 1, 10'000, "who walk, side by side"),
    number_argument("processes", 0, 0, 1, "1: each is a process of its own; 0: they are threads of one"),
    number_argument("kib", 1024, 4, 16'777'216, "working set of each, in KiB"),
    number_argument("stride", 64, 8, 1'048'576, "bytes from one access to the next"),
    number_argument("writes", 50, 0, 100, "how many accesses of a hundred write"),
    number_argument("passes", 10, 1, 1'000'000, "how often each walks through its working set"),
    time_argument("compute", 0_ns, 0_ns, 10_s, "time to compute after each pass"),
};

// Workers that walk through memory of their own, again and again: the same work by threads, which share an address
// space, or by processes, which have one each.
struct MemoryWalk {
  std::int64_t workers;
  bool are_processes;
  std::uint64_t bytes, stride;
  std::uint64_t writes;
  std::int64_t passes;
  Duration compute_time;

  int operator()(Guest& guest) const {
    if (!are_processes) {
      Crew crew(guest);
      for (std::int64_t number = 0; number < workers; ++number) {
        crew.start("walker-" + std::to_string(number), [*this](Guest& thread) { return walk(thread); });
      }
      return crew.join();
    }
    int failed = 0;
    for (std::int64_t number = 0; number < workers; ++number) {
      const auto program = [*this](Guest& child) { return walk(child); };
      if (!guest.fork("walker-" + std::to_string(number), guest_program(program)).has_value()) failed = 1;
    }
    while (const auto child = guest.wait()) {
      if (child->status != WaitStatus()) failed = 1;
    }
    return failed;
  }

  // 1 if there is no memory, or it does not hold what was written.
  int walk(Guest& guest) const {
    const Result<Uptr<std::uint64_t>> words = guest.allocate<std::uint64_t>(bytes / 8);
    if (!words.has_value()) return 1;
    bool is_right = true;
    for (std::int64_t pass = 0; pass < passes; ++pass) {
      std::uint64_t share = 0;  // every hundredth part of it writes
      for (std::uint64_t at = 0; at < bytes; at += stride) {
        const Uptr<std::uint64_t> word = *words + at / 8;
        share += writes;
        if (share >= 100) {
          share -= 100;
          guest.store(word, at);
        } else {
          const std::uint64_t found = guest.load(word);
          is_right &= found == at || found == 0;
        }
      }
      guest.compute(compute_time);
    }
    return is_right ? 0 : 1;
  }
};

}  // namespace

const NativeProgram memory_walk_program{
    "memory_walk",
    "walks through working sets, by threads or by processes",
    arguments,
    [](const ProgramArguments& given, const Prng&) {
      const auto number = [&](std::string_view name) { return static_cast<std::uint64_t>(given.number(name)); };
      return guest_program(MemoryWalk{given.number("workers"), given.number("processes") != 0, number("kib") * 1024,
                                      number("stride") / 8 * 8, number("writes"), given.number("passes"),
                                      given.time("compute")});
    },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("workers")); },
    true};

}  // namespace signalbox
