#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include "tools/experiment/run_source.hpp"

namespace signalbox {

// The runs that are still to make, in order. Any host thread may call it; what it calls, it calls one at a time.
class RunQueue final : public RunSource {
 public:
  using Finished = std::function<void(std::size_t run, RunResult result)>;
  using GoesOn = std::function<bool()>;

  // `finished` takes each result; `goes_on` is asked after each run, and now and then within one.
  RunQueue(std::vector<std::size_t> runs, Finished finished, GoesOn goes_on)
      : runs_(std::move(runs)), finished_(std::move(finished)), goes_on_(std::move(goes_on)) {}

  std::optional<std::size_t> next() override;
  void finish(std::size_t run, std::optional<RunResult> result) override;
  bool goes_on() override;
  // Nobody gets another run, and goes_on() is over.
  void stop();
  std::size_t size() const { return runs_.size(); }

 private:
  const std::vector<std::size_t> runs_;
  const Finished finished_;
  const GoesOn goes_on_;
  std::mutex mutex_;  // guards what follows, and that the two are called one at a time
  std::size_t taken_ = 0;
  bool is_stopped_ = false;
};

// Stops a queue when an exception ends the share of one who works on it, so that the others end too.
class StopAtException {
 public:
  explicit StopAtException(RunQueue& queue) : queue_(&queue) {}
  ~StopAtException() {
    if (queue_ != nullptr) queue_->stop();
  }
  StopAtException(const StopAtException&) = delete;
  StopAtException& operator=(const StopAtException&) = delete;

  // The share is done.
  void forget() { queue_ = nullptr; }

 private:
  RunQueue* queue_;
};

}  // namespace signalbox
