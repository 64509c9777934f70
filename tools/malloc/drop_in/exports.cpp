// malloc(3) and its family, for a program that has the library preloaded or linked.
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "tools/malloc/drop_in/process_heap.hpp"

using namespace signalbox;
using namespace signalbox::alloc;

namespace {

constexpr std::size_t most_bytes = std::numeric_limits<std::ptrdiff_t>::max();

void* or_enomem(void* at) {
  if (at == nullptr) [[unlikely]]
    errno = ENOMEM;
  return at;
}

bool is_power_of_two(std::size_t number) { return number != 0 && (number & (number - 1)) == 0; }

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t bytes) {
  if (bytes > most_bytes) [[unlikely]]
    return or_enomem(nullptr);
  return or_enomem(allocate_in_process(bytes));
}

void free(void* at) { free_in_process(at); }

void* calloc(std::size_t count, std::size_t bytes) {
  std::size_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all) || all > most_bytes || !ensure_thread()) return or_enomem(nullptr);
  return or_enomem(pointer(process_heap().allocate_zeroed(*thread_cache_of_caller, all)));
}

// Of zero bytes it frees and answers null, as glibc's does; C23 leaves that undefined.
void* realloc(void* at, std::size_t bytes) {
  if (at == nullptr) return malloc(bytes);
  if (bytes == 0) {
    free(at);
    return nullptr;
  }
  if (bytes > most_bytes || !ensure_thread()) return or_enomem(nullptr);
  const Reallocated now = process_heap().reallocate(*thread_cache_of_caller, address(at), bytes);
  if (now.misuse != Misuse::none) die_of(now.misuse, at);
  return or_enomem(pointer(now.at));
}

void* reallocarray(void* at, std::size_t count, std::size_t bytes) {
  std::size_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) return or_enomem(nullptr);
  return realloc(at, all);
}

int posix_memalign(void** out, std::size_t alignment, std::size_t bytes) {
  if (!is_power_of_two(alignment) || alignment % sizeof(void*) != 0) return EINVAL;
  const int old = errno;  // is not its way to tell
  void* at = allocate_in_process(bytes, alignment);
  errno = old;
  if (at == nullptr) return ENOMEM;
  *out = at;
  return 0;
}

// As glibc since 2.38, and C17: any power of two, and the size need not be a multiple.
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
  if (!is_power_of_two(alignment)) {
    errno = EINVAL;
    return nullptr;
  }
  return allocate_in_process(bytes, alignment);
}

// As glibc's: what is no power of two is rounded up to one.
void* memalign(std::size_t alignment, std::size_t bytes) {
  if (alignment > most_bytes / 2) return or_enomem(nullptr);
  std::size_t power = 1;
  while (power < alignment) power *= 2;
  return allocate_in_process(bytes, power);
}

void* valloc(std::size_t bytes) { return allocate_in_process(bytes, page_size); }

void* pvalloc(std::size_t bytes) {
  if (bytes > most_bytes - page_size) return or_enomem(nullptr);
  return allocate_in_process((bytes + page_size - 1) & ~(page_size - 1), page_size);
}

std::size_t malloc_usable_size(void* at) {
  return at == nullptr || !ensure_thread() ? 0 : process_heap().usable_size(address(at));
}

// C23.
void free_sized(void* at, std::size_t bytes) { free_in_process(at, bytes); }
void free_aligned_sized(void* at, std::size_t alignment, std::size_t bytes) { free_in_process(at, bytes, alignment); }

void cfree(void* at) { free(at); }

// glibc's own names for them, which some programs call.
void* __libc_malloc(std::size_t bytes) { return malloc(bytes); }
void __libc_free(void* at) { free(at); }
void* __libc_calloc(std::size_t count, std::size_t bytes) { return calloc(count, bytes); }
void* __libc_realloc(void* at, std::size_t bytes) { return realloc(at, bytes); }
void* __libc_memalign(std::size_t alignment, std::size_t bytes) { return memalign(alignment, bytes); }
void* __libc_valloc(std::size_t bytes) { return valloc(bytes); }
void* __libc_pvalloc(std::size_t bytes) { return pvalloc(bytes); }

}  // extern "C"
#pragma GCC visibility pop
