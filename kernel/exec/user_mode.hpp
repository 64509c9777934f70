#pragma once

#include <cstddef>
#include <cstdint>

namespace signalbox {

class UserMode;

// Handles an entry from user mode, on the kernel stack; what it throws comes out of begin() or resume().
using EntryHandler = std::int64_t (*)(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments);

// A compiled program's way between its own stack and the kernel stack of its thread: the context (Context) runs on the
// kernel stack, which is where the program is called from, and where the kernel runs whenever the program enters it. So
// no kernel frame ever lies in memory that a fork copies or a kill drops. The object is on the kernel stack or outlives
// it; it belongs to the thread that runs.
class UserMode {
 public:
  explicit UserMode(EntryHandler handler) : handler_(handler) {}
  UserMode(const UserMode&) = delete;
  UserMode& operator=(const UserMode&) = delete;

  // Runs `entry` with its arguments on the stack that ends at `stack_top`, a multiple of 16. It never returns, but what
  // the handler throws comes out.
  using Entry = void (*)(std::uint64_t a, std::uint64_t b, std::uint64_t c);
  [[noreturn]] void begin(std::byte* stack_top, Entry entry, std::uint64_t a, std::uint64_t b, std::uint64_t c);
  // Goes on where another thread entered the kernel, on a stack with the same contents at the same address: the entry
  // returns `result`.
  [[noreturn]] void resume(void* stack_pointer, std::int64_t result);

  // While the kernel runs: where the program's stack ends.
  void* stack_pointer() const { return stack_pointer_; }
  // Whenever the host comes to this thread from another one.
  void make_current();

  // What programs call to enter the kernel.
  static std::int64_t (*entry_point())(std::uint64_t number, const std::uint64_t* arguments);

 private:
  friend std::int64_t handle_entry(std::uint64_t number, const std::uint64_t* arguments, UserMode* mode);

  // The assembly knows where these two are.
  void* kernel_stack_ = nullptr;
  void* stack_pointer_ = nullptr;
  EntryHandler handler_;
};

}  // namespace signalbox
