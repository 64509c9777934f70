// malloc(3) and its family: the embedded allocator on pages that the process has from the kernel by mmap(2). All of it,
// metadata included, is the process's own memory, so that a fork duplicates the heap as it is.
#include "kernel/alloc/heap.hpp"

#include <cerrno>
#include <cstring>
#include <new>
#include <source_location>

#include "kernel/base/check.hpp"

extern "C" {
#include "runtime.h"
}

namespace signalbox {

void check_failed(const char* condition, const char* why, std::source_location) {
  sb_say("malloc: ");
  sb_say(condition);
  sb_say(": ");
  sb_say(why);
  sb_say("\n");
  abort();
}

}  // namespace signalbox

namespace signalbox::alloc {
namespace {

constexpr std::uint64_t call_mmap = 9;
constexpr std::uint64_t call_munmap = 11;
constexpr std::uint64_t call_mremap = 25;
constexpr std::uint64_t call_madvise = 28;
constexpr std::uint64_t call_clock_gettime = 228;

constexpr bool is_error(std::int64_t result) { return result < 0 && result >= -4095; }

// Aligned by giving back what is too much, as a program does on Linux.
struct EmulatedPages {
  static VirtAddr map(std::uint64_t bytes, std::uint64_t alignment) {
    constexpr std::uint64_t rights = 3;
    constexpr std::uint64_t flags = 0x22;
    const std::uint64_t spare = alignment > page_size ? alignment : 0;
    const std::int64_t at = sb_raw(call_mmap, 0, bytes + spare, rights, flags, ~std::uint64_t{0}, 0);
    if (is_error(at)) return {};
    const auto begin = static_cast<std::uint64_t>(at);
    if (spare == 0) return VirtAddr(begin);
    const std::uint64_t aligned = (begin + alignment - 1) & ~(alignment - 1);
    if (aligned != begin) sb_raw(call_munmap, begin, aligned - begin, 0, 0, 0, 0);
    const std::uint64_t behind = begin + spare - aligned;
    if (behind != 0) sb_raw(call_munmap, aligned + bytes, behind, 0, 0, 0, 0);
    return VirtAddr(aligned);
  }
  static bool unmap(VirtAddr at, std::uint64_t bytes) {
    return sb_raw(call_munmap, at.value(), bytes, 0, 0, 0, 0) == 0;
  }
  static bool purge(VirtAddr at, std::uint64_t bytes, Purge how) {
    return sb_raw(call_madvise, at.value(), bytes, how == Purge::lazy ? 8 : 4, 0, 0, 0) == 0;
  }
  static bool move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
    constexpr std::uint64_t may_move_to_there = 3;
    return !is_error(sb_raw(call_mremap, at.value(), bytes, to_bytes, may_move_to_there, to.value(), 0));
  }
  static bool may_merge() { return true; }
};

struct OwnMemory {
  static void zero(VirtAddr at, std::uint64_t bytes) { std::memset(reinterpret_cast<void*>(at.value()), 0, bytes); }
  static void copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) {
    std::memcpy(reinterpret_cast<void*>(to.value()), reinterpret_cast<const void*>(from.value()), bytes);
  }
};

struct VirtualClock {
  static Instant now() {
    std::int64_t time[2] = {0, 0};
    sb_raw(call_clock_gettime, 1, reinterpret_cast<std::uint64_t>(&time[0]), 0, 0, 0, 0);
    return Instant(time[0] * 1'000'000'000 + time[1]);
  }
};

// In chunks, each mapped when it is needed. A handle counts 64 bytes from the beginning of the first chunk on.
class ChunkedMetadata {
 public:
  std::uint32_t allocate(std::size_t bytes) {
    const std::uint64_t units = (bytes + unit - 1) / unit;
    if (units > chunk_units) return 0;
    if (used_ % chunk_units + units > chunk_units || used_ == 0)
      used_ = (used_ + chunk_units - 1) / chunk_units * chunk_units;
    if (used_ / chunk_units == most_chunks) return 0;
    std::byte*& chunk = chunks_[used_ / chunk_units];
    if (chunk == nullptr) {
      const VirtAddr at = EmulatedPages::map(chunk_units * unit, page_size);
      if (at == VirtAddr()) return 0;
      chunk = reinterpret_cast<std::byte*>(at.value());
    }
    if (used_ == 0) used_ = 1;  // handle 0 is none
    const std::uint64_t first = used_;
    used_ += units;
    return static_cast<std::uint32_t>(first);
  }
  void* at(std::uint32_t handle) { return chunks_[handle / chunk_units] + handle % chunk_units * unit; }

 private:
  static constexpr std::uint64_t unit = 64;
  static constexpr std::uint64_t chunk_units = 8192;  // 512 KiB
  static constexpr std::uint64_t most_chunks = 256;

  std::byte* chunks_[most_chunks] = {};
  std::uint64_t used_ = 0;
};

struct EmulatedPlatform {
  using Source = EmulatedPages;
  using Memory = OwnMemory;
  using Metadata = ChunkedMetadata;
  using Clock = VirtualClock;
  using Mutex = OneThread::Mutex;  // the heap's one lock is around all of it
  template <class T>
  using Atomic = OneThread::Atomic<T>;
  using Mark = std::uint8_t;
  static constexpr bool is_checked = false;
  static constexpr unsigned smallest_class = 1;  // aligned to 16 bytes
  static constexpr unsigned page_map_levels = 3;
  static constexpr unsigned most_arenas = 1;
  static constexpr unsigned cache_slots = 32;
  static constexpr unsigned cached_classes = 36;
};

// In memory that is there before any constructor.
struct Room {
  EmulatedPages pages;
  OwnMemory memory;
  ChunkedMetadata metadata;
  VirtualClock clock;
  alignas(64) std::byte heap[sizeof(Heap<EmulatedPlatform>)];
  Heap<EmulatedPlatform>* started = nullptr;
  Heap<EmulatedPlatform>::Cache* cache = nullptr;
  SbLock lock{};
};
constinit Room room{};

class Use {
 public:
  Use() { sb_lock(&room.lock); }
  ~Use() { sb_unlock(&room.lock); }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

  // Null: no memory for a heap.
  Heap<EmulatedPlatform>* heap() {
    if (room.started != nullptr) return room.started;
    auto* heap = new (room.heap) Heap<EmulatedPlatform>({.source = room.pages,
                                                         .memory = room.memory,
                                                         .metadata = room.metadata,
                                                         .clock = room.clock,
                                                         .options = {.first_growth = std::uint64_t{256} << 10U}});
    if (!heap->start()) return nullptr;
    room.cache = heap->adopt_cache();
    if (room.cache == nullptr) return nullptr;
    return room.started = heap;
  }
};

void* out_of_memory() {
  errno = ENOMEM;
  return nullptr;
}
void* pointer(VirtAddr at) { return at == VirtAddr() ? out_of_memory() : reinterpret_cast<void*>(at.value()); }
VirtAddr address(const void* at) { return VirtAddr(reinterpret_cast<std::uint64_t>(at)); }

[[noreturn]] void die(const char* what) {
  sb_say(what);
  abort();
}

}  // namespace
}  // namespace signalbox::alloc

using namespace signalbox::alloc;  // NOLINT: the functions below are C's

extern "C" {

void* malloc(std::size_t bytes) {
  Use use;
  auto* heap = use.heap();
  return heap == nullptr ? out_of_memory() : pointer(heap->allocate(*room.cache, bytes));
}

void* calloc(std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return out_of_memory();
  Use use;
  auto* heap = use.heap();
  return heap == nullptr ? out_of_memory() : pointer(heap->allocate_zeroed(*room.cache, bytes));
}

void free(void* at) {
  if (at == nullptr) return;
  const int kept = errno;
  Use use;
  if (room.started == nullptr || room.started->free(*room.cache, address(at)) != Misuse::none)
    die("free(): invalid pointer\n");
  errno = kept;
}

void* realloc(void* at, std::size_t bytes) {
  if (at == nullptr) return malloc(bytes);
  if (bytes == 0) {
    free(at);
    return nullptr;
  }
  Use use;
  if (room.started == nullptr) die("realloc(): invalid pointer\n");
  const Reallocated result = room.started->reallocate(*room.cache, address(at), bytes);
  if (result.misuse != Misuse::none) die("realloc(): invalid pointer\n");
  return pointer(result.at);
}

void* reallocarray(void* at, std::size_t count, std::size_t size) {
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, size, &bytes)) return out_of_memory();
  return realloc(at, bytes);
}

void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
    errno = EINVAL;
    return nullptr;
  }
  Use use;
  auto* heap = use.heap();
  return heap == nullptr ? out_of_memory() : pointer(heap->allocate_aligned(*room.cache, alignment, bytes));
}
void* memalign(std::size_t alignment, std::size_t bytes) { return aligned_alloc(alignment, bytes); }
void* valloc(std::size_t bytes) { return aligned_alloc(page_size, bytes); }

int posix_memalign(void** to, std::size_t alignment, std::size_t bytes) {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  const int kept = errno;
  void* const at = aligned_alloc(alignment, bytes);
  errno = kept;
  if (at == nullptr) return ENOMEM;
  *to = at;
  return 0;
}

std::size_t malloc_usable_size(void* at) {
  if (at == nullptr) return 0;
  Use use;
  return room.started == nullptr ? 0 : room.started->usable_size(address(at));
}
}
