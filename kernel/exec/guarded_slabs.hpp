#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernel/exec/mapping.hpp"
#include "kernel/exec/stack.hpp"

namespace signalbox {

// What stops a program that overflows its stack, strongest first.
enum class StackGuard : std::uint8_t {
  installed,        // MADV_GUARD_INSTALL, Linux 6.13: page-table entries, no mapping of its own
  protected_pages,  // mprotect: splits the slab, two mappings a stack of the 65,530 that a host process has
  canary,           // noticed at the next suspend, as our bug, for then it may have hurt others already
};

// Cuts guarded stacks out of slabs of many, so that the host sees few mappings.
class GuardedSlabs {
 public:
  // `stack_bytes` is rounded up to pages. `strongest` is tried first, weaker ones where the host refuses.
  GuardedSlabs(std::size_t stack_bytes, StackGuard strongest);
  ~GuardedSlabs();
  GuardedSlabs(const GuardedSlabs&) = delete;
  GuardedSlabs& operator=(const GuardedSlabs&) = delete;

  // A stack nobody had before, guard in place. Throws std::bad_alloc.
  Stack fresh();

  std::size_t bytes_mapped() const { return bytes_mapped_; }
  // What the next fresh stack is tried with.
  StackGuard guard() const { return guard_; }

 private:
  void grow();
  bool install(std::byte* guard);
  bool protect(std::byte* guard);

  std::size_t stack_bytes_;
  StackGuard guard_;
  std::vector<Mapping> slabs_;
  std::byte* next_ = nullptr;  // the guard below the next stack
  std::size_t bytes_mapped_ = 0;
  std::size_t protected_count_ = 0;
};

}  // namespace signalbox
