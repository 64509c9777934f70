#pragma once

#include "workloads/program_registry.hpp"

namespace signalbox {

// Every native program, in alphabetical order. To add one: a file here that defines its row, the row's declaration and
// its place in the list in registry.cpp.
ProgramList native_programs();

}  // namespace signalbox
