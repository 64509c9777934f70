// Random calls, accesses, forks, exits and reclaim by several spaces, beside a model that knows bytes only. RapidCheck
// prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <map>

#include "kernel/base/prng.hpp"
#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/space/madvise.hpp"
#include "kernel/mm/space/mlock.hpp"
#include "kernel/mm/space/mprotect.hpp"
#include "kernel/mm/space/mremap.hpp"
#include "kernel/mm/space/msync.hpp"
#include "tests/support/paged_machine.hpp"

namespace signalbox::paging_property_test {

constexpr std::uint64_t slots = 6;       // places where a space may have a mapping
constexpr std::uint64_t slot_pages = 8;  // of each
constexpr std::uint64_t file_pages = 8;

// One word a page is enough: pages are moved whole.
using Words = std::map<std::uint64_t, std::uint64_t>;

// What a mapping shows.
struct ModelPage {
  enum class Kind : std::uint8_t { anonymous, file, shared };

  Kind kind = Kind::anonymous;
  bool is_shared = false;  // writes go to the object
  bool is_own = false;     // private, and written
  std::uint64_t word = 0;  // of a page of its own, or anonymous
  Words* object = nullptr;
  std::uint64_t index = 0;

  std::uint64_t value() const { return kind == Kind::anonymous || is_own ? word : (*object)[index]; }
  void write(std::uint64_t value) {
    if (is_shared) {
      (*object)[index] = value;
    } else {
      word = value;
      is_own = true;
    }
  }
};

struct Process {
  std::unique_ptr<UserSpace> space;
  std::map<std::uint64_t, ModelPage> pages;  // by page number
  std::map<std::uint64_t, bool> writable;
};

class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {
    for (std::uint64_t page = 0; page < file_pages; ++page) file_words_[page] = page;
    Process first;
    first.space = machine.new_space();
    processes_.push_back(std::move(first));
  }

  void step() {
    Process& process = processes_[random_.below(processes_.size())];
    switch (random_.below(24)) {
      case 0:
        return map(process);
      case 1:
        return unmap(process);
      case 2:
        return protect(process);
      case 3:
        return fork(process);
      case 4:
        return exit();
      case 5:
        return advise(process);
      case 6:
        return reclaim();
      case 7:
        return lock(process);
      case 8:
        return sync();
      case 9:
        return move(process);
      default:
        return access(process);
    }
  }

  void check_all() {
    for (Process& process : processes_) {
      for (auto& [page, model] : process.pages) {
        const auto value = machine.load(*process.space, VirtAddr(page << page_shift));
        if (!is_out_of_memory(value.has_value())) RC_ASSERT(value == model.value());
      }
      check_counters(process);
    }
    check_frames();
    check_page_counts();
  }

  void end() {
    processes_.clear();
    machine.finish_all();
    file_.reset();
    RC_ASSERT(machine.memory.frames().used_frames(FrameUse::page_table) == 0U);
    RC_ASSERT(machine.used_frames() == 1U);  // the zero page
    RC_ASSERT(machine.memory.swap().free_slots() == machine.memory.swap().slots());
    RC_ASSERT(machine.memory.commits().committed_pages() == 0U);
    RC_ASSERT(machine.memory.commits().mapped_pages() == 0U);
    RC_ASSERT(machine.memory.records().pool_used() == 0U);
  }

  // Little more than what is kept free, so that pages go to swap.
  PagedMachine machine{84, 400, {.overcommit = OvercommitMode::always}};

 private:
  static std::uint64_t first_page_of(std::uint64_t slot) { return 0x10000 + slot * 2 * slot_pages; }

  void map(Process& process) {
    const std::uint64_t first = first_page_of(random_.below(slots));
    MmapRequest request{.hint = VirtAddr(first << page_shift), .bytes = slot_pages * page_bytes};
    request.flags = map_fixed;
    ModelPage model;
    switch (random_.below(4)) {
      case 0:
        request.flags |= map_private | map_anonymous;
        break;
      case 1:
        request.flags |= map_shared | map_anonymous;
        shared_words_.push_back(std::make_unique<Words>());
        model = {.kind = ModelPage::Kind::shared, .is_shared = true, .object = shared_words_.back().get()};
        break;
      case 2:
        request.flags |= map_private;
        request.object = file_;
        model = {.kind = ModelPage::Kind::file, .object = &file_words_};
        break;
      default:
        request.flags |= map_shared;
        request.object = file_;
        model = {.kind = ModelPage::Kind::file, .is_shared = true, .object = &file_words_};
        break;
    }
    RC_ASSERT(mmap(process.space->map(), request).has_value());
    for (std::uint64_t i = 0; i < slot_pages; ++i) {
      model.index = i;
      process.pages[first + i] = model;
      process.writable[first + i] = true;
    }
  }

  // A whole place, if it is one VMA, onto another.
  void move(Process& process) {
    const std::uint64_t from = first_page_of(random_.below(slots));
    const std::uint64_t to = first_page_of(random_.below(slots));
    if (from == to) return;
    const Result<Mapped> moved = mremap(process.space->map(), {.at = VirtAddr(from << page_shift),
                                                               .old_bytes = slot_pages * page_bytes,
                                                               .new_bytes = slot_pages * page_bytes,
                                                               .flags = mremap_maymove | mremap_fixed,
                                                               .new_at = VirtAddr(to << page_shift)});
    // EFAULT of what is not one mapping comes first but for the target, which is unmapped before (mremap_to).
    if (!moved &&
        process.space->map().vmas().overlaps({VirtAddr(to << page_shift), VirtAddr((to + slot_pages) << page_shift)}))
      return;
    forget(process, to);
    if (!moved) return;
    for (std::uint64_t i = 0; i < slot_pages; ++i) {
      process.pages[to + i] = process.pages.at(from + i);
      process.writable[to + i] = process.writable.at(from + i);
    }
    forget(process, from);
  }
  static void forget(Process& process, std::uint64_t first) {
    for (std::uint64_t i = 0; i < slot_pages; ++i) {
      process.pages.erase(first + i);
      process.writable.erase(first + i);
    }
  }

  // Some pages of a place.
  std::pair<std::uint64_t, std::uint64_t> some_range() {
    const std::uint64_t from = random_.below(slot_pages);
    return {first_page_of(random_.below(slots)) + from, 1 + random_.below(slot_pages - from)};
  }

  void unmap(Process& process) {
    const auto [first, count] = some_range();
    RC_ASSERT(munmap(process.space->map(), VirtAddr(first << page_shift), count * page_bytes).has_value());
    for (std::uint64_t page = first; page < first + count; ++page) {
      process.pages.erase(page);
      process.writable.erase(page);
    }
  }

  void protect(Process& process) {
    const auto [first, count] = some_range();
    const bool may_write = random_.below(2) == 0;
    (void)mprotect(process.space->map(), VirtAddr(first << page_shift), count * page_bytes,
                   may_write ? prot_read | prot_write : prot_read);
    // Up to the first hole.
    for (std::uint64_t page = first; page < first + count && process.pages.contains(page); ++page)
      process.writable[page] = may_write;
  }

  void fork(Process& process) {
    if (processes_.size() >= 5) return;
    MemoryWork work;
    auto space = process.space->fork(AddressSpaceId(100 + ++forks_), work);
    if (!space) return;  // no frame for a table
    Process child;
    child.space = std::move(*space);
    child.pages = process.pages;
    child.writable = process.writable;
    processes_.push_back(std::move(child));
  }

  void exit() {
    if (processes_.size() == 1) return;
    processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(random_.below(processes_.size())));
  }

  void advise(Process& process) {
    const auto [first, count] = some_range();
    constexpr std::array advice{madv_dontneed, madv_willneed, madv_cold, madv_pageout};
    const std::int32_t chosen = advice[random_.below(advice.size())];
    const Result<void> done = madvise(process.space->map(), VirtAddr(first << page_shift), count * page_bytes, chosen);
    if (chosen != madv_dontneed) return;
    if (!done && done.error() == Errno::einval) {
      // Some VMA is locked; what lies below was given up. Which, the tables tell: nothing is private there any more.
      for (std::uint64_t page = first; page < first + count; ++page) {
        const auto model = process.pages.find(page);
        if (model == process.pages.end()) continue;
        if (process.space->map().vmas().find(VirtAddr(page << page_shift))->has(vma_flag::locked)) return;
        give_up(model->second);
      }
      return;
    }
    for (std::uint64_t page = first; page < first + count; ++page) {
      if (const auto model = process.pages.find(page); model != process.pages.end()) give_up(model->second);
    }
  }
  static void give_up(ModelPage& model) {
    if (model.is_shared) return;
    model.is_own = false;
    model.word = 0;
  }

  void lock(Process& process) {
    const auto [first, count] = some_range();
    const VirtAddr at(first << page_shift);
    if (random_.below(3) == 0) {
      (void)mlock(process.space->map(), at, count * page_bytes, mlock_onfault);
    } else {
      (void)munlock(process.space->map(), at, count * page_bytes);
    }
  }

  void sync() {
    for (const BlockRequest& each : machine.memory.start_writes(*file_->store(), 0, file_pages - 1))
      machine.requests.push_back(each);
    if (random_.below(2) == 0) machine.finish_all();
  }

  // Pages go out and stay on their way, or arrive.
  void reclaim() {
    BackgroundReclaim& background = machine.memory.shortage().background();
    for (unsigned i = 0; i < 3; ++i) {
      const ReclaimStep step = background.step();
      machine.requests.insert(machine.requests.end(), step.writes.begin(), step.writes.end());
    }
    (void)machine.reclaim(1);
    if (random_.below(2) == 0) machine.finish_all();
  }

  void access(Process& process) {
    const std::uint64_t page = first_page_of(random_.below(slots)) + random_.below(slot_pages);
    const VirtAddr at(page << page_shift);
    const auto model = process.pages.find(page);
    if (random_.below(2) == 0) {
      const auto value = machine.load(*process.space, at);
      if (is_out_of_memory(value.has_value())) return;
      RC_ASSERT(value.has_value() == (model != process.pages.end()));
      if (value) RC_ASSERT(*value == model->second.value());
      return;
    }
    const bool may_write = model != process.pages.end() && process.writable[page];
    const std::uint64_t value = 1000 + ++values_;
    const bool is_stored = machine.store(*process.space, at, value);
    if (is_out_of_memory(is_stored)) return;
    RC_ASSERT(is_stored == may_write);
    if (may_write) model->second.write(value);
  }

  // The access failed for lack of memory alone: tables and locked pages took all.
  bool is_out_of_memory(bool has_succeeded) const {
    return !has_succeeded && machine.last_plan.step == FaultPlan::Step::reclaim;
  }

  // Resident and swapped pages, counted from the tables.
  void check_counters(const Process& process) {
    ResidentCounters counted;
    const MainMemory& memory = machine.memory;
    for (const auto& [page, model] : process.pages) {
      const PageEntry entry = machine.entry(*process.space, VirtAddr(page << page_shift));
      if (is_swap_entry(entry)) ++counted.swapped;
      if (!holds_page(entry) || entry.frame() == memory.zero_page()) continue;
      const PageContent content = memory.records()[entry.frame()].content;
      if (content == PageContent::anonymous) ++counted.anonymous;
      if (content == PageContent::file) ++counted.file;
      if (content == PageContent::shared) ++counted.shared;
    }
    counted.peak = process.space->resident().peak;
    RC_ASSERT(process.space->resident() == counted);
  }

  // Every mapping is found from its page, and a page has a reference for each, for its cache, and while it is busy.
  void check_frames() {
    std::map<std::uint32_t, std::vector<PageMapping>> mapped;
    for (const Process& process : processes_) {
      for (const auto& [page, model] : process.pages) {
        const PageEntry entry = machine.entry(*process.space, VirtAddr(page << page_shift));
        if (holds_page(entry) && entry.frame() != machine.memory.zero_page())
          mapped[entry.frame().value()].push_back({process.space.get(), VirtAddr(page << page_shift)});
      }
    }
    for (const auto& [number, mappings] : mapped) {
      const PageRecord& record = machine.memory.records()[FrameNumber(number)];
      RC_ASSERT(record.mappings == mappings.size());
      const PageRecords::Mappings known = machine.memory.records().mappings_of(FrameNumber(number));
      RC_ASSERT(std::ranges::is_permutation(known, mappings));
      const bool is_cached = record.cache() != nullptr || record.has_slot;
      const bool is_busy = record.transfer != PageTransfer::none;
      RC_ASSERT(machine.memory.frames().frame(FrameNumber(number)).references ==
                mappings.size() + (is_cached ? 1U : 0U) + (is_busy ? 1U : 0U));
      RC_ASSERT(!record.is_exclusive || mappings.size() == 1U);
    }
  }

  // What is counted as it changes is what a look at every record finds.
  void check_page_counts() {
    PageCounts found;
    for (std::uint32_t frame = 0; frame < machine.memory.frames().frames(); ++frame) {
      const PageRecord& record = machine.memory.records()[FrameNumber(frame)];
      const bool is_anonymous = record.content == PageContent::anonymous;
      if (record.mappings > 0) ++(is_anonymous ? found.anonymous_mapped : found.cached_mapped);
      if (is_anonymous && record.has_slot) ++found.swap_cached;
      if (record.cache() != nullptr) ++found.cached;
      if (record.cache() != nullptr && record.content == PageContent::shared) ++found.shared;
      if (record.transfer == PageTransfer::writing) ++found.writing;
    }
    RC_ASSERT(machine.memory.records().counts() == found);
  }

  Prng random_;
  MemoryObjectRef file_{new TestFile(file_pages)};
  Words file_words_;
  std::vector<std::unique_ptr<Words>> shared_words_;
  std::vector<Process> processes_;
  std::uint32_t forks_ = 0;
  std::uint64_t values_ = 0;
};

// The n-th frame and the n-th place in swap are refused.
TEST(Paging, RefusalsLoseNothing) {
  for (std::uint64_t n = 0; n < 300; ++n) {
    World world(n % 7);
    world.machine.memory.frames().refuse_after(n);
    world.machine.memory.swap().refuse_allocation(n / 4 + 1);
    for (unsigned i = 0; i < 300; ++i) world.step();
    world.machine.memory.frames().refuse_after(PhysicalMemory::never);
    world.check_all();
    world.end();
  }
}

TEST(Paging, SpacesShowWhatTheModelShows) {
  EXPECT_TRUE(rc::check("contents, counters and references", [](std::uint64_t seed) {
    World world(seed);
    for (unsigned i = 0; i < 500; ++i) {
      world.step();
      if (i % 50 == 49) world.check_all();
    }
    world.end();
  }));
}

}  // namespace signalbox::paging_property_test
