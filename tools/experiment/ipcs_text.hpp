#pragma once

#include <string>

#include "kernel/task/kernel.hpp"

namespace signalbox {

// What ipcs(1) of util-linux says of a machine's System V message queues and semaphore sets, column by column; shared
// memory is not there yet. Users but root have numbers: the machine has no list of names.
std::string ipcs_text(Kernel& machine);

}  // namespace signalbox
