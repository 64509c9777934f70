#pragma once

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "kernel/mm/shortage/direct_reclaim.hpp"
#include "kernel/mm/shortage/shortage.hpp"
#include "tests/support/emulated_ram.hpp"

namespace signalbox {

struct HandClock final : MemoryClock {
  Instant now() const override { return at; }
  Instant at;
};

// A page of the fake paging below.
struct FakePage {
  PageKind kind = PageKind::anonymous;
  std::uint32_t mappings = 1;
  std::uint32_t accessed = 1;  // of them; the access that brought the page is one
  bool is_dirty = true;
  bool is_busy = false;
  bool is_locked = false;
  bool is_code = false;
  std::optional<SwapSlot> slot = {};
  AddressSpaceId owner = {};
};

// Paging as reclaim sees it, without address spaces: pages by frame, and what became of those that lost theirs. Finds
// whoever breaks the rules of ReclaimablePages.
class FakePages final : public ReclaimablePages {
 public:
  FakePages(PhysicalMemory& frames, SwapArea& swap) : frames_(frames), swap_(swap) {}

  References take_references(FrameNumber page) override {
    FakePage& at = pages.at(page);
    return {.accessed = std::exchange(at.accessed, 0), .is_executable_file = at.is_code, .is_locked = at.is_locked};
  }
  bool is_mapped(FrameNumber page) const override { return pages.at(page).mappings > 0; }
  bool is_dirty(FrameNumber page) const override { return pages.at(page).is_dirty; }
  bool is_busy(FrameNumber page) const override { return pages.at(page).is_busy; }
  std::optional<AddressSpaceId> owner(FrameNumber page) const override {
    return pages.at(page).mappings > 0 ? std::optional(pages.at(page).owner) : std::nullopt;
  }
  bool add_to_swap(FrameNumber page) override {
    FakePage& at = pages.at(page);
    EXPECT_EQ(at.kind, PageKind::anonymous);
    if (!at.slot) at.slot = swap_.allocate();
    return at.slot.has_value();
  }
  void release_swap(FrameNumber page) override {
    FakePage& at = pages.at(page);
    if (!at.slot || at.is_busy || at.mappings == 0) return;
    swap_.put(*at.slot);
    at.slot.reset();
    at.is_dirty = true;
  }
  void unmap(FrameNumber page) override {
    FakePage& at = pages.at(page);
    EXPECT_FALSE(at.is_locked);
    EXPECT_TRUE(at.kind == PageKind::file || at.slot);
    at.mappings = 0;
    at.accessed = 0;
  }
  BlockRequest start_write(FrameNumber page) override {
    FakePage& at = pages.at(page);
    EXPECT_FALSE(at.is_busy);
    EXPECT_TRUE(at.kind == PageKind::file || at.mappings == 0);
    at.is_busy = true;
    at.is_dirty = false;
    return {.direction = BlockRequest::Direction::write,
            .device = at.kind == PageKind::file ? BlockRequest::Device::file : BlockRequest::Device::swap,
            .block = at.slot ? at.slot->value() : 0,
            .frame = page};
  }
  void evict(FrameNumber page, EvictionShadow shadow) override {
    const FakePage& at = pages.at(page);
    EXPECT_FALSE(at.is_busy || at.is_dirty || at.is_locked || at.mappings > 0);
    if (at.slot) swapped_out.push_back(*at.slot);
    evicted.push_back(page);
    shadows.push_back(shadow);
    pages.erase(page);
    frames_.put(page);
  }

  std::map<FrameNumber, FakePage> pages;
  std::vector<FrameNumber> evicted;  // in order
  std::vector<EvictionShadow> shadows;
  std::vector<SwapSlot> swapped_out;  // their page tables hold these

 private:
  PhysicalMemory& frames_;
  SwapArea& swap_;
};

// Memory that runs short, with a device that is done when the test says so.
struct ReclaimRig {
  explicit ReclaimRig(std::uint32_t frames, std::uint32_t swap_slots = 0, const ShortageConfig& config = {})
      : ram(frames), swap(swap_slots), pages(ram.memory, swap), shortage(ram.memory, swap, pages, clock, config) {}

  // A new page in the lowest free frame; dirty ones of files are told.
  FrameNumber add(const FakePage& page, const std::optional<EvictionShadow>& shadow = {}) {
    const FrameNumber frame = *ram.memory.allocate(to_the_last_frame());
    pages.pages[frame] = page;
    shortage.added(frame, page.kind, shadow);
    if (page.kind == PageKind::file && page.is_dirty) shortage.dirtied(frame);
    return frame;
  }
  std::vector<FrameNumber> add(std::uint32_t count, const FakePage& page) {
    std::vector<FrameNumber> added;
    for (std::uint32_t i = 0; i < count; ++i) added.push_back(add(page));
    return added;
  }
  // Its owner is gone.
  void remove(FrameNumber frame) {
    shortage.removed(frame);
    if (pages.pages.at(frame).slot) swap.put(*pages.pages.at(frame).slot);
    pages.pages.erase(frame);
    ram.memory.put(frame);
  }
  void access(FrameNumber frame) {
    FakePage& page = pages.pages.at(frame);
    if (page.mappings == 0) page.mappings = 1;  // a minor fault
    page.accessed = 1;
  }
  void access(const std::vector<FrameNumber>& frames) {
    for (const FrameNumber frame : frames) access(frame);
  }
  // The device has written this page, or all.
  void written(FrameNumber frame) {
    pages.pages.at(frame).is_busy = false;
    shortage.written(frame);
  }
  void write_all() {
    while (const std::optional<FrameNumber> oldest = shortage.writes().oldest_writing()) written(*oldest);
  }
  // Steps until background reclaim sleeps, with a device that answers waits at once. Pages reclaimed.
  std::uint32_t balance() {
    std::uint32_t reclaimed = 0;
    while (true) {
      const ReclaimStep step = shortage.background().step();
      reclaimed += step.reclaimed;
      if (step.next == ReclaimStep::Next::sleep) return reclaimed;
      if (step.next == ReclaimStep::Next::wait) write_all();
    }
  }
  // Steps until there is something to do for the allocating thread, with such a device.
  ReclaimStep::Next run(DirectReclaim& reclaim) {
    while (true) {
      const ReclaimStep step = reclaim.step();
      if (step.next == ReclaimStep::Next::wait) {
        write_all();
      } else if (step.next != ReclaimStep::Next::again) {
        return step.next;
      }
    }
  }
  PageList list_of(FrameNumber frame) const { return shortage.lists().list_of(frame); }
  std::uint32_t size(PageList list) const { return shortage.lists().size(list); }

  EmulatedRam ram;
  SwapArea swap;
  FakePages pages;
  HandClock clock;
  Shortage shortage;
};

inline constexpr FakePage clean_file{.kind = PageKind::file, .accessed = 0, .is_dirty = false};
inline constexpr FakePage dirty_file{.kind = PageKind::file, .accessed = 0, .is_dirty = true};
inline constexpr FakePage idle_anonymous{.kind = PageKind::anonymous, .accessed = 0, .is_dirty = true};

}  // namespace signalbox
