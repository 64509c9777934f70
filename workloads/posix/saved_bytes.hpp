#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace signalbox {

// What lies in some runs of pages, kept while somebody else's bytes are there.
class SavedBytes {
 public:
  struct Run {
    std::byte* at;
    std::size_t bytes;

    bool operator==(const Run&) const = default;
  };

  void clear();
  void add(std::span<const std::byte> run);
  // Puts it back.
  void restore() const;
  // Keeps what lies in the same runs now, and puts back what `after` keeps.
  void change_places_with(const SavedBytes& after);

  const std::vector<Run>& runs() const { return runs_; }
  std::size_t bytes() const { return bytes_.size(); }
  // Whether a byte of it is saved.
  bool holds(const std::byte* at) const;

 private:
  void take_again();

  std::vector<Run> runs_;
  std::vector<std::byte> bytes_;  // of all runs, one after the other
};

}  // namespace signalbox
