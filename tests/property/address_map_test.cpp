// An address space beside a naive one that knows pages only, on random calls. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "kernel/base/prng.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mincore.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/mm/space/msync.hpp"
#include "tests/support/address_maps.hpp"
#include "tests/support/naive_space.hpp"

namespace signalbox::address_map_property_test {

using namespace vma_flag;
using Page = NaiveSpace::Page;

constexpr std::uint64_t first_page = 1;
constexpr std::uint64_t end_page = 96;

// The mapping area is all of a space of 95 pages, so that calls meet.
AddressLayout small_layout() {
  AddressLayout layout;
  layout.end = page_at(end_page);
  layout.mmap_base = page_at(end_page);
  layout.legacy_base = page_at(first_page);
  return layout;
}

// Objects are numbered: files first, then shared memory in the order of its mapping.
constexpr int no_object = 0;
constexpr int file_to_write = 1;
constexpr int file_to_read = 2;
constexpr int first_shared_memory = 3;

class RandomCalls {
 public:
  explicit RandomCalls(std::uint64_t seed) : random_(seed) { space_.map.limits.may_lock = true; }

  void step() {
    const std::uint64_t page = first_page + random_.below(end_page - first_page);
    const std::uint64_t count = random_.below(12);
    const auto wanted = static_cast<VmaFlags>(random_.below(8));
    const std::uint64_t bytes = count * page_bytes;
    const VirtAddr at = page_at(page);
    switch (random_.below(9)) {
      case 0:
        RC_ASSERT(errno_of(munmap(space_.map, at, bytes)) == naive_.munmap(page, count));
        break;
      case 1:
      case 2:
        map(random_.below(2) == 0 ? std::optional(page) : std::nullopt, count + 1, wanted);
        break;
      case 3:
        RC_ASSERT(errno_of(mprotect(space_.map, at, bytes, wanted)) == naive_.mprotect(page, count, wanted));
        break;
      case 4:
        lock(page, count);
        break;
      case 5:
      case 6:
        remap(page, count);
        break;
      case 7:
        advise(page, count);
        break;
      default:
        look(page, count);
    }
    compare();
  }

 private:
  void map(std::optional<std::uint64_t> fixed, std::uint64_t count, VmaFlags wanted) {
    const auto kind = static_cast<int>(random_.below(3));
    const bool is_shared = random_.below(2) == 0;
    const bool is_reserved = random_.below(4) != 0;
    const bool is_locked = random_.below(4) == 0;
    const std::uint64_t offset = random_.below(8);
    const std::uint32_t flags = (is_shared ? map_shared : map_private) | (kind == no_object ? map_anonymous : 0) |
                                (fixed ? map_fixed : 0) | (is_reserved ? 0 : map_noreserve) |
                                (is_locked ? map_locked : 0);
    const Result<Mapped> mapped = mmap(space_.map, {.hint = page_at(fixed.value_or(0)),
                                                    .bytes = count * page_bytes,
                                                    .prot = wanted,
                                                    .flags = flags,
                                                    .object = files_.at(static_cast<std::size_t>(kind)),
                                                    .offset = offset * page_bytes});
    Page expected{.flags = all_may | wanted | (is_reserved ? 0 : no_reserve) | (is_locked ? locked : 0),
                  .object = kind == no_object && is_shared ? first_shared_memory + made_ : kind,
                  .offset = kind == no_object ? 0 : offset};
    if (is_shared) expected.flags |= may_share | shared;
    const bool is_file_to_read = is_shared && kind == file_to_read;
    if (is_file_to_read) expected.flags &= ~(may_write | shared);
    NaiveSpace tried = naive_;
    NaiveSpace::Placed placed = tried.mmap(fixed, count, expected);
    if (placed.error == Errno{} && is_file_to_read && (wanted & write) != 0) placed = {Errno::eacces};
    RC_ASSERT(errno_of(mapped) == placed.error);
    if (!mapped) return;
    naive_ = tried;
    RC_ASSERT(mapped->at == page_at(placed.at));
    RC_ASSERT(mapped->populate.pages() == (is_locked ? count : 0));
    if (expected.object < first_shared_memory) return;
    ++made_;
    number_of_[space_.map.vmas().find(mapped->at)->object.get()] = expected.object;
    promised_[expected.object] = is_reserved ? count : 0;
  }

  void remap(std::uint64_t page, std::uint64_t before) {
    const std::uint64_t after = random_.below(14);
    const auto flags = static_cast<std::uint32_t>(random_.below(8));
    const std::uint64_t to = random_.below(end_page);
    const bool was_locked = naive_.pages().contains(page) && (naive_.pages().at(page).flags & locked) != 0;
    const Result<Mapped> moved = mremap(space_.map, {.at = page_at(page),
                                                     .old_bytes = before * page_bytes,
                                                     .new_bytes = after * page_bytes,
                                                     .flags = flags,
                                                     .new_at = page_at(to)});
    const NaiveSpace::Placed placed = naive_.mremap(page, before, after, flags, to);
    RC_ASSERT(errno_of(moved) == placed.error);
    if (!moved) return;
    RC_ASSERT(moved->at == page_at(placed.at));
    RC_ASSERT(moved->populate.pages() == (was_locked && after > before ? after - before : 0));
  }

  void lock(std::uint64_t page, std::uint64_t count) {
    const VirtAddr at = page_at(page);
    const std::uint64_t bytes = count * page_bytes;
    switch (random_.below(3)) {
      case 0:
        return RC_ASSERT(errno_of(mlock(space_.map, at, bytes)) == naive_.mlock(page, count, locked));
      case 1:
        return RC_ASSERT(errno_of(mlock(space_.map, at, bytes, mlock_onfault)) == naive_.mlock(page, count, all_locks));
      default:
        return RC_ASSERT(errno_of(munlock(space_.map, at, bytes)) == naive_.mlock(page, count, 0));
    }
  }

  // What the advice does to a page.
  static Errno advised(Page& page, std::int32_t advice) {
    const bool is_private_memory = page.object == no_object;
    switch (advice) {
      case madv_random:
        page.flags = (page.flags & ~sequential) | random;
        return {};
      case madv_sequential:
        page.flags = (page.flags & ~random) | sequential;
        return {};
      case madv_normal:
        page.flags &= ~(random | sequential);
        return {};
      case madv_wipeonfork:
        if (!is_private_memory) return Errno::einval;
        page.flags |= wiped_in_fork;
        return {};
      case madv_dontneed:
        return (page.flags & locked) != 0 ? Errno::einval : Errno{};
      case madv_free:
        return (page.flags & locked) != 0 || !is_private_memory ? Errno::einval : Errno{};
      default:  // madv_remove
        if ((page.flags & locked) != 0 || is_private_memory) return Errno::einval;
        if ((page.flags & (shared | write)) != (shared | write)) return Errno::eacces;
        return page.object < first_shared_memory ? Errno::eopnotsupp : Errno{};
    }
  }
  void advise(std::uint64_t page, std::uint64_t count) {
    constexpr std::array<std::int32_t, 7> all{madv_random,   madv_sequential, madv_normal, madv_wipeonfork,
                                              madv_dontneed, madv_free,       madv_remove};
    const std::int32_t advice = all.at(random_.below(all.size()));
    const Errno expected = naive_.madvise(page, count, [advice](Page& each) { return advised(each, advice); });
    RC_ASSERT(errno_of(madvise(space_.map, page_at(page), count * page_bytes, advice)) == expected);
  }

  // msync and mincore change nothing.
  void look(std::uint64_t page, std::uint64_t count) {
    const std::uint32_t flags = random_.below(2) == 0 ? ms_async : ms_sync | ms_invalidate;
    const bool is_invalidating = (flags & ms_invalidate) != 0;
    std::uint64_t written = 0;
    std::uint64_t resident = count;
    Errno expected{};
    for (std::uint64_t at = page; at < page + count; ++at) {
      const auto found = naive_.pages().find(at);
      if (found == naive_.pages().end()) {
        expected = Errno::enomem;
        resident = std::min(resident, at - page);
      } else if (is_invalidating && (found->second.flags & locked) != 0) {
        expected = Errno::ebusy;
        resident = std::min(resident, first_hole(page, count) - page);
        break;
      } else if (is_invalidating && found->second.object != no_object && (found->second.flags & shared) != 0) {
        ++written;
      }
    }
    const SyncPlan plan = msync(space_.map, page_at(page), count * page_bytes, flags);
    RC_ASSERT(plan.error.value_or(Errno{}) == expected);
    for (const ObjectRange& each : plan.writes) written -= pages_of(each.last + 1 - each.first);
    RC_ASSERT(written == 0U);
    if (page + count <= end_page) {
      RC_ASSERT(mincore(space_.map, page_at(page), count * page_bytes).pages.size() == resident);
    }
  }
  std::uint64_t first_hole(std::uint64_t page, std::uint64_t count) const {
    std::uint64_t at = page;
    while (at < page + count && naive_.pages().contains(at)) ++at;
    return at;
  }

  Page page_of(const Vma& vma, VirtAddr at) const {
    const int object = vma.object == nullptr ? no_object : number_of_.at(vma.object.get());
    return {.flags = vma.flags, .object = object, .offset = vma.page_offset_of(at)};
  }
  // The VMAs are the longest runs of pages that are alike, and what is counted is what is there.
  void compare() const {
    NaiveSpace::Pages pages;
    const Vma* below = nullptr;
    for (const Vma& vma : space_.map.vmas().all()) {
      const bool is_apart = below == nullptr || !can_merge(*below, vma);
      RC_ASSERT(is_apart);
      below = &vma;
      for (VirtAddr at = vma.range.begin; at < vma.range.end; at += page_bytes) {
        pages[pages_of(at.value())] = page_of(vma, at);
      }
    }
    RC_ASSERT(pages == naive_.pages());
    MapCounters counters;
    std::uint64_t promised = 0;
    std::set<int> alive;
    for (const auto& [number, page] : pages) {
      ++counters.total;
      if ((page.flags & locked) != 0) ++counters.locked;
      if ((page.flags & (write | shared)) == write) ++counters.data;
      if ((page.flags & (exec | write)) == exec) ++counters.code;
      if ((page.flags & accounted) != 0) ++promised;
      if (page.object >= first_shared_memory && alive.insert(page.object).second) promised += promised_.at(page.object);
    }
    RC_ASSERT(counters == space_.map.counters());
    RC_ASSERT(promised == space_.commits.committed_pages());
    RC_ASSERT(counters.total == space_.commits.mapped_pages());
  }

  Prng random_;
  SpaceUnderTest space_{{.lowest = page_at(first_page)}, {.ram_pages = 262'144}, small_layout()};
  NaiveSpace naive_{first_page, end_page};
  std::array<MemoryObjectRef, 3> files_{nullptr, opened(), opened({.can_write = false})};
  std::map<const MemoryObject*, int> number_of_{{files_[1].get(), file_to_write}, {files_[2].get(), file_to_read}};
  std::map<int, std::uint64_t> promised_;  // by shared memory
  int made_ = 0;                           // of shared memory
};

TEST(AddressMapProperty, AnswersAsPageByPage) {
  EXPECT_TRUE(rc::check("random calls", [] {
    RandomCalls calls(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 200; ++i) calls.step();
  }));
}

}  // namespace signalbox::address_map_property_test
