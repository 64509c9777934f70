#include "workloads/posix/saved_bytes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "kernel/exec/address_window.hpp"
#include "kernel/exec/mapping.hpp"

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

TEST(SavedBytes, ChangesPlacesWithThoseOfTheSameRuns) {
  std::vector<std::byte> memory(3 * Mapping::page);
  const std::span<std::byte> low(memory.data(), Mapping::page + 1);
  const std::span<std::byte> high(&memory[2 * Mapping::page], Mapping::page);
  SavedBytes one;
  SavedBytes other;
  for (SavedBytes* each : {&one, &other}) {
    std::ranges::fill(memory, each == &one ? std::byte{1} : std::byte{2});
    each->add(low);
    each->add(high);
  }
  const auto expect = [&](std::byte value) {
    EXPECT_EQ(low.front(), value);
    EXPECT_EQ(low.back(), value);
    EXPECT_EQ(high.back(), value);
    EXPECT_EQ(memory[low.size()], std::byte{3}) << "between the runs nothing changes";
  };
  std::ranges::fill(memory, std::byte{3});
  EXPECT_TRUE(one.change_places_with(other));
  expect(std::byte{2});
  EXPECT_TRUE(other.change_places_with(one));
  expect(std::byte{3});
}

TEST(SavedBytes, ChangesPlacesWithThoseOfOtherRuns) {
  std::array<std::byte, 8> memory{};
  memory.fill(std::byte{1});
  SavedBytes one;
  one.add(std::span(memory).subspan(0, 4));
  SavedBytes other;
  other.add(std::span(memory).subspan(2, 4));
  memory.fill(std::byte{2});
  EXPECT_TRUE(one.change_places_with(other));
  EXPECT_EQ(memory[1], std::byte{2});
  EXPECT_EQ(memory[2], std::byte{1});
  EXPECT_EQ(memory[5], std::byte{1});
  one.restore();
  EXPECT_EQ(memory[3], std::byte{2});
  EXPECT_EQ(memory[5], std::byte{1});
}

TEST(SavedBytes, MovesManyPages) {
  AddressWindow window(std::size_t{1} << 24U);
  const std::span<std::byte> few(window.begin(), Mapping::page);
  const std::span<std::byte> many(window.begin() + 2 * Mapping::page, 2 * SavedBytes::least_moved);
  const auto fill = [&](std::byte value) {
    std::ranges::fill(few, value);
    std::ranges::fill(many, value);
  };
  const auto has = [&](std::byte value) {
    return std::ranges::count(few, value) + std::ranges::count(many, value) == std::ssize(few) + std::ssize(many);
  };
  SavedBytes one;
  SavedBytes other;
  for (SavedBytes* each : {&one, &other}) {
    for (const std::span<std::byte> run : {few, many}) {
      ASSERT_TRUE(window.open(run, AddressWindow::may_read | AddressWindow::may_write));
    }
    fill(each == &one ? std::byte{1} : std::byte{2});
    each->add(few);
    ASSERT_TRUE(each->move(many));
    EXPECT_EQ(each->bytes(), few.size() + many.size());
    EXPECT_EQ(each->moved().size(), 1U);
    EXPECT_TRUE(each->holds(&many.back()));
    EXPECT_EQ(many.back(), std::byte{0});
  }
  one.restore();
  EXPECT_TRUE(has(std::byte{1}));
  fill(std::byte{3});
  EXPECT_TRUE(one.change_places_with(other));
  EXPECT_TRUE(has(std::byte{2}));
  EXPECT_TRUE(other.change_places_with(one));
  EXPECT_TRUE(has(std::byte{3}));
}

}  // namespace signalbox::saved_bytes_test
