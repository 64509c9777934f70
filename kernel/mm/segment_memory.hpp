#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace signalbox {

// Where a segment goes that fits in several holes (Knuth, The Art of Computer Programming 1, 2.5).
enum class Fit : std::uint8_t {
  first,  // the lowest hole
  next,   // the first from where the last segment ended, round to there
  best,   // the smallest; the lowest of equals
  worst,  // the largest; the lowest of equals
};

// Memory without pages: whole segments lie in one piece each, and what is between them are holes. A segment takes the
// lower end of its hole; holes that meet become one.
class SegmentMemory {
 public:
  struct Move {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::uint64_t bytes = 0;

    bool operator==(const Move&) const = default;
  };
  using Ranges = std::map<std::uint64_t, std::uint64_t>;  // by address: bytes

  SegmentMemory(std::uint64_t bytes, Fit fit);

  // The address of `bytes` in one piece, or nothing if no hole is large enough. Requires bytes > 0.
  std::optional<std::uint64_t> allocate(std::uint64_t bytes);
  // Gives back what allocate() answered.
  void release(std::uint64_t address);

  // Moves all segments down until there is one hole at the top; answers the moves in the order they are to be made. By
  // swapping out and in instead, each byte is transferred twice.
  std::vector<Move> compact();

  const Ranges& holes() const { return holes_; }
  const Ranges& segments() const { return segments_; }
  std::uint64_t free_bytes() const;
  std::uint64_t largest_hole() const;
  // External fragmentation: free bytes in holes too small for such a request, in thousandths of all that are free; 0 if
  // none are.
  std::uint32_t unusable_free(std::uint64_t request) const;

 private:
  Ranges::iterator hole_for(std::uint64_t bytes);
  Ranges::iterator first_from(Ranges::iterator from, std::uint64_t bytes);

  std::uint64_t bytes_;
  Fit fit_;
  Ranges holes_;
  Ranges segments_;
  std::uint64_t next_ = 0;  // of next fit: where the last segment ended
};

}  // namespace signalbox
