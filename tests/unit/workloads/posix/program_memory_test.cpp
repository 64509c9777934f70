#include "workloads/posix/program_memory.hpp"

#include <gtest/gtest.h>

#include <cstring>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "tests/support/compiled_run.hpp"

namespace signalbox::program_memory_test {

class ProgramMemoryTest : public testing::Test {
 protected:
  std::unique_ptr<ProgramMemory> begin() {
    const std::string path = compile_c(folder_, "p", "int main(void) { return 0; }");
    auto world = std::make_shared<ProgramWorld>(folder_.path(""));
    return ProgramMemory::begin(std::make_shared<ProgramFamily>(path, std::move(world)));
  }
  static std::uint64_t map_page(ProgramMemory& memory, std::uint32_t flags = map_private | map_anonymous) {
    const Result<Mapped> mapped = mmap(memory.map(), {.bytes = page_bytes, .flags = flags});
    EXPECT_TRUE(memory.open({mapped->at, mapped->at + page_bytes}).has_value());
    return mapped->at.value();
  }
  static void put(std::uint64_t at, int value) {
    std::memcpy(host_bytes(at, sizeof value).data(), &value, sizeof value);
  }
  static int get(std::uint64_t at) {
    int value = 0;
    std::memcpy(&value, host_bytes(at, sizeof value).data(), sizeof value);
    return value;
  }

 private:
  TestFolder folder_;
};

TEST_F(ProgramMemoryTest, RelativesHaveTheirOwnBytesAtOneAddress) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  put(at, 1);
  const auto child = parent->fork().value();
  put(at, 2);
  child->make_resident();
  EXPECT_EQ(get(at), 1) << "as it was at the fork";
  put(at, 3);
  parent->make_resident();
  EXPECT_EQ(get(at), 2);
  child->make_resident();
  EXPECT_EQ(get(at), 3);
}

TEST_F(ProgramMemoryTest, PagesThatOnlyARelativeTouchedReadAsZeros) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  auto child = parent->fork().value();
  put(at, 5);
  child->make_resident();
  EXPECT_EQ(get(at), 0);
  put(at, 6);
  child.reset();
  parent->make_resident();
  EXPECT_EQ(get(at), 5);
}

TEST_F(ProgramMemoryTest, MappingsMadeAfterTheForkMayFallOnTheSameAddress) {
  const auto parent = begin();
  const auto child = parent->fork().value();
  const std::uint64_t at = map_page(*parent);
  put(at, 7);
  child->make_resident();
  ASSERT_EQ(map_page(*child), at) << "each has the address free";
  EXPECT_EQ(get(at), 0);
  put(at, 8);
  parent->make_resident();
  EXPECT_EQ(get(at), 7);
  child->make_resident();
  EXPECT_EQ(get(at), 8);
}

TEST_F(ProgramMemoryTest, SharedMappingsStayOneMemory) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent, map_shared | map_anonymous);
  const auto child = parent->fork().value();
  put(at, 9);
  child->make_resident();
  EXPECT_EQ(get(at), 9);
  put(at, 10);
  parent->make_resident();
  EXPECT_EQ(get(at), 10);
}

TEST_F(ProgramMemoryTest, UnmappedPagesAreNobodysAndWhatARelativeHasStays) {
  const auto parent = begin();
  const std::uint64_t at = map_page(*parent);
  put(at, 4);
  const auto child = parent->fork().value();
  EXPECT_TRUE(munmap(parent->map(), VirtAddr(at), page_bytes).has_value());
  EXPECT_EQ(parent->reachable(at, 8, Access::read), 0U);
  EXPECT_EQ(child->reachable(at, 8, Access::read), 8U);
  child->make_resident();
  EXPECT_EQ(get(at), 4);
}

TEST_F(ProgramMemoryTest, VmasDescribeImageAndStack) {
  const auto memory = begin();
  const std::uint64_t top = memory->map().layout().stack_top.value();
  EXPECT_EQ(memory->reachable(top - 16, 64, Access::write), 16U);
  EXPECT_EQ(memory->reachable(top - ProgramMemory::stack_bytes - 1, 1, Access::read), 0U) << "the guard";
  const auto data = host_address(memory->family().program().data().data());
  EXPECT_EQ(memory->reachable(data, 8, Access::write), 8U);
  EXPECT_EQ(memory->traced(top - 8), (std::uint64_t{4} << 30U) - 8) << "the same wherever the window is";
}

}  // namespace signalbox::program_memory_test
