#pragma once

#include <optional>
#include <span>
#include <string>

#include "tests/bench/table.hpp"

namespace signalbox {

// What a row must reach, by names of measurements.
struct Bar {
  std::string row;
  std::string measurement;
  Unit unit;
  std::string anchor;               // a measurement; empty: the bar is absolute
  double anchor_factor = 1;         // of the anchor's value
  std::optional<double> most = {};  // none: stated only
};

// Every row of the issue, in its order.
std::span<const Bar> bars();

}  // namespace signalbox
