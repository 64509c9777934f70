#include "kernel/syscall/table.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <optional>

#include "tests/support/no_host.hpp"

namespace signalbox::table_test {

Result<int> sum(Caller&, int a, UserPointer<int> b) {
  const int other = TRY(b.read());
  return a + other;
}
Result<Pid> nothing(Caller&) { return Errno::eperm; }

constexpr std::array low{row<sum>(3, "sum"), row<nothing>(1, "nothing", Support::partial("everything"))};
constexpr std::array high{row<nothing>(1000, "own")};

// Handlers of these tests look at their arguments only; the row looks at whose they are.
class IdleCaller final : public Caller {
 public:
  WakeReason sleep_on(WaitQueue&, Instant) override { return WakeReason::killed; }
  void raise(Signal) override {}
  void charge(Duration, Mode) override {}
  Instant now() const override { return {}; }
  Thread& thread() override { return thread_; }
  WakeReason sleep_until(Instant) override { return WakeReason::killed; }
  bool page_fault() override { return false; }
  void pay_for_accesses() override {}
  Duration time_ahead() override { return {}; }
  std::int64_t syscall(const RawCall&) override { return 0; }
  std::optional<TakenSignal> take_signal() override { return std::nullopt; }
  Kernel& kernel() override { std::abort(); }
  void exit_thread(std::int64_t) override { std::abort(); }

 private:
  NoHost host_;
  Process process_{Pid(2), nullptr};
  Thread thread_{Tid(2), process_, host_};
};

TEST(Row, DecodesCallsAndEncodesByTheHandlersSignature) {
  int other = 40;
  IdleCaller caller;
  RawCall call{3, {2, UserPointer<int>::to(&other).address()}};
  EXPECT_EQ(low[0].handle(caller, call), 42);
  call.arguments[1] = 0;
  EXPECT_EQ(low[0].handle(caller, call), -14);
  EXPECT_EQ(low[1].handle(caller, call), -1);
}

TEST(Row, PrintsAndCountsArguments) {
  int other = 40;
  const RawCall call{3, {static_cast<std::uint64_t>(-2), UserPointer<int>::to(&other).address()}};
  EXPECT_EQ(low[0].argument_count, 2U);
  EXPECT_EQ(low[0].print_arguments(call), "-2, 0x...");
  EXPECT_EQ(low[0].address_arguments, 2U) << "the second one";
  EXPECT_EQ(low[1].argument_count, 0U);
  EXPECT_EQ(low[1].print_arguments(call), "");
  EXPECT_EQ(low[1].address_arguments, 0U);
}

TEST(Row, SaysWhatIsMissing) {
  EXPECT_TRUE(low[0].support.is_full());
  EXPECT_FALSE(low[1].support.is_full());
  EXPECT_EQ(low[1].support.missing, "everything");
}

TEST(SyscallTable, FindsByNumberAndListsInOrder) {
  const SyscallTable table({low, high});
  EXPECT_EQ(table.find(3), low.data());
  EXPECT_EQ(table.find(1000), high.data());
  EXPECT_EQ(table.find(2), nullptr);
  EXPECT_EQ(table.find(1001), nullptr);
  EXPECT_EQ(table.find(~std::uint32_t{0}), nullptr);
  const auto rows = table.rows();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0]->name, "nothing");
  EXPECT_EQ(rows[1]->name, "sum");
  EXPECT_EQ(rows[2]->name, "own");
}

TEST(SyscallTableDeathTest, OneNumberForTwoCallsIsOurBug) {
  EXPECT_DEATH(SyscallTable({low, low}), "a system call number stands for one call");
}

}  // namespace signalbox::table_test
