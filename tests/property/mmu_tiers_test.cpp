// What every tier of the MMU promises, on random programs. RapidCheck prints the seed of a failure.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "kernel/base/prng.hpp"
#include "kernel/mm/mmu.hpp"
#include "kernel/mm/page_table.hpp"
#include "tests/support/emulated_ram.hpp"
#include "tests/support/naive_mmu.hpp"

namespace signalbox::mmu_tiers_test {

constexpr std::uint64_t writable = page_bit::present | page_bit::writable | page_bit::user;
constexpr std::uint64_t readable = page_bit::present | page_bit::user;

// A random program on several address spaces, run in all tiers and beside the naive model. What it reads is compared
// with the model's own memory: the frame that the tables name.
class RandomProgram {
 public:
  RandomProgram(std::uint64_t seed, const TlbGeometry& tlb, const WalkCacheGeometry& walk_cache)
      : random_(seed),
        config_{.tlb = tlb, .walk_cache = walk_cache},
        exact_(ram_.memory, config_),
        fast_(ram_.memory, {.tier = MmuTier::fast}),
        full_(ram_.memory, {.tier = MmuTier::full, .tlb = tlb, .walk_cache = walk_cache}),
        naive_(config_) {
    for (unsigned i = 0; i < spaces; ++i) tables_.push_back(PageTable::create(ram_.memory, x86_64_format()).value());
    load(0, Mmu::Known::forget);
  }

  std::size_t longest_span() const { return longest_span_; }
  void run(unsigned steps) {
    for (unsigned i = 0; i < steps; ++i) {
      const std::uint64_t what = random_.below(1000);
      if (what < 850) {
        access();
      } else if (what < 900) {
        access_span();
      } else if (what < 920) {
        load(static_cast<unsigned>(random_.below(spaces)),
             random_.below(4) == 0 ? Mmu::Known::forget : Mmu::Known::keep);
      } else if (what < 970) {
        change();
      } else if (what < 998) {
        forget_page(some_address());
      } else {
        forget_all();
      }
    }
    RC_ASSERT(exact_.counters() == naive_.counters());
    RC_ASSERT(full_.counters() == naive_.counters());
    RC_ASSERT(exact_.counters().faults == fast_.counters().faults);
    RC_ASSERT(exact_.counters().accesses == fast_.counters().accesses);
  }

 private:
  static constexpr unsigned spaces = 3;

  // Some pages are close together, some share TLB sets, some are part of large pages.
  VirtAddr some_address() {
    static constexpr std::array bases{0x0UL, 0x20'0000UL, 0x40'0000UL, 0x120'0000UL, 0x7fff'ff00'0000UL};
    const std::uint64_t base = bases[random_.below(bases.size())];
    const std::uint64_t page = random_.below(3) == 0 ? random_.below(8) * 16 : random_.below(24);
    const std::uint64_t offset = random_.below(4) == 0 ? random_.below(page_bytes) : random_.below(512) * 8;
    return VirtAddr(base + page * page_bytes + offset);
  }

  void load(unsigned space, Mmu::Known known) {
    loaded_ = space;
    const Asid asid(static_cast<std::uint8_t>(space));
    for (Mmu* const mmu : {&exact_, &fast_, &full_})
      mmu->load_root(x86_64_format(), tables_[space].root(), asid, known);
    naive_.load_root(tables_[space], space, known);
  }
  void forget_page(VirtAddr at) {
    exact_.forget_page(at);
    fast_.forget_page(at);
    full_.forget_page(at);
    naive_.forget_page(at);
  }
  void forget_all() {
    exact_.forget_all();
    fast_.forget_all();
    full_.forget_all();
    naive_.forget_all();
  }

  // Maps what is not mapped; takes away, or changes the rights of, what is.
  void change() {
    PageTable& table = tables_[loaded_];
    const VirtAddr at = some_address().aligned_down(page_bytes);
    if (!table.look_up(at).is_mapped) {
      const bool is_large = random_.below(3) == 0;
      const auto frame =
          static_cast<std::uint32_t>(is_large ? 2048 + 512 * random_.below(3) : 2000 + random_.below(48));
      const PageEntry page(FrameNumber(frame), random_.below(3) == 0 ? readable : writable);
      (void)table.map(is_large ? at.aligned_down(0x20'0000) : at, page, is_large ? PageSize::large : PageSize::small);
      // Frames that follow each other, as a buddy hands them out.
      for (std::uint32_t next = 1; next < 6 && !is_large; ++next) {
        const PageEntry follower(FrameNumber(frame + next), writable);
        if (!table.look_up(at + next * page_bytes).is_mapped) (void)table.map(at + next * page_bytes, follower);
      }
      return;
    }
    const bool removes = random_.below(2) == 0;
    table.visit(at, at, [&](VirtAddr, PageEntry& page, PageSize) {
      page = removes ? PageEntry() : PageEntry(page.bits() ^ page_bit::writable).without(page_bit::accessed);
    });
    trim_if_empty(at.aligned_down(0x20'0000), at.aligned_down(0x20'0000) + 0x1f'ffff);
    forget_page(at);
  }
  void trim_if_empty(VirtAddr first, VirtAddr last) {
    unsigned pages = 0;
    tables_[loaded_].visit(first, last, [&](VirtAddr, PageEntry&, PageSize) { ++pages; });
    if (pages == 0) tables_[loaded_].trim(first, last);
  }

  template <class T>
  void access_as() {
    const VirtAddr at = some_address();
    const bool is_write = random_.below(3) == 0;
    const bool succeeds = naive_.access(at, sizeof(T), is_write ? Access::write : Access::read);
    if (is_write) {
      const T value = static_cast<T>(random_.next());
      RC_ASSERT(exact_.store(at, value) == succeeds);
      RC_ASSERT(fast_.store(at, value) == succeeds);
      RC_ASSERT(full_.store(at, value) == succeeds);
      if (succeeds) RC_ASSERT(by_tables<T>(at) == value);
    } else {
      const std::optional<T> value = exact_.load<T>(at);
      RC_ASSERT(value.has_value() == succeeds);
      RC_ASSERT(fast_.load<T>(at) == value);
      RC_ASSERT(full_.load<T>(at) == value);
      if (succeeds) RC_ASSERT(by_tables<T>(at) == *value);
    }
    if (!succeeds) RC_ASSERT(exact_.fault() == fast_.fault());
  }
  void access() {
    switch (random_.below(3)) {
      case 0:
        return access_as<std::uint8_t>();
      case 1:
        return access_as<std::uint32_t>();
      default:
        return access_as<std::uint64_t>();
    }
  }
  // Each page of what comes back is an access of the model, whatever the tier makes of it.
  void access_span() {
    const VirtAddr at = some_address();
    const std::size_t most = 1 + random_.below(6 * page_bytes);
    const Access access = random_.below(3) == 0 ? Access::write : Access::read;
    const bool succeeds = naive_.access(at, 1, access);
    const std::span<std::byte> bytes = exact_.span(at, most, access);
    RC_ASSERT(bytes.empty() != succeeds);
    longest_span_ = std::max(longest_span_, bytes.size());
    const std::size_t in_page = page_bytes - at.value() % page_bytes;
    for (std::size_t done = in_page; done < bytes.size(); done += page_bytes) {
      RC_ASSERT(naive_.access(at + done, 1, access));
      const auto where = translated(tables_[loaded_].look_up(at + done), x86_64_format(), at + done);
      RC_ASSERT(ram_.memory.host_address(*where) == std::bit_cast<std::uint64_t>(bytes.data() + done));
    }
    for (Mmu* const mmu : {&fast_, &full_}) {
      std::size_t done = 0;
      do {
        const std::span<std::byte> part = mmu->span(at + done, bytes.empty() ? 1 : bytes.size() - done, access);
        RC_ASSERT(part.data() == bytes.data() + done);
        done += part.size();
      } while (done < bytes.size());
    }
  }
  // Byte by byte where the tables say.
  template <class T>
  T by_tables(VirtAddr at) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      const VirtAddr byte = at + i;
      const auto where = translated(tables_[loaded_].look_up(byte), x86_64_format(), byte);
      value |= std::uint64_t{ram_.memory.read<std::uint8_t>(*where)} << (8 * i);
    }
    return static_cast<T>(value);
  }

  Prng random_;
  MmuConfig config_;
  EmulatedRam ram_{4096};
  std::vector<PageTable> tables_;
  Mmu exact_;
  Mmu fast_;
  Mmu full_;
  NaiveMmu naive_;
  std::size_t longest_span_ = 0;
  unsigned loaded_ = 0;
};

TEST(MmuProperty, ExactEqualsTheNaiveModelAndFastReadsTheSame) {
  std::size_t longest_span = 0;
  EXPECT_TRUE(rc::check("naive", [&] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    TlbGeometry tlb;
    if (*rc::gen::arbitrary<bool>()) tlb = {.small_l1 = {4, 2}, .large_l1 = {2, 1}, .l2 = {4, 3}};
    const bool has_walk_cache = *rc::gen::arbitrary<bool>();
    RandomProgram program(seed, tlb, has_walk_cache ? WalkCacheGeometry{2, 2, 1} : no_walk_cache);
    program.run(3000);
    longest_span = std::max(longest_span, program.longest_span());
  }));
  EXPECT_GT(longest_span, 3 * page_bytes);
}

}  // namespace signalbox::mmu_tiers_test
