#pragma once

#include "kernel/calls/user_types.hpp"
#include "kernel/fs/file.hpp"

namespace signalbox {

// What stat(2) says of a file.
FileStat file_stat_of(const File& file);

}  // namespace signalbox
