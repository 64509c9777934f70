#include "kernel/task/caller_bytes.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/support/memory_machine.hpp"

namespace signalbox::caller_bytes_test {

TEST(CallerBytes, MoveWhatIsPresentAndNoMore) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 1);
    CallerBytes bytes(caller, at, 2 * page_bytes);
    const std::array text{std::byte{1}, std::byte{2}};
    EXPECT_EQ(bytes.fill(page_bytes - 1, text), 0U);
    EXPECT_TRUE(bytes.make_present(caller, page_bytes - 1, UserBytes::Use::fill).has_value());
    EXPECT_EQ(bytes.fill(page_bytes - 1, text), 1U);
    std::array<std::byte, 2> read{};
    EXPECT_EQ(bytes.take(page_bytes - 1, read), 1U);
    EXPECT_EQ(read[0], std::byte{1});
    EXPECT_EQ(bytes.make_present(caller, page_bytes, UserBytes::Use::take).error(), Errno::efault);
  });
}

TEST(CallerParts, AreOneBehindTheOther) {
  in_memory([](Caller& caller) {
    const VirtAddr at = map_pages(caller, 2);
    UserMemory(caller).store(Uptr<std::uint8_t>(at), 0);
    const std::array parts{IoVec{at + 8, 2}, IoVec{at, 0}, IoVec{at, 3}, IoVec{at + page_bytes, 2}};
    CallerParts bytes(caller, parts);
    EXPECT_EQ(bytes.size(), 7U);
    const std::array text{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}, std::byte{5}, std::byte{6}};
    EXPECT_EQ(bytes.fill(1, text), 4U);  // the last page is not there
    EXPECT_TRUE(bytes.make_present(caller, 5, UserBytes::Use::fill).has_value());
    EXPECT_EQ(bytes.fill(1, text), 6U);
    std::array<std::byte, 6> read{};
    EXPECT_EQ(bytes.take(1, read), 6U);
    EXPECT_EQ(read, text);
    EXPECT_EQ(UserMemory(caller).load(Uptr<std::uint8_t>(at + 9)), 1);
    EXPECT_EQ(UserMemory(caller).load(Uptr<std::uint8_t>(at)), 2);
  });
}

}  // namespace signalbox::caller_bytes_test
