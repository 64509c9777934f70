#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("threads", 4, 1, 1'000, "who allocate, side by side"),
    number_argument("rounds", 3, 1, 10'000, "each thread ends after a round, and hands its blocks to a new one"),
    number_argument("blocks", 200, 1, 1'000'000, "live blocks of each thread"),
    number_argument("operations", 1000, 1, 100'000'000, "of a round: a block is freed and another one allocated"),
    number_argument("least", 10, 8, 1'073'741'824, "bytes of the smallest block"),
    number_argument("most", 500, 8, 1'073'741'824, "bytes of the largest block"),
    time_argument("compute", 1_us, 0_ns, 10_s, "time to compute after each operation"),
};

// A server's threads as Larson and Krishnan have them ("Memory allocation for long-running server applications", ISMM
// 1998): blocks live at random, and most are freed by another thread than the one that allocated them.
class Larson {
 public:
  Larson(const ProgramArguments& given, const Prng& random)
      : threads_(given.number("threads")),
        rounds_(given.number("rounds")),
        blocks_(static_cast<std::size_t>(given.number("blocks"))),
        operations_(given.number("operations")),
        least_(static_cast<std::uint64_t>(given.number("least"))),
        span_(static_cast<std::uint64_t>(std::max(given.number("most") - given.number("least"), std::int64_t{0})) + 1),
        compute_time_(given.time("compute")),
        random_(random) {}

  int operator()(Guest& guest) const {
    std::vector<Hand> hands(static_cast<std::size_t>(threads_));
    for (Hand& hand : hands) hand = std::make_shared<std::vector<Block>>(blocks_);
    int failed = 0;
    for (std::int64_t round = 0; round < rounds_ && failed == 0; ++round) {
      Crew crew(guest);
      for (std::size_t number = 0; number < hands.size(); ++number) {
        const std::string name = "larson-" + std::to_string(number) + "-" + std::to_string(round);
        crew.start(name, [*this, hand = hands[number], stream = random_.split(name)](Guest& thread) mutable {
          return work(thread, *hand, stream);
        });
      }
      failed = crew.join();
    }
    for (const Hand& hand : hands) {
      for (const Block& block : *hand) failed |= give_back(guest, block);
    }
    return failed;
  }

 private:
  struct Block {
    Uptr<std::uint64_t> at;
    std::uint64_t mark = 0;  // is written to its first word
  };
  using Hand = std::shared_ptr<std::vector<Block>>;

  // 1: there is no memory, or a block does not hold what was written.
  int work(Guest& guest, std::vector<Block>& hand, Prng& stream) const {
    for (std::int64_t i = 0; i < operations_; ++i) {
      Block& block = hand[stream.below(hand.size())];
      if (give_back(guest, block) != 0) return 1;
      block = {};
      const Result<VirtAddr> made = guest.malloc(least_ + stream.below(span_));
      if (!made.has_value()) return 1;
      block = {Uptr<std::uint64_t>(*made), stream.next()};
      guest.store(block.at, block.mark);
      guest.compute(compute_time_);
    }
    return 0;
  }

  static int give_back(Guest& guest, const Block& block) {
    if (block.at.is_null()) return 0;
    const bool is_right = guest.load(block.at) == block.mark;
    guest.free(block.at.at());
    return is_right ? 0 : 1;
  }

  std::int64_t threads_, rounds_;
  std::size_t blocks_;
  std::int64_t operations_;
  std::uint64_t least_, span_;
  Duration compute_time_;
  Prng random_;
};

}  // namespace

const NativeProgram larson_program{
    "larson",
    "threads that allocate and free at random, and hand their blocks on",
    arguments,
    [](const ProgramArguments& given, const Prng& random) { return guest_program(Larson(given, random)); },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("threads")); },
    true};

}  // namespace signalbox
