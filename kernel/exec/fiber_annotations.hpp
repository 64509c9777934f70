#pragma once

#include <sanitizer/common_interface_defs.h>
#include <sanitizer/tsan_interface.h>

#include <cstddef>
#include <type_traits>

#include "kernel/exec/stack.hpp"

namespace signalbox {

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool has_address_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool has_address_sanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool has_address_sanitizer = false;
#endif

#if defined(__SANITIZE_THREAD__)
inline constexpr bool has_thread_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool has_thread_sanitizer = __has_feature(thread_sanitizer);
#else
inline constexpr bool has_thread_sanitizer = false;
#endif

// Tells AddressSanitizer and ThreadSanitizer which stack runs; else the former takes a fiber for a wild stack
// pointer and disarms itself, the latter mixes up who called whom. Six calls around the jumps
// (sanitizer/common_interface_defs.h, sanitizer/tsan_interface.h).
class SanitizedFiber {
 public:
  void prepare(const Stack& stack);
  // On the hub, around the jump. The calls that change the fiber are always inlined: a function of their own would
  // begin on one of ThreadSanitizer's call stacks and end on another.
  [[gnu::always_inline]] void before_resume();
  void after_resume();
  // On the context: first thing it does; around the jump back; before the jump from which nobody returns.
  void entered();
  [[gnu::always_inline]] void before_suspend();
  void after_suspend();
  [[gnu::always_inline]] void before_leaving();
  // On the hub: nobody will resume it.
  void forget();

 private:
  Stack stack_;
  void* fake_stack_ = nullptr;  // AddressSanitizer's, of the suspended context
  void* hub_fake_stack_ = nullptr;
  const void* hub_low_ = nullptr;
  std::size_t hub_size_ = 0;
  void* fiber_ = nullptr;  // ThreadSanitizer's
  void* hub_fiber_ = nullptr;
};

// Where no sanitizer listens.
class PlainFiber {
 public:
  void prepare(const Stack&) {}
  void before_resume() {}
  void after_resume() {}
  void entered() {}
  void before_suspend() {}
  void after_suspend() {}
  void before_leaving() {}
  void forget() {}
};

inline void SanitizedFiber::before_resume() {
  if constexpr (has_address_sanitizer) __sanitizer_start_switch_fiber(&hub_fake_stack_, stack_.low, stack_.size);
  if constexpr (has_thread_sanitizer) {
    hub_fiber_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(fiber_, 0);
  }
}

inline void SanitizedFiber::before_suspend() {
  if constexpr (has_address_sanitizer) __sanitizer_start_switch_fiber(&fake_stack_, hub_low_, hub_size_);
  if constexpr (has_thread_sanitizer) __tsan_switch_to_fiber(hub_fiber_, 0);
}

inline void SanitizedFiber::before_leaving() {
  if constexpr (has_address_sanitizer) __sanitizer_start_switch_fiber(nullptr, hub_low_, hub_size_);
  if constexpr (has_thread_sanitizer) __tsan_switch_to_fiber(hub_fiber_, 0);
}

using FiberAnnotations = std::conditional_t<has_address_sanitizer || has_thread_sanitizer, SanitizedFiber, PlainFiber>;

// A stack whose frames were abandoned still has AddressSanitizer's red zones between them.
void mark_usable(const Stack& stack);
// Touching a stack that nobody owns is reported from now on; its last `kept` bytes stay usable.
void mark_unusable(const Stack& stack, std::size_t kept);

}  // namespace signalbox
