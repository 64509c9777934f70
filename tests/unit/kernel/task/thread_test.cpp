#include "kernel/task/thread.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "kernel/task/process.hpp"

namespace signalbox::thread_test {

class Host final : public ThreadHost {
 public:
  void run(Thread&) override {}
  void wake(Thread& thread, WakeReason why) override { woken.push_back({thread.tid, why}); }

  std::vector<std::pair<Tid, WakeReason>> woken;
};

TEST(Thread, EntityHasTheThreadsNumbers) {
  Host host;
  Process process(Pid(4), nullptr);
  const Thread thread(Tid(5), process, host);
  EXPECT_EQ(thread.entity.id, Tid(5));
  EXPECT_EQ(thread.entity.process, Pid(4));
  EXPECT_EQ(thread.joiners.label().kind, WaitKind::join);
  thread.prefetch_for_dispatch();
  thread.prefetch_for_event();
  EXPECT_EQ(thread.state, ThreadState::created);
}

TEST(Thread, WakingItsWaiterWakesItAtItsHost) {
  Host host;
  Process process(Pid(4), nullptr);
  Thread thread(Tid(5), process, host);
  WaitQueue queue(WaitLabel{WaitKind::mutex, NameId()});
  queue.add(thread.waiter);
  queue.wake(Waiters::all);
  EXPECT_EQ(host.woken, (std::vector{std::pair(Tid(5), WakeReason::woken)}));
}

TEST(Program, HoldsWhatCannotBeCopiedAndLetsGoOfIt) {
  const auto shared = std::make_shared<int>(1);
  Program program = [owned = std::make_unique<int>(7), shared](Caller&) { return *owned; };
  EXPECT_EQ(shared.use_count(), 2);
  Program moved = std::move(program);
  EXPECT_EQ(shared.use_count(), 2);
  moved.reset();
  EXPECT_EQ(shared.use_count(), 1);
}

}  // namespace signalbox::thread_test
