#include "kernel/mm/reclaim/registry.hpp"

#include <algorithm>
#include <array>

namespace signalbox {

#define SIGNALBOX_RECLAIMER_LIST(X) \
  X(two_q)                          \
  X(aging)                          \
  X(arc)                            \
  X(clock)                          \
  X(fifo)                           \
  X(lfu)                            \
  X(linux_lists)                    \
  X(lru)                            \
  X(nru)                            \
  X(opt)                            \
  X(second_chance)                  \
  X(wsclock)

#define SIGNALBOX_RECLAIMER_DECLARATION(name) extern const ReclaimerRow name##_reclaimer;
SIGNALBOX_RECLAIMER_LIST(SIGNALBOX_RECLAIMER_DECLARATION)
#undef SIGNALBOX_RECLAIMER_DECLARATION

std::span<const ReclaimerRow* const> all_reclaimers() {
#define SIGNALBOX_RECLAIMER_ADDRESS(name) &name##_reclaimer,
  static constexpr std::array reclaimers{SIGNALBOX_RECLAIMER_LIST(SIGNALBOX_RECLAIMER_ADDRESS)};
#undef SIGNALBOX_RECLAIMER_ADDRESS
  return reclaimers;
}

const ReclaimerRow* find_reclaimer(std::string_view name) {
  const auto found = std::ranges::find(all_reclaimers(), name, &ReclaimerRow::name);
  return found == all_reclaimers().end() ? nullptr : *found;
}

}  // namespace signalbox
