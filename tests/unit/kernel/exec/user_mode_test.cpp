#include "kernel/exec/user_mode.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

#include "kernel/exec/fiber_annotations.hpp"

namespace signalbox::user_mode_test {

struct Left {
  int why;
};

alignas(16) std::array<std::byte, 64 * 1024> user_stack;
std::vector<std::uint64_t> entries;

bool is_on_user_stack(const void* at) {
  const auto* const byte = static_cast<const std::byte*>(at);
  return byte >= user_stack.data() && byte < user_stack.data() + user_stack.size();
}

std::int64_t note_and_answer(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments) {
  EXPECT_FALSE(is_on_user_stack(__builtin_frame_address(0))) << "the kernel has a stack of its own";
  EXPECT_TRUE(is_on_user_stack(mode.stack_pointer()));
  entries.push_back(number + arguments[0]);
  if (number == 0) throw Left{static_cast<int>(arguments[0])};
  return static_cast<std::int64_t>(number * 10);
}

void program(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  EXPECT_TRUE(is_on_user_stack(__builtin_frame_address(0)));
  const std::uint64_t arguments[6] = {a + b + c};
  const std::int64_t answer = UserMode::entry_point()(5, arguments);
  const std::uint64_t last[6] = {static_cast<std::uint64_t>(answer)};
  UserMode::entry_point()(0, last);
}

class UserModeTest : public testing::Test {
 protected:
  void SetUp() override {
    if (has_address_sanitizer || has_thread_sanitizer) GTEST_SKIP() << "no sanitizer knows the second stack";
    entries.clear();
  }
  std::byte* top() { return user_stack.data() + user_stack.size(); }
};

TEST_F(UserModeTest, EntriesRunOnTheKernelStackAndExceptionsLeaveTheProgram) {
  UserMode mode(note_and_answer);
  int why = 0;
  try {
    mode.begin(top(), program, 1, 2, 3);
  } catch (const Left& left) {
    why = left.why;
  }
  EXPECT_EQ(why, 50);
  EXPECT_EQ(entries, (std::vector<std::uint64_t>{11, 50}));
}

std::vector<std::byte> saved_stack;
void* saved_pointer = nullptr;

std::int64_t save_at_first(UserMode& mode, std::uint64_t number, const std::uint64_t* arguments) {
  if (number == 0) throw Left{static_cast<int>(arguments[0])};
  saved_pointer = mode.stack_pointer();
  saved_stack.assign(user_stack.begin(), user_stack.end());
  return 1;
}

TEST_F(UserModeTest, ACopyOfTheStackReturnsASecondTime) {
  UserMode mode(save_at_first);
  EXPECT_THROW(mode.begin(top(), program, 0, 0, 0), Left);
  std::memcpy(user_stack.data(), saved_stack.data(), saved_stack.size());
  UserMode copy(save_at_first);
  int why = 0;
  try {
    copy.resume(saved_pointer, 77);
  } catch (const Left& left) {
    why = left.why;
  }
  EXPECT_EQ(why, 77) << "the entry's result, and from there on as before";
}

}  // namespace signalbox::user_mode_test
