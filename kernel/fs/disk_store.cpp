#include "kernel/fs/disk_store.hpp"

#include <algorithm>
#include <iterator>

#include "kernel/base/check.hpp"

namespace signalbox {

DiskStore::~DiskStore() {
  pages.reset();  // what paging keeps asks where pages are
  forget(0);
}

std::uint64_t DiskStore::block_of(std::uint64_t page) {
  const auto found = pages_.lower_bound(page);
  if (found != pages_.end() && found->first == page) return found->second.block;
  std::uint64_t wanted = 0;
  if (found != pages_.begin()) {
    const auto before = std::prev(found);
    wanted = before->second.block + (page - before->first);
  }
  const std::uint64_t block = space_.take(wanted);
  pages_.emplace_hint(found, page, OnDisk{.block = block, .contents = nullptr});
  return block;
}

bool DiskStore::has(std::uint64_t page) const {
  const auto found = pages_.find(page);
  return found != pages_.end() && found->second.contents != nullptr;
}

void DiskStore::read(std::uint64_t page, std::span<std::byte> to) const {
  const auto found = pages_.find(page);
  CHECK(found != pages_.end() && found->second.contents != nullptr, "only what was written is read");
  std::ranges::copy(*found->second.contents, to.begin());
}

void DiskStore::write(std::uint64_t page, std::span<const std::byte> from) {
  const auto found = pages_.find(page);
  CHECK(found != pages_.end(), "a page has its block when its write begins");
  if (found->second.contents == nullptr) found->second.contents = std::make_unique<std::array<std::byte, page_bytes>>();
  const auto end = std::ranges::copy(from.first(bytes_in(page)), found->second.contents->begin()).out;
  std::fill(end, found->second.contents->end(), std::byte{0});
}

std::size_t DiskStore::bytes_in(std::uint64_t page) const {
  const std::uint64_t begin = page << page_shift;
  return bytes <= begin ? 0 : std::min<std::uint64_t>(bytes - begin, page_bytes);
}

void DiskStore::forget(std::uint64_t first) {
  const auto begin = pages_.lower_bound(first);
  for (auto each = begin; each != pages_.end(); ++each) space_.give_back(each->second.block);
  pages_.erase(begin, pages_.end());
}

}  // namespace signalbox
