#pragma once

#include <string>
#include <vector>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// The paths of the files that a policy's options name.
std::vector<std::string> policy_files(const PolicyChoice& policy);

// Reads them into the options. Throws InputError, with the place in the file, where one is not readable or its option's
// check refuses it.
void read_policy_files(PolicyChoice& policy);

}  // namespace signalbox
