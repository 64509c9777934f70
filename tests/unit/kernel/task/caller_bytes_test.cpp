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

}  // namespace signalbox::caller_bytes_test
