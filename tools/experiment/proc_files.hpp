#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/machine/machine.hpp"

namespace signalbox {

// A file below /proc that a machine with memory can show.
struct ProcFile {
  std::string_view name;
  // Of one process with an address space; null: the file is the machine's.
  std::string (*of_process)(Machine& machine, const Process& process);
  std::string (*of_machine)(Machine& machine) = nullptr;
};

// maps, smaps, smaps_rollup, status, pagemap and meminfo. smaps_rollup lacks its first line and the lines of Pss by
// kind; status has who it is, memory and threads; pagemap is a text: a line a page that is there, its address and the
// entry's 64 bits.
std::span<const ProcFile> proc_files();
// Null: there is none.
const ProcFile* find_proc_file(std::string_view name);

// What the files say now, under headings as head(1) has them, the machine's first, then process by process, those that
// live and have memory of their own. Requires a machine with memory.
std::string proc_text(Machine& machine, std::span<const ProcFile* const> files);

}  // namespace signalbox
