#include "kernel/mm/paging/generated_file.hpp"

#include <cstring>

#include "kernel/mm/frame.hpp"

namespace signalbox {

// SplitMix64's finalizer (Steele, Lea and Flood, 2014) over inode and place.
std::uint64_t GeneratedStore::word_at(std::uint64_t inode, std::uint64_t offset) {
  std::uint64_t word = (inode * 0x9e37'79b9'7f4a'7c15U) + offset;
  word = (word ^ (word >> 30U)) * 0xbf58'476d'1ce4'e5b9U;
  word = (word ^ (word >> 27U)) * 0x94d0'49bb'1331'11ebU;
  return word ^ (word >> 31U);
}

void GeneratedStore::read(std::uint64_t page, std::span<std::byte> bytes) const {
  for (std::size_t at = 0; at < bytes.size(); at += sizeof(std::uint64_t)) {
    const std::uint64_t word = word_at(inode_, (page << page_shift) + at);
    std::memcpy(bytes.data() + at, &word, sizeof word);
  }
}

}  // namespace signalbox
