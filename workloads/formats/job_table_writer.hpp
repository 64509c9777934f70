#pragma once

#include <string>

#include "workloads/scenario.hpp"

namespace signalbox {

// The jobs as a table that parse_job_table reads back to an equal scenario, places aside. Requires a scenario of that
// format: tasks as parse_job_table and the generators of jobs make them.
std::string write_job_table(const Scenario& scenario);

}  // namespace signalbox
