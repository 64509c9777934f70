#include "kernel/machine/block_device.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace signalbox::block_device_test {

using Direction = BlockRequest::Direction;

BlockRequest read_of(std::uint64_t block) { return {.block = block, .frame = FrameNumber(7)}; }
BlockRequest write_of(std::uint64_t block) { return {.direction = Direction::write, .block = block}; }

// A device with a seek of 100 us and 10 us a page, and when which block was done.
class Disk {
 public:
  using Fact = std::pair<std::int64_t, std::uint64_t>;  // microseconds, block

  Simulation simulation{1};
  BlockDevice device{simulation, {.latency = 100_us, .transfer = 10_us}, [this](const BlockRequest& request) {
                       done.emplace_back(simulation.now().nanoseconds() / 1'000, request.block);
                       if (request.block == 900) device.submit(read_of(901));
                     }};
  std::vector<Fact> done;

  void run() {
    simulation.run_until(Instant::max(), [] { return false; });
  }
};

TEST(BlockDevice, RequestsAreServedOneByOneInTheirOrder) {
  Disk disk;
  disk.device.submit(read_of(500));
  disk.device.submit(read_of(50));
  disk.device.submit(write_of(700));
  EXPECT_EQ(disk.device.pending(), 3U);
  disk.run();
  EXPECT_EQ(disk.done, (std::vector<Disk::Fact>{{110, 500}, {220, 50}, {330, 700}}));
  EXPECT_EQ(disk.device.pending(), 0U);
}

TEST(BlockDevice, TheBlockBehindTheLastNeedsNoSeek) {
  Disk disk;
  for (const std::uint64_t block : {500U, 501U, 502U, 501U}) disk.device.submit(read_of(block));
  disk.run();
  EXPECT_EQ(disk.done, (std::vector<Disk::Fact>{{110, 500}, {120, 501}, {130, 502}, {240, 501}}));
}

TEST(BlockDevice, CountsPagesSeeksAndTime) {
  Disk disk;
  for (const std::uint64_t block : {3U, 4U}) disk.device.submit(read_of(block));
  disk.device.submit(write_of(9));
  disk.run();
  EXPECT_EQ(disk.device.counters(), (BlockDeviceCounters{.reads = 2, .writes = 1, .seeks = 2, .busy = 230_us}));
}

TEST(BlockDevice, WhoIsToldMaySubmitMore) {
  Disk disk;
  disk.device.submit(read_of(900));
  disk.run();
  EXPECT_EQ(disk.done, (std::vector<Disk::Fact>{{110, 900}, {120, 901}}));
}

TEST(BlockDevice, AnEndThatDoesNotWaitTellsOfAll) {
  Simulation simulation{1};
  std::vector<std::uint64_t> done;
  BlockDevice device(simulation, {.latency = 1_ms, .transfer = 1_us},
                     [&](const BlockRequest& request) { done.push_back(request.block); });
  for (const std::uint64_t block : {5U, 1U}) device.submit(read_of(block));
  device.drain();
  EXPECT_EQ(done, (std::vector<std::uint64_t>{5, 1}));
  EXPECT_EQ(device.pending(), 0U);
}

TEST(BlockDevice, WithoutTimesEverythingIsDoneAtOnceAndInOrder) {
  Simulation simulation{1};
  std::vector<std::uint64_t> done;
  BlockDevice device(simulation, {}, [&](const BlockRequest& request) { done.push_back(request.block); });
  for (const std::uint64_t block : {5U, 1U, 3U}) device.submit(read_of(block));
  simulation.run_until(Instant::max(), [] { return false; });
  EXPECT_EQ(done, (std::vector<std::uint64_t>{5, 1, 3}));
  EXPECT_EQ(simulation.now(), Instant());
}

}  // namespace signalbox::block_device_test
