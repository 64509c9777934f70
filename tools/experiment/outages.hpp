#pragma once

#include <string>
#include <vector>

#include "kernel/machine/machine_config.hpp"

namespace signalbox {

// CPUs that go offline, each text `LIST[:from=TIME][,until=TIME]`: a list of CPUs as Linux writes it ("2", "0-3,6"),
// offline from the start unless `from` says otherwise, and to the end unless `until` does. Throws InputError, whose
// place is the option and the column in its text; also where a CPU would be offline twice at once, or all CPUs.
std::vector<CpuOutage> read_outages(const std::string& option, const std::vector<std::string>& texts, unsigned cpus);

}  // namespace signalbox
