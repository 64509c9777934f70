#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "kernel/base/time.hpp"
#include "kernel/mm/shortage/block_request.hpp"
#include "kernel/sim/simulation.hpp"

namespace signalbox {

// What a request costs a block device.
struct BlockDeviceTimes {
  Duration latency;   // to reach a block that does not follow the one before
  Duration transfer;  // of one page

  bool operator==(const BlockDeviceTimes&) const = default;
};

// What a device has done.
struct BlockDeviceCounters {
  std::uint64_t reads = 0;  // pages
  std::uint64_t writes = 0;
  std::uint64_t seeks = 0;  // requests that did not follow the one before
  Duration busy;

  bool operator==(const BlockDeviceCounters&) const = default;
};

// A disk, or whatever holds pages: requests wait in the order they came, one is served at a time, and each takes a
// seek, unless it is the block behind the last one, and its transfer. Whoever asked is told when it is done, at an
// event of its own. It moves no bytes: those are where memory management keeps them.
class BlockDevice final : public EventHandler {
 public:
  using Done = std::function<void(const BlockRequest& request)>;

  // `done` is called on the hub; it may submit more.
  BlockDevice(Simulation& simulation, const BlockDeviceTimes& times, Done done);

  void submit(const BlockRequest& request);

  // Ends all that is left at once, outside virtual time: for the end of a run.
  void drain();

  // Requests that wait or are served.
  std::size_t pending() const { return queue_.size(); }
  const BlockDeviceCounters& counters() const { return counters_; }

  void on_event(std::uint64_t payload) override;

 private:
  void start();

  Simulation& simulation_;
  BlockDeviceTimes times_;
  Done done_;
  std::deque<BlockRequest> queue_;  // the first one is served
  std::uint64_t next_block_ = 0;    // where the head stands
  BlockDeviceCounters counters_;
};

}  // namespace signalbox
