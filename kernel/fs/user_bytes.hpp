#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernel/base/result.hpp"
#include "kernel/wait/current.hpp"

namespace signalbox {

// The bytes that a call on a file fills or takes: a part of the caller's memory. Moving them never sleeps, so that a
// file can move them while what it moves them from or to cannot change; what is not present stays unmoved, and is made
// present in between.
class UserBytes {
 public:
  enum class Use : std::uint8_t { fill, take };

  virtual std::size_t size() const = 0;
  // Move bytes to or from position `at`; answer how many could be moved, from the first one on.
  virtual std::size_t fill(std::size_t at, std::span<const std::byte> from) = 0;
  virtual std::size_t take(std::size_t at, std::span<std::byte> to) = 0;
  // The byte at `at` could not be moved: makes it present. Errno::efault: it cannot be.
  virtual Result<void> make_present(Current& current, std::size_t at, Use use) = 0;

 protected:
  ~UserBytes() = default;
};

}  // namespace signalbox
