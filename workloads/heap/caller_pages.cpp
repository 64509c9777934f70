#include "workloads/heap/caller_pages.hpp"

#include "ipc/sync/invoke.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/syscall/numbers.hpp"

namespace signalbox {
namespace {

VirtAddr to_address(const Result<std::int64_t>& result) {
  return result.has_value() ? VirtAddr(static_cast<std::uint64_t>(*result)) : VirtAddr();
}

}  // namespace

VirtAddr CallerPages::map(std::uint64_t bytes) {
  constexpr std::uint32_t prot = prot_read | prot_write;
  constexpr std::uint32_t flags = map_private | map_anonymous;
  return to_address(
      invoke(caller_, call_number::mmap, VirtAddr(), bytes, prot, flags, std::int32_t{-1}, std::uint64_t{0}));
}

bool CallerPages::unmap(VirtAddr at, std::uint64_t bytes) {
  return invoke(caller_, call_number::munmap, at, bytes).has_value();
}

bool CallerPages::purge(VirtAddr at, std::uint64_t bytes, alloc::Purge how) {
  const std::int32_t advice = how == alloc::Purge::lazy ? madv_free : madv_dontneed;
  return invoke(caller_, call_number::madvise, at, bytes, advice).has_value();
}

bool CallerPages::move(VirtAddr at, std::uint64_t bytes, VirtAddr to, std::uint64_t to_bytes) {
  constexpr std::uint32_t flags = mremap_maymove | mremap_fixed;
  return invoke(caller_, call_number::mremap, at, bytes, to_bytes, flags, to).has_value();
}

VirtAddr CallerPages::move_break(VirtAddr to) { return to_address(invoke(caller_, call_number::brk, to)); }

}  // namespace signalbox
