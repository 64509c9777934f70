#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace signalbox {

// Bytes read as steps, for what keeps a model beside the thing under test: run() answers the first demand that was not
// kept.
class ByteShadow {
 public:
  virtual ~ByteShadow() = default;

  // The first thing that was wrong; empty if all was well.
  std::string run(std::span<const std::uint8_t> bytes) {
    left_ = bytes;
    while (!left_.empty() && broken_.empty()) {
      step();
      if (++steps_ % 16 == 0) check();
    }
    finish();
    return broken_;
  }

 protected:
  ByteShadow() = default;

  void demand(bool is_kept, const std::string& what) {
    if (!is_kept && broken_.empty()) broken_ = what + " (step " + std::to_string(steps_) + ")";
  }
  bool is_broken() const { return !broken_.empty(); }
  std::uint64_t steps() const { return steps_; }

  // 0 when there is none left.
  std::uint8_t next() {
    if (left_.empty()) return 0;
    const std::uint8_t byte = left_.front();
    left_ = left_.subspan(1);
    return byte;
  }
  // Of a block: mostly small, at times up to 8 MiB.
  std::uint64_t size() {
    const std::uint64_t mask = (std::uint64_t{1} << next() % 24) - 1;
    const std::uint64_t low = next() | std::uint64_t{next()} << 8U;
    return (low * 0x9e37'79b9'7f4a'7c15U >> 20U & mask) + (next() & 15U);
  }
  // As many of the bytes, or all: for another's steps.
  std::span<const std::uint8_t> next_bytes(std::size_t bytes) {
    const auto taken = left_.first(std::min(left_.size(), bytes));
    left_ = left_.subspan(taken.size());
    return taken;
  }

 private:
  virtual void step() = 0;
  virtual void check() = 0;
  virtual void finish() = 0;

  std::span<const std::uint8_t> left_;
  std::uint64_t steps_ = 0;
  std::string broken_;
};

}  // namespace signalbox
