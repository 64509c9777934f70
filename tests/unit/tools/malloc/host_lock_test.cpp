#include "tools/malloc/host_lock.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <thread>
#include <vector>

namespace signalbox::host_lock_test {

TEST(HostLock, LetsOneThreadInAtATime) {
  alloc::HostLock lock;
  unsigned count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 50'000; ++j) {
        lock.lock();
        ++count;
        lock.unlock();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 200'000U);
}

TEST(HostLock, WhoWaitsLongSleepsAndIsWokenAndKeepsErrno) {
  alloc::HostLock lock;
  lock.lock();
  int after = 0;
  std::thread waiter([&] {
    errno = 4711;
    lock.lock();
    lock.unlock();
    after = errno;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  lock.unlock();
  waiter.join();
  EXPECT_EQ(after, 4711);
}

TEST(HostLock, IsOpenAfterAReset) {
  alloc::HostLock lock;
  lock.lock();
  lock.reset();
  lock.lock();
  lock.unlock();
}

}  // namespace signalbox::host_lock_test
