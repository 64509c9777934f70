#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "kernel/alloc/rivals/allocator.hpp"

namespace signalbox::alloc {

// What makes an allocator for a process on so many CPUs.
struct AllocatorRow {
  std::string_view name;
  std::string_view summary;  // one line
  std::string_view source;   // where its rules are from
  std::unique_ptr<Allocator> (*make)(ProcessMemory& memory, unsigned cpus);
};

// Every allocator, the core first.
std::span<const AllocatorRow> all_allocators();
// Null if there is none of that name.
const AllocatorRow* find_allocator(std::string_view name);

}  // namespace signalbox::alloc
