#include "ipc/poll/poll_sleeper.hpp"

#include <utility>

namespace signalbox {

PollSleeper::~PollSleeper() {
  caller_.kernel().with_room([&] { watches_.clear(); });  // it may have been the last that kept one open
}

void PollSleeper::Watch::ready(ReadyBits bits) {
  if ((bits & wanted_) == 0) return;
  sleeper_.was_told_ = true;
  sleeper_.queue_.wake(Waiters::all);
}

ReadyBits PollSleeper::watch(OpenFileRef file, ReadyBits wanted) {
  Watch& watch = *watches_.emplace_back(std::make_unique<Watch>(*this, std::move(file), wanted));
  if (ReadinessList* const watchers = watch.file->file().watchers()) watchers->add(watch);
  return watch.file->readiness() & wanted;
}

ReadyBits PollSleeper::ready_now(std::size_t nth) const { return watches_[nth]->file->readiness(); }

Result<bool> PollSleeper::sleep(Instant deadline) {
  if (caller_.now() >= deadline) return false;
  if (!was_told_ && caller_.sleep_on(queue_, deadline) == WakeReason::interrupted) return Errno::eintr;
  was_told_ = false;
  return true;
}

}  // namespace signalbox
