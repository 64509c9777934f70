#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/calls/signal_types.hpp"
#include "kernel/exec/user_mode.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/compiled.hpp"

namespace signalbox {

// Where a program is when a handler is to run: what it left behind, and what its call answers; or begins again.
struct UserPlace {
  void* stack_pointer = nullptr;  // of a UserMode::LeftRegisters
  std::int64_t result = 0;
  RawCall call = {};  // to begin again, if `begins_again`
  bool begins_again = false;
  RegisterImage fault = {};  // of where it faulted; none: it is in a call
};

// ucontext_t of the host (sys/ucontext.h), as far as programs look: masks and general registers.
struct UserContext {
  std::uint64_t flags = 0;
  std::uint64_t link = 0;
  std::uint64_t stack_begin = 0;
  std::int32_t stack_flags = 0;
  std::int32_t padding = 0;
  std::uint64_t stack_bytes = 0;
  RegisterImage::General general{};
  std::uint64_t others = 0;
  std::uint64_t reserved[8] = {};
  SignalSet mask;
  std::uint64_t mask_rest[15] = {};
  std::byte fp_room[512 + 32] = {};
};

// What a handler's call leaves on the program's stack (struct rt_sigframe). All of it is the program's to change.
struct SignalFrame {
  UserMode::LeftRegisters begin;  // runs the handler
  UserPlace place;                // to go back to
  UserSignalInfo info;
  UserContext context;
};

// Puts a frame for the handler on the program's stack, or its alternate one, and answers where the program is then.
// None: there is no room that it may write.
std::optional<UserPlace> push_handler(CompiledMemory& memory, const AlternateStack& alternate, const TakenSignal& taken,
                                      const UserPlace& place);
// Puts the registers of a fault below the stack that faulted, or at the end of `room` if that is not written to; the
// program goes on there with them. None: as above.
std::optional<UserPlace> push_fault(CompiledMemory& memory, const AlternateStack& alternate, bool uses_alternate,
                                    const FaultRecord& fault);

}  // namespace signalbox
