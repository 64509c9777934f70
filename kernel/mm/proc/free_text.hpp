#pragma once

#include <cstdint>
#include <string>

#include "kernel/mm/proc/memory_counts.hpp"

namespace signalbox {

enum class FreeUnit : std::uint8_t { bytes, kibi, mebi, gibi, human };

// What free(1) of procps 4 prints: -b, -k (its default), -m, -g, -h. "used" is what is not available.
std::string free_text(const MemoryCounts& counts, FreeUnit unit = FreeUnit::kibi);

}  // namespace signalbox
