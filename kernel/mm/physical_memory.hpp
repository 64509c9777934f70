#pragma once

#include <array>
#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

#include "kernel/base/check.hpp"
#include "kernel/mm/zone.hpp"

namespace signalbox {

// The emulated machine's RAM: an arena of whole frames that the outside reserved and hands in, a record a frame, and
// the zones that give frames out. Nothing here knows where the arena lies in the host.
class PhysicalMemory {
 public:
  // Frame n is arena[n * page_bytes, (n + 1) * page_bytes). The arena outlives this and has at least one frame.
  PhysicalMemory(std::span<std::byte> arena, std::span<const ZoneKind> kinds);
  PhysicalMemory(const PhysicalMemory&) = delete;
  PhysicalMemory& operator=(const PhysicalMemory&) = delete;

  // The head of a block with one reference, its bytes as the last holder left them; nothing if every zone that will do
  // would fall below the watermark. From the highest zone downwards, as a zone list of Linux does.
  std::optional<FrameNumber> allocate(const FrameRequest& request);
  // One more holder of a used block.
  void get(FrameNumber head) {
    Frame& record = frames_[head.value()];
    CHECK(record.state == Frame::State::used, "only who holds a block can share it");
    ++record.references;
  }
  // One holder less; the last gives the block back.
  void put(FrameNumber head);
  // A block that has one holder becomes single frames, each with one (split_page of mm/page_alloc.c).
  void split(FrameNumber head);

  const Frame& frame(FrameNumber number) const { return frames_[number.value()]; }
  std::span<const Zone> zones() const { return zones_; }
  std::uint32_t frames() const { return static_cast<std::uint32_t>(frames_.size()); }
  std::uint32_t free_frames() const;
  // Fault injection: so many allocations more may succeed, then all are refused. By default there is no such limit.
  void refuse_after(std::uint64_t allocations) { allowed_ = allocations; }
  static constexpr std::uint64_t never = ~std::uint64_t{0};
  // The n-th allocation from now and those after it, `count` in all, are refused; 1 is the next. Who needs a frame asks
  // twice, at two watermarks.
  void refuse_allocations(std::uint64_t n, std::uint64_t count) {
    next_refusal_ = n;
    refusals_ = count;
  }
  // Allocations that were asked for so far, and those of them that were refused in the end: at the lowest watermark,
  // for who is refused at a higher one asks there again.
  std::uint64_t allocations() const { return asked_; }
  std::uint64_t refused() const { return refused_; }
  // Used frames by what they hold: with page_table, the PageTables line of /proc/meminfo.
  std::uint32_t used_frames(FrameUse use) const { return used_[static_cast<std::size_t>(use)]; }

  // The bytes of 2^order frames, and all.
  std::span<std::byte> bytes(FrameNumber head, unsigned order = 0) {
    const std::size_t size = page_bytes << order;
    return arena_.subspan(offset_of(address_of(head), size), size);
  }
  std::span<std::byte> arena() { return arena_; }
  void clear(FrameNumber head, unsigned order = 0);

  // Where in the host a byte of emulated RAM lies, as a number to compute with, and back. Only the MMU's fast path may
  // do so; no decision depends on it.
  std::uint64_t host_address(PhysAddr at) const {
    return std::bit_cast<std::uint64_t>(arena_.data() + offset_of(at, 1));
  }
  PhysAddr address_at(std::uint64_t host) const { return PhysAddr(host - std::bit_cast<std::uint64_t>(arena_.data())); }
  static std::byte* host_pointer(std::uint64_t address) { return std::bit_cast<std::byte*>(address); }

  // A word as the hardware's page walker reads and writes it.
  template <std::unsigned_integral T>
  T read(PhysAddr at) const {
    T value = 0;
    std::memcpy(&value, arena_.data() + offset_of(at, sizeof value), sizeof value);
    return value;
  }
  template <std::unsigned_integral T>
  void write(PhysAddr at, T value) {
    std::memcpy(arena_.data() + offset_of(at, sizeof value), &value, sizeof value);
  }

 private:
  std::uint64_t offset_of(PhysAddr at, std::size_t bytes) const {
    CHECK(at.value() <= arena_.size() - bytes, "an entry points into emulated RAM");
    return at.value();
  }

  std::span<std::byte> arena_;
  std::vector<Frame> frames_;
  std::vector<Zone> zones_;
  std::array<std::uint32_t, 2> used_{};
  std::optional<FrameNumber> serve(const FrameRequest& request);
  bool is_refused_for_a_test();

  std::uint64_t allowed_ = never;
  std::uint64_t next_refusal_ = 0;  // counts down to 1
  std::uint64_t refusals_ = 0;
  std::uint64_t asked_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace signalbox
