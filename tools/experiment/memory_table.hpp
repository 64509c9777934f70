#pragma once

#include <optional>
#include <string>

#include "kernel/machine/machine_config.hpp"

namespace signalbox {

class TomlSection;

// The [memory] table of a machine file (tools/experiment/README.md has the keys). Throws InputError with the place.
MemoryHardware read_memory(const TomlSection& table);

// Sizes as the options --memory and --swap give them; an empty text changes nothing. `memory` may be made by it. Throws
// InputError.
void apply_memory_options(std::optional<MemoryHardware>& memory, const std::string& size, const std::string& swap);

// All of it in words, for hashes: two that differ have different ones.
std::string memory_text(const MemoryHardware& memory);

}  // namespace signalbox
