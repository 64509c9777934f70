#pragma once

#include <cstdint>
#include <type_traits>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/base/wait_kind.hpp"

namespace signalbox {

// The facts of a run. What `thread`, `cpu`, `detail`, `a` and `b` of a TraceEvent say is written behind each kind;
// what is not named there is zero. Adding a kind: a line here, and the compiler names every sink to extend.
enum class TraceKind : std::uint8_t {
  machine_started,    // a: number of CPUs
  process_created,    // thread: its pid; a: parent's pid; b: NameId
  thread_created,     // thread; detail: 1 = of the kernel; a: pid; b: NameId
  thread_renamed,     // thread; b: NameId
  thread_attributes,  // thread; detail: SchedClass; a: weight (nice 0 = 1024); b: nice + 20, or the real-time priority
  thread_ready,       // thread became runnable; cpu: where it queued; detail: ReadyReason; a: tid of who woke it, 0 = a
                      // timer
  thread_blocked,     // thread goes to sleep; cpu; detail: WaitKind; a: NameId of the object; b: deadline in ns, ~0 =
                      // never
  run_begin,  // thread got the cpu; detail: SwitchKind; a: ns the switch costs, before the thread runs; b: tid before
  run_end,    // thread left the cpu; detail: SwitchReason; a: user ns of this stretch; b: kernel ns of it
  thread_migrated,   // thread; cpu: the new one; a: the old one
  syscall_entered,   // thread; cpu; a: number; b: first argument
  syscall_returned,  // thread; cpu; a: number; b: the result, an errno negative as in the Linux ABI
  signal_posted,     // thread: to whom; detail: signal number; a: tid of the sender, 0 = kernel
  thread_exited,     // thread; a: exit value
  process_exited,    // thread: its pid; a: wait status (wait(2))
  process_reaped,    // thread: its pid; a: pid of who waited
  activation_begun,  // thread: one turn of a phase begins (rt-app's log line); a: index; b: wake-up latency or 0
  activation_ended,  // thread; a: index; detail: 1 = it had a deadline; b: then slack in ns as two's complement
                     // (negative = deadline missed)
  tick,              // cpu
  machine_stopped,   // detail: RunEnd
  cpu_offline,       // cpu: it runs nobody from now on, but for who cannot be interrupted yet
  cpu_online,        // cpu
  affinity_broken,   // thread: none of its CPUs is online, it may use all
  page_fault,        // thread; cpu; detail: FaultKind; a: address; b: the processor's error code
  signal_delivered,  // thread; detail: signal number; a: 1 = its handler runs, 0 = its default action; b: si_code
};
inline constexpr unsigned trace_kind_count = 25;

// Why a thread left its CPU (architecture.md, section 3).
enum class SwitchReason : std::uint8_t {
  slice_expired,    // its policy's slice or tick decision ended the stretch
  blocked,          // it waits for something; the thread_blocked event before says for what
  slept,            // it asked to sleep for a time
  preempted,        // a thread that its policy prefers became ready
  interrupted,      // an interrupt took the CPU away
  memory_shortage,  // it waits for memory
  yielded,          // sched_yield(2)
  exited,
  stopped,  // the simulation ended while it ran
};
inline constexpr unsigned switch_reason_count = 9;

// What a dispatch had to exchange.
enum class SwitchKind : std::uint8_t {
  resumed,  // the same thread as before on this CPU: nothing switched
  thread,   // another thread of the same process: stacks and registers
  process,  // another process: the address space too
};

// How a page fault ended.
enum class FaultKind : std::uint8_t {
  minor,
  major,   // after a device had read something
  failed,  // with a signal, or an error of the kernel's access
};

enum class ReadyReason : std::uint8_t { created, woken, timed_out, killed, continued };

enum class RunEnd : std::uint8_t {
  finished,  // every thread exited
  until,     // the time limit came first
  deadlock,  // nothing can run and threads wait
  watchdog,  // a limit on events was passed without virtual time going on
};

// 32 bytes without padding: the trace hash is taken over these bytes as they lie in memory.
struct TraceEvent {
  Instant when{};
  Tid thread{};
  CpuId cpu{};
  TraceKind kind = TraceKind::machine_started;
  std::uint8_t detail = 0;
  std::uint64_t a = 0;
  std::uint64_t b = 0;
};
static_assert(sizeof(TraceEvent) == 32 && std::has_unique_object_representations_v<TraceEvent>);

// The words reports and exporters print.
const char* to_string(TraceKind kind);
const char* to_string(SwitchReason reason);
const char* to_string(WaitKind kind);
const char* to_string(RunEnd end);

}  // namespace signalbox
