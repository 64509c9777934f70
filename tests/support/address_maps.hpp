#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kernel/mm/space/address_map.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "kernel/mm/space/msync.hpp"

namespace signalbox {

// What msync(2) has to write back, one after the other, and what it answers if all of it succeeds and nothing changes.
struct SyncPlan {
  std::vector<ObjectRange> writes = {};
  std::optional<Errno> error = {};
};
inline SyncPlan msync(const AddressMap& map, VirtAddr at, std::uint64_t bytes, std::uint32_t flags) {
  const Result<PageRange> range = sync_range(at, bytes, flags);
  if (!range.has_value()) return {.error = range.error()};
  SyncPlan plan;
  for (PageRange left = *range; left.begin < left.end;) {
    SyncStep step = sync_step(map, left, flags);
    left.begin = step.next;
    if (step.error) plan.error = step.error;
    if (step.write.object != nullptr) plan.writes.push_back(std::move(step.write));
  }
  return plan;
}

// Notes what it is told. Pages of one page range are resident.
class RecordedPages final : public MappedPages {
 public:
  void discard(const Vma&, PageRange range, Leaving) override { discarded.push_back(range); }
  void cut(PageRange part) override { cuts.push_back(part); }
  void trim(PageRange hole) override { trimmed.push_back(hole); }
  Result<void> move(PageRange from, VirtAddr to) override {
    if (refuses_to_move) return Errno::enomem;
    moved.emplace_back(from, to);
    return {};
  }
  void protect(PageRange range, VmaFlags) override { protected_ranges.push_back(range); }
  void relock(const Vma&, PageRange range) override { relocked.push_back(range); }
  void advise(const Vma&, PageRange range, std::int32_t advice) override { advised.emplace_back(range, advice); }
  bool is_resident(const Vma&, VirtAddr page) const override { return resident.begin <= page && page < resident.end; }

  std::vector<PageRange> discarded;
  std::vector<PageRange> cuts;
  std::vector<PageRange> trimmed;
  std::vector<PageRange> relocked;
  bool refuses_to_move = false;
  std::vector<std::pair<PageRange, VirtAddr>> moved;
  std::vector<PageRange> protected_ranges;
  std::vector<std::pair<PageRange, std::int32_t>> advised;
  PageRange resident;
};

// A file that was opened with these rights.
class OpenedFile final : public MemoryObject {
 public:
  explicit OpenedFile(ObjectRights rights = {}) : rights_(rights) {}

  ObjectRights rights() const override { return rights_; }
  std::uint64_t bytes() const override { return 1U << 20U; }
  std::string_view path() const override { return "/bin/program"; }
  std::uint64_t inode() const override { return 42; }

 private:
  ObjectRights rights_;
};
inline MemoryObjectRef opened(ObjectRights rights = {}) { return new OpenedFile(rights); }

// An empty space of 64 bits without randomisation, on a machine with 1 GiB of RAM.
struct SpaceUnderTest {
  explicit SpaceUnderTest(const MapRules& rules = {}, const CommitRules& commit_rules = {.ram_pages = 262'144},
                          const AddressLayout& layout = plain_layout({}))
      : commits(commit_rules), map(layout, rules, commits, pages) {}

  // What a call that must not fail answers.
  VirtAddr mapped(const MmapRequest& request) { return mmap(map, request).value().at; }
  // So many pages, there.
  VirtAddr fixed(std::uint64_t at, std::uint64_t count, std::uint32_t prot = prot_read | prot_write) {
    return mapped({.hint = VirtAddr(at),
                   .bytes = count * page_bytes,
                   .prot = prot,
                   .flags = map_private | map_anonymous | map_fixed});
  }
  std::vector<PageRange> ranges() const {
    std::vector<PageRange> all;
    for (const Vma& vma : map.vmas().all()) all.push_back(vma.range);
    return all;
  }

  CommitAccount commits;
  RecordedPages pages;
  AddressMap map;
};

// Pages [first, last) of a small space.
constexpr VirtAddr page_at(std::uint64_t number) { return VirtAddr(number * page_bytes); }
constexpr PageRange page_range(std::uint64_t first, std::uint64_t last) { return {page_at(first), page_at(last)}; }

// The errno of a failed call; nothing else compares equal to it.
template <class T>
Errno errno_of(const Result<T>& result) {
  return result.has_value() ? Errno{} : result.error();
}

}  // namespace signalbox
