#include "ipc/sync/semaphore.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/scenario_run.hpp"

// sem_post(3p), sem_wait(3p), sem_trywait(3p)
namespace signalbox::semaphore_test {

auto take_one(std::shared_ptr<Semaphore> semaphore, std::shared_ptr<std::vector<std::string>> takers,
              std::string name) {
  return [=](Guest& guest) {
    EXPECT_TRUE(guest.wait(*semaphore).has_value());
    takers->push_back(name);
    return 0;
  };
}

TEST(Semaphore, TrywaitAtZeroReturnsEagain) {
  Semaphore semaphore(1);
  EXPECT_TRUE(semaphore.try_wait().has_value());
  EXPECT_EQ(semaphore.try_wait().error(), Errno::eagain);
  EXPECT_EQ(semaphore.value(), 0U);
}

TEST(Semaphore, PostBeyondTheMostReturnsEoverflow) {
  Semaphore semaphore(Semaphore::most);
  EXPECT_EQ(semaphore.post().error(), Errno::eoverflow);
  EXPECT_EQ(semaphore.value(), Semaphore::most);
}

TEST(Semaphore, EachPostLetsTheLongestSleeperThrough) {
  ScenarioRun run("fcfs");
  auto semaphore = std::make_shared<Semaphore>(1);
  auto takers = std::make_shared<std::vector<std::string>>();
  for (const char* name : {"a", "b", "c"}) run.spawn(name, take_one(semaphore, takers, name));
  run.spawn("giver", [=](Guest& guest) {
    EXPECT_EQ(*takers, std::vector<std::string>{"a"});
    EXPECT_TRUE(guest.post(*semaphore).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_EQ(*takers, (std::vector<std::string>{"a", "b"}));
    EXPECT_TRUE(guest.post(*semaphore).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*takers, (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(semaphore->value(), 0U);
}

TEST(Semaphore, PostToOneThatIsKilledGoesToTheNext) {
  ScenarioRun run("fcfs");
  auto semaphore = std::make_shared<Semaphore>(0);
  auto takers = std::make_shared<std::vector<std::string>>();
  run.spawn("giver", [=](Guest& guest) {
    const Pid first = *guest.fork("first", guest_program(take_one(semaphore, takers, "first")));
    EXPECT_TRUE(guest.fork("second", guest_program(take_one(semaphore, takers, "second"))).has_value());
    static_cast<void>(guest.sleep(1_ms));
    EXPECT_TRUE(guest.post(*semaphore).has_value());
    EXPECT_TRUE(guest.kill(first, Signal::sigkill).has_value());
    return 0;
  });
  EXPECT_EQ(run.run(), RunEnd::finished);
  EXPECT_EQ(*takers, std::vector<std::string>{"second"});
}

}  // namespace signalbox::semaphore_test
