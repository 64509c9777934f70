#include <array>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("depth", 4, 0, 6, "levels of children below the first process"),
    number_argument("fanout", 3, 1, 6, "children of each process"),
    time_argument("work", 1_ms, 0_ns, 10_s, "mean time that each computes"),
};

struct ForkTree {
  std::int64_t depth, fanout;
  Duration work;
  Prng random;

  // The exit code tells whether every process below could be made and ended well.
  int operator()(Guest& guest) const {
    StartOptions options;
    options.expected_burst = work;
    bool is_complete = true;
    for (std::int64_t child = 0; depth > 0 && child < fanout; ++child) {
      ForkTree below = *this;
      --below.depth;
      below.random = random.split(std::to_string(child));
      const std::string name = "level-" + std::to_string(depth);
      is_complete = guest.fork(name, guest_program(below), options).has_value() && is_complete;
    }
    Prng own = random.split("work");
    guest.compute(around(own, work));
    for (Result<WaitedChild> child = guest.wait(); child.has_value(); child = guest.wait()) {
      is_complete = is_complete && child->status == WaitStatus::exited(0);
    }
    return is_complete ? 0 : 1;
  }
};

// Of a whole tree.
std::uint64_t processes(std::int64_t depth, std::int64_t fanout) {
  std::uint64_t all = 1;
  for (std::int64_t level = 0; level < depth; ++level) all = 1 + all * static_cast<std::uint64_t>(fanout);
  return all;
}

}  // namespace

const NativeProgram fork_tree_program{
    "fork_tree", "a tree of processes, each computes and waits for its children", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(ForkTree{given.number("depth"), given.number("fanout"), given.time("work"), random});
    },
    [](const ProgramArguments& given) { return processes(given.number("depth"), given.number("fanout")); }};

}  // namespace signalbox
