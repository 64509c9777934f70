// An address space beside a naive one that knows pages only, on random calls. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <optional>

#include "kernel/base/prng.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "tests/support/address_maps.hpp"

namespace signalbox::address_map_property_test {

using namespace vma_flag;

constexpr std::uint64_t first_page = 1;
constexpr std::uint64_t end_page = 96;

// By page number: its flags. All is private and anonymous.
class NaiveSpace {
 public:
  using Pages = std::map<std::uint64_t, VmaFlags>;

  Errno munmap(std::uint64_t page, std::uint64_t count) {
    if (count == 0 || page + count > end_page) return Errno::einval;
    pages_.erase(pages_.lower_bound(page), pages_.lower_bound(page + count));
    return {};
  }

  // Page number, or nothing if there is no room.
  std::optional<std::uint64_t> mmap(std::optional<std::uint64_t> fixed, std::uint64_t count, VmaFlags flags) {
    const std::optional<std::uint64_t> at = fixed ? fixed : highest_gap(count);
    if (!at || *at + count > end_page) return std::nullopt;
    if ((flags & write) != 0) flags |= accounted;
    for (std::uint64_t page = *at; page < *at + count; ++page) pages_[page] = flags;
    return at;
  }

  Errno mprotect(std::uint64_t page, std::uint64_t count, VmaFlags wanted) {
    return each(page, count, [wanted](VmaFlags flags) {
      flags = (flags & ~rights) | wanted;
      return (wanted & write) != 0 ? flags | accounted : flags;
    });
  }
  Errno mlock(std::uint64_t page, std::uint64_t count, VmaFlags lock) {
    return each(page, count, [lock](VmaFlags flags) { return (flags & ~all_locks) | lock; });
  }
  Errno madvise_random(std::uint64_t page, std::uint64_t count) {
    bool has_hole = false;
    for (std::uint64_t at = page; at < page + count; ++at) {
      const auto found = pages_.find(at);
      if (found == pages_.end()) {
        has_hole = true;
      } else {
        found->second |= random;
      }
    }
    return has_hole ? Errno::enomem : Errno{};
  }

  const Pages& pages() const { return pages_; }

 private:
  std::optional<std::uint64_t> highest_gap(std::uint64_t count) const {
    for (std::uint64_t at = end_page - count; at >= first_page; --at) {
      const auto next = pages_.lower_bound(at);
      if (next == pages_.end() || next->first >= at + count) return at;
    }
    return std::nullopt;
  }
  // Up to the first hole.
  template <class Change>
  Errno each(std::uint64_t page, std::uint64_t count, Change change) {
    for (std::uint64_t at = page; at < page + count; ++at) {
      const auto found = pages_.find(at);
      if (found == pages_.end()) return Errno::enomem;
      found->second = change(found->second);
    }
    return {};
  }

  Pages pages_;
};

// The mapping area is all of a space of 80 pages, so that calls meet.
AddressLayout small_layout() {
  AddressLayout layout;
  layout.end = page_at(end_page);
  layout.mmap_base = page_at(end_page);
  layout.legacy_base = page_at(first_page);
  return layout;
}

class RandomCalls {
 public:
  explicit RandomCalls(std::uint64_t seed) : random_(seed) {
    space_.map.limits.may_lock = true;
    space_.map.limits.may_map_low = false;
  }

  void step() {
    const std::uint64_t page = first_page + random_.below(end_page - first_page);
    const std::uint64_t count = random_.below(12);
    const auto wanted = static_cast<VmaFlags>(random_.below(8));
    const std::uint64_t bytes = count * page_bytes;
    const VirtAddr at = page_at(page);
    switch (random_.below(6)) {
      case 0:
        RC_ASSERT(errno_of(munmap(space_.map, at, bytes)) == naive_.munmap(page, count));
        break;
      case 1:
        map(random_.below(2) == 0 ? std::optional(page) : std::nullopt, count + 1, wanted);
        break;
      case 2:
        RC_ASSERT(errno_of(mprotect(space_.map, at, bytes, wanted)) == naive_.mprotect(page, count, wanted));
        break;
      case 3:
        RC_ASSERT(errno_of(mlock(space_.map, at, bytes)) == naive_.mlock(page, count, locked));
        break;
      case 4:
        RC_ASSERT(errno_of(munlock(space_.map, at, bytes)) == naive_.mlock(page, count, 0));
        break;
      default:
        RC_ASSERT(errno_of(madvise(space_.map, at, bytes, madv_random)) == naive_.madvise_random(page, count));
    }
    compare();
  }

 private:
  void map(std::optional<std::uint64_t> fixed, std::uint64_t count, VmaFlags wanted) {
    const Result<Mapped> mapped = mmap(space_.map, {.hint = page_at(fixed.value_or(0)),
                                                    .bytes = count * page_bytes,
                                                    .prot = wanted,
                                                    .flags = map_private | map_anonymous | (fixed ? map_fixed : 0)});
    const std::optional<std::uint64_t> expected = naive_.mmap(fixed, count, wanted | all_may);
    RC_ASSERT(mapped.has_value() == expected.has_value());
    if (expected) {
      RC_ASSERT(mapped->at == page_at(*expected));
    } else {
      RC_ASSERT(mapped.error() == Errno::enomem);
    }
  }

  // The VMAs are the longest runs of pages that are alike, and what is counted is what is there.
  void compare() {
    NaiveSpace::Pages pages;
    MapCounters counters;
    std::uint64_t promised = 0;
    const Vma* below = nullptr;
    for (const Vma& vma : space_.map.vmas().all()) {
      const bool is_apart = below == nullptr || below->range.end < vma.range.begin || below->flags != vma.flags;
      RC_ASSERT(is_apart);
      below = &vma;
      for (VirtAddr at = vma.range.begin; at < vma.range.end; at += page_bytes) pages[pages_of(at.value())] = vma.flags;
    }
    RC_ASSERT(pages == naive_.pages());
    for (const auto& [page, flags] : pages) {
      ++counters.total;
      if ((flags & locked) != 0) ++counters.locked;
      if ((flags & write) != 0) ++counters.data;
      if ((flags & (exec | write)) == exec) ++counters.code;
      if ((flags & accounted) != 0) ++promised;
    }
    RC_ASSERT(counters == space_.map.counters());
    RC_ASSERT(promised == space_.commits.committed_pages());
  }

  Prng random_;
  SpaceUnderTest space_{{.lowest = page_at(first_page)}, {.ram_pages = 262'144}, small_layout()};
  NaiveSpace naive_;
};

TEST(AddressMapProperty, AnswersAsPageByPage) {
  EXPECT_TRUE(rc::check("random calls", [] {
    RandomCalls calls(*rc::gen::arbitrary<std::uint64_t>());
    for (int i = 0; i < 200; ++i) calls.step();
  }));
}

}  // namespace signalbox::address_map_property_test
