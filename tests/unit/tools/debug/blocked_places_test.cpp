#include "tools/debug/blocked_places.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"
#include "tests/support/compiled_run.hpp"

namespace signalbox::blocked_places_test {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class BlockedPlacesTest : public CompiledTest {
 protected:
  // What `signalbox run` says of a program that comes to no end.
  std::string stall_of(std::string_view source, const std::vector<std::string>& flags = {}) {
    const CommandRun run = command({"run", compile_c(folder_, "prog", source, flags), "--quiet"});
    EXPECT_EQ(run.status, 1);
    return run.err;
  }
  TestFolder folder_;
};

constexpr std::string_view two_locks = R"(#include <pthread.h>
#include <unistd.h>
pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER, right = PTHREAD_MUTEX_INITIALIZER;
void take_both(pthread_mutex_t *first, pthread_mutex_t *second) {
  pthread_mutex_lock(first);
  usleep(1000);
  pthread_mutex_lock(second);
}
void *worker(void *unused) {
  take_both(&right, &left);
  return unused;
}
int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, NULL);
  take_both(&left, &right);
  pthread_join(thread, NULL);
  return 0;
})";

TEST_F(BlockedPlacesTest, EveryThreadOfADeadlockHasItsLine) {
  const std::string text = stall_of(two_locks);
  const std::string at = folder_.path("prog.c");
  EXPECT_THAT(text,
              HasSubstr("    at " + at + ":7 in take_both, called pthread_mutex_lock; from " + at + ":16 in main\n"));
  EXPECT_THAT(text,
              HasSubstr("    at " + at + ":7 in take_both, called pthread_mutex_lock; from " + at + ":10 in worker\n"));
  EXPECT_THAT(stall_of(two_locks, {"-O2"}), HasSubstr(" in main, called pthread_mutex_lock\n"));
}

TEST_F(BlockedPlacesTest, ScriptsReadThemInTheRunsRecord) {
  const nlohmann::json json = command({"run", compile_c(folder_, "prog", two_locks), "--json", "-"}).json();
  ASSERT_EQ(json["stalled"].size(), 2U);
  EXPECT_THAT(json["stalled"][1]["at"].get<std::string>(), HasSubstr(" in worker"));
}

TEST_F(BlockedPlacesTest, RelativesHaveEachItsOwnStack) {
  const std::string text = stall_of(R"(#include <sys/wait.h>
#include <unistd.h>
int main(void) {
  int ends[2];
  pipe(ends);
  char byte;
  if (fork() == 0)
    return (int)read(ends[0], &byte, 1);
  wait(NULL);
  return 0;
})");
  EXPECT_THAT(text, HasSubstr(folder_.path("prog.c") + ":8 in main, called read\n"));
  EXPECT_THAT(text, HasSubstr(folder_.path("prog.c") + ":9 in main, called wait\n"));
}

TEST_F(BlockedPlacesTest, AHandlersPlaceIsItsOwn) {
  EXPECT_THAT(stall_of(R"(#include <signal.h>
#include <unistd.h>
void on_signal(int number) {
  (void)number;
  pause();
}
int main(void) {
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  return 0;
})"),
              HasSubstr(folder_.path("prog.c") + ":5 in on_signal, called pause\n"));
}

TEST(BlockedPlacesOfNobody, AreEmpty) { EXPECT_EQ(BlockedPlaces().of(Tid(7)), ""); }

}  // namespace signalbox::blocked_places_test
