#include "ipc/poll/event_counter.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "tests/support/file_rig.hpp"
#include "tests/support/scripted_current.hpp"

// eventfd(2)
namespace signalbox::event_counter_test {

struct CounterRig {
  ScriptedCurrent current;
  OpenFileRef file;

  CounterRig(std::uint64_t value, EventCounter::Takes takes)
      : file(new OpenFile(new EventCounter({}, value, takes), o_rdwr, "anon_inode:[eventfd]")) {}
  Result<std::size_t> add(std::uint64_t value) {
    TestBytes bytes(std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
    return file->write(current, bytes);
  }
  std::uint64_t take() {
    TestBytes bytes(8, 8);
    EXPECT_TRUE(file->read(current, bytes).has_value());
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.text().data(), sizeof value);
    return value;
  }
};

TEST(EventCounter, AReadTakesTheSumOrOne) {
  CounterRig sum(2, EventCounter::Takes::all);
  EXPECT_EQ(sum.add(5).value(), 8U);
  EXPECT_EQ(sum.take(), 7U);
  CounterRig units(2, EventCounter::Takes::one);
  EXPECT_EQ(units.take(), 1U);
  EXPECT_EQ(units.take(), 1U);
  TestBytes room(8, 8);
  EXPECT_EQ(refused(units.file->read(units.current, room)), Errno::eintr);  // it would sleep
}

TEST(EventCounter, AWriterWaitsForRoom) {
  CounterRig rig(EventCounter::most, EventCounter::Takes::all);
  rig.current.while_asleep = [&] {
    EXPECT_EQ(rig.take(), EventCounter::most);
    return WakeReason::woken;
  };
  EXPECT_EQ(rig.add(3).value(), 8U);
  EXPECT_EQ(rig.current.sleeps, 1);
  EXPECT_EQ(rig.take(), 3U);
  EXPECT_EQ(refused(rig.add(EventCounter::most + 1)), Errno::einval);
}

TEST(EventCounter, ABadBufferTakesNothing) {
  CounterRig rig(4, EventCounter::Takes::all);
  TestBytes bad(8, 5);
  EXPECT_EQ(refused(rig.file->read(rig.current, bad)), Errno::efault);
  EXPECT_EQ(rig.take(), 4U);
  EXPECT_EQ(rig.file->file().readiness(*rig.file), poll_out);
}

}  // namespace signalbox::event_counter_test
