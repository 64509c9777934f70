#pragma once

#include <cstdint>
#include <optional>

#include "kernel/exec/user_mode.hpp"
#include "kernel/task/caller.hpp"
#include "kernel/task/compiled.hpp"
#include "kernel/task/kernel.hpp"
#include "workloads/posix/program_memory.hpp"
#include "workloads/posix/signal_frame.hpp"

namespace signalbox {

struct ArgumentBlock;

// What belongs to a thread while it is in the kernel, and a fork hands on.
struct UserState {
  void* thread_word = nullptr;  // the runtime's
  int error = 0;                // errno
};

// A thread of a compiled program: the way in and out of its user mode. Lives on its kernel stack; what it owns is lost
// when a host fault ends the thread, so it owns nothing.
class ProgramThread final : public UserMode {
 public:
  // The process has the memory, its own or lent.
  explicit ProgramThread(Caller& caller, const UserState& state = {});
  ~ProgramThread();

  // All of these come out by an exception. The program from its beginning:
  [[noreturn]] void start(const ArgumentBlock& arguments);
  // One more thread of it.
  [[noreturn]] void run(std::byte* stack_top, Entry entry, std::uint64_t a, std::uint64_t b = 0, std::uint64_t c = 0);
  // A fork's child, where its parent was.
  [[noreturn]] void run_copy(void* stack_pointer);
  // The memory is another process's, who waits for it (vfork(2)).
  void lend() { is_lent_ = true; }

 private:
  // Fewer are not worth coming back for, where CPUs interleave at every edge.
  static constexpr std::int64_t least_edges = 1'000;
  static constexpr std::int64_t most_edges = 1'000'000;

  static std::int64_t enter(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments);
  std::int64_t serve(const RawCall& call);
  void leave_user();
  void return_to_user();
  void charge_edges(std::int64_t edges);
  void end_without_header();

  // Faults (program_faults.cpp).
  static void enter_by_fault(UserMode& mode, const FaultRecord& fault);
  void handle_fault(const FaultRecord& fault);
  void bring_in(const FaultRecord& record);
  void bring_in_bytes(std::uint64_t at, std::uint64_t bytes, Access access);
  void bring_in_stack(std::uint64_t stack_pointer);
  void go_on_after(FaultRecord& fault);
  void deliver(std::optional<UserPlace> place, const SignalInfo* forced);
  SignalInfo info_of(const FaultRecord& fault);
  void tell_fault(const FaultRecord& fault, const SignalInfo& info);
  std::optional<UserPlace> push_registers(const FaultRecord& fault, Signal signal);

  // Signals (program_signals.cpp).
  std::int64_t handle_signals(std::int64_t result);
  bool push_handlers(UserPlace& place, Restart restart);
  AlternateStack alternate_stack();
  void no_stack();
  std::int64_t return_from_handler(const RawCall& call);
  std::int64_t set_alternate_stack(const RawCall& call);

  std::int64_t map_pages(RawCall call);
  std::int64_t move_pages(const RawCall& call);
  std::int64_t move_break(const RawCall& call);
  std::int64_t fork();
  std::int64_t vfork(const RawCall& call);
  std::int64_t exec(const RawCall& call);
  std::int64_t create_thread(const RawCall& call);
  std::int64_t futex(const RawCall& call);
  Result<int> futex_wait(const RawCall& call, const FutexTable::Word& word);

  ProgramMemory& memory() { return memory_; }
  SignalboxImageHeader& header() { return *header_; }

  Caller& caller_;
  ProgramMemory& memory_;
  SignalboxImageHeader* header_;
  std::int64_t granted_ = 0;
  UserState state_;
  RawCall call_;               // that it is in
  bool is_cancelled_ = false;  // by the runtime's signal
  bool is_lent_ = false;
  LeftRegisters after_fault_;
  RegisterImage registers_;  // of the fault
};

}  // namespace signalbox
