#include "kernel/exec/guarded_slabs.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <atomic>
#include <cstring>
#include <fstream>

namespace signalbox {
namespace {

// include/uapi/asm-generic/mman-common.h of Linux 6.13; glibc 2.36 does not know it yet.
constexpr int madv_guard_install = 102;

constexpr std::size_t first_slab_stacks = 64;
constexpr std::size_t largest_slab_stacks = 1024;

// Host-wide, because the limit is: simulations run side by side in one host process.
constinit std::atomic<std::size_t> protected_guards = 0;

// A quarter of the limit in guards is half of it in mappings; the host's allocator and libraries need the rest.
std::size_t most_protected_guards() {
  std::size_t most_mappings = 65530;
  std::ifstream("/proc/sys/vm/max_map_count") >> most_mappings;
  return most_mappings / 4;
}

}  // namespace

GuardedSlabs::GuardedSlabs(std::size_t stack_bytes, StackGuard strongest)
    : stack_bytes_((stack_bytes + Mapping::page - 1) / Mapping::page * Mapping::page), guard_(strongest) {}

GuardedSlabs::~GuardedSlabs() { protected_guards -= protected_count_; }

Stack GuardedSlabs::fresh() {
  const std::size_t stride = stack_guard_bytes + stack_bytes_;
  if (slabs_.empty() || static_cast<std::size_t>(slabs_.back().end() - next_) < stride) grow();
  std::byte* const guard = next_;
  next_ += stride;
  Stack stack{.low = guard + stack_guard_bytes, .size = stack_bytes_, .kind = StackKind::guarded, .has_canary = false};
  if (install(guard) || protect(guard)) return stack;
  stack.has_canary = true;
  std::memcpy(stack.low, &stack_canary, sizeof stack_canary);
  return stack;
}

bool GuardedSlabs::install(std::byte* guard) {
  if (guard_ != StackGuard::installed) return false;
  if (madvise(guard, stack_guard_bytes, madv_guard_install) == 0) return true;
  guard_ = StackGuard::protected_pages;
  return false;
}

bool GuardedSlabs::protect(std::byte* guard) {
  if (guard_ != StackGuard::protected_pages) return false;
  static const std::size_t most = most_protected_guards();
  if (protected_guards < most && mprotect(guard, stack_guard_bytes, PROT_NONE) == 0) {
    ++protected_guards;
    ++protected_count_;
    return true;
  }
  guard_ = StackGuard::canary;
  return false;
}

void GuardedSlabs::grow() {
  const std::size_t stacks =
      std::min(first_slab_stacks << std::min<std::size_t>(slabs_.size(), 8), largest_slab_stacks);
  Mapping& slab = slabs_.emplace_back(stacks * (stack_guard_bytes + stack_bytes_), Mapping::page);
  // Where huge pages are given unasked, the first touch of one stack would make thirty resident.
  madvise(slab.begin(), slab.bytes(), MADV_NOHUGEPAGE);
  bytes_mapped_ += slab.bytes();
  next_ = slab.begin();
}

}  // namespace signalbox
