#pragma once

#include <vector>

#include "tests/oracles/oracle.hpp"

namespace signalbox {

// Every oracle, by policy in the order of the registry of policies; those of one policy as they were written.
std::vector<Oracle> all_oracles();

// The families, each in a file of its name.
std::vector<Oracle> textbook_oracles();
std::vector<Oracle> share_oracles();
std::vector<Oracle> unix_oracles();
std::vector<Oracle> linux_oracles();
std::vector<Oracle> real_time_oracles();

}  // namespace signalbox
