#include "tools/experiment/memory_report.hpp"

#include <fmt/format.h>

#include "kernel/base/time_text.hpp"

namespace signalbox {
namespace {

constexpr std::size_t most_kill_lines = 10;

MallocReport malloc_report(const alloc::HeapSummary& heaps) {
  return {.heaps = heaps.heaps,
          .mallocs = heaps.mallocs,
          .frees = heaps.frees,
          .waits = heaps.waits,
          .mmap = heaps.calls.mmap,
          .munmap = heaps.calls.munmap,
          .mremap = heaps.calls.mremap,
          .madvise = heaps.calls.madvise,
          .brk = heaps.calls.brk,
          .requested = heaps.requested,
          .allocated = heaps.allocated,
          .active = heaps.active,
          .resident = heaps.resident,
          .mapped = heaps.mapped,
          .peak_mapped = heaps.calls.peak_bytes};
}

}  // namespace

std::optional<MemoryReport> memory_report(Machine& machine) {
  if (machine.memory() == nullptr) return std::nullopt;
  MachineMemory& memory = *machine.memory();
  const MainMemory& main = memory.main();
  const MemoryEvents& events = main.events();
  const ReclaimCounters& reclaim = main.shortage().counters();
  const MmuCounters mmus = memory.mmus().counters();
  const SpaceSwitchCounters& switches = memory.mmus().switches();
  return MemoryReport{.bytes = main.config().bytes,
                      .swap_bytes = main.config().swap_bytes,
                      .peak_bytes = memory.peak_frames() * page_bytes,
                      .minor_faults = events.faults - events.major_faults,
                      .major_faults = events.major_faults,
                      .copies = events.copies,
                      .accesses = mmus.accesses,
                      .tlb_l1_misses = mmus.l1_misses,
                      .tlb_misses = mmus.l2_misses,
                      .walk_accesses = mmus.walk_accesses,
                      .root_loads = switches.root_loads,
                      .root_flushes = switches.root_flushes,
                      .lazy_entries = switches.lazy_entries,
                      .shootdowns = switches.shootdowns,
                      .swapped_in = events.swapped_in,
                      .swapped_out = events.swapped_out,
                      .file_pages_in = events.pages_in,
                      .scanned = reclaim.scanned_background + reclaim.scanned_direct,
                      .reclaimed = reclaim.reclaimed_background + reclaim.reclaimed_direct,
                      .reclaimed_background = reclaim.reclaimed_background,
                      .oom_kills = reclaim.oom_kills,
                      .disk_busy = memory.swap_disk().counters().busy + memory.file_disk().counters().busy,
                      .time = memory.spent(),
                      .malloc = malloc_report(memory.heaps(machine.processes()))};
}

std::vector<std::string> oom_kill_lines(Machine& machine) {
  std::vector<std::string> lines;
  if (machine.memory() == nullptr) return lines;
  const auto kib = [](std::uint64_t pages) { return pages * page_bytes >> 10U; };
  const std::vector<OomKill>& kills = machine.memory()->oom_kills();
  for (const OomKill& kill : kills) {
    if (lines.size() == most_kill_lines) {
      lines.push_back(fmt::format("Out of memory: {} more processes were killed", kills.size() - most_kill_lines));
      break;
    }
    lines.push_back(fmt::format(
        "Out of memory: Killed process {} ({}) total-vm:{}kB, anon-rss:{}kB, file-rss:{}kB, shmem-rss:{}kB, "
        "UID:{} pgtables:{}kB oom_score_adj:{}, at {}",
        kill.pid.value(), machine.trace().name(kill.name), kib(kill.total_pages), kib(kill.resident.anonymous),
        kib(kill.resident.file), kib(kill.resident.shared), kill.user.value(), kib(kill.table_pages),
        kill.oom_score_adj, time_text(kill.when.since_start())));
  }
  return lines;
}

std::vector<std::string> abort_lines(Machine& machine) {
  std::vector<std::string> lines;
  for (const ProgramAbort& abort : machine.aborts()) {
    if (lines.size() == most_kill_lines) {
      lines.push_back(fmt::format("{} more programs were aborted", machine.aborts().size() - most_kill_lines));
      break;
    }
    lines.push_back(fmt::format("{} ({}) was aborted: {}, at {}", machine.trace().name(abort.name), abort.pid.value(),
                                abort.what, time_text(abort.when.since_start())));
  }
  return lines;
}

}  // namespace signalbox
