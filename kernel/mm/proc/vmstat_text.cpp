#include "kernel/mm/proc/vmstat_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "kernel/mm/frame.hpp"

namespace signalbox {
namespace {

constexpr std::uint64_t second_ns = 1'000'000'000;

std::uint64_t kib(std::uint64_t pages) { return pages << page_shift >> 10U; }

// To the nearest; the products fit in 128 bits only.
std::uint64_t share(std::uint64_t part, std::uint64_t factor, std::uint64_t whole) {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((Wide{part} * factor + whole / 2) / whole);
}

std::uint64_t nanoseconds(Duration duration) { return static_cast<std::uint64_t>(duration.nanoseconds()); }

}  // namespace

std::string vmstat_header() {
  return "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
         " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n";
}

std::string vmstat_line(const VmstatSample& sample) {
  const MemoryCounts& memory = sample.memory;
  const std::uint64_t interval = nanoseconds(sample.interval);
  const auto rate = [interval](std::uint64_t count) { return interval == 0 ? 0 : share(count, second_ns, interval); };
  const std::uint64_t all = std::max<std::uint64_t>(
      nanoseconds(sample.user + sample.system + sample.idle + sample.waiting + sample.stolen), 1);
  const auto percent = [all](Duration part) { return share(nanoseconds(part), 100, all); };
  return fmt::format(
      "{:>2} {:>2} {:>6} {:>6} {:>6} {:>6} {:>4} {:>4} {:>5} {:>5} {:>4} {:>4} {:>2} {:>2} {:>2} {:>2} {:>2}\n",
      sample.runnable, sample.blocked, kib(memory.swap_total - memory.swap_free), kib(memory.free), kib(memory.buffers),
      kib(memory.cached + memory.slab_reclaimable), rate(kib(sample.swapped_in)), rate(kib(sample.swapped_out)),
      rate(sample.read_bytes >> 10U), rate(sample.written_bytes >> 10U), rate(sample.interrupts), rate(sample.switches),
      percent(sample.user), percent(sample.system), percent(sample.idle), percent(sample.waiting),
      percent(sample.stolen));
}

}  // namespace signalbox
