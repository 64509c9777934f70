#include "kernel/mm/shortage/frame_chains.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

FrameChains::FrameChains(std::uint32_t frames, Chain chains)
    : links_(frames), chain_of_(frames, no_chain), ends_(chains) {}

void FrameChains::add_head(Chain chain, FrameNumber frame) {
  CHECK(!contains(frame), "a frame is in one chain at most");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain];
  links_[at] = {.younger = none, .older = ends.head};
  (ends.head == none ? ends.tail : links_[ends.head].younger) = at;
  ends.head = at;
  ++ends.size;
  chain_of_[at] = chain;
}

void FrameChains::add_tail(Chain chain, FrameNumber frame) {
  CHECK(!contains(frame), "a frame is in one chain at most");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain];
  links_[at] = {.younger = ends.tail, .older = none};
  (ends.tail == none ? ends.head : links_[ends.tail].older) = at;
  ends.tail = at;
  ++ends.size;
  chain_of_[at] = chain;
}

void FrameChains::remove(FrameNumber frame) {
  CHECK(contains(frame), "only what is in a chain is taken out of it");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain_of_[at]];
  const Links links = links_[at];
  (links.younger == none ? ends.head : links_[links.younger].older) = links.older;
  (links.older == none ? ends.tail : links_[links.older].younger) = links.younger;
  --ends.size;
  chain_of_[at] = no_chain;
}

std::optional<FrameNumber> FrameChains::tail(Chain chain) const {
  const std::uint32_t at = ends_[chain].tail;
  return at == none ? std::nullopt : std::optional(FrameNumber(at));
}

std::optional<FrameNumber> FrameChains::younger(FrameNumber frame) const {
  const std::uint32_t at = links_[frame.value()].younger;
  return at == none ? std::nullopt : std::optional(FrameNumber(at));
}

}  // namespace signalbox
