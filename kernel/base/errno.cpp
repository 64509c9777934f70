#include "kernel/base/errno.hpp"

#include <array>
#include <cstddef>

namespace signalbox {
namespace {

// Turns "epipe" into "EPIPE" at compile time, so the list is written once.
template <std::size_t size>
consteval std::array<char, size> upper_case(const char (&lower)[size]) {
  std::array<char, size> upper{};
  for (std::size_t i = 0; i < size; ++i) {
    const bool is_letter = lower[i] >= 'a' && lower[i] <= 'z';
    upper[i] = is_letter ? static_cast<char>(lower[i] - 'a' + 'A') : lower[i];
  }
  return upper;
}

#define SIGNALBOX_ERRNO_NAME(name, number, text) constexpr auto name_of_##name = upper_case(#name);
SIGNALBOX_ERRNO_LIST(SIGNALBOX_ERRNO_NAME)
#undef SIGNALBOX_ERRNO_NAME

}  // namespace

std::string_view errno_name(Errno error) {
  switch (error) {
#define SIGNALBOX_ERRNO_CASE(name, number, text) \
  case Errno::name:                              \
    return name_of_##name.data();
    SIGNALBOX_ERRNO_LIST(SIGNALBOX_ERRNO_CASE)
#undef SIGNALBOX_ERRNO_CASE
  }
  return "E?";
}

std::string_view errno_text(Errno error) {
  switch (error) {
#define SIGNALBOX_ERRNO_CASE(name, number, text) \
  case Errno::name:                              \
    return text;
    SIGNALBOX_ERRNO_LIST(SIGNALBOX_ERRNO_CASE)
#undef SIGNALBOX_ERRNO_CASE
  }
  return "Unknown error";
}

}  // namespace signalbox
