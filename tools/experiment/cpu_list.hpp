#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "kernel/sched/cpu_mask.hpp"

namespace signalbox {

// What is wrong with a list of CPUs.
struct CpuListError {
  std::size_t at;  // offset in the text
  std::string what;
  std::string expected;
};

// "0-3,6", as Linux writes CPUs (cpuset(7), "List format"), with `separator` for its comma. Throws CpuListError; also
// where a CPU is not below `cpus`.
CpuMask read_cpu_list(std::string_view text, char separator, unsigned cpus);
// What is expected instead of what is wrong, with examples that such a machine has.
std::string cpu_list_wanted(char separator, unsigned cpus);
// The same back.
std::string cpu_list_text(const CpuMask& mask, char separator);

}  // namespace signalbox
