// What of a heap looks at contents: junk, red zones, late writes.
#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "kernel/task/user_memory.hpp"
#include "workloads/heap/user_heap.hpp"

namespace signalbox {
namespace {

using alloc::ProcessHeap;

constexpr std::byte junk_of_new{0xa5};
constexpr std::byte junk_of_freed{0x5a};
constexpr std::uint64_t red_zone_bytes = 16;  // and of junk_of_new, as of jemalloc 3.x

}  // namespace

void UserHeap::hand_out(ProcessHeap& heap, VirtAddr at, std::uint64_t bytes) {
  check_untouched(heap, at, "malloc");
  if (heap.options().junks_new) fill(at, heap.usable_size(at), junk_of_new);
  set_red_zone(heap, at, bytes);
}

void UserHeap::set_red_zone(const ProcessHeap& heap, VirtAddr at, std::uint64_t bytes) {
  if (heap.options().has_red_zones) fill(at + bytes, red_zone_bytes, junk_of_new);
}

// Of what is no block in use there is nothing to be said here.
void UserHeap::check_red_zone(ProcessHeap& heap, VirtAddr at, std::string_view call) {
  if (!heap.options().has_red_zones || !heap.is_in_use(at)) return;
  std::array<std::byte, red_zone_bytes> found{};
  UserMemory(caller_).read(at + (heap.requested(at) - red_zone_bytes), found);
  const bool is_whole = std::ranges::all_of(found, [](std::byte byte) { return byte == junk_of_new; });
  if (!is_whole) abort(call, "written to past its end", at);
}

std::uint64_t UserHeap::with_red_zone(const ProcessHeap& heap, std::uint64_t bytes) {
  if (!heap.options().has_red_zones) return bytes;
  return bytes > std::numeric_limits<std::uint64_t>::max() - red_zone_bytes ? bytes : bytes + red_zone_bytes;
}

std::uint64_t UserHeap::usable_size(ProcessHeap& heap, VirtAddr at) {
  return heap.options().has_red_zones && heap.is_in_use(at) ? heap.requested(at) - red_zone_bytes
                                                            : heap.usable_size(at);
}

void UserHeap::fill_freed(ProcessHeap& heap, VirtAddr at) {
  if (heap.options().junks_freed && heap.is_in_use(at)) fill(at, heap.usable_size(at), junk_of_freed);
}

void UserHeap::fill(VirtAddr at, std::uint64_t bytes, std::byte with) {
  UserMemory memory(caller_);
  while (bytes > 0) {
    const std::span<std::byte> run = memory.run(at, bytes, Access::write);
    if (run.empty()) return;
    std::ranges::fill(run, with);
    at += run.size();
    bytes -= run.size();
  }
}

void UserHeap::check_untouched(ProcessHeap& heap, VirtAddr at, std::string_view call) {
  if (heap.options().finds_late_writes && !is_untouched(at, heap.usable_size(at)))
    abort(call, "written to after it was freed", at);
}

// Since it was freed; what was never used, or purged, reads as zeros.
bool UserHeap::is_untouched(VirtAddr at, std::uint64_t bytes) {
  UserMemory memory(caller_);
  while (bytes > 0) {
    const std::span<std::byte> run = memory.run(at, bytes, Access::read);
    if (run.empty()) return true;
    const auto is_left = [](std::byte byte) { return byte == junk_of_freed || byte == std::byte{0}; };
    if (!std::ranges::all_of(run, is_left)) return false;
    at += run.size();
    bytes -= run.size();
  }
  return true;
}

}  // namespace signalbox
