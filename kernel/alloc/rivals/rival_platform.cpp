#include "kernel/alloc/rivals/rival_platform.hpp"

#include "kernel/alloc/size_class.hpp"

namespace signalbox::alloc {

std::uint32_t ProcessMetadata::allocate(std::size_t bytes) {
  const std::uint64_t rounded = (bytes + sizeof(Line) - 1) / sizeof(Line) * sizeof(Line);
  if (end_ - next_ < rounded) {
    const std::uint64_t wanted = (rounded + block_bytes - 1) / block_bytes * block_bytes;
    const VirtAddr begin = memory_.map(wanted, page_size);
    if (begin == VirtAddr()) return 0;
    next_ = touched_ = begin;
    end_ = begin + wanted;
  }
  next_ += rounded;
  for (; touched_ < next_; touched_ += page_size) memory_.store(touched_, 0);
  bytes_ += rounded;
  blocks_.emplace_back(rounded / sizeof(Line));
  return static_cast<std::uint32_t>(blocks_.size());
}

}  // namespace signalbox::alloc
