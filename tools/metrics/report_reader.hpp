#pragma once

#include <nlohmann/json_fwd.hpp>

#include "tools/metrics/run_report.hpp"

namespace signalbox {

// The report that to_json(const RunReport&) wrote, number for number; its `cpus`, which stands in a run's head, is 0,
// and names that were no valid UTF-8 stay as JSON spelled them. Throws nlohmann's exception where a key is missing or
// of another type.
RunReport report_from_json(const nlohmann::ordered_json& json);

}  // namespace signalbox
