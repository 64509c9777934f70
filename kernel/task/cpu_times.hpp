#pragma once

#include "kernel/base/time.hpp"

namespace signalbox {

// CPU time by whose work it was.
struct CpuTimes {
  Duration user;
  Duration kernel;

  Duration total() const { return user + kernel; }
  CpuTimes& operator+=(const CpuTimes& other) {
    user += other.user;
    kernel += other.kernel;
    return *this;
  }
  bool operator==(const CpuTimes&) const = default;
};

}  // namespace signalbox
