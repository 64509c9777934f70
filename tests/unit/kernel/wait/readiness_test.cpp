#include "kernel/wait/readiness.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace signalbox::readiness_test {

class Recorder final : public ReadinessWatch {
 public:
  void ready(ReadyBits bits) override { told |= bits; }
  ReadyBits told = 0;
};

class Ending final : public ReadinessWatch {
 public:
  explicit Ending(std::unique_ptr<Ending>& self) : self_(self) {}
  void ready(ReadyBits) override { self_.reset(); }

 private:
  std::unique_ptr<Ending>& self_;
};

TEST(ReadinessList, TellsAllWhoWatch) {
  ReadinessList list;
  Recorder first;
  Recorder second;
  list.add(first);
  {
    Recorder gone;
    list.add(gone);
    list.add(second);
    first.leave();
  }
  list.tell(poll_in);
  EXPECT_EQ(first.told, 0U);
  EXPECT_EQ(second.told, poll_in);
  EXPECT_FALSE(first.is_watching());
  EXPECT_TRUE(second.is_watching());
}

TEST(ReadinessList, AtTheEndWatchersMayEndThemselves) {
  ReadinessList list;
  std::unique_ptr<Ending> one;
  std::unique_ptr<Ending> two;
  one = std::make_unique<Ending>(one);
  two = std::make_unique<Ending>(two);
  list.add(*one);
  list.add(*two);
  list.tell_end();
  EXPECT_EQ(one, nullptr);
  EXPECT_EQ(two, nullptr);
  EXPECT_TRUE(list.empty());
}

}  // namespace signalbox::readiness_test
