#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "kernel/sched/policies/registry.hpp"

// Any bytes give a policy, whose canonical spelling reads as the same one, or an error within the text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = signalbox::parse_policy(text);
  if (const auto* error = std::get_if<signalbox::PolicyTextError>(&parsed)) {
    if (error->column > size || error->what.empty() || error->expected.empty()) std::abort();
    return 0;
  }
  const std::string spelled = std::get<signalbox::PolicyChoice>(parsed).spelled();
  const auto again = signalbox::parse_policy(spelled);
  const auto* choice = std::get_if<signalbox::PolicyChoice>(&again);
  if (choice == nullptr || choice->spelled() != spelled) std::abort();
  return 0;
}
