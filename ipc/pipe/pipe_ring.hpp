#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernel/base/result.hpp"
#include "kernel/objects/kernel_object.hpp"
#include "kernel/objects/object_cache.hpp"

namespace signalbox {

// What a pipe holds: a ring of pages, each with a run of bytes (struct pipe_buffer of linux/pipe_fs_i.h). Small writes
// share a page where they fit whole, so capacity counts pages, not bytes. A packet has a page of its own.
class PipeRing {
 public:
  static constexpr std::size_t page_bytes = 4096;
  enum class Run : std::uint8_t { stream, packet };

  explicit PipeRing(unsigned pages) : slots_(pages) {}

  bool is_empty() const { return used_ == 0; }
  // Every page is in use; the last one may have room all the same.
  bool is_full() const { return used_ >= slots_.size(); }
  unsigned pages() const { return static_cast<unsigned>(slots_.size()); }
  // That nobody has read.
  std::size_t bytes() const { return bytes_; }

  // Where `bytes` more would follow the last ones in their page; empty: they do not fit.
  std::span<std::byte> room_to_merge(std::size_t bytes);
  void merged(std::size_t bytes);
  // The page that comes next; it stays what it is until it is appended. Requires one that is not in use.
  std::span<std::byte, page_bytes> next_page();
  void append(std::size_t bytes, Run run);

  // The longest unread bytes in one page. Requires some.
  std::span<const std::byte> first() const;
  bool is_first_packet() const { return slots_[first_].run == Run::packet; }
  void consume(std::size_t bytes);
  // What is left of a packet is lost.
  void drop_first();

  // Errno::ebusy: more pages are in use.
  Result<void> resize(unsigned pages);
  // Forgets everything, and gives the pages back.
  void clear();

 private:
  using Page = std::array<std::byte, page_bytes>;
  using Pages = ObjectCache<Page, ObjectClass::pipe_page>;
  struct Slot {
    Pages::Owner page;
    std::uint16_t offset = 0;
    std::uint16_t length = 0;
    Run run = Run::stream;
  };

  Slot& slot(unsigned from_first) { return slots_[(first_ + from_first) % slots_.size()]; }

  using Slots = std::vector<Slot, ObjectAllocator<Slot, ObjectClass::pipe_buffer>>;

  Pages page_source_;
  Slots slots_;
  unsigned first_ = 0;
  unsigned used_ = 0;
  std::size_t bytes_ = 0;
  std::array<Pages::Owner, 2> spare_;  // for what comes next, as Linux keeps two (tmp_page)
};

}  // namespace signalbox
