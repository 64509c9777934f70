#include "ipc/poll/epoll_set.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "ipc/poll/event_counter.hpp"
#include "tests/support/file_rig.hpp"
#include "tests/support/scripted_current.hpp"

// epoll(7), epoll_ctl(2)
namespace signalbox::epoll_set_test {

OpenFileRef counter(std::uint64_t value = 0) {
  return new OpenFile(new EventCounter({}, value, EventCounter::Takes::all), o_rdwr, "");
}
OpenFileRef new_set() { return new OpenFile(new EpollSet({}), o_rdwr, ""); }
EpollSet& set_of(const OpenFileRef& file) { return *file->file().epoll_set(); }

struct EpollRig {
  ScriptedCurrent current;
  OpenFileRef file = new_set();
  EpollSet& set = set_of(file);

  Result<void> add(int number, const OpenFileRef& watched, std::uint32_t events = poll_in) {
    return set.add(Fd(number), *watched, {.events = events, .data = static_cast<std::uint64_t>(number)});
  }
  void post(const OpenFileRef& to) {
    const std::uint64_t one = 1;
    TestBytes bytes(std::string_view(reinterpret_cast<const char*>(&one), sizeof one));
    EXPECT_TRUE(to->write(current, bytes).has_value());
  }
  // Whom a wait that does not sleep tells of.
  std::vector<std::uint64_t> ready(std::size_t most = 8) {
    std::vector<EpollEvent> events(most);
    const std::size_t told = set.wait(current, events, current.now()).value();
    std::vector<std::uint64_t> data;
    for (const EpollEvent& event : std::span(events).first(told))
      data.push_back(std::uint64_t{event.data});  // it is packed, so no reference to it is aligned
    return data;
  }
};

using Numbers = std::vector<std::uint64_t>;

TEST(EpollSet, TellsInTheOrderInWhichFilesBecameReady) {
  EpollRig rig;
  const std::array files{counter(), counter(), counter()};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(rig.add(i, files[static_cast<std::size_t>(i)]).has_value());
  rig.post(files[2]);
  rig.post(files[0]);
  EXPECT_EQ(rig.ready(), (Numbers{2, 0}));
}

TEST(EpollSet, WhoWasToldGoesBehindThoseWhoWereNot) {
  EpollRig rig;
  const std::array files{counter(1), counter(1), counter(1)};
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(rig.add(i, files[static_cast<std::size_t>(i)]).has_value());
  EXPECT_EQ(rig.ready(2), (Numbers{0, 1}));
  EXPECT_EQ(rig.ready(2), (Numbers{2, 0}));
}

TEST(EpollSet, AnEntryGoesWithItsOpenFile) {
  EpollRig rig;
  OpenFileRef file = counter(1);
  ASSERT_TRUE(rig.add(5, file).has_value());
  EXPECT_EQ(refused(rig.add(5, file)), Errno::eexist);
  ASSERT_TRUE(rig.add(6, file).has_value());  // another number is another entry
  file.reset();
  EXPECT_EQ(rig.ready(), Numbers{});
  EXPECT_TRUE(rig.add(5, counter()).has_value());
}

TEST(EpollSet, TheSetMayGoFirst) {
  const OpenFileRef file = counter();
  ScriptedCurrent current;
  {
    EpollRig rig;
    ASSERT_TRUE(rig.add(5, file).has_value());
    rig.post(file);
  }
  EXPECT_TRUE(file->file().watchers()->empty());
  EXPECT_TRUE(file->gone.empty());
}

TEST(EpollSet, OneShotStaysSilentUntilItIsArmedAgain) {
  EpollRig rig;
  const OpenFileRef file = counter(1);
  ASSERT_TRUE(rig.add(5, file, poll_in | epoll_oneshot).has_value());
  EXPECT_EQ(rig.ready(), Numbers{5});
  rig.post(file);
  EXPECT_EQ(rig.ready(), Numbers{});
  ASSERT_TRUE(rig.set.modify(Fd(5), *file, {.events = poll_in, .data = 9}).has_value());
  EXPECT_EQ(rig.ready(), Numbers{9});
  ASSERT_TRUE(rig.set.remove(Fd(5), *file).has_value());
  EXPECT_EQ(rig.ready(), Numbers{});
  EXPECT_EQ(refused(rig.set.remove(Fd(5), *file)), Errno::enoent);
}

TEST(EpollSet, EdgesAreToldOnce) {
  EpollRig rig;
  const OpenFileRef file = counter();
  ASSERT_TRUE(rig.add(5, file, poll_in | epoll_edge).has_value());
  rig.post(file);
  EXPECT_EQ(rig.ready(), Numbers{5});
  EXPECT_EQ(rig.ready(), Numbers{});
  rig.post(file);
  EXPECT_EQ(rig.ready(), Numbers{5});
}

TEST(EpollSet, NestsFiveDeepAndNeverInACircle) {
  std::vector<OpenFileRef> sets;
  for (int i = 0; i < 6; ++i) sets.push_back(new_set());
  // From the innermost outwards, and one more at either end.
  for (std::size_t i = 1; i < 5; ++i)
    ASSERT_TRUE(set_of(sets[i]).add(Fd(3), *sets[i - 1], {.events = poll_in}).has_value()) << i;
  EXPECT_EQ(refused(set_of(sets[5]).add(Fd(3), *sets[4], {.events = poll_in})), Errno::eloop);
  EXPECT_EQ(refused(set_of(sets[0]).add(Fd(3), *sets[5], {.events = poll_in})), Errno::eloop);
  EXPECT_EQ(refused(set_of(sets[0]).add(Fd(3), *sets[4], {.events = poll_in})), Errno::eloop);
  EXPECT_EQ(refused(set_of(sets[2]).add(Fd(3), *sets[2], {.events = poll_in})), Errno::eloop);
  // What happens at the innermost is ready at the outermost.
  const OpenFileRef file = counter(1);
  ASSERT_TRUE(set_of(sets[0]).add(Fd(9), *file, {.events = poll_in}).has_value());
  EXPECT_EQ(sets[4]->file().readiness(*sets[4]), poll_readable);
}

TEST(EpollSet, AWaitEndsAtItsDeadline) {
  EpollRig rig;
  const OpenFileRef file = counter();
  ASSERT_TRUE(rig.add(5, file).has_value());
  std::array<EpollEvent, 2> events;
  EXPECT_EQ(rig.set.wait(rig.current, events, rig.current.now() + 5_ms).value(), 0U);
  EXPECT_EQ(rig.current.sleeps, 1);
  rig.current.while_asleep = [&] {
    rig.post(file);
    return WakeReason::woken;
  };
  EXPECT_EQ(rig.set.wait(rig.current, events, Instant::max()).value(), 1U);
}

}  // namespace signalbox::epoll_set_test
