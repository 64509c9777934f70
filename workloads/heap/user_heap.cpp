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
using alloc::HeapDeed;
using alloc::HeapEvent;
using alloc::Misuse;
using alloc::ProcessHeap;
using alloc::Reallocated;

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
  const std::uint64_t all = with_red_zone(heap, bytes);
  if (const VirtAddr at = heap.allocate_at_once(cache(), all); at != VirtAddr()) return FreshBlock{.at = at};
  const FreshBlock block = allocate_inside(heap, all);
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
  hand_out(*own, block->at, bytes);
  tell(*own, {.deed = HeapDeed::malloc, .block = block->at, .bytes = bytes});
  return block->at;
}

void UserHeap::tell(const ProcessHeap& heap, HeapEvent event) {
  if (heap.options().watch == nullptr) return;
  event.thread = thread_.tid;
  event.at = caller_.now();
  heap.tell(event);
}

Result<VirtAddr> UserHeap::calloc(std::uint64_t count, std::uint64_t bytes) {
  ProcessHeap* const own = heap();
  if (own == nullptr) return Errno::enosys;
  std::uint64_t all = 0;
  if (__builtin_mul_overflow(count, bytes, &all)) return Errno::enomem;
  const FreshBlock block = TRY(allocate(*own, all));
  check_untouched(*own, block.at, "calloc");
  if (!block.is_zeroed) fill(block.at, all, std::byte{0});
  set_red_zone(*own, block.at, all);
  tell(*own, {.deed = HeapDeed::calloc, .block = block.at, .bytes = all});
  return block.at;
}

Result<VirtAddr> UserHeap::aligned_alloc(std::uint64_t alignment, std::uint64_t bytes) {
  ProcessHeap* const own = heap();
  if (own == nullptr) return Errno::enosys;
  if (!std::has_single_bit(alignment)) return Errno::einval;
  pay(accesses_of_malloc);
  HeapVisit visit(caller_, *own);
  if (!visit.enter()) return Errno::enomem;
  const VirtAddr at = own->allocate_aligned(cache(), alignment, with_red_zone(*own, bytes));
  visit.leave();
  if (at == VirtAddr()) return Errno::enomem;
  hand_out(*own, at, bytes);
  tell(*own, {.deed = HeapDeed::aligned_alloc, .block = at, .bytes = bytes, .alignment = alignment});
  return at;
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
  check_red_zone(*own, at, "realloc");
  pay(accesses_of_malloc);
  HeapVisit visit(caller_, *own);
  if (!visit.enter()) return Errno::enomem;
  const std::uint64_t old_bytes = own->usable_size(at);
  const std::uint64_t all = with_red_zone(*own, bytes);
  // What is cut off has to be filled as what is freed, which here is done by freeing it.
  const bool stays = !own->options().junks_freed || !own->is_in_use(at) ||
                     ProcessHeap::class_for(old_bytes) == ProcessHeap::class_for(all);
  const Reallocated resized = stays ? own->resize(at, all) : Reallocated();
  visit.leave();
  if (resized.misuse != Misuse::none) abort("realloc", alloc::misuse_text(resized.misuse), at);
  if (resized.at == VirtAddr()) return move(*own, at, std::min(bytes, old_bytes), bytes);
  set_red_zone(*own, resized.at, bytes);
  tell(*own, {.deed = HeapDeed::realloc, .block = resized.at, .old = at, .bytes = bytes});
  return resized.at;
}

Result<VirtAddr> UserHeap::move(ProcessHeap& heap, VirtAddr at, std::uint64_t kept, std::uint64_t bytes) {
  const FreshBlock fresh = TRY(allocate(heap, bytes));
  const VirtAddr moved = fresh.at;
  hand_out(heap, moved, bytes);
  copy(moved, at, kept);
  tell(heap, {.deed = HeapDeed::realloc, .block = moved, .old = at, .bytes = bytes});
  free(heap, at, "realloc", FreedBy::realloc);
  return moved;
}

void UserHeap::free_slowly(VirtAddr at) {
  if (ProcessHeap* const own = heap()) free(*own, at, "free");
}

void UserHeap::free(ProcessHeap& heap, VirtAddr at, std::string_view call, FreedBy by) {
  pay(accesses_of_free);
  check_red_zone(heap, at, call);
  fill_freed(heap, at);
  if (!heap.free_at_once(cache(), at)) return free_inside(heap, at, call, by);
  if (by == FreedBy::program) tell(heap, {.deed = HeapDeed::free, .block = at});
}

void UserHeap::free_inside(ProcessHeap& heap, VirtAddr at, std::string_view call, FreedBy by) {
  HeapVisit visit(caller_, heap);
  if (!visit.enter()) return;
  const Misuse misuse = heap.free(cache(), at);
  if (misuse == Misuse::none && by == FreedBy::program) tell(heap, {.deed = HeapDeed::free, .block = at});
  visit.leave();
  if (misuse != Misuse::none) abort(call, alloc::misuse_text(misuse), at);
}

void UserHeap::free_sized(VirtAddr at, std::uint64_t bytes) { free_of_class(at, bytes, 1, "free_sized"); }

void UserHeap::free_aligned_sized(VirtAddr at, std::uint64_t alignment, std::uint64_t bytes) {
  free_of_class(at, bytes, alignment, "free_aligned_sized");
}

void UserHeap::free_of_class(VirtAddr at, std::uint64_t bytes, std::uint64_t alignment, std::string_view call) {
  ProcessHeap* const own = heap();
  if (at == VirtAddr() || own == nullptr) return;
  const alloc::ClassIndex size_class = ProcessHeap::class_for(with_red_zone(*own, bytes), alignment);
  if (own->is_in_use(at) && !own->has_class(at, size_class)) {
    abort(call, alloc::misuse_text(Misuse::wrong_size), at);
  } else {
    free(*own, at, call);
  }
}

std::uint64_t UserHeap::usable_size(VirtAddr at) {
  ProcessHeap* const own = heap();
  return own == nullptr || at == VirtAddr() ? 0 : usable_size(*own, at);
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
