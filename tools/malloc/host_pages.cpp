#include "tools/malloc/host_pages.hpp"

#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <bit>
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

bool HostMetadata::reserve() {
  const ErrnoKept kept;
  constexpr std::uint64_t least = std::uint64_t{16} << 20U;
  std::uint64_t most = std::uint64_t{64} << 30U;
  // Where the program's addresses are limited, an eighth of them at most.
  rlimit limit{};
  if (getrlimit(RLIMIT_AS, &limit) == 0)
    most = std::clamp(std::bit_floor(std::uint64_t{limit.rlim_cur}) / 8, least, most);
  for (std::uint64_t bytes = most; bytes >= least; bytes /= 2) {
    void* at = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) continue;
    // Whole huge pages for a page map that is touched here and there would be memory for nothing.
    madvise(at, bytes, MADV_NOHUGEPAGE);
    begin_ = static_cast<std::byte*>(at);
    units_ = bytes / unit;
    return true;
  }
  return false;
}

}  // namespace signalbox::alloc
