#include "workloads/heap/user_heap.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "ipc/sync/invoke.hpp"
#include "kernel/base/signal.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/user_memory.hpp"
#include "workloads/heap/heap_visit.hpp"

namespace signalbox {
namespace {

using alloc::FreshBlock;
using alloc::Misuse;
using alloc::ProcessHeap;
using alloc::Reallocated;

constexpr std::byte junk_of_new{0xa5};
constexpr std::byte junk_of_freed{0x5a};
constexpr Fd standard_error(2);

}  // namespace

ProcessHeap* UserHeap::heap() {
  Process& process = thread_.process;
  if (process.heap == nullptr && process.space != nullptr) {
    Kernel& kernel = caller_.kernel();
    process.heap = std::make_unique<ProcessHeap>(kernel.heap_options(), kernel.trace().intern("malloc"));
  }
  return process.heap.get();
}

void UserHeap::pay(std::uint64_t accesses) {
  if (!thread_.is_unwinding) UserMemory(caller_).spend(accesses);
}

Result<FreshBlock> UserHeap::allocate(ProcessHeap& heap, std::uint64_t bytes) {
  pay(accesses_of_malloc);
  if (const VirtAddr at = heap.allocate_at_once(cache(), bytes); at != VirtAddr()) return FreshBlock{.at = at};
  const FreshBlock block = allocate_inside(heap, bytes);
  if (block.at == VirtAddr()) return Errno::enomem;
  return block;
}

FreshBlock UserHeap::allocate_inside(ProcessHeap& heap, std::uint64_t bytes) {
  HeapVisit visit(caller_, heap);
  if (!visit.enter()) return {};
  const FreshBlock block = heap.allocate_fresh(cache(), bytes);
  visit.leave();
  return block;
}

VirtAddr UserHeap::malloc_slowly(std::uint64_t bytes) {
  ProcessHeap* const own = heap();
  if (own == nullptr) return {};
  const Result<FreshBlock> block = allocate(*own, bytes);
  if (!block.has_value()) return {};
  return handed_out(*own, block->at).value_or(VirtAddr());
}

// Options that look at contents, and write them.
Result<VirtAddr> UserHeap::handed_out(ProcessHeap& heap, VirtAddr at) {
  if (at == VirtAddr()) return Errno::enomem;
  check_untouched(heap, at, "malloc");
  if (heap.options().junks_new) fill(at, heap.usable_size(at), junk_of_new);
  return at;
}

Result<VirtAddr> UserHeap::calloc(std::uint64_t count, std::uint64_t bytes) {
  ProcessHeap* const own = heap();
  if (own == nullptr) return Errno::enosys;
  std::uint64_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) return Errno::enomem;
  const FreshBlock block = TRY(allocate(*own, all));
  check_untouched(*own, block.at, "calloc");
  if (!block.is_zeroed) fill(block.at, all, std::byte{0});
  return block.at;
}

Result<VirtAddr> UserHeap::aligned_alloc(std::uint64_t alignment, std::uint64_t bytes) {
  ProcessHeap* const own = heap();
  if (own == nullptr) return Errno::enosys;
  if (!std::has_single_bit(alignment)) return Errno::einval;
  pay(accesses_of_malloc);
  HeapVisit visit(caller_, *own);
  if (!visit.enter()) return Errno::enomem;
  const VirtAddr at = own->allocate_aligned(cache(), alignment, bytes);
  visit.leave();
  return handed_out(*own, at);
}

// Between the answer and the copy nobody is inside: a program that frees the block meanwhile is told of it at the end.
Result<VirtAddr> UserHeap::realloc(VirtAddr at, std::uint64_t bytes) {
  if (at == VirtAddr()) return malloc(bytes);
  ProcessHeap* const own = heap();
  if (own == nullptr) return Errno::enosys;
  if (bytes == 0) {
    free(*own, at, "realloc");
    return VirtAddr();
  }
  pay(accesses_of_malloc);
  HeapVisit visit(caller_, *own);
  if (!visit.enter()) return Errno::enomem;
  const std::uint64_t old_bytes = own->usable_size(at);
  // What is cut off has to be filled as what is freed, which here is done by freeing it.
  const bool stays = !own->options().junks_freed || !own->is_in_use(at) ||
                     ProcessHeap::class_for(old_bytes) == ProcessHeap::class_for(bytes);
  const Reallocated resized = stays ? own->resize(at, bytes) : Reallocated();
  visit.leave();
  if (resized.misuse != Misuse::none) abort("realloc", alloc::misuse_text(resized.misuse), at);
  if (resized.at != VirtAddr()) return resized.at;
  const FreshBlock block = TRY(allocate(*own, bytes));
  const VirtAddr moved = TRY(handed_out(*own, block.at));
  copy(moved, at, std::min(bytes, old_bytes));
  free(*own, at, "realloc");
  return moved;
}

void UserHeap::free_slowly(VirtAddr at) {
  if (ProcessHeap* const own = heap()) free(*own, at, "free");
}

void UserHeap::free(ProcessHeap& heap, VirtAddr at, std::string_view call) {
  pay(accesses_of_free);
  if (heap.options().junks_freed && heap.is_in_use(at)) fill(at, heap.usable_size(at), junk_of_freed);
  if (!heap.free_at_once(cache(), at)) free_inside(heap, at, call);
}

void UserHeap::free_inside(ProcessHeap& heap, VirtAddr at, std::string_view call) {
  HeapVisit visit(caller_, heap);
  if (!visit.enter()) return;
  const Misuse misuse = heap.free(cache(), at);
  visit.leave();
  if (misuse != Misuse::none) abort(call, alloc::misuse_text(misuse), at);
}

void UserHeap::free_sized(VirtAddr at, std::uint64_t bytes) {
  free_of_class(at, ProcessHeap::class_for(bytes), "free_sized");
}

void UserHeap::free_aligned_sized(VirtAddr at, std::uint64_t alignment, std::uint64_t bytes) {
  free_of_class(at, ProcessHeap::class_for(bytes, alignment), "free_aligned_sized");
}

void UserHeap::free_of_class(VirtAddr at, alloc::ClassIndex size_class, std::string_view call) {
  ProcessHeap* const own = heap();
  if (at == VirtAddr() || own == nullptr) return;
  if (own->is_in_use(at) && !own->has_class(at, size_class)) {
    abort(call, alloc::misuse_text(Misuse::wrong_size), at);
  } else {
    free(*own, at, call);
  }
}

std::uint64_t UserHeap::usable_size(VirtAddr at) {
  ProcessHeap* const own = heap();
  return own == nullptr || at == VirtAddr() ? 0 : own->usable_size(at);
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

void UserHeap::copy(VirtAddr to, VirtAddr from, std::uint64_t bytes) {
  UserMemory memory(caller_);
  std::array<std::byte, 512> some;
  for (std::uint64_t done = 0; done < bytes;) {
    const std::span part = std::span(some).first(std::min<std::uint64_t>(bytes - done, some.size()));
    memory.read(from + done, part);
    memory.write(to + done, part);
    done += part.size();
  }
}

// The line is written from a page of its own, and then as abort(3) does (glibc, sysdeps/posix/libc_fatal.c).
void UserHeap::abort(std::string_view call, std::string_view what, VirtAddr at) {
  if (caller_.thread().is_unwinding) return;
  const std::string line = fmt::format("{}(): {:#x}: {}\n", call, at.value(), what);
  caller_.kernel().note_abort(caller_.process(), std::string_view(line).substr(0, line.size() - 1));
  if (const VirtAddr page = CallerPages(caller_).map(line.size()); page != VirtAddr()) {
    UserMemory(caller_).write(page, std::as_bytes(std::span(line)));
    static_cast<void>(invoke(caller_, call_number::write, standard_error, page, line.size()));
  }
  static_cast<void>(invoke(caller_, call_number::kill, caller_.process().pid, static_cast<int>(Signal::sigabrt)));
}

}  // namespace signalbox
