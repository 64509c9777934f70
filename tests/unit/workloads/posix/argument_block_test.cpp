#include "workloads/posix/argument_block.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>

#include "kernel/exec/host_bytes.hpp"

namespace signalbox::argument_block_test {

std::uint64_t word(std::uint64_t at) {
  std::uint64_t value = 0;
  std::memcpy(&value, host_bytes(at, sizeof value).data(), sizeof value);
  return value;
}
std::string text(std::uint64_t at) {
  std::string found;
  for (; host_bytes(at, 1)[0] != std::byte{0}; ++at) found += static_cast<char>(host_bytes(at, 1)[0]);
  return found;
}

TEST(ArgumentBlock, VectorsEndWithANullAndTheStackIsAligned) {
  alignas(16) std::array<std::byte, 512> stack{};
  const ArgumentBlock block = write_arguments(stack.data() + stack.size(), {"./prog", "one"}, {"HOME=/"});
  EXPECT_EQ(block.argc, 2U);
  EXPECT_EQ(text(word(block.argv)), "./prog");
  EXPECT_EQ(text(word(block.argv + 8)), "one");
  EXPECT_EQ(word(block.argv + 16), 0U);
  EXPECT_EQ(text(word(block.envp)), "HOME=/");
  EXPECT_EQ(word(block.envp + 8), 0U);
  EXPECT_EQ(host_address(block.stack_top) % 16, 0U);
  EXPECT_LE(host_address(block.stack_top), block.argv);
}

}  // namespace signalbox::argument_block_test
