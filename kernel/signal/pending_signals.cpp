#include "kernel/signal/pending_signals.hpp"

#include <algorithm>

#include "kernel/base/check.hpp"

namespace signalbox {

void PendingSignals::add(const SignalInfo& info, QueueSlot slot) {
  CHECK(!absorbs(info.signal), "a standard signal waits once");
  entries_.push_back({info, std::move(slot)});
  set_.add(info.signal);
}

std::optional<SignalInfo> PendingSignals::take(SignalSet among) {
  const SignalSet wanted = set_ & among;
  if (wanted.empty()) return std::nullopt;
  const SignalSet urgent = wanted & synchronous_signals;
  const Signal next = urgent.empty() ? wanted.first() : urgent.first();
  const auto is_next = [next](const Entry& entry) { return entry.info.signal == next; };
  const auto found = std::ranges::find_if(entries_, is_next);
  if (found == entries_.end()) {
    set_.remove(next);
    return SignalInfo{.signal = next};
  }
  const SignalInfo info = found->info;
  const auto behind = entries_.erase(found);
  if (std::find_if(behind, entries_.end(), is_next) == entries_.end()) set_.remove(next);
  return info;
}

void PendingSignals::discard(SignalSet which) {
  if ((set_ & which).empty()) return;
  set_ = set_.without(which);
  std::erase_if(entries_, [&](const Entry& entry) { return which.has(entry.info.signal); });
}

}  // namespace signalbox
