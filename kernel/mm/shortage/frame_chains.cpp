#include "kernel/mm/shortage/frame_chains.hpp"

#include "kernel/base/check.hpp"

namespace signalbox {

FrameChains::FrameChains(std::uint32_t frames, Chain chains)
    : links_(frames), chain_of_(frames, no_chain), is_huge_(frames), ends_(chains) {}

void FrameChains::add_head(Chain chain, FrameNumber frame) {
  CHECK(!contains(frame), "a frame is in one chain at most");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain];
  links_[at] = {.younger = none, .older = ends.head};
  (ends.head == none ? ends.tail : links_[ends.head].younger) = at;
  ends.head = at;
  ends.size += pages(frame);
  chain_of_[at] = chain;
}

void FrameChains::add_tail(Chain chain, FrameNumber frame) {
  CHECK(!contains(frame), "a frame is in one chain at most");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain];
  links_[at] = {.younger = ends.tail, .older = none};
  (ends.tail == none ? ends.head : links_[ends.tail].older) = at;
  ends.tail = at;
  ends.size += pages(frame);
  chain_of_[at] = chain;
}

void FrameChains::remove(FrameNumber frame) {
  CHECK(contains(frame), "only what is in a chain is taken out of it");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain_of_[at]];
  const Links links = links_[at];
  (links.younger == none ? ends.head : links_[links.younger].older) = links.older;
  (links.older == none ? ends.tail : links_[links.older].younger) = links.younger;
  ends.size -= pages(frame);
  chain_of_[at] = no_chain;
}

void FrameChains::add_younger(FrameNumber frame, FrameNumber than) {
  CHECK(!contains(frame) && contains(than), "a frame is in one chain at most");
  const std::uint32_t at = frame.value();
  Ends& ends = ends_[chain_of(than)];
  const std::uint32_t younger = links_[than.value()].younger;
  links_[at] = {.younger = younger, .older = than.value()};
  links_[than.value()].younger = at;
  (younger == none ? ends.head : links_[younger].older) = at;
  ends.size += pages(frame);
  chain_of_[at] = chain_of(than);
}

void FrameChains::stand_for(FrameNumber frame, std::uint32_t count) {
  CHECK(count == 1 || count == huge_page_frames, "there are pages of two sizes");
  if (contains(frame)) ends_[chain_of(frame)].size += count - pages(frame);
  is_huge_[frame.value()] = count != 1;
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
