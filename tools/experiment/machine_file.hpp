#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "kernel/machine/machine_config.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {

// A machine as its file describes it.
struct MachineProfile {
  MachineConfig config;
  std::string description;
};

// Reads a machine file (TOML; tools/experiment/README.md has the keys). Throws InputError with the place.
MachineProfile parse_machine(std::string_view text, const std::string& file);

// A shipped machine by name, else a file by path. Throws InputError; `named_at` is where a file asks for the machine.
MachineProfile load_machine(const std::string& name_or_path, const SourcePlace& named_at = {});

// The names of the shipped machines, in alphabetical order.
std::vector<std::string_view> shipped_machine_names();

// The same machine with `count` CPUs. The first ones, if it has at least as many; else its pattern of cores, caches and
// capacities repeated.
Topology with_cpus(const Topology& topology, unsigned count);

}  // namespace signalbox
