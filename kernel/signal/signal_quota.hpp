#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "kernel/base/ids.hpp"

namespace signalbox {

// A place among the signals that are queued for a user's processes; given back by its end.
class QueueSlot {
 public:
  QueueSlot() = default;
  explicit QueueSlot(std::uint64_t& taken) : taken_(&taken) { ++taken; }
  QueueSlot(QueueSlot&& other) noexcept : taken_(std::exchange(other.taken_, nullptr)) {}
  QueueSlot& operator=(QueueSlot&& other) noexcept {
    std::swap(taken_, other.taken_);
    return *this;
  }
  ~QueueSlot() {
    if (taken_ != nullptr) --*taken_;
  }

 private:
  std::uint64_t* taken_ = nullptr;
};

// How many signals are queued for each user (RLIMIT_SIGPENDING; kernel/signal.c, __sigqueue_alloc). Outlives its slots.
class SignalQuota {
 public:
  // None, if the user has that many already.
  std::optional<QueueSlot> take(UserId user, std::uint64_t limit) {
    std::uint64_t& taken = taken_[user];
    if (taken >= limit) return std::nullopt;
    return QueueSlot(taken);
  }
  std::uint64_t taken(UserId user) const {
    const auto found = taken_.find(user);
    return found == taken_.end() ? 0 : found->second;
  }

 private:
  std::map<UserId, std::uint64_t> taken_;  // slots point to the numbers
};

}  // namespace signalbox
