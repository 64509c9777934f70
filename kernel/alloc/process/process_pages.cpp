#include "kernel/alloc/process/process_pages.hpp"

#include "kernel/alloc/size_class.hpp"

namespace signalbox::alloc {

VirtAddr ProcessPages::map(std::uint64_t bytes, std::uint64_t alignment) {
  const bool may_break = dss_ != Dss::disabled && bytes < huge_min_;
  if (may_break && dss_ == Dss::primary) {
    if (const VirtAddr at = extend_break(bytes, alignment); at != VirtAddr()) return at;
  }
  if (const VirtAddr at = map_aligned(bytes, alignment); at != VirtAddr()) return at;
  return may_break && dss_ == Dss::secondary ? extend_break(bytes, alignment) : VirtAddr();
}

VirtAddr ProcessPages::map_anywhere(std::uint64_t bytes) {
  ++counts_.mmap;
  const VirtAddr at = calls_->map(bytes);
  if (at != VirtAddr()) counts_.mapped_bytes += bytes;
  counts_.note_peak();
  return at;
}

bool ProcessPages::unmap_anywhere(VirtAddr at, std::uint64_t bytes) {
  if (bytes == 0) return true;
  ++counts_.munmap;
  if (!calls_->unmap(at, bytes)) return false;
  counts_.mapped_bytes -= bytes;
  return true;
}

// As on the host: what happens to be aligned is taken, else more is mapped and both ends are cut off.
VirtAddr ProcessPages::map_aligned(std::uint64_t bytes, std::uint64_t alignment) {
  const VirtAddr at = map_anywhere(bytes);
  if (at == VirtAddr() || at.value() % alignment == 0) return at;
  unmap_anywhere(at, bytes);
  if (bytes + alignment < bytes) return {};
  const VirtAddr wide = map_anywhere(bytes + alignment);
  if (wide == VirtAddr()) return {};
  const std::uint64_t front = alignment - wide.value() % alignment;
  unmap_anywhere(wide, front);
  unmap_anywhere(wide + front + bytes, alignment - front);
  return wide + front;
}

// The program may have moved it since, so it is asked each time. What lies between is lost.
VirtAddr ProcessPages::extend_break(std::uint64_t bytes, std::uint64_t alignment) {
  const VirtAddr old = move_break(VirtAddr());
  const std::uint64_t step = alignment < page_size ? page_size : alignment;
  const VirtAddr begin((old.value() + step - 1) & ~(step - 1));
  const VirtAddr end = begin + bytes;
  if (begin < old || end < begin || move_break(end) != end) return {};
  if (break_begin_ == VirtAddr()) break_begin_ = begin;
  break_end_ = end;
  counts_.break_bytes += end - old;
  counts_.note_peak();
  return begin;
}

bool ProcessPages::shrink_break(VirtAddr to) {
  if (move_break(VirtAddr()) != break_end_ || move_break(to) != to) return false;
  counts_.break_bytes -= break_end_ - to;
  break_end_ = to;
  return true;
}

// Of the break only the end can be given back.
bool ProcessPages::unmap(VirtAddr at, std::uint64_t bytes) {
  return is_of_break(at) ? at + bytes == break_end_ && shrink_break(at) : unmap_anywhere(at, bytes);
}

// The call unmaps `to` before it knows that there are frames for its tables. If it fails, those addresses may be
// another thread's mapping by now: they are left, as HostPages leaves them.
bool ProcessPages::move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
  CHECK(!is_of_break(at) && !is_of_break(to), "huge blocks are mapped");
  ++counts_.mremap;
  const bool is_moved = calls_->move(at, bytes, to, to_bytes);
  counts_.mapped_bytes -= is_moved ? bytes : to_bytes;
  return is_moved;
}

}  // namespace signalbox::alloc
