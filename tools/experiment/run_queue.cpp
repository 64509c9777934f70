#include "tools/experiment/run_queue.hpp"

namespace signalbox {

std::optional<std::size_t> RunQueue::next() {
  const std::scoped_lock lock(mutex_);
  if (is_stopped_ || taken_ == runs_.size()) return std::nullopt;
  return runs_[taken_++];
}

void RunQueue::finish(std::size_t run, std::optional<RunResult> result) {
  const std::scoped_lock lock(mutex_);
  if (!result) return;
  finished_(run, *std::move(result));
  if (!is_stopped_ && !goes_on_()) is_stopped_ = true;
}

bool RunQueue::goes_on() {
  const std::scoped_lock lock(mutex_);
  if (!is_stopped_ && !goes_on_()) is_stopped_ = true;
  return !is_stopped_;
}

void RunQueue::stop() {
  const std::scoped_lock lock(mutex_);
  is_stopped_ = true;
}

}  // namespace signalbox
