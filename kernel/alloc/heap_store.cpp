#include "kernel/alloc/heap_store.hpp"

#include <algorithm>
#include <utility>

namespace signalbox::alloc {

HeapStore::HeapStore(const HeapStore& other) : open_(other.open_), open_end_(other.open_end_) {
  for (const Run& run : other.runs_) {
    add_run(run.chunks);
    std::copy_n(run.units.get(), run.chunks * chunk_units, runs_.back().units.get());
  }
}

void HeapStore::add_run(std::size_t chunks) {
  runs_.push_back({.units = std::make_unique<Unit[]>(chunks * chunk_units), .chunks = chunks});
  for (std::size_t i = 0; i < chunks; ++i) chunks_.push_back(runs_.back().units.get() + i * chunk_units);
}

std::uint32_t HeapStore::allocate(std::size_t bytes) {
  const std::size_t units = (bytes + sizeof(Unit) - 1) / sizeof(Unit);
  const std::size_t left = open_end_ - open_;
  if (units <= left) return static_cast<std::uint32_t>(std::exchange(open_, open_ + units));
  const std::size_t none = runs_.empty() ? 1 : 0;
  const std::size_t begin = chunks_.size() * chunk_units + none;
  add_run((units + none + chunk_units - 1) / chunk_units);
  const std::size_t end = chunks_.size() * chunk_units;
  // Small blocks go on where more is left.
  if (end - begin - units > left) {
    open_ = begin + units;
    open_end_ = end;
  }
  return static_cast<std::uint32_t>(begin);
}

}  // namespace signalbox::alloc
