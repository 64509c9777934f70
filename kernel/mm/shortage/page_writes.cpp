#include "kernel/mm/shortage/page_writes.hpp"

namespace signalbox {

PageWrites::PageWrites(std::uint32_t frames)
    : dirty_(frames, 1), written_(frames, 1), dirtied_at_(frames), begun_(frames) {}

void PageWrites::dirtied(FrameNumber page, Instant now) {
  if (dirty_.contains(page)) return;
  dirty_.add_head(only, page);
  dirtied_at_[page.value()] = now;
}

void PageWrites::cleaned(FrameNumber page) {
  if (dirty_.contains(page)) dirty_.remove(page);
}

void PageWrites::started(FrameNumber page) {
  cleaned(page);
  written_.add_head(only, page);
  ++begun_[page.value()];
}

void PageWrites::finished(FrameNumber page) { written_.remove(page); }

}  // namespace signalbox
