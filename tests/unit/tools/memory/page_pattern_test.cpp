#include "tools/memory/page_pattern.hpp"

#include <gtest/gtest.h>

namespace signalbox::page_pattern_test {
namespace {

std::vector<std::uint64_t> offsets(const PagePattern& pattern, std::size_t count, const std::string& name = "a") {
  PatternRun run(pattern, 1, name);
  std::vector<std::uint64_t> all;
  for (std::size_t i = 0; i < count; ++i) all.push_back(run.next().offset);
  return all;
}

TEST(PagePattern, StridesGoRound) {
  EXPECT_EQ(offsets({.pages = 1, .step = 1536}, 4), (std::vector<std::uint64_t>{0, 1536, 3072, 512}));
}

TEST(PagePattern, RandomStaysInsideAndComesFromNameAndSeed) {
  const PagePattern pattern{.kind = PagePattern::Kind::random, .pages = 3};
  const auto all = offsets(pattern, 1000);
  EXPECT_LT(*std::ranges::max_element(all), pattern.bytes());
  EXPECT_GE(*std::ranges::max_element(all), 2 * 4096U);
  EXPECT_EQ(all, offsets(pattern, 1000));
  EXPECT_NE(all, offsets(pattern, 1000, "b"));
}

TEST(PagePattern, ReferencesAreRepeated) {
  const PagePattern pattern{
      .kind = PagePattern::Kind::references, .pages = 8, .references = {{.page = 7}, {.page = 2, .is_write = true}}};
  EXPECT_EQ(offsets(pattern, 3), (std::vector<std::uint64_t>{7 * 4096, 2 * 4096, 7 * 4096}));
  PatternRun run(pattern, 1, "a");
  EXPECT_EQ(run.next().access, Access::read);
  EXPECT_EQ(run.next().access, Access::write);
}

}  // namespace
}  // namespace signalbox::page_pattern_test
