#include "workloads/posix/saved_bytes.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

namespace signalbox::saved_bytes_test {

TEST(SavedBytes, RestoresEachRunWhereItWas) {
  std::array<std::byte, 8> memory{};
  memory[1] = std::byte{11};
  memory[6] = std::byte{66};
  SavedBytes saved;
  saved.add(std::span(memory).subspan(0, 2));
  saved.add(std::span(memory).subspan(6, 2));
  EXPECT_EQ(saved.bytes(), 4U);
  memory.fill(std::byte{99});
  saved.restore();
  EXPECT_EQ(memory[1], std::byte{11});
  EXPECT_EQ(memory[6], std::byte{66});
  EXPECT_EQ(memory[3], std::byte{99}) << "between the runs nothing was saved";
  EXPECT_TRUE(saved.holds(&memory[7]));
  EXPECT_FALSE(saved.holds(&memory[2]));
  saved.clear();
  EXPECT_FALSE(saved.holds(&memory[7]));
}

TEST(SavedBytes, TakesTheSameRunsAgain) {
  std::array<std::byte, 8> memory{};
  SavedBytes saved;
  saved.add(std::span(memory).subspan(0, 2));
  saved.add(std::span(memory).subspan(6, 2));
  memory.fill(std::byte{5});
  saved.take_again();
  memory.fill(std::byte{9});
  saved.restore();
  EXPECT_EQ(memory[0], std::byte{5});
  EXPECT_EQ(memory[7], std::byte{5});
  EXPECT_EQ(memory[3], std::byte{9});
}

}  // namespace signalbox::saved_bytes_test
