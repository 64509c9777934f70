#pragma once

#include <array>
#include <string_view>

#include "kernel/base/time.hpp"

namespace signalbox {

// What things cost in virtual time. All zero is the textbook machine; machine files (TOML) set the rest by these
// names. Where a value comes from stands in the machine file beside it.
struct CostModel {
  Duration thread_switch;         // dispatcher, stacks and registers, within a process
  Duration process_switch;        // a switch that changes the process, in whole, a page-table root loaded whose TLB
                                  // entries stay: at least thread_switch
  Duration cache_refill;          // charged to a thread that runs after another one did on its CPU
  Duration migration;             // charged to a thread that runs on another CPU than before
  Duration migration_across_llc;  // beyond `migration`, when the last-level cache changes
  Duration syscall;               // entry and return of a system call, both together
  Duration wakeup;                // to make one sleeping thread runnable
  Duration fork;                  // to create a process
  Duration thread_create;         // to create a thread
  Duration exit;                  // to end a thread
  Duration tick;                  // handling one timer tick
  Duration interrupt;             // a timer or inter-processor interrupt on the CPU that takes it
  Duration timer_latency;         // from a timer's interrupt until its CPU acts on the wake-up; charged to nobody
  Duration ipi_latency;           // the same of a wake-up by a thread on another CPU
  Duration lock;                  // a lock operation that needs no kernel
  Duration copy_per_kib;          // memory copied by the kernel
  // A compiled program's edge from one basic block to the next (signalbox cc), so that its work takes time.
  Duration edge = Duration(1);
  // Of emulated memory, on machines that have it. What refills a TLB is walk_access, so a machine with memory has that
  // part not in cache_refill.
  Duration memory_access;  // a program's access; paid for in blocks of 1,024, at whose ends it may be preempted
  Duration walk_access;    // each access to a page table, of a walk after a TLB miss
  Duration page_fault;     // entry, look-up and return of a fault
  Duration page_zero;      // to clear a frame
  Duration page_copy;      // to copy one
  Duration fork_page;      // fork, for each entry of the page tables that it copies
  Duration tlb_flush;      // to forget all of an address space: with a process switch, or at a change of it
  Duration shootdown;      // to make another CPU forget: an interrupt sent and awaited, for whoever changes the space
  Duration page_scan;      // reclaim and khugepaged, for each page that they look at

  bool operator==(const CostModel&) const = default;
};

// Every price with the name that machine files and reports use, so no reader keeps a second list.
struct CostField {
  std::string_view name;
  Duration CostModel::* value;
  std::string_view meaning;
};

inline constexpr std::array<CostField, 26> cost_fields{{
    {"thread_switch", &CostModel::thread_switch, "switch between threads of a process"},
    {"process_switch", &CostModel::process_switch, "switch between processes"},
    {"cache_refill", &CostModel::cache_refill, "cache warm-up after another thread ran"},
    {"migration", &CostModel::migration, "cache warm-up on another CPU"},
    {"migration_across_llc", &CostModel::migration_across_llc, "more of it across last-level caches"},
    {"syscall", &CostModel::syscall, "system call entry and return"},
    {"wakeup", &CostModel::wakeup, "making a sleeper runnable"},
    {"fork", &CostModel::fork, "creating a process"},
    {"thread_create", &CostModel::thread_create, "creating a thread"},
    {"exit", &CostModel::exit, "ending a thread"},
    {"tick", &CostModel::tick, "one timer tick"},
    {"interrupt", &CostModel::interrupt, "one interrupt"},
    {"timer_latency", &CostModel::timer_latency, "a timer's wake-up reaching its CPU"},
    {"ipi_latency", &CostModel::ipi_latency, "a wake-up reaching another CPU"},
    {"lock", &CostModel::lock, "a lock operation in user space"},
    {"copy_per_kib", &CostModel::copy_per_kib, "copying a KiB in the kernel"},
    {"edge", &CostModel::edge, "an edge that a compiled program passes"},
    {"memory_access", &CostModel::memory_access, "a program's access to emulated memory"},
    {"walk_access", &CostModel::walk_access, "a page walk's access to a table"},
    {"page_fault", &CostModel::page_fault, "a page fault, without what is below"},
    {"page_zero", &CostModel::page_zero, "clearing a frame"},
    {"page_copy", &CostModel::page_copy, "copying a frame"},
    {"fork_page", &CostModel::fork_page, "copying a page's entry for a child"},
    {"tlb_flush", &CostModel::tlb_flush, "forgetting an address space in the TLB"},
    {"shootdown", &CostModel::shootdown, "making another CPU forget"},
    {"page_scan", &CostModel::page_scan, "the kernel's look at a page"},
}};

}  // namespace signalbox
