#include "workloads/recording.hpp"

#include <algorithm>

namespace signalbox {
namespace {

constexpr int first_nice = 100;
constexpr int nice_zero = 120;
constexpr int most_realtime = 99;

}  // namespace

SchedAttributes attributes_of_priority(int kernel_priority) {
  SchedAttributes attributes;
  if (kernel_priority >= first_nice) {
    attributes.nice = static_cast<std::int8_t>(kernel_priority - nice_zero);
    return attributes;
  }
  attributes.sched_class = SchedClass::fifo;
  attributes.realtime_priority =
      static_cast<std::uint8_t>(std::clamp(most_realtime - kernel_priority, 1, most_realtime));
  return attributes;
}

}  // namespace signalbox
