#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "kernel/machine/machine_config.hpp"
#include "tools/commands/command.hpp"
#include "tools/experiment/kernel_memory.hpp"
#include "tools/experiment/machine_observer.hpp"
#include "tools/experiment/vmstat_rows.hpp"

namespace signalbox {

// --vmstat, --free, --proc, --kernel-memory and --ipcs, as they are given.
struct ViewOptions {
  std::string vmstat;                      // INTERVAL[:FILE]
  std::vector<std::string> free;           // TIME[:FILE]
  std::vector<std::string> proc;           // [NAME,...@]TIME[:FILE]
  std::vector<std::string> kernel_memory;  // TIME[:FILE]
  std::vector<std::string> ipcs;           // TIME[:FILE]
};

void add_view_options(CLI::App& command, ViewOptions& options);

// What a run shows of its machine in the texts of procps, of /proc and of ipcs, and of its kernel's own memory:
// collected while it runs, written after its report.
class MachineViews {
 public:
  // Throws InputError: what cannot be read, or, but for --kernel-memory and --ipcs, a machine without memory.
  MachineViews(const ViewOptions& options, const MachineConfig& machine);
  ~MachineViews();
  MachineViews(const MachineViews&) = delete;
  MachineViews& operator=(const MachineViews&) = delete;

  // That it writes.
  std::vector<std::string> files() const;
  // For the run.
  std::vector<TraceSink*> sinks() const;
  std::vector<MachineObserver*> observers() const;
  // Instants that the run did not come to, a line each.
  std::vector<std::string> missed() const;
  // What --kernel-memory saw, for the JSON report: an array of moments; null if it was not asked for.
  nlohmann::ordered_json kernel_memory_json() const;
  // Prints what goes to standard output, if text does; writes the others' files. Throws ExportError.
  void write(const GlobalOptions& global) const;

 private:
  class Moment;

  void add_moment(const std::string& option, const std::string& text);

  std::unique_ptr<VmstatRows> vmstat_;
  std::string vmstat_file_;
  std::vector<std::unique_ptr<Moment>> moments_;
  std::shared_ptr<std::vector<KernelMemory>> kernel_memory_ = std::make_shared<std::vector<KernelMemory>>();
};

}  // namespace signalbox
