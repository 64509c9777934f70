#pragma once

#include <cstdint>
#include <string>

#include "kernel/base/time.hpp"
#include "workloads/formats/loose_json.hpp"

namespace signalbox {

// Which whole numbers a key takes; `expected` tells the user so, in full.
struct IntegerRange {
  std::int64_t low;
  std::int64_t high;
  const char* expected;
};

inline constexpr std::int64_t longest_microseconds = 1'000'000'000'000;  // 11 days
inline constexpr IntegerRange microseconds_range{0, longest_microseconds,
                                                 "a whole number of microseconds from 0 to 1000000000000"};

// The value of a member of an rt-app object as the type its key asks for. Each throws InputError at the value's place.
std::int64_t integer_of(const LooseMember& member, const IntegerRange& range);
Duration microseconds_of(const LooseMember& member, const IntegerRange& range = microseconds_range);
bool boolean_of(const LooseMember& member);
const std::string& text_of(const LooseMember& member, const char* expected);  // may be empty
const std::string& name_of(const LooseMember& member, const char* expected);  // may not
const LooseValue& object_of(const LooseMember& member);
std::vector<std::int64_t> integers_of(const LooseMember& member, const IntegerRange& item_range);

// Throws the error that the member's value is not what was `expected`.
[[noreturn]] void refuse_value(const LooseMember& member, const std::string& expected);

}  // namespace signalbox
