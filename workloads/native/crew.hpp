#pragma once

#include <string>
#include <utility>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/base/prng.hpp"
#include "workloads/guest.hpp"

namespace signalbox {

// The threads that a program starts and then waits for.
class Crew {
 public:
  explicit Crew(Guest& guest) : guest_(guest) {}

  // `body` takes a Guest& and answers an exit value.
  template <class Body>
  void start(const std::string& name, Body body, const StartOptions& options = {}) {
    const Result<Tid> thread = guest_.thread(name, guest_program(std::move(body)), options);
    if (thread.has_value()) {
      threads_.push_back(*thread);
    } else {
      is_complete_ = false;
    }
  }
  // Waits for all of them. The program's exit code: 0, or 1 if one could not be started or did not end well.
  int join() {
    for (const Tid thread : threads_) {
      const Result<std::int64_t> value = guest_.join(thread);
      is_complete_ = is_complete_ && value.has_value() && *value == 0;
    }
    return is_complete_ ? 0 : 1;
  }

 private:
  Guest& guest_;
  std::vector<Tid> threads_;
  bool is_complete_ = true;
};

// For what cannot fail in a program that uses its own objects by their rules.
template <class T>
void must(const Result<T>& result) {
  CHECK(result.has_value(), "a program of ours keeps the rules of its own objects");
}

// Sleeps that a signal may end early.
inline void pause(Guest& guest, Duration length) { static_cast<void>(guest.sleep(length)); }
inline void pause_until(Guest& guest, Instant deadline) { static_cast<void>(guest.sleep_until(deadline)); }

// Uniform between the two, ends included.
inline Duration random_time(Prng& random, Duration least, Duration most) {
  const auto span = static_cast<std::uint64_t>((most - least).nanoseconds());
  return least + Duration(static_cast<std::int64_t>(random.below(span + 1)));
}
// Uniform from half of `mean` to one and a half.
inline Duration around(Prng& random, Duration mean) { return random_time(random, mean / 2, mean + mean / 2); }

}  // namespace signalbox
