#pragma once

#include <cstdint>

#include "kernel/base/time.hpp"

namespace signalbox {

// How near an event is when its handler is asked to prefetch. What an event touches is found step by step, and each
// step waits for the host's memory: an index first, then what it names, then what that points to.
enum class Lookahead : std::uint8_t { far, middle, near };

// Who is told when an event's instant has come.
class EventHandler {
 public:
  virtual void on_event(std::uint64_t payload) = 0;
  // A hint that on_event(payload) comes soon: bring what it will touch into the host's cache. Changes nothing.
  virtual void prefetch(std::uint64_t /*payload*/, Lookahead) const {}

 protected:
  ~EventHandler() = default;
};

// One future fact. Events of one instant fire in ascending `order`, which is the order in which they were
// queued unless a Choice shuffles it.
struct Event {
  Instant when;
  std::uint64_t order = 0;
  EventHandler* handler = nullptr;
  std::uint64_t payload = 0;

  friend constexpr bool operator<(const Event& a, const Event& b) {
    return a.when != b.when ? a.when < b.when : a.order < b.order;
  }
};

}  // namespace signalbox
