#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "kernel/exec/moved_pages.hpp"

namespace signalbox {

// What lies in some runs of pages, kept while somebody else's bytes are there.
class SavedBytes {
 public:
  struct Run {
    std::byte* at;
    std::size_t bytes;

    bool operator==(const Run&) const = default;
  };

  // From here on the host moves pages in less time than it copies them: measured 9 and 7 us for 128 KiB, 7 and 15 for
  // 256 KiB, 10 and 61 for 1 MiB, 11 and 1,782 for 16 MiB.
  static constexpr std::size_t least_moved = std::size_t{256} << 10U;

  void clear();
  // Copies it.
  void add(std::span<const std::byte> run);
  // Moves whole pages, worth it from least_moved on, and leaves zeros. False, and nothing has happened: the host does
  // not.
  bool move(std::span<std::byte> run);
  // Puts all back. What was moved is there only once.
  void restore() const;
  // Keeps what lies in the same runs now, and puts back what `after` keeps. False, and nothing has happened: the host
  // does not move the same pages again.
  bool change_places_with(const SavedBytes& after);

  // What was copied.
  const std::vector<Run>& runs() const { return runs_; }
  const std::vector<MovedPages>& moved() const { return moved_; }
  std::size_t bytes() const;
  // Whether a byte of it is saved.
  bool holds(const std::byte* at) const;

 private:
  void take_again();
  void exchange(const SavedBytes& after);
  void give_back() const;

  std::vector<Run> runs_;
  std::vector<std::byte> bytes_;  // of all runs, one after the other
  std::vector<MovedPages> moved_;
};

}  // namespace signalbox
