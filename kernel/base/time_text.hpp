#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kernel/base/time.hpp"

namespace signalbox {

// A time as people write it: a number, whole or decimal, and ns, us, ms or s right behind it, such as "177ns", "1.5us"
// and "10s". Rounded to a whole nanosecond. Nothing if it is none, is negative, or is longer than a Duration.
std::optional<Duration> parse_time(std::string_view text);

// The shortest spelling without decimals: "10ms", "1500us", "0ns".
std::string time_text(Duration time);

}  // namespace signalbox
