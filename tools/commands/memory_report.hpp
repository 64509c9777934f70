#pragma once

#include <string>
#include <vector>

#include "kernel/mm/page_format.hpp"
#include "tools/commands/command.hpp"
#include "tools/memory/program_map.hpp"

namespace signalbox {

// The page formats by name; "all" is all of them. Throws InputError.
std::vector<const PageFormat*> read_formats(const std::string& text);
const PageFormat& read_format(const std::string& text);

// Whose page tables are looked at: options that several commands share.
struct ProgramOptions {
  std::vector<std::string> mappings;
  bool is_random = false;

  // Declares --map and --aslr.
  void add_to(CLI::App& command);
  ProgramMap read(const PageFormat& format, std::uint64_t seed) const;
};

}  // namespace signalbox
