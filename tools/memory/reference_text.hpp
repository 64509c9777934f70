#pragma once

#include <string>
#include <vector>

#include "kernel/mm/reclaim/reference_run.hpp"

namespace signalbox {

// Reads a reference string: page numbers, decimal or hexadecimal (0x1f), separated by blanks, commas or line ends; one
// that ends in w is a write, `#` begins a comment. Throws InputError where something else stands, and where nothing
// does.
std::vector<PageReference> parse_references(const std::string& text, const std::string& file);

// What the command line names: the file of that name, or else the text itself. Throws InputError.
std::vector<PageReference> read_references(const std::string& argument);

}  // namespace signalbox
