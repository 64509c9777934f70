#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernel/exec/address_window.hpp"
#include "kernel/exec/host_program.hpp"
#include "kernel/exec/memory_file.hpp"
#include "kernel/exec/touched_pages.hpp"
#include "kernel/mm/space/commit_account.hpp"
#include "workloads/posix/family_pages.hpp"
#include "workloads/posix/futex_table.hpp"
#include "workloads/posix/image_header.hpp"
#include "workloads/posix/program_world.hpp"
#include "workloads/posix/range_set.hpp"

namespace signalbox {

class ProgramMemory;

// A program that was loaded once, and the processes that came from it by fork: all of them know their memory by the
// same addresses, where the bytes of one of them are at a time.
class ProgramFamily {
 public:
  // Loads a private copy of the file. Throws InputError; std::bad_alloc: the host has no mappings for it.
  ProgramFamily(const std::string& path, std::shared_ptr<const ProgramWorld> world);
  ~ProgramFamily();
  ProgramFamily(const ProgramFamily&) = delete;
  ProgramFamily& operator=(const ProgramFamily&) = delete;

  const std::string& path() const { return path_; }
  const HostProgram& program() const { return *program_; }
  SignalboxImageHeader& header() const { return *header_; }
  AddressWindow& window() { return window_; }
  FamilyPages& pages() { return pages_; }
  // The host's memory behind a shared mapping. Errno::enomem: there is none.
  Result<FamilyPages::File> file_of(const MemoryObject& object);
  // A number for what several may have mapped, by which relatives agree: for files, that of all openings of one.
  std::uint64_t number_of(MemoryObject& object);
  // Gives back what no relative has mapped any more.
  void drop_files();
  TouchedPages& touched() { return touched_; }
  CommitAccount& commits() { return commits_; }
  const ProgramWorld& world() const { return *world_; }
  // Whether all pages are frames of the emulated RAM, and come by faults.
  bool has_paging() const { return world_->has_paging(); }
  const std::shared_ptr<const ProgramWorld>& shared_world() const { return world_; }

  // What decides which bytes a switch between relatives moves: as long as it is the same, those are.
  struct State {
    std::uint64_t changes = 0;
    std::uint64_t host_faults = 0;

    bool operator==(const State&) const = default;
  };
  State state() const { return {changes + pages_.changes(), TouchedPages::host_faults()}; }
  // Whoever changes what relatives have or share counts it here; what the host is asked for, `pages` counts.
  std::uint64_t changes = 0;

  // Where the bytes of several may be.
  RangeSet shared_addresses;
  // Whose bytes are there; null: of one that has ended.
  ProgramMemory* resident = nullptr;
  std::vector<ProgramMemory*> members;
  FutexTable futexes;

 private:
  // 4 GiB of addresses for heap, mappings and stack.
  static constexpr std::size_t window_bytes = std::size_t{4} << 30U;

  std::string path_;
  std::shared_ptr<const ProgramWorld> world_;
  struct SharedFile {
    std::uint32_t number;
    std::unique_ptr<MemoryFile> memory;
  };

  AddressWindow window_{window_bytes};
  FamilyPages pages_{window_, world_->mappings()};
  std::map<const MemoryObject*, SharedFile> files_;   // nobody goes through them but to drop some
  std::map<const PageStore*, std::uint32_t> stores_;  // numbers only, of files that words were shared in
  std::uint32_t last_file_ = 0;
  TouchedPages touched_;
  CommitAccount commits_;
  std::unique_ptr<HostProgram> program_;
  SignalboxImageHeader* header_;
};

}  // namespace signalbox
