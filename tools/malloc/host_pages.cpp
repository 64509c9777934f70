#include "tools/malloc/host_pages.hpp"

#include <sys/mman.h>
#include <time.h>

#include <cerrno>
#include <cstring>

namespace signalbox::alloc {
namespace {

// free() must leave errno alone (POSIX 2024), and malloc sets it itself.
class ErrnoKept {
 public:
  ErrnoKept() = default;
  ~ErrnoKept() { errno = kept_; }
  ErrnoKept(const ErrnoKept&) = delete;
  ErrnoKept& operator=(const ErrnoKept&) = delete;

 private:
  int kept_ = errno;
};

void* pointer(VirtAddr at) { return reinterpret_cast<void*>(at.value()); }

VirtAddr map_anywhere(std::uint64_t bytes) {
  void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return at == MAP_FAILED ? VirtAddr() : VirtAddr(reinterpret_cast<std::uint64_t>(at));
}

}  // namespace

VirtAddr HostPages::map(std::uint64_t bytes, std::uint64_t alignment) {
  const ErrnoKept kept;
  const VirtAddr at = map_anywhere(bytes);
  if (at == VirtAddr() || at.value() % alignment == 0) return at;
  munmap(pointer(at), bytes);
  if (bytes + alignment < bytes) return {};
  const VirtAddr wide = map_anywhere(bytes + alignment);
  if (wide == VirtAddr()) return {};
  const std::uint64_t front = alignment - wide.value() % alignment;
  munmap(pointer(wide), front);
  if (front != alignment) munmap(pointer(wide + front + bytes), alignment - front);
  return wide + front;
}

bool HostPages::unmap(VirtAddr at, std::uint64_t bytes) {
  const ErrnoKept kept;
  return munmap(pointer(at), bytes) == 0;
}

bool HostPages::purge(VirtAddr at, std::uint64_t bytes, Purge how) {
  const ErrnoKept kept;
  return madvise(pointer(at), bytes, how == Purge::lazy ? MADV_FREE : MADV_DONTNEED) == 0;
}

// One call makes one mapping of the whole: of two, Linux before 6.17 could not move both the next time. It unmaps what
// it moves to before it knows that it can; if it fails, those addresses may be another thread's already, and are left.
bool HostPages::move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
  const ErrnoKept kept;
  return mremap(pointer(at), bytes, to_bytes, MREMAP_MAYMOVE | MREMAP_FIXED, pointer(to)) != MAP_FAILED;
}

void HostMemory::zero(VirtAddr at, std::uint64_t bytes) { std::memset(pointer(at), 0, bytes); }
void HostMemory::copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) {
  std::memcpy(pointer(to), pointer(from), bytes);
}

Instant HostClock::now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return Instant(std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec);
}

std::uint32_t HostMetadata::allocate(std::size_t bytes) {
  const std::uint64_t units = (bytes + unit - 1) / unit;
  if (units >= segment_units) return 0;
  std::uint64_t used = used_.load(std::memory_order_relaxed);
  std::uint64_t first = 0;
  do {
    // What does not fit into the segment goes into the next one.
    first = used % segment_units + units <= segment_units ? used : (used / segment_units + 1) * segment_units;
    if (first / segment_units >= most_segments || segment(first / segment_units) == nullptr) return 0;
  } while (!used_.compare_exchange_weak(used, first + units, std::memory_order_relaxed));
  return static_cast<std::uint32_t>(first);
}

std::byte* HostMetadata::segment(std::uint64_t index) {
  std::atomic<std::byte*>& known = segments_[index];
  if (std::byte* at = known.load(std::memory_order_relaxed)) return at;
  const ErrnoKept kept;
  void* made = mmap(nullptr, segment_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (made == MAP_FAILED) return nullptr;
  // Whole huge pages for a page map that is touched here and there would be memory for nothing.
  madvise(made, segment_bytes, MADV_NOHUGEPAGE);
  std::byte* expected = nullptr;
  if (known.compare_exchange_strong(expected, static_cast<std::byte*>(made), std::memory_order_relaxed)) {
    return static_cast<std::byte*>(made);
  }
  munmap(made, segment_bytes);  // another thread was first
  return expected;
}

}  // namespace signalbox::alloc
