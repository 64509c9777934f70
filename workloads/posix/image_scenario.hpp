#pragma once

#include <string>
#include <vector>

#include "workloads/posix/image_file.hpp"
#include "workloads/posix/program_world.hpp"
#include "workloads/scenario.hpp"

namespace signalbox {

// A scenario of one task: a process that runs a compiled program, with its name as the first argument.
Scenario image_scenario(const ImageFile& image, const std::vector<std::string>& arguments,
                        const ProgramHooks& hooks = {});

}  // namespace signalbox
