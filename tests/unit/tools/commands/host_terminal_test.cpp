#include "tools/commands/host_terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <thread>

namespace signalbox::host_terminal_test {

using ::testing::KilledBySignal;

TEST(InterruptWatch, NotesControlCAndGoesOn) {
  const InterruptWatch watch;
  EXPECT_FALSE(watch.is_interrupted());
  std::raise(SIGINT);
  EXPECT_TRUE(watch.is_interrupted());
}

TEST(InterruptWatch, NotesATerminationToo) {
  const InterruptWatch watch;
  std::raise(SIGTERM);
  EXPECT_TRUE(watch.is_interrupted());
}

TEST(InterruptWatch, EachBeginsAnew) {
  {
    const InterruptWatch first;
    std::raise(SIGINT);
  }
  EXPECT_FALSE(InterruptWatch().is_interrupted());
}

TEST(InterruptWatchDeathTest, TheSecondControlCEnds) {
  EXPECT_EXIT(
      {
        const InterruptWatch watch;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      KilledBySignal(SIGINT), "");
}

TEST(InterruptWatchDeathTest, AfterItControlCEndsAsEver) {
  EXPECT_EXIT(
      {
        {
          const InterruptWatch watch;
        }
        std::raise(SIGINT);
      },
      KilledBySignal(SIGINT), "");
}

// Standard error as a terminal whose text a test can read.
class FakeTerminal {
 public:
  FakeTerminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)), before_(dup(STDERR_FILENO)) {
    grantpt(master_);
    unlockpt(master_);
    const int terminal = open(ptsname(master_), O_RDWR | O_NOCTTY);
    dup2(terminal, STDERR_FILENO);
    close(terminal);
  }
  ~FakeTerminal() {
    dup2(before_, STDERR_FILENO);
    close(before_);
    close(master_);
  }
  FakeTerminal(const FakeTerminal&) = delete;
  FakeTerminal& operator=(const FakeTerminal&) = delete;

  std::string text() const {
    std::string all(4'096, '\0');
    const ssize_t count = read(master_, all.data(), all.size());
    all.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return all;
  }

 private:
  int master_;
  int before_;
};

TEST(ProgressLine, ShowsAfterASecondAndWipesItself) {
  const FakeTerminal terminal;
  {
    ProgressLine line(true);
    line.show("early");
    EXPECT_EQ(terminal.text(), "");
    std::this_thread::sleep_for(std::chrono::milliseconds(1'050));
    line.show("3 of 8 runs");
    line.show("4 of 8 runs");  // too soon after the other
    EXPECT_EQ(terminal.text(), "\r\033[K3 of 8 runs");
  }
  EXPECT_EQ(terminal.text(), "\r\033[K");
}

TEST(ProgressLine, IsSilentWhereItIsNotWanted) {
  const FakeTerminal terminal;
  ProgressLine line(false);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'050));
  line.show("3 of 8 runs");
  EXPECT_EQ(terminal.text(), "");
}

TEST(ProgressLine, IsSilentInAPipe) {
  testing::internal::CaptureStderr();
  ProgressLine line(true);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'050));
  line.show("3 of 8 runs");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace signalbox::host_terminal_test
