#include <array>
#include <memory>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("producers", 2, 1, 10'000, "threads that produce"),
    number_argument("consumers", 2, 1, 10'000, "threads that consume"),
    number_argument("items", 200, 1, 10'000'000, "what each producer makes"),
    number_argument("capacity", 8, 1, 1'000'000, "places in the buffer between them"),
    time_argument("produce", 200_us, 0_ns, 10_s, "mean time to compute an item"),
    time_argument("consume", 300_us, 0_ns, 10_s, "mean time to use an item"),
};

// A bounded buffer as the textbooks have it: a mutex, and a condition for each thing to wait for. Items are counted
// only.
class Buffer {
 public:
  Buffer(Guest& guest, std::int64_t capacity, std::int64_t items)
      : mutex_(guest.name("buffer")),
        has_room_(guest.name("room")),
        has_items_(guest.name("items")),
        capacity_(capacity),
        expected_(items) {}

  void put(Guest& guest) {
    must(guest.lock(mutex_));
    while (held_ == capacity_) must(guest.wait(has_room_, mutex_));
    ++held_;
    must(guest.signal(has_items_));
    must(guest.unlock(mutex_));
  }
  // False when no more items will come.
  bool take(Guest& guest) {
    must(guest.lock(mutex_));
    while (held_ == 0 && taken_ < expected_) must(guest.wait(has_items_, mutex_));
    const bool has_item = held_ > 0;
    if (has_item) {
      --held_;
      ++taken_;
      must(guest.signal(has_room_));
    }
    if (taken_ == expected_) must(guest.broadcast(has_items_));
    must(guest.unlock(mutex_));
    return has_item;
  }

 private:
  Mutex mutex_;
  Condition has_room_;
  Condition has_items_;
  std::int64_t capacity_;
  std::int64_t expected_;
  std::int64_t held_ = 0;
  std::int64_t taken_ = 0;
};

struct ProducerConsumer {
  std::int64_t producers, consumers, items, capacity;
  Duration produce_time, consume_time;
  Prng random;

  int operator()(Guest& guest) const {
    const auto buffer = std::make_shared<Buffer>(guest, capacity, producers * items);
    Crew crew(guest);
    for (std::int64_t number = 0; number < producers; ++number) {
      const std::string name = "producer-" + std::to_string(number);
      crew.start(name, [*this, buffer, stream = random.split(name)](Guest& thread) mutable {
        produce(thread, *buffer, stream);
        return 0;
      });
    }
    for (std::int64_t number = 0; number < consumers; ++number) {
      const std::string name = "consumer-" + std::to_string(number);
      crew.start(name, [*this, buffer, stream = random.split(name)](Guest& thread) mutable {
        consume(thread, *buffer, stream);
        return 0;
      });
    }
    return crew.join();
  }

  void produce(Guest& guest, Buffer& buffer, Prng& stream) const {
    for (std::int64_t item = 0; item < items; ++item) {
      guest.compute(around(stream, produce_time));
      guest.expect_burst(produce_time);
      buffer.put(guest);
    }
  }
  void consume(Guest& guest, Buffer& buffer, Prng& stream) const {
    guest.expect_burst(consume_time);
    while (buffer.take(guest)) {
      guest.compute(around(stream, consume_time));
      guest.expect_burst(consume_time);
    }
  }
};

}  // namespace

const NativeProgram producer_consumer_program{
    "producer_consumer", "threads around a bounded buffer: mutex and conditions", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(ProducerConsumer{given.number("producers"), given.number("consumers"), given.number("items"),
                                            given.number("capacity"), given.time("produce"), given.time("consume"),
                                            random});
    },
    [](const ProgramArguments& given) {
      return static_cast<std::uint64_t>(1 + given.number("producers") + given.number("consumers"));
    }};

}  // namespace signalbox
