#include "kernel/exec/compact_arena.hpp"

#include <cstring>

#include "kernel/exec/fiber_annotations.hpp"

namespace signalbox {
namespace {

#if defined(__OPTIMIZE__)
constexpr bool frames_are_small = !has_address_sanitizer && !has_thread_sanitizer;
#else
constexpr bool frames_are_small = false;
#endif

// Left free below the lowest stack of a chunk: the report of a failed check prints from the stack that failed
// (glibc's unbuffered stderr takes 8 KiB of it), and must not hit an unmapped page before it has spoken.
constexpr std::size_t reporting_bytes = std::size_t{32} * 1024;

}  // namespace

const std::size_t CompactArena::stack_bytes = frames_are_small ? 4160 : 65600;

// Large stacks stay on plain pages, for most of each is never touched.
CompactArena::CompactArena()
    : memory_(reporting_bytes, frames_are_small ? HugeArena::Pages::huge : HugeArena::Pages::plain) {}

Stack CompactArena::fresh() {
  const Stack stack{
      .low = memory_.take(stack_bytes), .size = stack_bytes, .kind = StackKind::compact, .has_canary = true};
  std::memcpy(stack.low, &stack_canary, sizeof stack_canary);
  return stack;
}

}  // namespace signalbox
