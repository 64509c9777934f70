#pragma once

#include <string>

#include "workloads/formats/text_cursor.hpp"

namespace signalbox {

// Reads the JSON string that begins with the double quote at the cursor, escapes decoded, and leaves the cursor behind
// its closing quote. Throws InputError.
std::string read_loose_string(TextCursor& cursor);

}  // namespace signalbox
