#include <algorithm>
#include <array>
#include <deque>
#include <memory>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("seats", 5, 2, 10'000, "philosophers, and forks"),
    number_argument("meals", 100, 1, 10'000'000, "how often each eats"),
    time_argument("think", 500_us, 0_ns, 10_s, "mean time between meals, asleep"),
    time_argument("eat", 300_us, 0_ns, 10_s, "mean time of a meal, computing"),
    time_argument("reach", 10_us, 0_ns, 10_s, "time between taking the first fork and the second, computing"),
    number_argument("ordered", 1, 0, 1, "1: the fork with the lower number first; 0: the left one, which may deadlock"),
};

using Forks = std::deque<Mutex>;

struct Philosophers {
  std::int64_t seats, meals;
  Duration think, eat, reach;
  bool is_ordered;
  Prng random;

  int operator()(Guest& guest) const {
    const auto forks = std::make_shared<Forks>();
    for (std::int64_t fork = 0; fork < seats; ++fork) forks->emplace_back(guest.name("fork-" + std::to_string(fork)));
    Crew crew(guest);
    for (std::int64_t seat = 0; seat < seats; ++seat) {
      const std::string name = "philosopher-" + std::to_string(seat);
      crew.start(name, [*this, forks, seat, stream = random.split(name)](Guest& thread) mutable {
        dine(thread, *forks, static_cast<std::size_t>(seat), stream);
        return 0;
      });
    }
    return crew.join();
  }

  void dine(Guest& guest, Forks& forks, std::size_t seat, Prng& stream) const {
    std::size_t first = seat;
    std::size_t second = (seat + 1) % forks.size();
    if (is_ordered && second < first) std::swap(first, second);
    for (std::int64_t meal = 0; meal < meals; ++meal) {
      guest.expect_burst(reach + eat);
      pause(guest, around(stream, think));
      must(guest.lock(forks[first]));
      guest.compute(reach);
      guest.expect_burst(eat);
      must(guest.lock(forks[second]));
      guest.compute(around(stream, eat));
      must(guest.unlock(forks[second]));
      must(guest.unlock(forks[first]));
    }
  }
};

}  // namespace

const NativeProgram philosophers_program{
    "philosophers", "dining philosophers: two locks at a time", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(Philosophers{given.number("seats"), given.number("meals"), given.time("think"),
                                        given.time("eat"), given.time("reach"), given.number("ordered") == 1, random});
    },
    [](const ProgramArguments& given) { return static_cast<std::uint64_t>(1 + given.number("seats")); }};

}  // namespace signalbox
