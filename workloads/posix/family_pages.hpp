#pragma once

#include <cstdint>
#include <map>

#include "kernel/exec/address_window.hpp"
#include "kernel/mm/space/vma.hpp"
#include "workloads/posix/host_mappings.hpp"
#include "workloads/posix/range_set.hpp"

namespace signalbox {

// What the host has at the addresses of a family's window and image: which memory, and what may be done with it. It
// asks the host only for what changes. Relatives share the addresses, so whoever is resident says what must be there.
class FamilyPages {
 public:
  FamilyPages(AddressWindow& window, HostMappings& mappings);
  ~FamilyPages() { mappings_.replace(counted_, 0); }
  FamilyPages(const FamilyPages&) = delete;
  FamilyPages& operator=(const FamilyPages&) = delete;

  // Memory that several may have mapped: a file of the host's memory, whose number no other file ever had.
  struct File {
    std::uint32_t number = 0;  // 0: none, the pages are private
    int descriptor = -1;
  };

  // There are relatives from now on, who copy what was touched: the host is to know that of each small page.
  void begin_sharing();
  // Pages that are there already, and private.
  void describe(PageRange range, unsigned rights);
  // Fresh private pages that read as zeros. False: the host gives no memory.
  bool open(PageRange range, unsigned rights);
  // The file's pages from `offset` on.
  bool show(PageRange range, const File& file, std::uint64_t offset, unsigned rights);
  // That memory is there; done only where it is not, and with all rights there.
  bool require(PageRange range, const File& file, std::uint64_t offset);
  void close(PageRange range);
  // Private pages with their contents to where there are none; fresh ones are left behind.
  bool move(PageRange from, VirtAddr to);

  // Exactly these rights. Of addresses without pages nothing is said.
  void protect(PageRange range, unsigned rights);
  // At least these.
  void allow(PageRange range, unsigned rights);
  // Zeros, with the same rights.
  void clear(PageRange range);
  // None but in `kept`.
  void hide_all_but(const RangeSet& kept);
  // How often the host was asked for something.
  std::uint64_t changes() const { return changes_; }

 private:
  struct Entry {
    VirtAddr end;
    unsigned rights = 0;
    std::uint32_t file = 0;
    std::uint64_t offset = 0;  // in the file
  };
  using Entries = std::map<VirtAddr, Entry>;

  void split(VirtAddr at);
  Entries::iterator begin_of(PageRange range);
  void forget(PageRange range);
  void add(PageRange range, Entry entry);
  void join(PageRange range);
  void count();
  template <class Wanted>
  void change_rights(PageRange range, Wanted wanted);

  AddressWindow& window_;
  HostMappings& mappings_;
  std::size_t counted_ = 0;
  std::uint64_t changes_ = 0;
  bool has_sharers_ = false;
  Entries entries_;  // by where they begin; they do not overlap
};

}  // namespace signalbox
