#include "kernel/machine/block_device.hpp"

#include <utility>

#include "kernel/base/check.hpp"

namespace signalbox {

BlockDevice::BlockDevice(Simulation& simulation, const BlockDeviceTimes& times, Done done)
    : simulation_(simulation), times_(times), done_(std::move(done)) {}

void BlockDevice::submit(const BlockRequest& request) {
  queue_.push_back(request);
  if (queue_.size() == 1) start();
}

void BlockDevice::start() {
  const BlockRequest& request = queue_.front();
  const bool is_next = request.block == next_block_;
  const Duration time = times_.transfer + (is_next ? Duration() : times_.latency);
  next_block_ = request.block + 1;
  if (!is_next) ++counters_.seeks;
  ++(request.direction == BlockRequest::Direction::read ? counters_.reads : counters_.writes);
  counters_.busy += time;
  simulation_.schedule(simulation_.now() + time, *this, 0);
}

void BlockDevice::drain() {
  while (!queue_.empty()) {
    const BlockRequest request = queue_.front();
    queue_.pop_front();
    done_(request);
  }
}

void BlockDevice::on_event(std::uint64_t /*payload*/) {
  CHECK(!queue_.empty(), "only what was started is done");
  const BlockRequest request = queue_.front();
  queue_.pop_front();
  if (!queue_.empty()) start();
  done_(request);
}

}  // namespace signalbox
