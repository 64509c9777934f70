#pragma once

#include <cstdint>

#include "kernel/base/address.hpp"

namespace signalbox {

// struct iovec (readv(2)): a part of a program's memory, as it lies there.
struct IoVec {
  VirtAddr at;
  std::uint64_t bytes = 0;
};
static_assert(sizeof(IoVec) == 16);

}  // namespace signalbox
