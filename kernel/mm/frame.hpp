#pragma once

#include <cstdint>
#include <limits>

#include "kernel/base/address.hpp"
#include "kernel/base/check.hpp"
#include "kernel/base/ids.hpp"

namespace signalbox {

inline constexpr unsigned page_shift = 12;
inline constexpr std::uint64_t page_bytes = std::uint64_t{1} << page_shift;

// Pages of 4 KiB, and those of the next size up: 2 MiB, or 4 MiB where entries have 32 bits.
enum class PageSize : std::uint8_t { small, large };

// A frame is one small page of emulated RAM; number n lies at physical address n * page_bytes.
using FrameNumber = Id<struct FrameTag, std::uint32_t>;

constexpr PhysAddr address_of(FrameNumber frame) { return PhysAddr(std::uint64_t{frame.value()} << page_shift); }
// Requires an address below 16 TiB: a frame's number has 32 bits.
constexpr FrameNumber frame_at(PhysAddr at) {
  const std::uint64_t number = at.value() >> page_shift;
  CHECK(number <= std::numeric_limits<FrameNumber::Value>::max(), "emulated RAM ends far below 16 TiB");
  return FrameNumber(static_cast<FrameNumber::Value>(number));
}

// A huge page of x86-64 is a block of order 9, mapped by one entry: 2 MiB (HPAGE_PMD_ORDER).
inline constexpr unsigned huge_page_order = 9;
inline constexpr std::uint32_t huge_page_frames = std::uint32_t{1} << huge_page_order;
inline constexpr std::uint64_t huge_page_bytes = page_bytes << huge_page_order;

constexpr FrameNumber frame_after(FrameNumber head, std::uint32_t frames) { return FrameNumber(head.value() + frames); }
constexpr FrameNumber huge_page_of(FrameNumber frame) { return FrameNumber(frame.value() & ~(huge_page_frames - 1)); }

// What an allocated block holds: page tables are counted apart, because their owner pays for them.
enum class FrameUse : std::uint8_t { page, page_table };

// What is known of a frame. A block of 2^order frames is described by the record of its first one, the head.
struct Frame {
  enum class State : std::uint8_t { inside, free, used };  // `inside`: of a block whose head is another

  std::uint32_t next = 0;        // of a free block, in its list
  std::uint32_t previous = 0;    // of a free block, in its list
  std::uint32_t references = 0;  // of a used block: it is given back when nobody is left
  std::uint8_t order = 0;        // of a head
  State state = State::inside;
  std::uint8_t zone = 0;
  FrameUse use = FrameUse::page;
};

}  // namespace signalbox
