#pragma once

#include <cstddef>
#include <span>

#include "kernel/exec/mapping.hpp"

namespace signalbox {

// Pages of the host that change places with their contents by the host's page tables (mremap(2)), not by copying: a
// place of their own where they wait while other bytes are at their addresses.
class MovedPages {
 public:
  // A place for whole, private pages. Without one, if the host has no addresses left, nothing can be moved.
  explicit MovedPages(std::span<std::byte> pages);

  std::span<std::byte> pages() const { return pages_; }
  // Moves them there; zeros are left behind (of a file's pages, those of the file), with the same rights. False, and
  // nothing has happened: the host moves none (it is older than Linux 5.7) or has them as several mappings, of which
  // it moves one at a time until Linux 6.17.
  bool take() const;
  // Moves them back, over whatever is there now, with the rights that they had.
  void give_back() const;

 private:
  std::byte* place() const { return room_.end() - pages_.size(); }

  std::span<std::byte> pages_;
  Mapping room_;
};

}  // namespace signalbox
