#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/base/ids.hpp"
#include "kernel/mm/segment_memory.hpp"

namespace signalbox {

using SegmentId = Id<struct SegmentIdTag, std::uint32_t>;

// What is to be done, one after the other, before a segment is where it can be used.
struct SegmentTransfer {
  enum class Kind : std::uint8_t {
    out,   // written to the disk
    drop,  // given up: the disk has a copy of it as it is
    in,    // read from the disk
    move,  // moved in memory, to make one hole of several
  };

  Kind kind = Kind::in;
  SegmentId segment;
  std::uint64_t from = 0;  // of out, drop and move
  std::uint64_t to = 0;    // of in and move
  std::uint64_t bytes = 0;

  bool operator==(const SegmentTransfer&) const = default;
};

// Whole segments go to the disk and come back when memory is too small for all of them (swapping: Tanenbaum and Bos,
// Modern Operating Systems, 3.2.2; Silberschatz, 9.5; for segments Denning 1970). The one that was not used for longest
// goes first.
class SegmentSwap {
 public:
  // What is done where enough is free, but in pieces.
  enum class Scattered : std::uint8_t { swap_out, compact };

  struct Counters {
    std::uint64_t swapped_out = 0;  // segments written
    std::uint64_t swapped_in = 0;
    std::uint64_t dropped = 0;
    std::uint64_t compactions = 0;
    std::uint64_t bytes_transferred = 0;  // to and from the disk
    std::uint64_t bytes_moved = 0;        // in memory

    bool operator==(const Counters&) const = default;
  };

  SegmentSwap(std::uint64_t bytes, Fit fit, Scattered scattered);

  // A new segment, in memory, not yet used by anybody else; nothing if it is larger than all of memory, and then
  // nothing is done. Requires bytes > 0.
  struct Created {
    SegmentId segment;
    std::vector<SegmentTransfer> transfers;
  };
  std::optional<Created> create(std::uint64_t bytes);
  // It is used now; brings it in if it is out. Requires a segment that exists.
  enum class Use : std::uint8_t { read, write };
  std::vector<SegmentTransfer> use(SegmentId segment, Use use);
  // It is gone, from memory and disk.
  void remove(SegmentId segment);

  // Where it lies; nothing: on the disk.
  std::optional<std::uint64_t> address(SegmentId segment) const { return segments_.at(segment).address; }
  std::uint64_t bytes(SegmentId segment) const { return segments_.at(segment).bytes; }
  const SegmentMemory& memory() const { return memory_; }
  const Counters& counters() const { return counters_; }

 private:
  struct Segment {
    std::uint64_t bytes = 0;
    std::optional<std::uint64_t> address;
    bool is_changed = true;  // not as on the disk
    std::uint64_t last_use = 0;
  };

  std::uint64_t make_room(std::uint64_t bytes, std::vector<SegmentTransfer>& transfers);
  void compact(std::vector<SegmentTransfer>& transfers);
  void swap_out_oldest(std::vector<SegmentTransfer>& transfers);

  std::uint64_t size_;
  Scattered scattered_;
  SegmentMemory memory_;
  std::map<SegmentId, Segment> segments_;
  Counters counters_;
  std::uint32_t created_ = 0;
  std::uint64_t uses_ = 0;
};

}  // namespace signalbox
