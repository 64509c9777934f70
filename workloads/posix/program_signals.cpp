// Signals of compiled programs: frames on the program's stack for handlers, and the ways back.
#include <utility>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/syscall/arguments.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/syscall/user_pointer.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox {
namespace {

constexpr std::int64_t interrupted = -static_cast<std::int64_t>(Errno::eintr);

}  // namespace

// The call has been made: whatever signals want comes before the program goes on with its result.
std::int64_t ProgramThread::handle_signals(std::int64_t result) {
  Thread& thread = caller_.thread();
  while (thread.signal_work != 0) {
    const bool was_interrupted = result == interrupted && (thread.signal_work & signal_work::interrupted) != 0;
    const Restart restart = was_interrupted ? thread.own_signals().restart : Restart::never;
    bring_in_stack(host_address(stack_pointer()));
    UserPlace place{.stack_pointer = stack_pointer(), .result = result, .call = call_};
    const bool has_handler = push_handlers(place, restart);
    const bool begins_again = !has_handler && !is_cancelled_ && restart != Restart::never;
    caller_.kernel().signals().end_interruption(thread);
    if (has_handler) {
      set_stack_pointer(place.stack_pointer);
      result = 0;
    } else if (begins_again) {
      result = serve(call_);
      if (result != interrupted) thread.forget_deadline();
    }
  }
  return result;
}

// The last signal's handler runs first: each one's frame is where the next one is interrupted (kernel/signal.c).
// Whether there is one; only the first is asked whether the call begins again.
bool ProgramThread::push_handlers(UserPlace& place, Restart restart) {
  bool has_handler = false;
  while (const std::optional<TakenSignal> taken = caller_.take_signal()) {
    if (!std::exchange(has_handler, true)) place.begins_again = restarts_after(restart, taken->action);
    is_cancelled_ |= static_cast<int>(taken->info.signal) == SIGNALBOX_CANCEL_SIGNAL;
    const auto next = push_handler(memory(), alternate_stack(), *taken, place);
    if (!next) {
      no_stack();
      continue;
    }
    place = *next;
    if (alternate_stack().disarms && taken->action.has(signal_flag::on_stack)) caller_.thread().signals->stack = {};
  }
  return has_handler;
}

AlternateStack ProgramThread::alternate_stack() {
  const ThreadSignals* const own = caller_.thread().signals.get();
  return own == nullptr ? AlternateStack() : own->stack;
}

// A frame that cannot be written ends the process (kernel/signal.c, force_sigsegv).
void ProgramThread::no_stack() {
  caller_.kernel().end_process(caller_.process(), WaitStatus::killed_by(static_cast<int>(Signal::sigsegv)));
}

// rt_sigreturn(2): back to where the handler came in between. A call that begins again does so now.
std::int64_t ProgramThread::return_from_handler(const RawCall& call) {
  if (memory().has_absent()) bring_in_bytes(call.arguments[0], sizeof(SignalFrame), Access::write);
  caller_.thread().context.allow_faults(false);
  const UserPointer<SignalFrame> at(call.arguments[0], &memory());
  const Result<SignalFrame*> frame = at.get();
  if (!frame.has_value()) {
    no_stack();
    return 0;
  }
  const UserPlace place = (*frame)->place;
  Thread& thread = caller_.thread();
  const UserContext& context = (*frame)->context;
  caller_.kernel().signals().set_blocked(thread, context.mask);
  if (thread.signals != nullptr && thread.signals->stack.bytes == 0 && context.stack_bytes > 0) {
    thread.signals->stack = {.begin = context.stack_begin, .bytes = context.stack_bytes, .disarms = true};
  }
  const std::uint64_t stack_pointer = host_address(place.stack_pointer);
  if (memory().reachable(stack_pointer, sizeof(LeftRegisters), Access::read) < sizeof(LeftRegisters)) {
    no_stack();
    return 0;
  }
  set_stack_pointer(place.stack_pointer);
  if (!place.begins_again || is_cancelled_) return place.result;
  call_ = place.call;
  return serve(call_);
}

// sigaltstack(2)
std::int64_t ProgramThread::set_alternate_stack(const RawCall& call) {
  struct UserStack {
    std::uint64_t begin = 0;
    std::int32_t flags = 0;
    std::int32_t padding = 0;
    std::uint64_t bytes = 0;
  };
  constexpr std::int32_t is_used = 1;
  constexpr std::int32_t is_disabled = 2;
  constexpr auto disarms = static_cast<std::int32_t>(0x80000000);
  constexpr std::uint64_t least_bytes = 2048;  // MINSIGSTKSZ
  const auto change = [&]() -> Result<int> {
    const UserPointer<const UserStack> wanted(call.arguments[0], &memory());
    const UserPointer<UserStack> out(call.arguments[1], &memory());
    const AlternateStack before = alternate_stack();
    const bool is_on_it = !before.disarms && before.bytes > 0 && before.holds(host_address(stack_pointer()));
    if (!wanted.is_null()) {
      const UserStack next = TRY(wanted.read());
      if (is_on_it) return Errno::eperm;
      const std::int32_t mode = next.flags & ~disarms;
      if (mode != 0 && mode != is_used && mode != is_disabled) return Errno::einval;
      if (mode != is_disabled && next.bytes < least_bytes) return Errno::enomem;
      AlternateStack& own = caller_.thread().own_signals().stack;
      own = {};
      if (mode != is_disabled) own = {next.begin, next.bytes, (next.flags & disarms) != 0};
    }
    if (!out.is_null()) {
      const std::int32_t flags = before.bytes == 0 ? is_disabled : is_on_it ? is_used : 0;
      TRY(out.write({.begin = before.begin, .flags = flags | (before.disarms ? disarms : 0), .bytes = before.bytes}));
    }
    return 0;
  };
  return encode_result(change());
}

}  // namespace signalbox
