#include "kernel/mm/paging/generated_file.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <set>

#include "kernel/mm/frame.hpp"

namespace signalbox::generated_file_test {

TEST(GeneratedFile, WordsFollowFromInodeAndPlace) {
  GeneratedFile file({.path = "/bin/program", .inode = 11, .bytes = 3 * page_bytes, .first_block = 100});
  std::array<std::byte, page_bytes> page{};
  file.store()->read(2, page);
  std::uint64_t word = 0;
  std::memcpy(&word, page.data() + 40, sizeof word);
  EXPECT_EQ(word, GeneratedStore::word_at(11, 2 * page_bytes + 40));
  EXPECT_NE(word, GeneratedStore::word_at(12, 2 * page_bytes + 40));
  EXPECT_EQ(file.store()->block_of(2), 102U);
  EXPECT_FALSE(file.rights().can_write);
}

TEST(GeneratedFile, NoTwoWordsOfAPageAreEqual) {
  std::set<std::uint64_t> words;
  for (std::uint64_t at = 0; at < page_bytes; at += 8) words.insert(GeneratedStore::word_at(1, at));
  EXPECT_EQ(words.size(), page_bytes / 8);
}

}  // namespace signalbox::generated_file_test
