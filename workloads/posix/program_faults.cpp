// Faults of compiled programs: a page that is absent is brought in, and the instruction repeated; any other is a
// signal.
#include "kernel/exec/host_bytes.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"
#include "kernel/task/user_memory.hpp"
#include "workloads/posix/program_snapshot.hpp"
#include "workloads/posix/program_thread.hpp"

namespace signalbox {
namespace {

// Of SIGSEGV and SIGBUS (asm-generic/siginfo.h).
constexpr std::int32_t no_mapping = 1;  // SEGV_MAPERR
constexpr std::int32_t no_right = 2;    // SEGV_ACCERR
constexpr std::int32_t no_address = 2;  // BUS_ADRERR

// The processor's error code (Intel SDM volume 3, 4.7).
Access access_of(const FaultRecord& fault) {
  constexpr std::int64_t is_write = 0x2;
  constexpr std::int64_t is_fetch = 0x10;
  const std::int64_t code = fault.general[RegisterImage::error];
  if ((code & is_fetch) != 0) return Access::execute;
  return (code & is_write) != 0 ? Access::write : Access::read;
}

bool is_of_memory(const FaultRecord& fault) {
  const auto signal = static_cast<Signal>(fault.signal);
  return signal == Signal::sigsegv || signal == Signal::sigbus;
}

}  // namespace

// The host says what the program's instruction did; whether there is a mapping, its own VMAs say.
SignalInfo ProgramThread::info_of(const FaultRecord& fault) {
  const auto signal = static_cast<Signal>(fault.signal);
  const std::uint64_t address = host_address(fault.address);
  std::int32_t code = fault.code;
  const bool is_of_page = signal == Signal::sigsegv && (code == no_mapping || code == no_right);
  if (is_of_page) {
    const bool is_mapped = memory().map().vmas().find(VirtAddr(address)) != nullptr;
    code = is_mapped ? no_right : no_mapping;
  }
  return SignalInfo::fault(signal, code, address);
}

void ProgramThread::enter_by_fault(UserMode& mode, const FaultRecord& fault) {
  auto& self = static_cast<ProgramThread&>(mode);
  self.caller_.thread().context.allow_faults(false);
  self.handle_fault(fault);
  self.caller_.thread().context.allow_faults(false);
  self.return_to_user();
}

// Of a fault that no handler waits for.
void ProgramThread::tell_fault(const FaultRecord& fault, const SignalInfo& info) {
  const auto& told = memory().family().world().hooks().faulted;
  const bool is_handled = caller_.process().signals.disposition(info.signal).has_handler() &&
                          !caller_.thread().blocked_signals().has(info.signal);
  if (!told || is_handled) return;
  const std::uint64_t address = host_address(fault.address);
  told(caller_.thread(), {.place = snapshot_of(memory(), fault),
                          .address = address,
                          .is_mapped = memory().map().vmas().find(VirtAddr(address)) != nullptr});
}

// The program's registers go to its own stack before anything else may fault.
void ProgramThread::handle_fault(const FaultRecord& fault) {
  if (is_of_memory(fault) && memory().may_be_absent(host_address(fault.address))) return bring_in(fault);
  const SignalInfo info = info_of(fault);
  tell_fault(fault, info);
  const std::optional<UserPlace> place = push_registers(fault, info.signal);
  leave_user();
  deliver(place, &info);
}

// It may sleep, and then the host's record is another thread's.
void ProgramThread::bring_in(const FaultRecord& record) {
  FaultRecord& fault = memory().keep_fault(caller_.thread().tid, record);
  const std::uint64_t at = host_address(fault.address);
  leave_user();
  FaultEnd end = FaultEnd::resolved;
  while (end == FaultEnd::resolved && memory().is_absent(at, access_of(fault))) {
    end = caller_.kernel().pager()->resolve(caller_, caller_.thread().memory.mmu->fault());
  }
  if (end == FaultEnd::resolved) return go_on_after(fault);
  const SignalInfo info = end == FaultEnd::bus ? SignalInfo::fault(Signal::sigbus, no_address, at) : info_of(fault);
  bring_in_stack(static_cast<std::uint64_t>(fault.general[RegisterImage::rsp]));
  tell_fault(fault, info);
  deliver(push_registers(fault, info.signal), &info);
}

// At the instruction that faulted; handlers of signals that came meanwhile first.
void ProgramThread::go_on_after(FaultRecord& fault) {
  if (caller_.thread().signal_work != 0) {
    bring_in_stack(static_cast<std::uint64_t>(fault.general[RegisterImage::rsp]));
    return deliver(push_fault(memory(), alternate_stack(), false, fault), nullptr);
  }
  registers_ = {.general = &fault.general, .others = fault.others.data(), .other_bytes = fault.other_bytes};
  after_fault_ = {.rbx = host_address(&registers_), .place = restore_point()};
  set_stack_pointer(&after_fault_);
}

// For the kernel's own look at them: all at once, as far as they can be had; the rest is left to whoever looks.
void ProgramThread::bring_in_bytes(std::uint64_t at, std::uint64_t bytes, Access access) {
  caller_.thread().context.allow_faults(false);
  static_cast<void>(bring_in_all(caller_, memory(), at, bytes, access));
  caller_.thread().context.allow_faults(true);
}

// Where frames of handlers are pushed, page by page: a stack may end there.
void ProgramThread::bring_in_stack(std::uint64_t stack_pointer) {
  constexpr std::uint64_t pages_of_frames = 3;
  if (!memory().has_absent()) return;
  const AlternateStack alternate = alternate_stack();
  for (const std::uint64_t top : {stack_pointer, alternate.begin + alternate.bytes}) {
    const std::uint64_t last = VirtAddr(top - 1).aligned_down(page_bytes).value();
    for (std::uint64_t page = 0; top > 0 && page < pages_of_frames; ++page)
      bring_in_bytes(last - page * page_bytes, 1, Access::write);
  }
  caller_.thread().context.allow_faults(false);
}

std::optional<UserPlace> ProgramThread::push_registers(const FaultRecord& fault, Signal signal) {
  const bool uses_alternate = caller_.process().signals.disposition(signal).has(signal_flag::on_stack);
  return push_fault(memory(), alternate_stack(), uses_alternate, fault);
}

// `forced`: null, if only signals that are there already are handled.
void ProgramThread::deliver(std::optional<UserPlace> place, const SignalInfo* forced) {
  if (place) {
    set_stack_pointer(place->stack_pointer);
    if (forced != nullptr) caller_.kernel().signals().force(caller_.thread(), *forced);
  } else {
    no_stack();
    place.emplace();
  }
  push_handlers(*place, Restart::never);
  caller_.kernel().signals().end_interruption(caller_.thread());
  set_stack_pointer(place->stack_pointer);
}

}  // namespace signalbox
