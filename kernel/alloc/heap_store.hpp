#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace signalbox::alloc {

// The metadata of one small heap, apart from the memory that it hands out. It grows by little, for there are such heaps
// by the thousand; a copy of it is a copy of the heap, as a fork wants it: a handle counts 64 bytes from its beginning,
// and is right in the copy, too.
class HeapStore {
 public:
  HeapStore() = default;
  HeapStore(const HeapStore& other);
  HeapStore& operator=(const HeapStore&) = delete;

  // Zeroed, in one piece; never 0.
  std::uint32_t allocate(std::size_t bytes);
  void* at(std::uint32_t handle) { return chunks_[handle / chunk_units] + handle % chunk_units; }
  // What it takes of the host's memory.
  std::size_t bytes() const { return chunks_.size() * (chunk_units * sizeof(Unit) + sizeof(Unit*)); }

 private:
  struct alignas(64) Unit {
    std::array<std::byte, 64> bytes;
  };
  // Chunks that lie behind each other, for a block may be larger than one.
  struct Run {
    std::unique_ptr<Unit[]> units;
    std::size_t chunks;
  };
  static constexpr std::size_t chunk_units = 8;

  void add_run(std::size_t chunks);

  std::vector<Run> runs_;
  std::vector<Unit*> chunks_;  // where each lies
  std::size_t open_ = 1;       // the next unit to be given out, and the end of those behind it; unit 0 is none's
  std::size_t open_end_ = 1;
};

}  // namespace signalbox::alloc
