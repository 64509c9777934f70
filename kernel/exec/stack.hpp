#pragma once

#include <cstddef>
#include <cstdint>

namespace signalbox {

// What a thread's kernel stack is made for.
enum class StackKind : std::uint8_t {
  compact,  // a few KiB in a huge-page arena, a canary at its end: for code of ours whose depth is known and that
            // can be abandoned without unwinding
  guarded,  // 64 KiB and more of plain pages, touched as needed, with a guard below: for programs of anybody
};

// The word at the low end of a stack that nothing else guards. Odd and not canonical, so neither a pointer nor a
// small number restores it by accident.
inline constexpr std::uint64_t stack_canary = 0x5ca1ab1e0ddba11dU;

// Unreadable bytes below a guarded stack. Four pages, because code compiled without stack probes touches a frame of
// its own first wherever it likes, and the guard costs page-table entries only.
inline constexpr std::size_t stack_guard_bytes = std::size_t{16} * 1024;

// Memory that a context runs on; owned by a StackPool.
struct Stack {
  std::byte* low = nullptr;  // lowest usable address; stacks grow down towards it
  std::size_t size = 0;      // usable bytes
  StackKind kind = StackKind::guarded;
  bool has_canary = false;  // the word at `low` is stack_canary and is checked at every suspend

  std::byte* top() const { return low + size; }
  bool holds(const void* address) const { return address >= low && address < top(); }
};

// A smashed canary is our bug: aborts.
void check_canary(const Stack& stack);

// Debugging aid: fills a stack that nobody runs on, so that high_water() can tell how deep it was used.
void paint(const Stack& stack);
// The most bytes that were in use at once since paint().
std::size_t high_water(const Stack& stack);

}  // namespace signalbox
