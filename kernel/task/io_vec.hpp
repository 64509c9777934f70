#pragma once

#include <cstdint>
#include <vector>

#include "kernel/base/address.hpp"
#include "kernel/objects/kernel_object.hpp"

namespace signalbox {

// struct iovec (readv(2)): a part of a program's memory, as it lies there.
struct IoVec {
  VirtAddr at;
  std::uint64_t bytes = 0;
};
static_assert(sizeof(IoVec) == 16);
using IoVecs = std::vector<IoVec, ObjectAllocator<IoVec, ObjectClass::iovec>>;

}  // namespace signalbox
