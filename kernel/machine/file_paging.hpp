#pragma once

#include "kernel/fs/page_cache.hpp"
#include "kernel/machine/paging.hpp"
#include "kernel/mm/paging/file_pages.hpp"

namespace signalbox {

// The pages of regular files, for calls on them: finds them in memory, waits for the disk, and holds up who dirties too
// much.
class FilePaging final : public PageCache {
 public:
  FilePaging(Machine& machine, MachineMemory& memory, Paging& paging)
      : machine_(machine), memory_(memory), paging_(paging) {}

  std::span<std::byte> find(PageStore& store, std::uint64_t page) override;
  std::span<std::byte> make(PageStore& store, std::uint64_t page) override;
  Result<void> bring_in(Current& current, PageStore& store, std::uint64_t page, std::uint64_t last) override;
  void touched(PageStore& store, std::uint64_t page) override;
  void dirtied(PageStore& store, std::uint64_t page) override;
  void throttle(Current& current) override;
  void remove(PageStore& store, std::uint64_t first) override;
  void write_back(Current& current, PageStore& store, std::uint64_t first, std::uint64_t last) override;
  void write_back_all(Current& current) override;

 private:
  bool start_all_writes(Instant since);
  FilePages pages(PageStore& store) { return {memory_.main(), store}; }

  Machine& machine_;
  MachineMemory& memory_;
  Paging& paging_;
};

}  // namespace signalbox
