#include "kernel/mm/proc/meminfo_text.hpp"

#include <fmt/format.h>

#include <string_view>

#include "kernel/mm/frame.hpp"

namespace signalbox {
namespace {

std::string line(std::string_view name, std::uint64_t pages) {
  return fmt::format("{:<16}{:>8} kB\n", fmt::format("{}:", name), pages << page_shift >> 10U);
}

}  // namespace

std::string meminfo_text(const MemoryCounts& counts) {
  const MemoryCounts& c = counts;
  return line("MemTotal", c.total) + line("MemFree", c.free) + line("MemAvailable", c.available) +
         line("Buffers", c.buffers) + line("Cached", c.cached) + line("SwapCached", c.swap_cached) +
         line("Active", c.active_anonymous + c.active_file) + line("Inactive", c.inactive_anonymous + c.inactive_file) +
         line("Active(anon)", c.active_anonymous) + line("Inactive(anon)", c.inactive_anonymous) +
         line("Active(file)", c.active_file) + line("Inactive(file)", c.inactive_file) +
         line("Unevictable", c.unevictable) + line("Mlocked", c.locked) + line("SwapTotal", c.swap_total) +
         line("SwapFree", c.swap_free) + line("Dirty", c.dirty) + line("Writeback", c.writeback) +
         line("AnonPages", c.anonymous) + line("Mapped", c.mapped) + line("Shmem", c.shared) +
         line("KReclaimable", c.slab_reclaimable) + line("Slab", c.slab_reclaimable + c.slab_unreclaimable) +
         line("SReclaimable", c.slab_reclaimable) + line("SUnreclaim", c.slab_unreclaimable) +
         line("KernelStack", c.kernel_stacks) + line("PageTables", c.page_tables) +
         line("CommitLimit", c.commit_limit) + line("Committed_AS", c.committed) +
         line("AnonHugePages", c.anonymous_huge);
}

}  // namespace signalbox
