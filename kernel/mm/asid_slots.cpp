#include "kernel/mm/asid_slots.hpp"

namespace signalbox {

AsidSlots::Switch AsidSlots::switch_to(AddressSpaceId space, std::uint64_t generation) {
  const bool was_lazy = is_lazy_;
  is_lazy_ = false;
  const bool is_loaded = has_loaded_ && holds(loaded_, space);
  // While the space was in use here, the CPU was told of every change.
  if (is_loaded && !was_lazy) return {.asid = Asid(static_cast<std::uint8_t>(loaded_)), .load = RootLoad::none};
  const unsigned chosen = is_loaded ? loaded_ : slot_for(space);
  const bool is_known = holds(chosen, space) && (tags_ == Tags::pcid || is_loaded);
  const bool is_recent = is_known && slots_[chosen].generation == generation;
  slots_[chosen] = {.space = space, .is_used = true, .generation = generation};
  loaded_ = chosen;
  has_loaded_ = true;
  const RootLoad load = !is_recent ? RootLoad::flush : is_loaded ? RootLoad::none : RootLoad::keep;
  return {.asid = Asid(static_cast<std::uint8_t>(chosen)), .load = load};
}

std::optional<Asid> AsidSlots::tag_of(AddressSpaceId space) const {
  for (unsigned slot = 0; slot < slots_.size(); ++slot) {
    if (holds(slot, space)) return Asid(static_cast<std::uint8_t>(slot));
  }
  return std::nullopt;
}

unsigned AsidSlots::slot_for(AddressSpaceId space) {
  if (tags_ == Tags::none) return 0;
  for (unsigned slot = 0; slot < slots_.size(); ++slot) {
    if (holds(slot, space)) return slot;
  }
  const unsigned slot = next_;
  next_ = (next_ + 1) % linux_slots;
  return slot;
}

}  // namespace signalbox
