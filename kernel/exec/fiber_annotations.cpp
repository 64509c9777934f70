#include "kernel/exec/fiber_annotations.hpp"

#include <sanitizer/asan_interface.h>

#include <utility>

namespace signalbox {

void SanitizedFiber::prepare(const Stack& stack) {
  stack_ = stack;
  mark_usable(stack);
  if constexpr (has_thread_sanitizer) fiber_ = __tsan_create_fiber(0);
}

void SanitizedFiber::after_resume() {
  if constexpr (has_address_sanitizer) __sanitizer_finish_switch_fiber(hub_fake_stack_, nullptr, nullptr);
}

void SanitizedFiber::entered() {
  if constexpr (has_address_sanitizer) __sanitizer_finish_switch_fiber(nullptr, &hub_low_, &hub_size_);
}

void SanitizedFiber::after_suspend() {
  if constexpr (has_address_sanitizer) {
    __sanitizer_finish_switch_fiber(std::exchange(fake_stack_, nullptr), &hub_low_, &hub_size_);
  }
}

void SanitizedFiber::forget() {
  if constexpr (has_address_sanitizer) {
    if (void* const fake_stack = std::exchange(fake_stack_, nullptr)) {
      // Only the fiber that runs can have its fake stack freed: enter it for the records, and leave it for good.
      __sanitizer_start_switch_fiber(&hub_fake_stack_, stack_.low, stack_.size);
      __sanitizer_finish_switch_fiber(fake_stack, &hub_low_, &hub_size_);
      __sanitizer_start_switch_fiber(nullptr, hub_low_, hub_size_);
      __sanitizer_finish_switch_fiber(hub_fake_stack_, nullptr, nullptr);
    }
    if (stack_.low != nullptr) mark_usable(std::exchange(stack_, Stack{}));
  }
  if constexpr (has_thread_sanitizer) {
    if (void* const fiber = std::exchange(fiber_, nullptr)) __tsan_destroy_fiber(fiber);
  }
}

void mark_usable(const Stack& stack) {
  if constexpr (has_address_sanitizer) __asan_unpoison_memory_region(stack.low, stack.size);
}

void mark_unusable(const Stack& stack, std::size_t kept) {
  if constexpr (has_address_sanitizer) __asan_poison_memory_region(stack.low, stack.size - kept);
}

}  // namespace signalbox
