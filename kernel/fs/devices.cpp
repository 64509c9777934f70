#include "kernel/fs/devices.hpp"

#include <algorithm>
#include <array>

#include "kernel/mm/frame.hpp"

namespace signalbox {

Result<std::size_t> ZeroDevice::read(Current& current, UserBytes& to, const Place&) {
  static constexpr std::array<std::byte, page_bytes> zeros{};
  std::size_t done = 0;
  while (done < to.size()) {
    const std::size_t moved = to.fill(done, std::span(zeros).first(std::min(zeros.size(), to.size() - done)));
    done += moved;
    if (moved > 0) continue;
    if (const auto made = to.make_present(current, done, UserBytes::Use::fill); !made.has_value())
      return done > 0 ? Result<std::size_t>(done) : made.error();
  }
  return done;
}

}  // namespace signalbox
