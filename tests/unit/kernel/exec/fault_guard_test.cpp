#include "kernel/exec/fault_guard.hpp"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xmmintrin.h>

#include <array>
#include <csignal>
#include <deque>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "kernel/exec/context.hpp"
#include "kernel/exec/stack_pool.hpp"

namespace signalbox::fault_guard_test {

// In assembly, because the sanitizers and the compiler see through anything else.
void touch(std::uintptr_t address) { asm volatile("movb $1, (%0)" : : "r"(address) : "memory"); }

void divide_by_zero() {
  asm volatile("xorl %%ecx, %%ecx; movl $1, %%eax; cltd; idivl %%ecx" : : : "eax", "ecx", "edx");
}

[[gnu::noinline]] int recurse(int depth) {
  std::array<volatile char, 200> frame{};
  frame[0] = static_cast<char>(depth);
  return depth < 0 ? 0 : recurse(depth + 1) + frame[0];
}

// One emulated thread whose program does `act` in user mode.
class Program {
 public:
  using Act = void (*)(Program& program);

  Program(StackPool& pool, Act act) : pool_(pool), act_(act), stack_(pool.take(StackKind::guarded)) { prepare(); }
  ~Program() {
    context_.abandon();
    pool_.give_back(stack_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void prepare() {
    context_.prepare(
        stack_,
        [](void* argument) {
          auto& self = *static_cast<Program*>(argument);
          self.context_.allow_faults(true);
          self.act_(self);
          self.context_.allow_faults(false);
        },
        this);
  }

  void system_call() {
    context_.allow_faults(false);
    context_.suspend();
    context_.allow_faults(true);
  }

  Context& context() { return context_; }
  const HostFault& fault() const { return context_.fault(); }
  const Stack& stack() const { return stack_; }

  int steps = 0;

 private:
  StackPool& pool_;
  Act act_;
  Stack stack_;
  Context context_;
};

HostFault fault_of(Program::Act act) {
  const FaultGuard guard;
  StackPool pool;
  Program program(pool, act);
  EXPECT_EQ(program.context().resume(), Pause::faulted);
  EXPECT_FALSE(program.context().can_resume());
  return program.fault();
}

TEST(FaultGuard, NullPointerEndsTheContext) {
  const HostFault fault = fault_of([](Program&) { touch(16); });
  EXPECT_EQ(fault.signal, SIGSEGV);
  EXPECT_EQ(fault.address, reinterpret_cast<const void*>(16));
  EXPECT_FALSE(fault.is_stack_overflow);
}

TEST(FaultGuard, NonCanonicalAddressEndsTheContext) {
  const HostFault fault = fault_of([](Program&) { touch(0xdead'beef'dead'beefU); });
  EXPECT_EQ(fault.signal, SIGSEGV);
  EXPECT_FALSE(fault.is_stack_overflow);
}

TEST(FaultGuard, DivisionByZeroEndsTheContext) {
  const HostFault fault = fault_of([](Program&) { divide_by_zero(); });
  EXPECT_EQ(fault.signal, SIGFPE);
  EXPECT_FALSE(fault.is_stack_overflow);
}

TEST(FaultGuard, IllegalInstructionEndsTheContext) {
  EXPECT_EQ(fault_of([](Program&) { asm volatile("ud2"); }).signal, SIGILL);
}

TEST(FaultGuard, StackOverflowIsToldFromOtherFaults) {
  const HostFault fault = fault_of([](Program& self) { self.steps = recurse(0); });
  EXPECT_EQ(fault.signal, SIGSEGV);
  EXPECT_TRUE(fault.is_stack_overflow);
}

TEST(FaultGuard, StackOverflowByOneHugeFrameIsTold) {
  // A stack pointer far below the stack, which the next push finds out.
  const HostFault fault = fault_of([](Program& self) {
    const auto below = reinterpret_cast<std::uintptr_t>(self.stack().low) - 64;
    asm volatile("movq %0, %%rsp; pushq $0" : : "r"(below) : "memory");
  });
  EXPECT_TRUE(fault.is_stack_overflow);
}

TEST(FaultGuard, FileEndedUnderAMappingIsABusError) {
  const HostFault fault = fault_of([](Program&) {
    const int empty = memfd_create("empty", 0);
    touch(reinterpret_cast<std::uintptr_t>(mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, empty, 0)));
  });
  EXPECT_EQ(fault.signal, SIGBUS);
}

TEST(FaultGuard, OthersGoOnWhenOneFaults) {
  const FaultGuard guard;
  StackPool pool;
  std::deque<Program> programs;
  for (int i = 0; i < 30; ++i) {
    programs.emplace_back(pool, i % 3 == 1 ? Program::Act([](Program& self) {
                            self.system_call();
                            touch(0);
                          })
                                           : Program::Act([](Program& self) {
                                               for (int step = 0; step < 10; ++step) {
                                                 ++self.steps;
                                                 self.system_call();
                                               }
                                             }));
  }
  int faults = 0;
  for (int round = 0; round < 11; ++round) {
    for (Program& program : programs) {
      if (program.context().can_resume() && program.context().resume() == Pause::faulted) ++faults;
    }
  }
  EXPECT_EQ(faults, 10);
  for (std::size_t i = 0; i < programs.size(); ++i) EXPECT_EQ(programs[i].steps, i % 3 == 1 ? 0 : 10);
}

TEST(FaultGuard, OneStackServesAThousandFaultingPrograms) {
  constexpr std::array<Program::Act, 3> acts{[](Program&) { touch(0); }, [](Program&) { divide_by_zero(); },
                                             [](Program& self) { self.steps = recurse(0); }};
  const FaultGuard guard;
  StackPool pool;
  for (std::size_t i = 0; i < 1000; ++i) {
    Program program(pool, acts[i % acts.size()]);
    ASSERT_EQ(program.context().resume(), Pause::faulted);
  }
  EXPECT_EQ(pool.stats().taken, 1000U);
  EXPECT_EQ(pool.stats().live, 0U);
  Program sound(pool, [](Program& self) {
    self.system_call();
    self.steps = 1;
  });
  EXPECT_EQ(sound.context().resume(), Pause::suspended);
  EXPECT_EQ(sound.context().resume(), Pause::finished);
  EXPECT_EQ(sound.steps, 1);
}

TEST(FaultGuard, FaultInsideACatchBlockLeavesNoExceptionBehind) {
  // The exceptions are lost with their frames; known here for ever, so that LeakSanitizer keeps silent.
  static auto* const lost = new std::vector<const void*>;
  const FaultGuard guard;
  StackPool pool;
  Program faulting(pool, [](Program&) {
    try {
      throw 1;
    } catch (int) {
      lost->push_back(find_exception_state()->caught);
      touch(0);
    }
  });
  Program sleeping(pool, [](Program& self) { self.system_call(); });
  EXPECT_EQ(faulting.context().resume(), Pause::faulted);
  EXPECT_NE(lost->back(), nullptr);
  EXPECT_EQ(std::current_exception(), nullptr);
  EXPECT_EQ(sleeping.context().resume(), Pause::suspended);
}

TEST(FaultGuard, FaultLeavesTheHubsFloatingPointAlone) {
  const unsigned int before = _MM_GET_ROUNDING_MODE();
  fault_of([](Program&) {
    _MM_SET_ROUNDING_MODE(_MM_ROUND_UP);
    for (int i = 0; i < 8; ++i) asm volatile("fld1");
    asm volatile("std");
    touch(0);
  });
  EXPECT_EQ(_MM_GET_ROUNDING_MODE(), before);
  volatile long double one = 1.0L;
  EXPECT_EQ(one + one, 2.0L);
}

TEST(FaultGuard, GuardsNest) {
  const FaultGuard outer;
  fault_of([](Program&) { touch(0); });
  StackPool pool;
  Program program(pool, [](Program&) { touch(0); });
  EXPECT_EQ(program.context().resume(), Pause::faulted);
}

TEST(FaultGuard, RestoresWhatWasInstalledBefore) {
  struct sigaction before{};
  sigaction(SIGSEGV, nullptr, &before);
  stack_t stack_before{};
  sigaltstack(nullptr, &stack_before);
  fault_of([](Program&) { touch(0); });
  struct sigaction after{};
  sigaction(SIGSEGV, nullptr, &after);
  stack_t stack_after{};
  sigaltstack(nullptr, &stack_after);
  EXPECT_EQ(after.sa_sigaction, before.sa_sigaction);
  EXPECT_EQ(stack_after.ss_sp, stack_before.ss_sp);
}

TEST(FaultGuard, HostThreadsFaultSideBySide) {
  std::array<int, 4> faults{};
  std::vector<std::thread> threads;
  for (int& count : faults) {
    threads.emplace_back([&count] {
      for (int i = 0; i < 20; ++i) {
        const FaultGuard guard;
        StackPool pool;
        for (int j = 0; j < 10; ++j) {
          Program program(pool, [](Program&) { touch(8); });
          count += program.context().resume() == Pause::faulted ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : faults) EXPECT_EQ(count, 200);
}

using FaultGuardDeathTest = testing::Test;

class InTest final : public BugContext {
 public:
  std::string describe() const override { return "in the fault test"; }
};

TEST(FaultGuardDeathTest, FaultInKernelCodeOfAContextIsOurBug) {
  EXPECT_DEATH(
      {
        const FaultGuard guard;
        const InTest in_test;
        const BugContextScope scope(in_test);
        StackPool pool;
        Program program(pool, [](Program& self) {
          self.context().allow_faults(false);
          touch(24);
        });
        program.context().resume();
      },
      "signalbox: bug: host fault: Segmentation fault at address 0x18 (.|\n)*in the fault test");
}

TEST(FaultGuardDeathTest, FaultOnTheHubIsOurBug) {
  EXPECT_DEATH(
      {
        const FaultGuard guard;
        StackPool pool;
        Program program(pool, [](Program& self) { self.context().suspend(); });  // even if faults stay allowed
        program.context().resume();
        touch(24);
      },
      "signalbox: bug: host fault: Segmentation fault");
}

TEST(FaultGuardDeathTest, SignalOfAnotherProcessIsNotTakenForAFault) {
  EXPECT_DEATH(
      {
        const FaultGuard guard;
        StackPool pool;
        Program program(pool, [](Program&) { kill(getpid(), SIGFPE); });
        program.context().resume();
      },
      "signalbox: bug: host fault: ");
}

}  // namespace signalbox::fault_guard_test
