#include "kernel/calls/all_calls.hpp"

#include <gtest/gtest.h>

#include <set>

#include "kernel/syscall/numbers.hpp"

namespace signalbox::all_calls_test {

TEST(AllCalls, EveryPartIsInTheTable) {
  const SyscallTable table = all_kernel_calls();
  std::size_t count = 0;
  for (const std::span<const SyscallRow> part : kernel_call_parts()) {
    for (const SyscallRow& row : part) EXPECT_EQ(table.find(row.number), &row);
    count += part.size();
  }
  EXPECT_EQ(table.rows().size(), count);
  EXPECT_EQ(table.find(call_number::waitid)->name, "waitid");
  EXPECT_EQ(table.find(call_number::thread_join)->name, "thread_join");
  EXPECT_EQ(table.find(0)->name, "read");
}

TEST(AllCalls, NamesAreDifferentAndPartialOnesSayWhatIsMissing) {
  std::set<std::string_view> names;
  const SyscallTable table = all_kernel_calls();
  for (const SyscallRow* row : table.rows()) {
    EXPECT_TRUE(names.insert(row->name).second) << row->name;
    EXPECT_FALSE(row->name.empty());
  }
  EXPECT_FALSE(table.find(call_number::setitimer)->support.is_full());
  EXPECT_TRUE(table.find(call_number::getpid)->support.is_full());
}

}  // namespace signalbox::all_calls_test
