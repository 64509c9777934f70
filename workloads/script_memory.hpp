#pragma once

#include <cstdint>
#include <string>

#include "workloads/guest.hpp"
#include "workloads/script.hpp"
#include "workloads/script_objects.hpp"

namespace signalbox {

// The emulated memory that one instance of a script works on: a buffer of its own, made when it is first used, and
// those that it shares with other threads of its process.
class ScriptBuffers {
 public:
  // The script outlives this.
  explicit ScriptBuffers(const Script& script);

  // Errno of mmap(2) if there is no buffer, of open(2) and write(2) of the device.
  Result<int> perform(Guest& guest, const ScriptMemory& event, ScriptObjects& objects);

 private:
  Result<VirtAddr> buffer_for(Guest& guest, const ScriptMemory& event, ScriptObjects& objects);

  const std::string& io_device_;
  std::uint64_t bytes_ = 0;  // of its own: what the largest event wants
  VirtAddr own_;             // 0: not made yet
};

}  // namespace signalbox
