#pragma once

#include <cstddef>

namespace signalbox {

// How many mappings of the host the programs of a run have together. Its limit is for a whole process
// (vm.max_map_count, 65,530 unless it is set), and who goes beyond it cannot even hide a page: so nobody begins what
// needs more of them when there are many. The same number on every host, for a run is.
class HostMappings {
 public:
  // Stacks and libraries need the rest.
  static constexpr std::size_t most = 28'000;

  bool has_room() const { return count_ < most; }
  void replace(std::size_t before, std::size_t now) { count_ += now - before; }

 private:
  std::size_t count_ = 0;
};

}  // namespace signalbox
