#include "kernel/exec/context.hpp"

#include <cxxabi.h>
#include <xmmintrin.h>

#include <boost/context/detail/fcontext.hpp>
#include <cstring>
#include <exception>

namespace signalbox {
namespace {

using boost::context::detail::make_fcontext;
using boost::context::detail::transfer_t;

static_assert(sizeof(StackSwitch) == sizeof(transfer_t));
static_assert(offsetof(StackSwitch, from) == offsetof(transfer_t, fctx));
static_assert(offsetof(StackSwitch, message) == offsetof(transfer_t, data));

constexpr std::uint64_t always_intact = stack_canary;

// MXCSR's six sticky status flags. Boost's jump loads the register of the side it goes to, and a load that changes one
// of these flags takes 58 ns where any other takes 2 (Rocket Lake). A hub that computed with doubles and contexts that
// did not would pay that at every switch. So everybody begins with all flags raised, and arithmetic changes nothing;
// a program that asks for them clears them first (feclearexcept(3)), and keeps its own.
constexpr std::uint32_t status_flags = 0x3f;

// Boost keeps MXCSR in the first word of a saved context (jump_x86_64_sysv_elf_gas.S).
void raise_status_flags(void* saved) {
  std::uint32_t mxcsr = 0;
  std::memcpy(&mxcsr, saved, sizeof mxcsr);
  constexpr std::uint32_t reserved_bits = 0xffff'0000;
  CHECK((mxcsr & reserved_bits) == 0, "Boost.Context saves MXCSR in the first word of a context");
  mxcsr |= status_flags;
  std::memcpy(saved, &mxcsr, sizeof mxcsr);
}

}  // namespace

constinit thread_local HostThread host_thread;

ExceptionState* find_exception_state() { return reinterpret_cast<ExceptionState*>(abi::__cxa_get_globals()); }

void Context::prepare(const Stack& stack, Entry entry, void* argument) {
  CHECK(saved_ == nullptr && host_thread.running != this, "a context is prepared only when it has ended");
  annotations_.forget();
  annotations_.prepare(stack);
  low_ = stack.low;
  size_ = static_cast<std::uint32_t>(stack.size);
  kind_ = stack.kind;
  canary_ = stack.has_canary ? reinterpret_cast<const std::uint64_t*>(stack.low) : &always_intact;
  entry_ = entry;
  argument_ = argument;
  faults_allowed_ = false;
  has_user_mode_ = false;
  saved_ = make_fcontext(stack.top(), stack.size, [](transfer_t from) {
    host_thread.hub = from.fctx;
    static_cast<Context*>(from.data)->run();
  });
  raise_status_flags(saved_);
}

void Context::run() {
  annotations_.entered();
  // The one place that catches everything: below these frames is nothing to unwind into.
  try {
    entry_(argument_);
  } catch (const std::exception& escaped) {
    check_failed("an exception escaped from a context's entry", escaped.what());
  } catch (...) {
    check_failed("an exception escaped from a context's entry", "it is not a std::exception");
  }
  check_can_leave();
  leave(Pause::finished);
}

void Context::find_why_not_leave() const {
  HostThread& host = host_thread;
  CHECK(host.running == this, "a context suspends itself, nobody else does");
  if (host.exceptions == &not_looked_up) {
    host.exceptions = find_exception_state();
    raise_status_flags(host.hub);
  }
  CHECK(host.exceptions->caught == nullptr, "a thread may not sleep inside a catch block");
  CHECK(host.exceptions->being_thrown == 0, "a thread may not sleep while an exception unwinds it");
  CHECK(*canary_ == stack_canary, "a stack without a guard overflowed: shrink its frames or run them on a guarded one");
}

void Context::refuse_resume() const {
  CHECK(host_thread.running == nullptr, "only the hub resumes, never a context");
  CHECK(can_resume(), "a context is resumed only when it was prepared and has not ended");
  __builtin_unreachable();
}

void Context::leave(Pause why) {
  faults_allowed_ = false;
  annotations_.before_leaving();
  switch_stack(host_thread.hub, reinterpret_cast<void*>(static_cast<std::uintptr_t>(why)));
  __builtin_unreachable();
}

}  // namespace signalbox
