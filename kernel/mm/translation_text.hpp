#pragma once

#include <string>

#include "kernel/mm/page_walk.hpp"

namespace signalbox {

// A translation for people, a line for each level: the entry's number in its table, where it lies, its value and what
// its bits say; then the physical address, or why there is none, and how many memory accesses it took.
std::string translation_text(const PhysicalMemory& memory, const PageFormat& format, PhysAddr root, VirtAddr at);

}  // namespace signalbox
