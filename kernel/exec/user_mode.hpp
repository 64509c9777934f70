#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/exec/fault_record.hpp"

namespace signalbox {

class UserMode;

// Handles an entry from user mode, on the kernel stack; what it throws comes out of begin() or resume().
using EntryHandler = std::int64_t (*)(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments);
// The same for a host fault. When it comes back, the program goes on at the stack pointer that it has set.
using FaultHandler = void (*)(UserMode& mode, const FaultRecord& fault);

// A compiled program's way between its own stack and the kernel stack of its thread: the context (Context) runs on the
// kernel stack, which is where the program is called from, and where the kernel runs whenever the program enters it. So
// no kernel frame ever lies in memory that a fork copies or a kill drops. The object is on the kernel stack or outlives
// it; it belongs to the thread that runs.
class UserMode {
 public:
  explicit UserMode(EntryHandler handler, FaultHandler fault_handler = nullptr)
      : handler_(handler), fault_handler_(fault_handler) {}
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
  // The program goes on elsewhere when the handler comes back: at what an entry has left there, or at a LeftRegisters.
  void set_stack_pointer(void* stack_pointer) { stack_pointer_ = stack_pointer; }

  // What lies at a stack pointer where a program goes on: the registers that calls preserve, and the place.
  struct LeftRegisters {
    std::uint32_t mxcsr = 0x1f80;
    std::uint32_t x87_control = 0x37f;
    std::uint64_t r15 = 0, r14 = 0, r13 = 0, r12 = 0, rbx = 0, rbp = 0;
    const void* place = nullptr;
  };
  static_assert(sizeof(LeftRegisters) == 64);
  // Places of ours in user mode. Calls the function in rbx with r12, r13 and r14, and then enters the kernel with call
  // 15, rt_sigreturn(2), and its argument in r15. Its stack pointer is to be a multiple of 16.
  static const void* handler_place();
  // Continues with the RegisterImage at rbx; needs a FaultGuard.
  static const void* restore_point();

  // Of the host thread that calls.
  static UserMode* current();
  // Where a host fault continues, with the mode in rdi.
  static const void* fault_entry();

  // Whenever the host comes to this thread from another one.
  void make_current();

  // What programs call to enter the kernel.
  static std::int64_t (*entry_point())(std::uint64_t number, const std::uint64_t* arguments);

 private:
  friend void handle_fault(UserMode* mode);
  friend std::int64_t handle_entry(std::uint64_t number, const std::uint64_t* arguments, UserMode* mode);

  // The assembly knows where these two are.
  [[maybe_unused]] void* kernel_stack_ = nullptr;
  void* stack_pointer_ = nullptr;
  EntryHandler handler_;
  FaultHandler fault_handler_;
};

}  // namespace signalbox
