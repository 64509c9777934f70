#include "tools/malloc/drop_in/process_heap.hpp"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <limits>
#include <new>
#include <source_location>

#include "kernel/base/check.hpp"

namespace signalbox {

// The library's own, for the kernel's allocates what it prints.
void check_failed(const char* condition, const char* why, std::source_location) {
  char text[256];
  const int length = snprintf(text, sizeof text, "signalbox_malloc: bug: %s: %s\n", condition, why);
  if (length > 0) [[maybe_unused]]
    const ssize_t written = write(STDERR_FILENO, text, static_cast<std::size_t>(length));
  abort();
}

}  // namespace signalbox

namespace signalbox::alloc {

constinit ProcessHeapRoom process_heap_room{};

namespace {

constinit ProcessCache nobodys_cache{};
constinit HostLock start_lock;
constinit std::atomic<bool> is_started{false};
constinit std::atomic<bool> has_exit_key{false};
pthread_key_t exit_key;
thread_local constinit bool is_ending __attribute__((tls_model("initial-exec"))) = false;

// By the CPUs this process may use, as jemalloc by those there are: four arenas each.
unsigned arenas_wanted() {
  cpu_set_t cpus;
  const int count = sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
  return std::min(4U * static_cast<unsigned>(std::max(count, 1)), HostPlatform<is_checked_build>::most_arenas);
}

bool start_heap() {
  if (is_started.load(std::memory_order_acquire)) return true;
  const Locked lock(start_lock);
  if (is_started.load(std::memory_order_relaxed)) return true;
  auto* host = new (process_heap_room.bytes) HostHeap<is_checked_build>({.narenas = arenas_wanted()});
  if (!host->start()) return false;
  is_started.store(true, std::memory_order_release);
  return true;
}

// A thread's last act here. What its later destructors, and glibc's own, allocate and free goes by nobody's cache.
void end_thread(void* cache) {
  is_ending = true;
  thread_cache_of_caller = &nobodys_cache;
  process_heap().retire_cache(*static_cast<ProcessCache*>(cache));
}

void before_fork() {
  start_lock.lock();
  process_heap().arenas().lock_all();
}
void after_fork_in_parent() {
  process_heap().arenas().unlock_all();
  start_lock.unlock();
}
void after_fork_in_child() {
  process_heap().arenas().reset_all();
  start_lock.reset();
}

// Before the program's constructors, though others' malloc may have come earlier.
[[gnu::constructor(101)]] void start_library() {
  if (!start_heap()) return;
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  if (pthread_key_create(&exit_key, end_thread) == 0) has_exit_key.store(true, std::memory_order_release);
}

}  // namespace

thread_local constinit ProcessCache* thread_cache_of_caller __attribute__((tls_model("initial-exec"))) = &nobodys_cache;

bool ensure_thread() {
  if (thread_cache_of_caller != &nobodys_cache) return true;
  if (!start_heap()) return false;
  if (is_ending) return true;
  ProcessCache* cache = process_heap().adopt_cache();
  if (cache == nullptr) return true;  // nobody's serves
  // First the cache, then the key: setting it may call calloc.
  thread_cache_of_caller = cache;
  if (has_exit_key.load(std::memory_order_acquire)) pthread_setspecific(exit_key, cache);
  return true;
}

void die_of(Misuse misuse, const void* at) {
  char text[128];
  const std::string_view what = misuse_text(misuse);
  const int length = snprintf(text, sizeof text, "signalbox_malloc: free of %p: %.*s\n", at,
                              static_cast<int>(what.size()), what.data());
  if (length > 0) [[maybe_unused]]
    const ssize_t written = write(STDERR_FILENO, text, static_cast<std::size_t>(length));
  abort();
}

namespace {

constexpr std::size_t most_bytes = std::numeric_limits<std::ptrdiff_t>::max();

void* or_enomem(VirtAddr at) {
  if (at == VirtAddr()) errno = ENOMEM;
  return pointer(at);
}

}  // namespace

void* allocate_slowly(std::size_t bytes) {
  if (bytes > most_bytes || !ensure_thread()) return or_enomem(VirtAddr());
  return or_enomem(process_heap().allocate(*thread_cache_of_caller, bytes));
}

void* allocate_in_process(std::size_t bytes, std::size_t alignment) {
  if (bytes > most_bytes || alignment > most_bytes || !ensure_thread()) return or_enomem(VirtAddr());
  return or_enomem(process_heap().allocate_aligned(*thread_cache_of_caller, alignment, bytes));
}

void free_slowly(void* at) {
  if (!ensure_thread()) return;
  const Misuse misuse = process_heap().free(*thread_cache_of_caller, address(at));
  if (misuse != Misuse::none) die_of(misuse, at);
}

void free_slowly(void* at, ClassIndex size_class) {
  if (!ensure_thread()) return;
  const Misuse misuse = process_heap().free_sized(*thread_cache_of_caller, address(at), size_class);
  if (misuse != Misuse::none) die_of(misuse, at);
}

}  // namespace signalbox::alloc
