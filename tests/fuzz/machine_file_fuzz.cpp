#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tools/experiment/machine_file.hpp"
#include "workloads/input_error.hpp"

// Any bytes give a machine that can be built and widened, or an InputError, and nothing else.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const signalbox::MachineProfile profile = signalbox::parse_machine(text, "fuzz.toml");
    signalbox::with_cpus(profile.config.topology, profile.config.topology.cpu_count() * 2);
  } catch (const signalbox::InputError&) {
    return 0;
  }
  return 0;
}
