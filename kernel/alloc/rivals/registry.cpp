#include "kernel/alloc/rivals/registry.hpp"

#include <algorithm>
#include <array>

#include "kernel/alloc/rivals/jemalloc.hpp"
#include "kernel/alloc/rivals/ptmalloc.hpp"
#include "kernel/alloc/rivals/tcmalloc.hpp"

namespace signalbox::alloc {
namespace {

// Both have arenas by the number of CPUs: jemalloc four for each, or one if there is one CPU, glibc eight.
std::unique_ptr<Allocator> make_jemalloc(ProcessMemory& memory, unsigned cpus) {
  return std::make_unique<Jemalloc>(memory, HeapOptions{.narenas = cpus > 1 ? 4 * cpus : 1});
}
std::unique_ptr<Allocator> make_ptmalloc(ProcessMemory& memory, unsigned cpus) {
  return std::make_unique<Ptmalloc>(memory, PtmallocOptions{.arena_max = pt::arenas_per_cpu * cpus});
}
std::unique_ptr<Allocator> make_tcmalloc(ProcessMemory& memory, unsigned cpus) {
  return std::make_unique<Tcmalloc>(memory, TcmallocFrontEnd::thread, TcmallocOptions{.cpus = cpus});
}
std::unique_ptr<Allocator> make_tcmalloc_percpu(ProcessMemory& memory, unsigned cpus) {
  return std::make_unique<Tcmalloc>(memory, TcmallocFrontEnd::cpu, TcmallocOptions{.cpus = cpus});
}

constexpr std::array rows{
    AllocatorRow{"jemalloc", "ours: thread caches, arenas of slabs and extents, huge blocks mapped by themselves",
                 "jemalloc(3) 5.3; Evans 2006, 2011", make_jemalloc},
    AllocatorRow{"ptmalloc",
                 "sizes in front of blocks, tcache, bins, a top that grows by brk, mmap from a threshold on",
                 "glibc 2.36: mallopt(3), malloc/malloc.c and arena.c", make_ptmalloc},
    AllocatorRow{"tcmalloc", "a cache for each thread with slow start, central lists, spans of pages of 8 KiB",
                 "gperftools 2.10: docs/tcmalloc.html, src/thread_cache.h, src/page_heap.h", make_tcmalloc},
    AllocatorRow{"tcmalloc_percpu", "the same with a cache for each CPU",
                 "google/tcmalloc: docs/design.md, cpu_cache.h; middle and back as gperftools'", make_tcmalloc_percpu},
};

}  // namespace

std::span<const AllocatorRow> all_allocators() { return rows; }

const AllocatorRow* find_allocator(std::string_view name) {
  const auto found = std::ranges::find(rows, name, &AllocatorRow::name);
  return found == rows.end() ? nullptr : &*found;
}

}  // namespace signalbox::alloc
