#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "kernel/task/process.hpp"
#include "workloads/posix/host_mappings.hpp"
#include "workloads/posix/program_snapshot.hpp"

namespace signalbox {

// Which pages of programs are frames of emulated RAM that faults bring in: those of mapped files, or all but those of
// the program file (--paging).
enum class ProgramPaging : std::uint8_t { files, all };

// How a run's programs meet whoever runs them.
struct ProgramHooks {
  // Gives the first process its descriptors 0, 1 and 2; none: they stay. Its program has been loaded and has not begun.
  std::function<void(Process&)> open_streams = {};
  // A fault is about to end the process. Called on the thread's kernel stack: keeps what it is told, and comes back.
  std::function<void(const Thread&, ProgramFault&&)> faulted = {};
  // A folder of the host for the private copies of loaded programs, which debuggers read; empty: they have no names.
  std::string copies = {};
  ProgramPaging paging = ProgramPaging::files;
};

// What the programs of a run find around them, beside the kernel: the host's folder with the programs that exec may
// name, and what their standard streams are.
class ProgramWorld {
 public:
  // Of the programs that ship with us: beside the running one, in lib/signalbox/programs.
  static std::string shipped_programs();

  explicit ProgramWorld(std::string folder, ProgramHooks hooks = {}, std::string shipped = shipped_programs())
      : folder_(std::move(folder)), shipped_(std::move(shipped)), hooks_(std::move(hooks)) {}

  // The host's file that a path of a program names: the one of that name beside the first program, or one that
  // ships. Empty: there is none.
  std::string find(const std::string& path) const;
  const ProgramHooks& hooks() const { return hooks_; }
  HostMappings& mappings() const { return *mappings_; }
  bool has_paging() const { return hooks_.paging == ProgramPaging::all; }

 private:
  std::string folder_, shipped_;
  ProgramHooks hooks_;
  std::unique_ptr<HostMappings> mappings_ = std::make_unique<HostMappings>();
};

}  // namespace signalbox
