#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/base/time.hpp"
#include "kernel/sim/trace_event.hpp"
#include "tools/metrics/distribution.hpp"
#include "tools/metrics/switch_counts.hpp"

namespace signalbox {

// One thread of the workload. Every moment of its life is either waiting, blocked or on a CPU (user + kernel + the
// switches to it). What did not happen (never ran, did not finish before the run ended) is empty.
struct ThreadReport {
  std::string name;
  Pid pid;
  Tid tid;
  Instant arrival;                     // thread_created
  std::optional<Instant> first_run;    // the first dispatch decision, before the cost of that switch
  std::optional<Instant> finish;       // thread_exited
  std::optional<Duration> turnaround;  // finish - arrival
  std::optional<Duration> response;    // first_run - arrival
  Duration user;
  Duration kernel;
  // Ready and not running: from thread_ready, or from leaving the CPU while still runnable, to the next dispatch.
  Duration waiting;
  Duration longest_wait;
  Duration blocked;
  std::array<Duration, wait_kind_count> blocked_by{};  // by WaitKind
  std::uint32_t voluntary = 0;                         // switches, see SwitchCounts
  std::uint32_t involuntary = 0;
  std::uint32_t migrations = 0;
  std::optional<double> fair_share = 1.0;  // user + kernel divided by what FairShare entitled it to; see fairness_jain
  std::uint32_t activations = 0;
  std::uint64_t deadlines = 0;        // of activations that ended, and those that passed by the end of the run
  std::uint64_t deadline_misses = 0;  // of these, with negative slack, or with no activation ended
  std::optional<Duration> activation_latency_mean;
  std::optional<Duration> activation_latency_max;
  std::optional<Duration> slack_mean;  // of activations that ended
  std::optional<Duration> slack_min;

  Duration cpu() const { return user + kernel; }
  std::uint32_t switches() const { return voluntary + involuntary; }
};

// One task group, as its cpu.stat and settings tell it.
struct GroupReport {
  std::string path;
  std::uint32_t weight = 0;
  Duration quota = {};  // 0 = no limit
  Duration period = {};
  Duration burst = {};
  Duration cpu = {};                    // of its threads and those of the groups below it
  std::uint64_t periods = 0;            // nr_periods
  std::uint64_t throttled_periods = 0;  // nr_throttled
  Duration throttled = {};              // throttled_usec: summed over the CPUs, of throttlings that ended
  std::uint64_t bursts = 0;             // nr_bursts
  Duration burst_time = {};             // burst_usec

  bool operator==(const GroupReport&) const = default;
};

// What programs asked of malloc, of all processes together, and what their heaps hold now, in bytes under jemalloc's
// names; those of processes that have ended, what they held at their end.
struct MallocReport {
  std::uint64_t heaps = 0;  // 0: nobody used malloc
  std::uint64_t mallocs = 0;
  std::uint64_t frees = 0;
  std::uint64_t waits = 0;  // how often a thread found another one in its process's heap
  std::uint64_t mmap = 0;   // system calls by heaps
  std::uint64_t munmap = 0;
  std::uint64_t mremap = 0;
  std::uint64_t madvise = 0;
  std::uint64_t brk = 0;
  std::uint64_t requested = 0;
  std::uint64_t allocated = 0;
  std::uint64_t active = 0;
  std::uint64_t resident = 0;
  std::uint64_t mapped = 0;
  std::uint64_t peak_mapped = 0;  // each heap's most

  bool operator==(const MallocReport&) const = default;
};

// What became of emulated memory, on a machine that has it; as the machine counted.
struct MemoryReport {
  std::uint64_t bytes = 0;  // of RAM
  std::uint64_t swap_bytes = 0;
  std::uint64_t peak_bytes = 0;    // in use at once: pages, page tables, what is cached of files
  std::uint64_t minor_faults = 0;  // resolved without a device
  std::uint64_t major_faults = 0;
  std::uint64_t copies = 0;  // pages copied on write
  // Of all CPUs' MMUs; zero but for the first in tier fast.
  std::uint64_t accesses = 0;
  std::uint64_t tlb_l1_misses = 0;
  std::uint64_t tlb_misses = 0;  // of both levels: each is a walk
  std::uint64_t walk_accesses = 0;
  // Switches as memory sees them: a thread switch within a process does none of these.
  std::uint64_t root_loads = 0;
  std::uint64_t root_flushes = 0;  // of these or of a lazy CPU's return, with the TLB's entries lost
  std::uint64_t lazy_entries = 0;  // a kernel thread, or nobody, took over and the root stayed
  std::uint64_t shootdowns = 0;    // CPUs interrupted because another one changed their space
  std::uint64_t swapped_in = 0;    // pages, as all below but for the last three
  std::uint64_t swapped_out = 0;
  std::uint64_t file_pages_in = 0;
  std::uint64_t scanned = 0;    // by reclaim, direct and in the background
  std::uint64_t reclaimed = 0;  // the same
  std::uint64_t reclaimed_background = 0;
  std::uint64_t oom_kills = 0;  // processes
  Duration disk_busy = {};      // of both disks
  // The prices of all that: accesses, walks, faults, pages cleared and copied, flushes, shootdowns, pages scanned. CPU
  // time at full capacity, and part of `CpuUsage`.
  Duration time = {};
  MallocReport malloc = {};

  // Tier fast has no TLB, and nothing to say of its misses: one that is modelled begins empty.
  bool has_tlb() const { return accesses == 0 || tlb_l1_misses > 0; }

  bool operator==(const MemoryReport&) const = default;
};

// CPU time of the whole machine from start to stop, init included.
// user + kernel + switching + other + idle + offline = cpus * elapsed.
struct CpuUsage {
  Duration user;
  Duration kernel;
  Duration switching;      // the cost of switches, which belongs to the CPU and to no thread
  Duration other;          // busy, and charged to no thread: interrupts, ticks
  Duration idle;           // no thread on the CPU
  Duration offline;        // the CPU was not there
  double utilisation = 0;  // the share of its time online that was not idle, as mpstat(1) counts
};

// Measured counts that later explain why one policy won.
struct Causes {
  Duration longest_wait;  // of any one stretch of waiting
  std::string longest_wait_thread;
  std::uint64_t preemptions = 0;  // switches by preemption or an ended slice
  // The longest time one thread had a CPU without a break: long ones make others queue behind it (the convoy).
  Duration longest_run;
  std::string longest_run_thread;
  std::uint64_t starved = 0;  // threads that once waited more than half the makespan in one stretch
};

// One run. Threads of init count in `cpu` and `switches` only.
struct RunReport {
  RunEnd end = RunEnd::finished;
  unsigned cpus = 0;
  Duration elapsed;  // machine_started to machine_stopped
  std::uint64_t threads = 0;
  std::uint64_t finished = 0;
  std::uint64_t unfinished = 0;
  Duration makespan;            // first arrival to last finish, or to the end of the run if a thread is unfinished
  double throughput_per_s = 0;  // finished threads per second of makespan
  CpuUsage cpu;
  Distribution turnaround;      // finished threads
  Distribution waiting;         // all threads, total each
  Distribution response;        // all threads; of one that never ran, from its arrival to its end or the run's
  Distribution wakeup_latency;  // each wake-up (not creation) to its dispatch, or to the end of the run
  RatioDistribution slowdown;   // finished threads: turnaround / (turnaround - waiting)
  SwitchCounts switches;
  std::uint64_t migrations = 0;
  std::uint64_t broken_affinities = 0;  // threads that were left no CPU online and may use all since
  // Jain's index over the threads' fair_share: CPU time received against CPU time owed by weight (FairShare), each
  // thread's own and only while it was runnable, so that neither its demand nor its sleeping counts against the policy.
  // Not measured where threads are in task groups that count: these entitle them to other shares, quotas to less.
  std::optional<double> fairness_jain = 1.0;
  std::array<Duration, wait_kind_count> blocked_by{};
  std::uint64_t activations = 0;
  std::uint64_t deadlines = 0;
  std::uint64_t deadline_misses = 0;
  Distribution activation_latency;  // as the activations report it
  Distribution tardiness;           // of missed deadlines: by how much
  Causes causes;
  std::vector<GroupReport> groups;  // all but the root, if the policy heeds them
  std::optional<MemoryReport> memory = {};
};

}  // namespace signalbox
