#include <array>
#include <memory>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("rounds", 10, 1, 1'000'000, "how often the three meet"),
    time_argument("hold", 3_ms, 0_ns, 10_s, "what the low one computes with the lock"),
    time_argument("medium", 20_ms, 0_ns, 10_s, "what the medium one computes, without the lock"),
    time_argument("high", 1_ms, 0_ns, 10_s, "what the high one computes with the lock"),
    time_argument("period", 50_ms, 1_us, 100_s, "from one round to the next; also the high one's deadline"),
    number_argument("inherit", 0, 0, 1, "1: the lock's owner inherits its waiters' priority"),
};

constexpr std::uint8_t low_priority = 10;
constexpr std::uint8_t medium_priority = 20;
constexpr std::uint8_t high_priority = 30;

StartOptions realtime(std::uint8_t priority, AffinityId affinity) {
  SchedAttributes attributes;
  attributes.sched_class = SchedClass::fifo;
  attributes.realtime_priority = priority;
  StartOptions options;
  options.attributes = attributes;
  options.affinity = affinity;
  return options;
}

// What kept resetting Mars Pathfinder (Reeves 1997): the low one holds the lock that the high one wants, and the medium
// one, who wants no lock, keeps the low one from running. All on one CPU. What mended it: a lock with inheritance.
struct PriorityInversion {
  std::int64_t rounds;
  Duration hold, medium, high, period;
  MutexProtocol protocol;

  int operator()(Guest& guest) const {
    const auto bus = std::make_shared<Mutex>(protocol, guest.caller().kernel(), guest.name("bus"));
    const AffinityId one_cpu = guest.caller().kernel().affinities().intern(CpuMask::first(1));
    const Instant start = guest.now() + 1_ms;
    Crew crew(guest);
    crew.start(
        "low", [*this, bus, start](Guest& thread) { return use_bus(thread, *bus, start, hold); },
        realtime(low_priority, one_cpu));
    crew.start(
        "medium", [*this, start](Guest& thread) { return compute(thread, start + 2 * head_start()); },
        realtime(medium_priority, one_cpu));
    crew.start(
        "high", [*this, bus, start](Guest& thread) { return use_bus(thread, *bus, start + head_start(), high); },
        realtime(high_priority, one_cpu));
    return crew.join();
  }

  // By how much the low one comes before the high one, and that before the medium one.
  Duration head_start() const { return hold / 4; }

  int use_bus(Guest& guest, Mutex& bus, Instant start, Duration work) const {
    for (std::int64_t round = 0; round < rounds; ++round) {
      const Instant release = start + round * period;
      guest.expect_burst(work);
      pause_until(guest, release);
      guest.begin_activation(static_cast<std::uint64_t>(round), guest.now() - release);
      must(guest.lock(bus));
      guest.compute(work);
      must(guest.unlock(bus));
      guest.end_activation(static_cast<std::uint64_t>(round), release + period - guest.now());
    }
    return 0;
  }
  int compute(Guest& guest, Instant start) const {
    for (std::int64_t round = 0; round < rounds; ++round) {
      guest.expect_burst(medium);
      pause_until(guest, start + round * period);
      guest.compute(medium);
    }
    return 0;
  }
};

}  // namespace

const NativeProgram priority_inversion_program{
    "priority_inversion", "low holds what high needs, and medium keeps low from running", arguments,
    [](const ProgramArguments& given, const Prng&) {
      const bool inherits = given.number("inherit") != 0;
      return guest_program(PriorityInversion{given.number("rounds"), given.time("hold"), given.time("medium"),
                                             given.time("high"), given.time("period"),
                                             inherits ? MutexProtocol::inherit : MutexProtocol::none});
    },
    [](const ProgramArguments&) { return std::uint64_t{4}; }};

}  // namespace signalbox
