#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernel/mm/mmu.hpp"
#include "tools/memory/program_map.hpp"
#include "tools/memory/segment_access.hpp"
#include "tools/memory/table_ram.hpp"

namespace signalbox {

// An access to be looked at: by a linear address, or by a logical one.
struct TranslationRequest {
  VirtAddr at = {};                            // linear
  std::optional<SegmentRequest> segment = {};  // logical: gives the linear address
  Access access = Access::read;
};

// How an access went, as a CPU makes it on tables in emulated RAM.
struct Translation {
  TranslationRequest request;
  std::optional<SegmentAnswer> segment = {};
  bool is_canonical = true;
  Walk walk = {};          // from the root, as the entries were before the access
  std::string steps = {};  // the same for people
  std::optional<PhysAddr> where = {};
  std::optional<PageFault> fault = {};
  PageEntry entry_after = {};  // of the page: accessed and dirty bits are set now
  // Accesses to page tables: by a CPU that knows nothing, one that knows the upper levels, one whose TLB has the page.
  unsigned cold = 0;
  std::optional<unsigned> near = {};  // nothing: no other page is mapped that shares the lowest table
  unsigned again = 0;
};

// A program's page tables, and a CPU that goes through them.
class TranslationBench {
 public:
  TranslationBench(const PageFormat& format, ProgramMap map);

  // Requires an address of the format's bits; it need not be canonical.
  Translation translate(const TranslationRequest& request, const SegmentTables* segments = nullptr);

  const PageFormat& format() const { return format_; }
  const ProgramMap& map() const { return map_; }
  const TableRam& ram() const { return ram_; }
  TableRam& ram() { return ram_; }
  const PageTable& table() const { return table_; }

 private:
  unsigned count_walk(Mmu& mmu, VirtAddr at, Access access) const;
  std::optional<VirtAddr> neighbour(VirtAddr at) const;

  const PageFormat& format_;
  ProgramMap map_;
  TableRam ram_;
  PageTable table_;
};

// Each step for people, in lines of at most 100 columns: table entries, rights, fault and what a kernel makes of it,
// and how many memory accesses it took.
std::string translation_report(const TranslationBench& bench, const Translation& translation);

// As JSON: what `memory translate --json` writes.
std::string translation_json(const TranslationBench& bench, const std::vector<Translation>& translations);

}  // namespace signalbox
