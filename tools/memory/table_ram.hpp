#pragma once

#include <cstdint>

#include "kernel/exec/memory_file.hpp"
#include "kernel/mm/page_table.hpp"
#include "kernel/mm/space/vma.hpp"

namespace signalbox {

// Emulated RAM for page tables to look at, with a frame for every page that is mapped. Frames that nobody reads cost no
// memory of the host.
class TableRam {
 public:
  // So many frames, rounded up to the largest block.
  explicit TableRam(std::uint64_t frames);

  PhysicalMemory& memory() { return memory_; }
  const PhysicalMemory& memory() const { return memory_; }

  // An empty table. Requires that the RAM has room, as the next one.
  PageTable make_table(const PageFormat& format);
  // Maps every page of the range to a frame of its own. Requires whole pages of that size, where nothing is mapped.
  void map(PageTable& table, PageRange range, PageSize size, std::uint64_t flags);

  // How many frames it takes to map so many ranges with so many bytes in all, in one space: pages and tables, at most.
  static std::uint64_t frames_for(const PageFormat& format, std::uint64_t ranges, std::uint64_t bytes);

 private:
  MemoryFile file_;
  PhysicalMemory memory_;
};

}  // namespace signalbox
