#include "kernel/calls/memory_calls.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "kernel/calls/file_in_use.hpp"
#include "kernel/fs/page_cache.hpp"
#include "kernel/mm/space/brk.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mincore.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/mm/space/msync.hpp"
#include "kernel/syscall/numbers.hpp"
#include "kernel/task/kernel.hpp"
#include "kernel/task/pager.hpp"
#include "kernel/task/user_memory.hpp"

namespace signalbox {
namespace {

// What a call on mappings answers; it begins what it asked of devices. `body` takes the map, and may not suspend: the
// caller's stack may have no room for it.
template <class Body>
auto on_map(Caller& caller, Body body) -> std::invoke_result_t<Body, AddressMap&> {
  using Answer = std::invoke_result_t<Body, AddressMap&>;
  CompiledMemory* const own = caller.process().compiled.get();
  UserSpace* const space = caller.process().space.get();
  Pager* const pager = caller.kernel().pager();
  if (space == nullptr || pager == nullptr) return own == nullptr ? Answer(Errno::enosys) : body(own->map());
  Answer answer = Errno::enosys;
  pager->with_room([&] {
    answer = body(own == nullptr ? space->map() : own->map());
    pager->begin_requests();
  });
  return answer;
}

Result<int> without_value(const Result<void>& result) {
  if (!result.has_value()) return result.error();
  return 0;
}

// Of a compiled program's memory, only what its space has, too, can be absent.
Result<void> populate(Caller& caller, PageRange range) {
  if (caller.process().compiled == nullptr) return caller.kernel().pager()->populate(caller, range);
  while (range.begin < range.end && caller.process().space != nullptr) {
    const Vma* const next = caller.process().space->map().vmas().first_ending_above(range.begin);
    if (next == nullptr || next->range.begin >= range.end) return {};
    const PageRange part{std::max(range.begin, next->range.begin), std::min(range.end, next->range.end)};
    TRY(caller.kernel().pager()->populate(caller, part));
    range.begin = part.end;
  }
  return {};
}

// A page that cannot be made present is nobody's error (__mm_populate).
Result<VirtAddr> populated(Caller& caller, const Mapped& mapped) {
  if (mapped.populate.bytes() > 0) static_cast<void>(populate(caller, mapped.populate));
  return mapped.at;
}

// mmap(2). A bad descriptor is a request without an object.
Result<VirtAddr> sys_mmap(Caller& caller, VirtAddr hint, std::uint64_t bytes, std::uint32_t prot, std::uint32_t flags,
                          Fd fd, std::uint64_t offset) {
  const Mapped mapped = TRY(on_map(caller, [&](AddressMap& map) {
    MmapRequest request{.hint = hint, .bytes = bytes, .prot = prot, .flags = flags, .offset = offset};
    const bool is_of_file = (flags & map_anonymous) == 0;
    if (const auto file = caller.process().descriptors.get(fd); is_of_file && file.has_value()) request.object = *file;
    return mmap(map, request);
  }));
  return populated(caller, mapped);
}

// munmap(2)
Result<int> sys_munmap(Caller& caller, VirtAddr at, std::uint64_t bytes) {
  return without_value(on_map(caller, [&](AddressMap& map) { return munmap(map, at, bytes); }));
}

// mprotect(2)
Result<int> sys_mprotect(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint32_t prot) {
  return without_value(on_map(caller, [&](AddressMap& map) { return mprotect(map, at, bytes, prot); }));
}

// brk(2), the raw call: answers where the heap ends.
Result<VirtAddr> sys_brk(Caller& caller, VirtAddr to) {
  return on_map(caller, [&](AddressMap& map) { return Result<VirtAddr>(brk(map, to)); });
}

// mremap(2)
Result<VirtAddr> sys_mremap(Caller& caller, VirtAddr at, std::uint64_t old_bytes, std::uint64_t new_bytes,
                            std::uint32_t flags, VirtAddr new_at) {
  MremapRequest request{at, old_bytes, new_bytes, flags, new_at};
  if (CompiledMemory* const own = caller.process().compiled.get(); own != nullptr && caller.kernel().pager() == nullptr)
    return TRY(mremap(own->map(), request)).at;
  if (caller.process().space == nullptr) return Errno::enosys;
  const auto remap = [&] {
    const auto made = on_map(caller, [&](AddressMap& map) { return mremap(map, request); });
    request.is_again = true;
    return made;
  };
  const Mapped mapped = TRY(caller.kernel().pager()->with_frames(caller, remap));
  return populated(caller, mapped);
}

// Of a step of msync(2), what matters after the mappings were looked at: nothing in it has to be destroyed, for its
// thread may end in its sleep.
struct Syncing {
  PageStore* store = nullptr;
  std::uint64_t first_page = 0;
  std::uint64_t last_page = 0;
  std::optional<Errno> error;
};

// Where the step's file is kept until it is written.
Syncing next_to_sync(FileInUse& file, const AddressMap& map, PageRange& left, std::uint32_t flags) {
  SyncStep step = sync_step(map, left, flags);
  left.begin = step.next;
  Syncing found{.error = step.error};
  PageStore* const store = step.write.object == nullptr ? nullptr : step.write.object->store();
  if (store == nullptr || store->kind() != PageStore::Kind::file) return found;
  found = {.store = store,
           .first_page = pages_of(step.write.first),
           .last_page = pages_of(step.write.last),
           .error = step.error};
  file.keep(std::move(step.write.object));
  return found;
}

// msync(2)
Result<int> sys_msync(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  PageRange left = TRY(on_map(caller, [&](AddressMap&) { return sync_range(at, bytes, flags); }));
  std::optional<Errno> error;
  while (left.begin < left.end) {
    FileInUse file(caller);
    const Syncing next = TRY(
        on_map(caller, [&](const AddressMap& map) { return Result<Syncing>(next_to_sync(file, map, left, flags)); }));
    if (next.error) error = next.error;
    if (next.store == nullptr) continue;
    caller.kernel().page_cache()->write_back(caller, *next.store, next.first_page, next.last_page);
  }
  if (error) return *error;
  return 0;
}

// What mincore(2) found of a few pages: nothing in it has to be destroyed, for its thread may end in its sleep.
struct SomeResidency {
  std::array<std::uint8_t, 128> pages;
  std::size_t count = 0;
  std::optional<Errno> error;
};

// mincore(2): a byte for each page, to `found`, some at a time as do_mincore does it.
Result<int> sys_mincore(Caller& caller, VirtAddr at, std::uint64_t bytes, VirtAddr found) {
  SomeResidency some{};
  const auto look = [&](VirtAddr from, std::uint64_t length) {
    return on_map(caller, [&](AddressMap& map) -> Result<int> {
      const Residency residency = mincore(map, from, length);
      some.count = residency.pages.size();
      some.error = residency.error;
      std::ranges::copy(residency.pages, some.pages.begin());
      return 0;
    });
  };
  // Linux looks at the whole range before it looks at pages: at what it is for, not at what is mapped.
  TRY(on_map(caller, [&](AddressMap& map) { return without_value(may_be_resident(map, at, bytes)); }));
  const std::uint64_t end = page_aligned(bytes);
  for (std::uint64_t done = 0; done < end; done += some.pages.size() * page_bytes) {
    TRY(look(at + done, std::min(end - done, some.pages.size() * page_bytes)));
    TRY(copy_to_user(caller, found + pages_of(done), std::as_bytes(std::span(some.pages).first(some.count))));
    if (some.error) return *some.error;
  }
  return 0;
}

// madvise(2)
Result<int> sys_madvise(Caller& caller, VirtAddr at, std::uint64_t bytes, std::int32_t advice) {
  return without_value(on_map(caller, [&](AddressMap& map) { return madvise(map, at, bytes, advice); }));
}

// mlock2(2)
Result<int> sys_mlock2(Caller& caller, VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  const PageRange range = TRY(on_map(caller, [&](AddressMap& map) { return mlock(map, at, bytes, flags); }));
  if (const auto present = populate(caller, range); !present.has_value()) return mlock_error(present.error());
  return 0;
}

// mlock(2)
Result<int> sys_mlock(Caller& caller, VirtAddr at, std::uint64_t bytes) { return sys_mlock2(caller, at, bytes, 0); }

// munlock(2)
Result<int> sys_munlock(Caller& caller, VirtAddr at, std::uint64_t bytes) {
  return without_value(on_map(caller, [&](AddressMap& map) { return munlock(map, at, bytes); }));
}

// What execve(2) does to memory. There are no program files: what the caller runs next is up to it.
Result<int> sys_execve(Caller& caller) {
  const Process& process = caller.process();
  if (process.space == nullptr && process.compiled == nullptr) return Errno::enosys;
  if (process.live_threads != 1) return Errno::ebusy;
  if (process.space != nullptr) {
    Pager& pager = *caller.kernel().pager();
    TRY(pager.with_frames(caller, [&] { return pager.replace_space(caller); }));
  }
  caller.kernel().with_room([&] {
    caller.process().descriptors.close_on_exec();
    caller.kernel().signals().program_replaced(caller.thread());
    caller.process().has_executed = true;
  });
  return 0;
}

}  // namespace

std::span<const SyscallRow> memory_calls() {
  static constexpr std::array rows{
      row<sys_mmap>(call_number::mmap, "mmap", Support::partial("not of /dev/zero")),
      row<sys_mprotect>(call_number::mprotect, "mprotect"),
      row<sys_munmap>(call_number::munmap, "munmap"),
      row<sys_brk>(call_number::brk, "brk"),
      row<sys_mremap>(call_number::mremap, "mremap"),
      row<sys_msync>(call_number::msync, "msync"),
      row<sys_mincore>(call_number::mincore, "mincore"),
      row<sys_madvise>(call_number::madvise, "madvise", Support::partial("no advice on KSM, poison and populating")),
      row<sys_execve>(call_number::execve, "execve",
                      Support::partial("gives a process of one thread a fresh image; the caller runs on")),
      row<sys_mlock>(call_number::mlock, "mlock"),
      row<sys_munlock>(call_number::munlock, "munlock"),
      row<sys_mlock2>(call_number::mlock2, "mlock2"),
  };
  return rows;
}

}  // namespace signalbox
