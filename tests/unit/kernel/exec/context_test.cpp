#include "kernel/exec/context.hpp"

#include <gtest/gtest.h>
#include <xmmintrin.h>

#include <array>
#include <cstring>
#include <deque>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "kernel/exec/stack_pool.hpp"

namespace signalbox::context_test {

// A context with a stack and a body of its own.
class Fiber {
 public:
  using Body = void (*)(Fiber& fiber);

  Fiber(StackPool& pool, StackKind kind, Body body) : pool_(pool), stack_(pool.take(kind)), body_(body) {
    context_.prepare(stack_, [](void* self) { static_cast<Fiber*>(self)->body_(*static_cast<Fiber*>(self)); }, this);
  }
  ~Fiber() {
    context_.abandon();
    pool_.give_back(stack_);
  }
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  Context& context() { return context_; }
  const Stack& stack() const { return stack_; }

  std::string log;
  int count = 0;

 private:
  StackPool& pool_;
  Stack stack_;
  Body body_;
  Context context_;
};

void count_three(Fiber& fiber) {
  for (int i = 0; i < 3; ++i) {
    ++fiber.count;
    fiber.context().suspend();
  }
}

TEST(Context, RunsUntilItSuspendsAndGoesOnThere) {
  StackPool pool;
  Fiber fiber(pool, StackKind::compact, [](Fiber& self) {
    self.log += "a";
    self.context().suspend();
    self.log += "b";
  });
  EXPECT_EQ(fiber.log, "");
  EXPECT_EQ(fiber.context().resume(), Pause::suspended);
  EXPECT_EQ(fiber.log, "a");
  EXPECT_TRUE(fiber.context().can_resume());
  EXPECT_EQ(fiber.context().resume(), Pause::finished);
  EXPECT_EQ(fiber.log, "ab");
  EXPECT_FALSE(fiber.context().can_resume());
}

TEST(Context, ManyInterleaveInTheOrderTheyAreResumed) {
  StackPool pool;
  std::deque<Fiber> fibers;
  for (int i = 0; i < 1000; ++i) {
    fibers.emplace_back(pool, i % 2 == 0 ? StackKind::compact : StackKind::guarded, count_three);
  }
  for (int round = 1; round <= 3; ++round) {
    for (Fiber& fiber : fibers) {
      fiber.context().prefetch();
      ASSERT_EQ(fiber.context().resume(), Pause::suspended);
      ASSERT_EQ(fiber.count, round);
    }
  }
  for (Fiber& fiber : fibers) ASSERT_EQ(fiber.context().resume(), Pause::finished);
}

TEST(Context, IsPreparedAgainAfterItFinished) {
  StackPool pool;
  Fiber fiber(pool, StackKind::compact, count_three);
  for (int i = 0; i < 4; ++i) fiber.context().resume();
  int runs = 0;
  fiber.context().prepare(fiber.stack(), [](void* argument) { ++*static_cast<int*>(argument); }, &runs);
  EXPECT_EQ(fiber.context().resume(), Pause::finished);
  EXPECT_EQ(runs, 1);
}

TEST(Context, AbandonedStackServesTheNext) {
  StackPool pool;
  Fiber fiber(pool, StackKind::compact, [](Fiber& self) {
    std::array<char, 256> frame{};
    self.log = "parked";
    self.context().suspend();
    self.log = frame.data();
  });
  fiber.context().resume();
  fiber.context().abandon();
  EXPECT_FALSE(fiber.context().can_resume());
  int runs = 0;
  fiber.context().prepare(fiber.stack(), [](void* argument) { ++*static_cast<int*>(argument); }, &runs);
  EXPECT_EQ(fiber.context().resume(), Pause::finished);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(fiber.log, "parked");
}

TEST(Context, ThrowsAndCatchesBetweenSuspends) {
  StackPool pool;
  std::deque<Fiber> fibers;
  for (int i = 0; i < 20; ++i) {
    fibers.emplace_back(pool, StackKind::guarded, [](Fiber& self) {
      for (int round = 0; round < 10; ++round) {
        try {
          throw std::runtime_error(std::to_string(round));
        } catch (const std::runtime_error& error) {
          self.log += error.what();
        }
        self.context().suspend();
      }
    });
  }
  for (int round = 0; round < 10; ++round) {
    for (Fiber& fiber : fibers) ASSERT_EQ(fiber.context().resume(), Pause::suspended);
  }
  for (Fiber& fiber : fibers) EXPECT_EQ(fiber.log, "0123456789");
}

struct Killed {};

// Sleeps and is killed there, as a thread is.
[[gnu::noinline]] void sleep_and_die(Fiber& fiber) {
  fiber.context().suspend();
  throw Killed{};
}

TEST(Context, ForeignExceptionUnwindsTheFramesItPasses) {
  StackPool pool;
  Fiber fiber(pool, StackKind::guarded, [](Fiber& self) {
    struct Undo {
      explicit Undo(Fiber& owner) : fiber(owner) {}
      ~Undo() { fiber.log += "undone "; }
      Fiber& fiber;
    };
    try {
      const Undo outer(self);
      const std::string heap(100, 'x');
      const Undo inner(self);
      sleep_and_die(self);
    } catch (const Killed&) {
      self.log += "caught";
    }
  });
  EXPECT_EQ(fiber.context().resume(), Pause::suspended);
  EXPECT_EQ(fiber.context().resume(), Pause::finished);
  EXPECT_EQ(fiber.log, "undone undone caught");
}

TEST(Context, StackLeftShrinksWithDepth) {
  StackPool pool;
  Fiber fiber(pool, StackKind::guarded,
              [](Fiber& self) { self.count = static_cast<int>(self.context().stack_left()); });
  fiber.context().resume();
  EXPECT_GT(fiber.count, 32 * 1024);
  EXPECT_LT(fiber.count, static_cast<int>(fiber.stack().size));
}

TEST(Context, SuspendLeavesNoStatusFlagToReload) {
  StackPool pool;
  Fiber fiber(pool, StackKind::guarded, [](Fiber& self) {
    self.context().suspend();
    volatile double third = 1.0;
    third = third / 3.0;  // inexact
    self.context().suspend();
  });
  fiber.context().resume();
  const unsigned int hub_flags = _mm_getcsr();
  EXPECT_EQ(hub_flags & 0x3fU, 0x3fU);
  fiber.context().resume();
  EXPECT_EQ(_mm_getcsr(), hub_flags);
}

TEST(Context, KeepsItsOwnRoundingMode) {
  StackPool pool;
  Fiber fiber(pool, StackKind::guarded, [](Fiber& self) {
    _MM_SET_ROUNDING_MODE(_MM_ROUND_DOWN);
    self.context().suspend();
    self.count = _MM_GET_ROUNDING_MODE() == _MM_ROUND_DOWN ? 1 : 0;
  });
  fiber.context().resume();
  EXPECT_EQ(_MM_GET_ROUNDING_MODE(), static_cast<unsigned int>(_MM_ROUND_NEAREST));
  fiber.context().resume();
  EXPECT_EQ(fiber.count, 1);
}

TEST(Context, HostThreadsRunTheirOwn) {
  std::array<int, 4> counts{};
  std::vector<std::thread> threads;
  for (int& count : counts) {
    threads.emplace_back([&count] {
      StackPool pool;
      std::deque<Fiber> fibers;
      for (int i = 0; i < 50; ++i) fibers.emplace_back(pool, StackKind::compact, count_three);
      for (int round = 0; round < 4; ++round) {
        for (Fiber& fiber : fibers) fiber.context().resume();
      }
      for (const Fiber& fiber : fibers) count += fiber.count;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : counts) EXPECT_EQ(count, 150);
}

void run_once(StackKind kind, Fiber::Body body) {
  StackPool pool;
  Fiber fiber(pool, kind, body);
  fiber.context().resume();
}

using ContextDeathTest = testing::Test;

TEST(ContextDeathTest, EscapedExceptionIsOurBug) {
  EXPECT_DEATH(run_once(StackKind::guarded, [](Fiber&) { throw std::runtime_error("lost"); }),
               "signalbox: bug: an exception escaped from a context's entry: lost");
  EXPECT_DEATH(run_once(StackKind::guarded, [](Fiber&) { throw Killed{}; }), "it is not a std::exception");
}

TEST(ContextDeathTest, SuspendInsideCatchIsOurBug) {
  EXPECT_DEATH(run_once(StackKind::guarded,
                        [](Fiber& self) {
                          try {
                            throw Killed{};
                          } catch (const Killed&) {
                            self.context().suspend();
                          }
                        }),
               "signalbox: bug: .*may not sleep inside a catch block");
}

TEST(ContextDeathTest, SuspendWhileUnwindingIsOurBug) {
  EXPECT_DEATH(run_once(StackKind::guarded,
                        [](Fiber& self) {
                          struct Sleeper {
                            explicit Sleeper(Fiber& owner) : fiber(owner) {}
                            ~Sleeper() { fiber.context().suspend(); }
                            Fiber& fiber;
                          };
                          try {
                            const Sleeper sleeper(self);
                            throw Killed{};
                          } catch (const Killed&) {
                          }
                        }),
               "may not sleep while an exception unwinds it");
}

TEST(ContextDeathTest, SmashedCanaryIsOurBug) {
  EXPECT_DEATH(run_once(StackKind::compact,
                        [](Fiber& self) {
                          std::memset(self.stack().low, 0, sizeof stack_canary);
                          self.context().suspend();
                        }),
               "signalbox: bug: .*a stack without a guard overflowed");
}

TEST(ContextDeathTest, ResumingAnEndedContextIsOurBug) {
  EXPECT_DEATH(
      {
        StackPool pool;
        Fiber fiber(pool, StackKind::compact, [](Fiber&) {});
        fiber.context().resume();
        fiber.context().resume();
      },
      "resumed only when it was prepared and has not ended");
}

TEST(ContextDeathTest, ResumingFromAContextIsOurBug) {
  EXPECT_DEATH(run_once(StackKind::guarded, [](Fiber& self) { self.context().resume(); }), "only the hub resumes");
}

TEST(ContextDeathTest, SuspendingAnotherIsOurBug) {
  EXPECT_DEATH(
      {
        StackPool pool;
        Fiber fiber(pool, StackKind::compact, count_three);
        fiber.context().resume();
        fiber.context().suspend();
      },
      "a context suspends itself");
}

}  // namespace signalbox::context_test
