#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "kernel/base/prng.hpp"

namespace signalbox {

// A frame that a reclaimer looks after: its number among them, from 0.
using FrameSlot = std::uint32_t;
// What tells a page apart from all others, whether it has a frame or not.
using PageKey = std::uint64_t;

struct ResidentPage {
  FrameSlot slot;
  PageKey key;
};

// What a reclaimer may ask and do to the pages in the frames: the hardware's bits, as a kernel sees them, and the time
// (references made, or nanoseconds; tau of WSClock is in the same unit).
class PageView {
 public:
  virtual ~PageView() = default;
  virtual bool is_accessed(FrameSlot slot) const = 0;
  virtual void clear_accessed(FrameSlot slot) = 0;
  virtual bool is_dirty(FrameSlot slot) const = 0;
  // The page's write to the disk begins; it is clean when it has been written.
  virtual void start_write(FrameSlot slot) = 0;
  virtual std::uint64_t now() const = 0;
};

// Chooses the page that gives up its frame: page replacement. Whoever owns the frames calls
// - loaded: a fault brought the page into a frame that was free. Its accessed bit is set by the access that faulted;
// - referenced: each access to a resident page, but only where the row says `references` or `future`;
// - tick: the clock interrupt;
// - choose: a frame is wanted, for `incoming` unless frames are freed in advance. Requires that some page is loaded.
// The
//   answer is evicted next;
// - freed: a page lost its frame: chosen by us (evicted), or gone for ever (unmapped).
class Reclaimer {
 public:
  enum class Loss : std::uint8_t { evicted, gone };

  virtual ~Reclaimer() = default;
  virtual void loaded(ResidentPage page) = 0;
  virtual void referenced(ResidentPage) {}
  virtual void tick() {}
  virtual FrameSlot choose(std::optional<PageKey> incoming) = 0;
  virtual void freed(ResidentPage page, Loss loss) = 0;
};

// What a reclaimer must be told, from what any kernel can know to what none does.
enum class ReclaimerInput : std::uint8_t {
  bits,        // accessed and dirty bits
  references,  // every access: hardware does not tell
  future,      // all accesses to come
};

struct ReclaimerSetup {
  PageView& view;
  FrameSlot slots;                       // > 0
  std::uint64_t tau;                     // WSClock's window
  const Prng& prng;                      // the run's
  std::span<const PageKey> future = {};  // every access from the first fault on, for those that need it
};

// A replacement policy, as users choose and see it.
struct ReclaimerRow {
  std::string_view name;
  std::string_view summary;
  std::string_view source;
  ReclaimerInput input;
  bool uses_ticks;
  bool uses_tau;
  std::unique_ptr<Reclaimer> (*make)(const ReclaimerSetup& setup);
};

}  // namespace signalbox
