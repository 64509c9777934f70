#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kernel/exec/address_window.hpp"
#include "kernel/exec/host_program.hpp"
#include "kernel/exec/touched_pages.hpp"
#include "kernel/mm/space/commit_account.hpp"
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
  // Loads a private copy of the file. Throws InputError.
  ProgramFamily(const std::string& path, std::shared_ptr<const ProgramWorld> world);
  ~ProgramFamily();
  ProgramFamily(const ProgramFamily&) = delete;
  ProgramFamily& operator=(const ProgramFamily&) = delete;

  const HostProgram& program() const { return *program_; }
  SignalboxImageHeader& header() const { return *header_; }
  AddressWindow& window() { return window_; }
  TouchedPages& touched() { return touched_; }
  CommitAccount& commits() { return commits_; }
  const ProgramWorld& world() const { return *world_; }
  const std::shared_ptr<const ProgramWorld>& shared_world() const { return world_; }

  // Where the bytes of several may be.
  RangeSet shared_addresses;
  // Whose bytes are there; null: of one that has ended.
  ProgramMemory* resident = nullptr;
  std::vector<ProgramMemory*> members;
  FutexTable futexes;

 private:
  // 4 GiB of addresses for heap, mappings and stack.
  static constexpr std::size_t window_bytes = std::size_t{4} << 30U;

  std::shared_ptr<const ProgramWorld> world_;
  AddressWindow window_{window_bytes};
  TouchedPages touched_;
  CommitAccount commits_;
  std::unique_ptr<HostProgram> program_;
  SignalboxImageHeader* header_;
};

}  // namespace signalbox
