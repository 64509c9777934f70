#include "kernel/mm/paging/page_records.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <bit>

namespace signalbox::page_records_test {

constexpr FrameNumber page(3);

// Spaces are names here: nobody looks into them.
PageMapping mapping(std::uint64_t number) {
  return {std::bit_cast<UserSpace*>((number % 3 + 1) * 64), VirtAddr(number << page_shift)};
}

std::vector<std::uint64_t> mappings_of(const PageRecords& records) {
  std::vector<std::uint64_t> all;
  records.each_mapping(page, [&](PageMapping each) { all.push_back(each.at.value() >> page_shift); });
  return all;
}

TEST(PageRecords, YoungestListedMappingComesFirst) {
  PageRecords records(8);
  for (const std::uint64_t number : {1U, 2U, 3U}) records.add_mapping(page, mapping(number));
  EXPECT_EQ(mappings_of(records), (std::vector<std::uint64_t>{3, 2, 1}));
  EXPECT_EQ(records.pool_used(), 3U);
}

TEST(PageRecords, ActionMayRemoveWhatItIsCalledFor) {
  PageRecords records(8);
  for (const std::uint64_t number : {1U, 2U, 3U}) records.add_mapping(page, mapping(number));
  std::vector<std::uint64_t> seen;
  records.each_mapping(page, [&](PageMapping each) {
    seen.push_back(each.at.value() >> page_shift);
    records.remove_mapping(page, each);
  });
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{3, 2, 1}));
  EXPECT_EQ(records[page].mappings, 0U);
  EXPECT_EQ(records.pool_used(), 0U);
}

// A search from one end alone would take minutes in one of the two orders.
TEST(PageRecords, ManyMappingsGoInEitherOrderAtOnce) {
  constexpr std::uint64_t count = 300'000;
  PageRecords records(8);
  for (std::uint64_t number = 0; number < count; ++number) records.add_mapping(page, mapping(number));
  for (std::uint64_t number = 0; number < count / 2; ++number) records.remove_mapping(page, mapping(number));
  for (std::uint64_t number = count; number-- > count / 2;) records.remove_mapping(page, mapping(number));
  EXPECT_EQ(records[page].mappings, 0U);
  EXPECT_EQ(records.pool_used(), 0U);
}

// Each from the middle, where no search from the ends comes to it soon; others are added between.
TEST(PageRecords, ManyMappingsGoInAnyOrderAtOnce) {
  constexpr std::uint64_t count = 200'000;
  PageRecords records(8);
  for (std::uint64_t number = 0; number < count; ++number) records.add_mapping(page, mapping(number));
  for (std::uint64_t i = 0; i < count; ++i) {
    if (i % 4 == 0) records.add_mapping(page, mapping(count + i));
    records.remove_mapping(page, mapping((i * 77'773 + count / 2) % count));  // a prime that does not divide it
  }
  EXPECT_EQ(records[page].mappings, count / 4);
  for (std::uint64_t i = 0; i < count; i += 4) records.remove_mapping(page, mapping(count + i));
  EXPECT_FALSE(records[page].is_indexed);
  EXPECT_EQ(records.pool_used(), 0U);
}

TEST(PageRecords, MappingMoves) {
  PageRecords records(8);
  records.add_mapping(page, mapping(1));
  records.add_mapping(page, mapping(2));
  records.move_mapping(page, mapping(2), VirtAddr(9 << page_shift));
  records.move_mapping(page, mapping(1), VirtAddr(8 << page_shift));
  EXPECT_EQ(mappings_of(records), (std::vector<std::uint64_t>{8, 9}));
}

TEST(PageRecords, KnowsExactlyWhatIsThere) {
  EXPECT_TRUE(rc::check("as a list", [](const std::vector<std::uint8_t>& steps) {
    PageRecords records(8);
    std::vector<std::uint64_t> naive;
    for (std::uint64_t number = 300; number < 350; ++number) {  // too many for a short search
      naive.push_back(number);
      records.add_mapping(page, mapping(number));
    }
    for (const std::uint64_t number : steps) {
      const auto found = std::ranges::find(naive, number);
      if (found == naive.end()) {
        naive.push_back(number);
        records.add_mapping(page, mapping(number));
      } else {
        naive.erase(found);
        records.remove_mapping(page, mapping(number));
      }
    }
    std::vector<std::uint64_t> known = mappings_of(records);
    std::ranges::sort(known);
    std::ranges::sort(naive);
    RC_ASSERT(known == naive);
    RC_ASSERT(records[page].mappings == naive.size());
    RC_ASSERT(records.pool_used() == naive.size());
  }));
}

}  // namespace signalbox::page_records_test
