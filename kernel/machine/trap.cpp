// The way of a system call, or of a page fault, into the kernel and back.
#include "kernel/base/check.hpp"
#include "kernel/base/signal.hpp"
#include "kernel/machine/running_thread.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

// What kernel code may need of a guarded stack below a program's frames.
constexpr std::size_t kernel_stack_reserve = std::size_t{16} * 1024;

bool bring_in_and_keep(Caller& caller, CompiledMemory& memory, std::uint64_t at, Access access) {
  return bring_in(caller, memory, at, access) && memory.keep(at, 1, access) > 0;
}

}  // namespace

// Kernel code never starts on a stack that its program has all but used up: that would overflow in the middle of a
// call.
inline void RunningThread::check_stack() {
  const Context& context = thread_.context;
  if (context.stack_kind() == StackKind::compact || context.stack_left() >= kernel_stack_reserve) return;
  machine_.lifecycle().thread_faulted(
      thread_, HostFault{.signal = static_cast<int>(Signal::sigsegv), .is_stack_overflow = true});
  machine_.dispatcher().suspend(thread_, HubRequest::exit);
}

// Where a program's memory is the host's, an address differs from run to run; what the trace says of it does not.
inline std::uint64_t RunningThread::traced(bool is_in_memory, std::uint64_t value) const {
  const CompiledMemory* const memory = is_in_memory ? thread_.process.compiled.get() : nullptr;
  return memory == nullptr ? value : memory->traced(value);
}

// Handlers look at objects of a program without a wait, so they are brought in before, as large as most are, and stay.
void RunningThread::bring_in_arguments(CompiledMemory& memory, const SyscallRow& row, const RawCall& call) {
  constexpr std::uint64_t most_bytes = 256;
  for (unsigned i = 0; i < row.argument_count; ++i) {
    if ((row.address_arguments >> i & 1U) == 0) continue;
    const std::uint64_t first = call.arguments[i];
    for (const std::uint64_t at : {first, first + most_bytes - 1})
      static_cast<void>(bring_in_and_keep(*this, memory, at, Access::read));
  }
}

// A handler that lacks more of an argument begins again with it: it has done nothing so far.
std::int64_t RunningThread::serve_with_absent(CompiledMemory& memory, const SyscallRow& row, const RawCall& call) {
  bring_in_arguments(memory, row, call);
  memory.take_lacked();
  std::int64_t result = row.handle(*this, call);
  while (result == -static_cast<std::int64_t>(Errno::efault)) {
    const std::optional<CompiledMemory::AbsentByte> lacked = memory.take_lacked();
    if (!lacked || !bring_in_and_keep(*this, memory, lacked->at, lacked->access)) break;
    result = row.handle(*this, call);
  }
  return result;
}

inline std::int64_t RunningThread::serve(const SyscallRow& row, const RawCall& call) {
  CompiledMemory* const memory = thread_.process.compiled.get();
  if (row.address_arguments == 0 || memory == nullptr || !memory->has_absent()) return row.handle(*this, call);
  const std::int64_t result = serve_with_absent(*memory, row, call);
  if (!thread_.is_unwinding && thread_.process.compiled.get() == memory) memory->let_go();
  return result;
}

inline std::int64_t RunningThread::handle(const RawCall& call) {
  check_stack();
  const SyscallRow* row = machine_.calls().find(call.number);
  TraceLog& trace = machine_.trace();
  const std::uint64_t first = call.arguments[0];
  // An address differs from run to run; that there is one does not.
  const bool is_address = row != nullptr && (row->address_arguments & 1U) != 0;
  trace.emit({.when = now(),
              .thread = thread_.tid,
              .cpu = thread_.entity.cpu,
              .kind = TraceKind::syscall_entered,
              .a = call.number,
              .b = is_address ? std::uint64_t{first != 0} : traced(row != nullptr && row->is_first_in_memory, first)});
  charge_kernel(machine_.costs().syscall);
  const std::int64_t result = row == nullptr ? -static_cast<std::int64_t>(Errno::enosys) : serve(*row, call);
  trace.emit(
      {.when = now(),
       .thread = thread_.tid,
       .cpu = thread_.entity.cpu,
       .kind = TraceKind::syscall_returned,
       .a = call.number,
       .b = traced(result >= 0 && row != nullptr && row->is_result_in_memory, static_cast<std::uint64_t>(result))});
  return result;
}

// Before the program goes on: pay for wake-ups, end if killed, let others run if they should, hand over a full trace.
inline void RunningThread::return_to_user() {
  if (const Duration debt = machine_.dispatcher().take_debt(); debt > Duration()) charge(debt, Mode::kernel);
  end_if_killed();
  if (machine_.is_stuck()) machine_.dispatcher().suspend(thread_, HubRequest::stop);
  machine_.dispatcher().return_to_user(thread_);
  end_if_killed();
  flush_trace_if_full();
}

bool RunningThread::page_fault() {
  thread_.context.allow_faults(false);
  check_stack();
  const FaultEnd ended = machine_.pager()->resolve(*this, thread_.memory.mmu->fault());
  if (ended != FaultEnd::resolved && !thread_.is_unwinding) {
    const Signal signal = ended == FaultEnd::segv ? Signal::sigsegv : Signal::sigbus;
    machine_.lifecycle().thread_faulted(thread_, HostFault{.signal = static_cast<int>(signal)});
    end();
  }
  if (!thread_.is_unwinding) {
    return_to_user();
    if (thread_.signal_work != 0) [[unlikely]]
      handle_signals(Restart::always);
  }
  thread_.context.allow_faults(true);
  return ended == FaultEnd::resolved;
}

// A native program's handlers run here, on its own stack; a compiled one's when it is about to go on with its own
// (workloads/posix), which is where a call begins again.
std::int64_t RunningThread::look_at_signals(const RawCall& call, std::int64_t result) {
  const SyscallRow* const row = machine_.calls().find(call.number);
  const Restart restart = row == nullptr ? Restart::never : row->restart;
  if (thread_.context.has_user_mode()) {
    thread_.own_signals().restart = restart;
    return result;
  }
  constexpr std::int64_t interrupted = -static_cast<std::int64_t>(Errno::eintr);
  while (thread_.signal_work != 0) {
    const bool was_interrupted = result == interrupted && (thread_.signal_work & signal_work::interrupted) != 0;
    const bool begins_again = handle_signals(was_interrupted ? restart : Restart::never);
    if (!begins_again) continue;
    result = handle(call);
    if (result != interrupted) thread_.forget_deadline();
    return_to_user();
  }
  return result;
}

std::int64_t RunningThread::syscall(const RawCall& call) {
  thread_.context.allow_faults(false);
  std::int64_t result = handle(call);
  if (!thread_.is_unwinding) {
    return_to_user();
    if (thread_.signal_work != 0) [[unlikely]]
      result = look_at_signals(call, result);
  }
  thread_.context.allow_faults(true);
  return result;
}

}  // namespace signalbox
