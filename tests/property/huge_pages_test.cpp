// What huge pages promise: a random program of calls, accesses, forks, exits, reclaim and khugepaged reads the same
// with them and without, tables, records and lists agree at any time, and every frame comes back. RapidCheck prints the
// seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "kernel/base/prng.hpp"
#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/reclaim/registry.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::huge_pages_property_test {

constexpr std::uint64_t first_page = 0x40000;
constexpr std::uint64_t window_pages = 5 * huge_page_frames;  // where a space has mappings
constexpr std::size_t most_processes = 3;

struct Process {
  std::unique_ptr<UserSpace> space;
  std::map<std::uint64_t, std::uint64_t> words;  // of pages that are mapped: what they hold
  std::set<std::uint64_t> locked;                // may be read only
};

// Where a program read what, refusals among it.
using Reads = std::vector<std::optional<std::uint64_t>>;

class HugeWorld {
 public:
  HugeWorld(std::uint64_t seed, HugePagePolicy policy, const ReclaimerRow* replacement = nullptr,
            MmuTier tier = MmuTier::exact)
      : machine(2200, 20'000, config(policy, replacement),
                {.tier = tier, .tlb = {.small_l1 = {4, 2}, .large_l1 = {2, 1}, .l2 = {8, 3}}}),
        random_(seed) {
    processes_.push_back({.space = machine.new_space(), .words = {}, .locked = {}});
  }

  // What is drawn depends on the program alone, never on the machine.
  void step() {
    Process& process = processes_[random_.below(processes_.size())];
    const std::uint64_t what = random_.below(40);
    const std::uint64_t draw = random_.next();
    const auto [first, count] = some_range();
    const VirtAddr at(first << page_shift);
    const std::uint64_t bytes = count * page_bytes;
    if (what == 0) return map(process, first, count);
    if (what == 1) return unmap(process, first, count);
    if (what == 2) return protect(process, first, count, draw);
    if (what == 3) return fork(process);
    if (what == 4) return exit(draw);
    if (what == 5) return give_up(process, first, count);
    if (what == 6) return reclaim(draw);
    if (what == 7) return move(process, first, draw);
    if (what == 8) return advise(process, at, bytes, draw);
    if (what == 9) return (void)mlock(process.space->map(), at, std::min(bytes, 64 * page_bytes), mlock_onfault);
    if (what == 10) return (void)munlock(process.space->map(), at, bytes);
    if (what == 11) return scan(draw);
    if (what < 14) return fill(process, first, std::min<std::uint64_t>(count, 700), draw);
    access(process, first, draw);
  }

  void check_all() {
    std::map<std::uint32_t, std::vector<PageMapping>> mapped;
    std::map<std::uint32_t, std::uint32_t> huge;
    for (Process& process : processes_) {
      ResidentCounters counted;
      for (const auto& [page, word] : process.words) {
        const VirtAddr at(page << page_shift);
        const PageEntry entry = process.space->entry_at(at);
        if (is_swap_entry(entry)) ++counted.swapped;
        if (!holds_page(entry) || entry.frame() == machine.memory.zero_page()) continue;
        ++counted.anonymous;
        mapped[entry.frame().value()].push_back({process.space.get(), at});
        const bool is_huge_begin = at == at.aligned_down(huge_page_bytes) && process.space->is_huge_at(at);
        if (is_huge_begin) ++huge[entry.frame().value()];
      }
      counted.peak = process.space->resident().peak;
      RC_ASSERT(process.space->resident() == counted);
    }
    check_frames(mapped);
    RC_ASSERT(huge.size() == machine.memory.huge_pages().pages());
    for (const auto& [head, entries] : huge)
      RC_ASSERT(machine.memory.huge_pages().mappings(FrameNumber(head)) == entries);
  }

  Reads end() {
    for (Process& process : processes_) {
      for (std::uint64_t page = first_page; page < first_page + window_pages; page += 13) read(process, page);
    }
    processes_.clear();
    machine.finish_all();
    RC_ASSERT(machine.used_frames() == 1U);  // the zero page
    RC_ASSERT(machine.memory.frames().used_frames(FrameUse::page_table) == 0U);
    RC_ASSERT(machine.memory.swap().free_slots() == machine.memory.swap().slots());
    RC_ASSERT(machine.memory.commits().committed_pages() == 0U);
    RC_ASSERT(machine.memory.records().pool_used() == 0U);
    RC_ASSERT(machine.memory.huge_pages().pages() == 0U);
    return std::move(reads_);
  }

  PagedMachine machine;

 private:
  static MemoryConfig config(HugePagePolicy policy, const ReclaimerRow* replacement) {
    MemoryConfig config{.overcommit = OvercommitMode::always, .huge_pages = policy};
    config.shortage.replacement.policy = replacement;
    return config;
  }

  // Often whole huge pages, or one end at such a border.
  std::pair<std::uint64_t, std::uint64_t> some_range() {
    const auto edge = [&] {
      const std::uint64_t page = random_.below(window_pages);
      return random_.below(2) == 0 ? page : page / huge_page_frames * huge_page_frames;
    };
    const std::uint64_t a = edge();
    const std::uint64_t b = edge();
    return {first_page + std::min(a, b), std::max(a, b) - std::min(a, b) + (a == b ? 1 : 0)};
  }

  void map(Process& process, std::uint64_t first, std::uint64_t count) {
    RC_ASSERT(mmap(process.space->map(), {.hint = VirtAddr(first << page_shift),
                                          .bytes = count * page_bytes,
                                          .flags = map_private | map_anonymous | map_fixed}));
    for (std::uint64_t page = first; page < first + count; ++page) {
      process.words[page] = 0;
      process.locked.erase(page);
    }
  }
  void unmap(Process& process, std::uint64_t first, std::uint64_t count) {
    RC_ASSERT(munmap(process.space->map(), VirtAddr(first << page_shift), count * page_bytes));
    forget(process, first, count);
  }
  static void forget(Process& process, std::uint64_t first, std::uint64_t count) {
    for (std::uint64_t page = first; page < first + count; ++page) {
      process.words.erase(page);
      process.locked.erase(page);
    }
  }
  void protect(Process& process, std::uint64_t first, std::uint64_t count, std::uint64_t draw) {
    const bool may_write = draw % 2 == 0;
    (void)mprotect(process.space->map(), VirtAddr(first << page_shift), count * page_bytes,
                   may_write ? prot_read | prot_write : prot_read);
    // Up to the first hole.
    for (std::uint64_t page = first; page < first + count && process.words.contains(page); ++page) {
      if (may_write) {
        process.locked.erase(page);
      } else {
        process.locked.insert(page);
      }
    }
  }
  void fork(Process& process) {
    if (processes_.size() == most_processes) return;
    MemoryWork work;
    while (true) {
      auto space = process.space->fork(AddressSpaceId(1000 + ++forks_), work);
      if (space) {
        Process child{.space = std::move(*space), .words = process.words, .locked = process.locked};
        return processes_.push_back(std::move(child));
      }
      machine.memory.frames().refuse_after(PhysicalMemory::never);  // what was refused for a test is so once
      RC_ASSERT(machine.reclaim());
    }
  }
  void exit(std::uint64_t draw) {
    if (processes_.size() == 1) return;
    processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(draw % processes_.size()));
  }
  // Stops where something is locked; what lies below was given up, as the tables tell.
  void give_up(Process& process, std::uint64_t first, std::uint64_t count) {
    (void)madvise(process.space->map(), VirtAddr(first << page_shift), count * page_bytes, madv_dontneed);
    for (std::uint64_t page = first; page < first + count; ++page) {
      const Vma* const vma = process.space->map().vmas().find(VirtAddr(page << page_shift));
      if (vma == nullptr) continue;
      if (vma->has(vma_flag::locked)) return;
      process.words[page] = 0;
    }
  }
  void reclaim(std::uint64_t draw) {
    for (std::uint64_t i = 0; i < draw % 40; ++i) {
      const ReclaimStep step = machine.memory.shortage().background().step();
      machine.requests.insert(machine.requests.end(), step.writes.begin(), step.writes.end());
      if (draw % 3 != 0) machine.finish_all();
    }
    (void)machine.reclaim(1);
    machine.finish_all();
  }
  // As khugepaged does it, which may find no block, and need pages from swap.
  void scan(std::uint64_t draw) {
    for (std::uint64_t i = 0; i < draw % 20; ++i) {
      (void)machine.memory.huge_page_scan().step();
      machine.finish_all();
    }
  }
  // Some pages of one mapping, to a place that is free.
  void move(Process& process, std::uint64_t first, std::uint64_t draw) {
    const Vma* const vma = process.space->map().vmas().find(VirtAddr(first << page_shift));
    if (vma == nullptr) return;
    const std::uint64_t count = std::min<std::uint64_t>(pages_of(vma->range.end.value()) - first, 2 * huge_page_frames);
    const std::uint64_t step = draw % 2 == 0 ? huge_page_frames : 1;
    const std::uint64_t to = first + 2 * huge_page_frames + draw / 2 % 100 * step;
    if (to + count > first_page + window_pages) return;
    const PageRange target{VirtAddr(to << page_shift), VirtAddr((to + count) << page_shift)};
    if (process.space->map().vmas().overlaps(target)) return;
    const MremapRequest request{.at = VirtAddr(first << page_shift),
                                .old_bytes = count * page_bytes,
                                .new_bytes = count * page_bytes,
                                .flags = mremap_maymove | mremap_fixed,
                                .new_at = target.begin};
    while (!mremap(process.space->map(), request)) {
      machine.memory.frames().refuse_after(PhysicalMemory::never);
      RC_ASSERT(machine.reclaim());  // there was no frame for a table
    }
    for (std::uint64_t i = 0; i < count; ++i) {
      process.words[to + i] = process.words.at(first + i);
      if (process.locked.contains(first + i)) process.locked.insert(to + i);
    }
    forget(process, first, count);
  }
  static void advise(Process& process, VirtAddr at, std::uint64_t bytes, std::uint64_t draw) {
    constexpr std::array advice{madv_hugepage, madv_nohugepage, madv_cold, madv_pageout, madv_willneed, madv_random};
    (void)madvise(process.space->map(), at, bytes, advice[draw % advice.size()]);
  }

  void access(Process& process, std::uint64_t page, std::uint64_t draw) {
    if (draw % 4 == 0) return read(process, page);
    const bool may_write = process.words.contains(page) && !process.locked.contains(page);
    const bool is_stored = machine.store(*process.space, VirtAddr(page << page_shift), draw);
    RC_ASSERT(is_stored == may_write);
    if (may_write) process.words[page] = draw;
  }
  void fill(Process& process, std::uint64_t first, std::uint64_t count, std::uint64_t draw) {
    for (std::uint64_t page = first; page < first + count; ++page) access(process, page, (draw + page) | 1U);
  }
  void read(Process& process, std::uint64_t page) {
    reads_.push_back(machine.load(*process.space, VirtAddr(page << page_shift)));
    const auto word = process.words.find(page);
    RC_ASSERT(reads_.back() == (word == process.words.end() ? std::nullopt : std::optional(word->second)));
  }

  // Every mapping is found from its page; a frame has a reference for each, for its place in swap, and while it is
  // busy. On the lists of reclaim stands every page once, a huge one as many.
  void check_frames(const std::map<std::uint32_t, std::vector<PageMapping>>& mapped) {
    const MainMemory& memory = machine.memory;
    const PageLists& lists = memory.shortage().lists();
    std::uint32_t listed = 0;
    for (const auto& [number, mappings] : mapped) {
      const FrameNumber frame(number);
      const PageRecord& record = memory.records()[frame];
      RC_ASSERT(record.mappings == mappings.size());
      RC_ASSERT(std::ranges::is_permutation(memory.records().mappings_of(frame), mappings));
      RC_ASSERT(memory.frames().frame(frame).references ==
                mappings.size() + (record.has_slot ? 1U : 0U) + (record.transfer != PageTransfer::none ? 1U : 0U));
      RC_ASSERT(!record.is_exclusive || mappings.size() == 1U);
      const bool is_huge = memory.huge_pages().contains(frame);
      const bool is_head = is_huge && frame == huge_page_of(frame);
      RC_ASSERT(lists.contains(frame) == (!is_huge || is_head));
      if (lists.contains(frame)) listed += lists.pages(frame);
    }
    std::uint32_t all = lists.size(PageList::unevictable);
    for (const PageList list : evictable_lists) all += lists.size(list);
    RC_ASSERT(listed <= all);  // more: what nobody maps is in swap's cache
  }

  Prng random_;
  std::vector<Process> processes_;
  std::uint32_t forks_ = 0;
  Reads reads_;
};

TEST(HugePageProperty, ProgramsReadTheSameWithThemAndWithout) {
  std::uint64_t huge_faults = 0;
  std::uint64_t splits = 0;
  std::uint64_t swapped = 0;
  std::uint64_t collapsed = 0;
  EXPECT_TRUE(rc::check("contents, counters and references", [&](std::uint64_t seed) {
    const auto run = [&](HugePagePolicy policy) {
      HugeWorld world(seed, policy);
      for (unsigned i = 0; i < 400; ++i) {
        world.step();
        if (i % 40 == 39) world.check_all();
      }
      huge_faults += world.machine.memory.events().huge_faults;
      splits += world.machine.memory.events().huge_page_splits;
      swapped += world.machine.memory.events().swapped_out;
      collapsed += world.machine.memory.huge_page_scan().pages_collapsed();
      return world.end();
    };
    const Reads never = run(HugePagePolicy::never);
    RC_ASSERT(run(HugePagePolicy::always) == never);
    RC_ASSERT(run(HugePagePolicy::madvise) == never);
  }));
  EXPECT_GT(huge_faults, 10U);
  EXPECT_GT(splits, 10U);
  EXPECT_GT(swapped, 100U);
  EXPECT_GT(collapsed, 10U);
}

// And in every tier of the MMU, where huge entries have TLB arrays of their own: the same faults, splits and swapping.
TEST(HugePageProperty, TiersDoTheSame) {
  EXPECT_TRUE(rc::check("tiers", [](std::uint64_t seed) {
    const auto run = [&](MmuTier tier) {
      HugeWorld world(seed, HugePagePolicy::always, nullptr, tier);
      for (unsigned i = 0; i < 250; ++i) world.step();
      const MemoryEvents events = world.machine.memory.events();
      const ReclaimCounters reclaim = world.machine.memory.shortage().counters();
      return std::tuple(events, reclaim, world.end());
    };
    const auto exact = run(MmuTier::exact);
    RC_ASSERT(run(MmuTier::fast) == exact);
    RC_ASSERT(run(MmuTier::full) == exact);
  }));
}

// With the textbooks' replacement policies too, which know pages of one size.
TEST(HugePageProperty, EveryReplacementPolicyGivesAllBack) {
  for (const ReclaimerRow* row : all_reclaimers()) {
    if (row->input != ReclaimerInput::bits) continue;
    HugeWorld world(7, HugePagePolicy::always, row);
    for (unsigned i = 0; i < 400; ++i) world.step();
    world.check_all();
    EXPECT_FALSE(world.end().empty());
  }
}

// The n-th frame, block or table is refused.
TEST(HugePageProperty, RefusalsLoseNothing) {
  for (std::uint64_t n = 0; n < 150; ++n) {
    HugeWorld world(n % 5, HugePagePolicy::always);
    world.machine.memory.frames().refuse_after(n);
    for (unsigned i = 0; i < 150; ++i) world.step();
    world.machine.memory.frames().refuse_after(PhysicalMemory::never);
    world.check_all();
    EXPECT_FALSE(world.end().empty());
  }
}

}  // namespace signalbox::huge_pages_property_test
