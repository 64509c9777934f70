#include "kernel/exec/stack.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "kernel/base/check.hpp"

namespace signalbox {
namespace {

// A byte that neither zeroed pages nor small numbers nor pointers have.
constexpr std::byte paint_byte{0xb5};

std::span<std::byte> paintable(const Stack& stack) {
  const std::size_t kept = stack.has_canary ? sizeof stack_canary : 0;
  return std::span(stack.low, stack.size).subspan(kept);
}

}  // namespace

void check_canary(const Stack& stack) {
  if (!stack.has_canary) return;
  std::uint64_t word = 0;
  std::memcpy(&word, stack.low, sizeof word);
  CHECK(word == stack_canary, "a stack without a guard overflowed: shrink its frames or run them on a guarded one");
}

void paint(const Stack& stack) { std::ranges::fill(paintable(stack), paint_byte); }

std::size_t high_water(const Stack& stack) {
  const std::span<std::byte> bytes = paintable(stack);
  const auto deepest = std::ranges::find_if(bytes, [](std::byte byte) { return byte != paint_byte; });
  return static_cast<std::size_t>(bytes.end() - deepest);
}

}  // namespace signalbox
