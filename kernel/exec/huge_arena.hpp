#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "kernel/exec/mapping.hpp"

namespace signalbox {

// Hands out memory from chunks that double, on huge pages where the host has them: what is visited in random order
// otherwise misses the host's TLB at every visit. Nothing is given back before the end.
class HugeArena {
 public:
  enum class Pages : unsigned char { huge, plain };

  // `headroom` bytes stay unused below what is handed out of each chunk.
  HugeArena(std::size_t headroom, Pages pages) : headroom_(headroom), pages_(pages) {}

  // Memory nobody had before, zeroed, right behind the last if `bytes` are left in its chunk. Each chunk begins at a
  // page, so what is taken in multiples of a power of two is aligned to it. Throws std::bad_alloc.
  std::byte* take(std::size_t bytes) {
    if (bytes > left_) grow();
    left_ -= bytes;
    return std::exchange(next_, next_ + bytes);
  }

  std::size_t bytes_mapped() const { return bytes_mapped_; }

 private:
  void grow();

  std::size_t headroom_;
  Pages pages_;
  std::vector<Mapping> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t bytes_mapped_ = 0;
};

}  // namespace signalbox
