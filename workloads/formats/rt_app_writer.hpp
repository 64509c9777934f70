#pragma once

#include <string>

#include "workloads/scenario.hpp"

namespace signalbox {

// The scenario as rt-app text that parse_rt_app reads back to an equal one, places and notes aside. The text is JSON in
// the strict sense: an event that comes again in an object is numbered (run0, run1), as rt-app's users do. What is
// written of a thread's attributes is what its class has. Throws InputError at the place of what such files cannot say:
// times that are not whole microseconds, and recorded threads.
std::string write_rt_app(const Scenario& scenario);

}  // namespace signalbox
