#pragma once

#include "kernel/base/time.hpp"

namespace signalbox {

// The virtual time, for what memory management does by age. The machine is one.
class MemoryClock {
 public:
  virtual Instant now() const = 0;

 protected:
  ~MemoryClock() = default;
};

}  // namespace signalbox
