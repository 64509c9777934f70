#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/sched/policies/registry.hpp"

namespace signalbox {

// How a policy declares its options, one function a type. Ranges include both ends.

inline PolicyOption time_option(std::string_view name, Duration fallback, Duration least, Duration most,
                                std::string_view meaning) {
  return {name, fallback, least, most, {}, meaning};
}

// A time that may be switched off: the word `off` reads as 0.
inline PolicyOption time_or_off_option(std::string_view name, Duration fallback, Duration least, Duration most,
                                       std::string_view meaning) {
  return {name, fallback, least, most, {"off"}, meaning};
}

inline PolicyOption number_option(std::string_view name, std::int64_t fallback, std::int64_t least, std::int64_t most,
                                  std::string_view meaning) {
  return {name, fallback, least, most, {}, meaning};
}

inline PolicyOption flag_option(std::string_view name, bool fallback, std::string_view meaning) {
  return {name, fallback, false, true, {}, meaning};
}

// The first word is the default.
inline PolicyOption word_option(std::string_view name, std::vector<std::string_view> words, std::string_view meaning) {
  const std::string first(words.front());
  return {name, first, first, first, std::move(words), meaning};
}

// The path of a file whose text `check` accepts; none is the default.
inline PolicyOption file_option(std::string_view name, std::optional<OptionFileError> (*check)(std::string_view text),
                                std::string_view meaning) {
  return {name, OptionFile(), OptionFile(), OptionFile(), {}, meaning, check};
}

// The quantum of policies that slice time. A quantum is long beside a switch (microseconds) and short beside a
// person's patience (100 ms).
inline PolicyOption quantum_option(Duration fallback) {
  return time_option("quantum", fallback, 1_us, 10_s, "longest time to run while others wait");
}

}  // namespace signalbox
