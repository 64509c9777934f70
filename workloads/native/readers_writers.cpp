#include <array>
#include <memory>

#include "workloads/native/crew.hpp"
#include "workloads/native/rows.hpp"

namespace signalbox {
namespace {

constexpr std::array arguments{
    number_argument("readers", 8, 0, 10'000, "threads that read"),
    number_argument("writers", 2, 0, 10'000, "threads that write"),
    number_argument("turns", 100, 1, 10'000'000, "how often each does"),
    time_argument("read", 200_us, 0_ns, 10_s, "mean time to read, together with others"),
    time_argument("write", 400_us, 0_ns, 10_s, "mean time to write, alone"),
    time_argument("pause", 1_ms, 0_ns, 10_s, "mean time between, asleep"),
};

// Readers together or one writer; a waiting writer goes before readers that come later (Courtois, Heymans and Parnas
// 1971, problem 2).
class ReadWriteLock {
 public:
  explicit ReadWriteLock(Guest& guest)
      : mutex_(guest.name("book")), may_read_(guest.name("readable")), may_write_(guest.name("writable")) {}

  void begin_read(Guest& guest) {
    must(guest.lock(mutex_));
    while (is_written_ || waiting_writers_ > 0) must(guest.wait(may_read_, mutex_));
    ++readers_;
    must(guest.unlock(mutex_));
  }
  void end_read(Guest& guest) {
    must(guest.lock(mutex_));
    if (--readers_ == 0) must(guest.signal(may_write_));
    must(guest.unlock(mutex_));
  }
  void begin_write(Guest& guest) {
    must(guest.lock(mutex_));
    ++waiting_writers_;
    while (is_written_ || readers_ > 0) must(guest.wait(may_write_, mutex_));
    --waiting_writers_;
    is_written_ = true;
    must(guest.unlock(mutex_));
  }
  void end_write(Guest& guest) {
    must(guest.lock(mutex_));
    is_written_ = false;
    if (waiting_writers_ > 0) {
      must(guest.signal(may_write_));
    } else {
      must(guest.broadcast(may_read_));
    }
    must(guest.unlock(mutex_));
  }

 private:
  Mutex mutex_;
  Condition may_read_;
  Condition may_write_;
  int readers_ = 0;
  int waiting_writers_ = 0;
  bool is_written_ = false;
};

struct ReadersWriters {
  std::int64_t readers, writers, turns;
  Duration read, write, rest;
  Prng random;

  int operator()(Guest& guest) const {
    const auto book = std::make_shared<ReadWriteLock>(guest);
    Crew crew(guest);
    for (std::int64_t number = 0; number < readers; ++number) {
      const std::string name = "reader-" + std::to_string(number);
      crew.start(name, [*this, book, stream = random.split(name)](Guest& thread) mutable {
        read_often(thread, *book, stream);
        return 0;
      });
    }
    for (std::int64_t number = 0; number < writers; ++number) {
      const std::string name = "writer-" + std::to_string(number);
      crew.start(name, [*this, book, stream = random.split(name)](Guest& thread) mutable {
        write_often(thread, *book, stream);
        return 0;
      });
    }
    return crew.join();
  }

  void read_often(Guest& guest, ReadWriteLock& book, Prng& stream) const {
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      guest.expect_burst(read);
      pause(guest, around(stream, rest));
      book.begin_read(guest);
      guest.compute(around(stream, read));
      book.end_read(guest);
    }
  }
  void write_often(Guest& guest, ReadWriteLock& book, Prng& stream) const {
    for (std::int64_t turn = 0; turn < turns; ++turn) {
      guest.expect_burst(write);
      pause(guest, around(stream, rest));
      book.begin_write(guest);
      guest.compute(around(stream, write));
      book.end_write(guest);
    }
  }
};

}  // namespace

const NativeProgram readers_writers_program{
    "readers_writers", "many read together, few write alone; writers go first", arguments,
    [](const ProgramArguments& given, const Prng& random) {
      return guest_program(ReadersWriters{given.number("readers"), given.number("writers"), given.number("turns"),
                                          given.time("read"), given.time("write"), given.time("pause"), random});
    },
    [](const ProgramArguments& given) {
      return static_cast<std::uint64_t>(1 + given.number("readers") + given.number("writers"));
    }};

}  // namespace signalbox
