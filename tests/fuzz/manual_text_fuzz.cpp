#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "kernel/sched/policies/manual_text.hpp"

// Any bytes give decisions, or an error on a line of the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = signalbox::parse_manual(text);
  const auto* const error = std::get_if<signalbox::OptionFileError>(&read);
  if (error == nullptr) return 0;
  const auto lines = 1 + std::ranges::count(text, '\n');
  if (error->line == 0 || error->line > lines || error->column == 0 || error->column > size + 1) std::abort();
  if (error->what.empty() || error->expected.empty()) std::abort();
  return 0;
}
