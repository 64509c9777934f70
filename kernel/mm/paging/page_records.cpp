#include "kernel/mm/paging/page_records.hpp"

#include "kernel/mm/paging/absent_entry.hpp"
#include "kernel/mm/paging/user_space.hpp"

namespace signalbox {

void PageRecords::remove_mapping(FrameNumber frame, PageMapping mapping) {
  PageRecord& record = records_[frame.value()];
  CHECK(record.mappings > 0, "only what is mapped is unmapped");
  if (--record.mappings == 0) --mapped(record);
  if (record.is_only_counted(mapping.at)) return;
  const std::uint32_t found = find_node(frame, mapping);
  const Node& node = pool_[found];
  pool_[node.previous].next = node.next;
  pool_[node.next].previous = node.previous;
  if (record.listed == found) record.listed = node.next == found ? 0 : node.next;
  record.is_indexed = record.is_indexed && record.listed != 0;
  free_node(found);
}

void PageRecords::list(FrameNumber frame, PageMapping mapping) {
  PageRecord& record = records_[frame.value()];
  record.listed = new_node(mapping, record.listed);
  if (record.is_indexed) index_.emplace(Place{frame, mapping}, record.listed);
}

std::uint32_t PageRecords::find_node(FrameNumber frame, PageMapping mapping) {
  PageRecord& record = records_[frame.value()];
  CHECK(record.listed != 0, "the reverse map is exact");
  if (!record.is_indexed) {
    if (const std::uint32_t near = find_near_ends(record.listed, mapping); near != 0) return near;
    index_all(frame);
  }
  const auto found = index_.find({frame, mapping});
  CHECK(found != index_.end(), "the reverse map is exact");
  const std::uint32_t node = found->second;
  index_.erase(found);
  return node;
}

// Processes end in the order in which they began, or in the opposite one, and most pages have few mappings.
std::uint32_t PageRecords::find_near_ends(std::uint32_t youngest, PageMapping mapping) const {
  constexpr unsigned most_steps = 16;
  std::uint32_t down = youngest;
  std::uint32_t up = pool_[youngest].previous;
  for (unsigned step = 0; step < most_steps; ++step) {
    if (pool_[down].mapping == mapping) return down;
    if (pool_[up].mapping == mapping) return up;
    down = pool_[down].next;
    up = pool_[up].previous;
  }
  return 0;
}

void PageRecords::index_all(FrameNumber frame) {
  PageRecord& record = records_[frame.value()];
  record.is_indexed = true;
  std::uint32_t node = record.listed;
  do {
    index_.emplace(Place{frame, pool_[node].mapping}, node);
    node = pool_[node].next;
  } while (node != record.listed);
}

PageRecords::Mappings PageRecords::mappings_of(FrameNumber frame) const {
  const PageRecord& record = records_[frame.value()];
  std::size_t counted = record.mappings;
  each_listed(record, [&](const PageMapping&) { --counted; });
  Mappings all;
  if (counted > 0) {
    const VirtAddr at(record.index);
    record.family().visit([&](UserSpace& space) {
      const PageEntry entry = space.entry_at(at);
      if (holds_page(entry) && entry.frame() == frame) all.push_back({&space, at});
      return all.size() == counted;
    });
    CHECK(all.size() == counted, "the family knows all who map the page where it was first");
  }
  each_listed(record, [&](const PageMapping& each) { all.push_back(each); });
  return all;
}

std::uint32_t PageRecords::new_node(PageMapping mapping, std::uint32_t youngest) {
  std::uint32_t node = free_;
  if (node == 0) {
    node = static_cast<std::uint32_t>(pool_.size());
    pool_.emplace_back();
  } else {
    free_ = pool_[node].next;
    --free_count_;
  }
  if (youngest == 0) {
    pool_[node] = {.mapping = mapping, .next = node, .previous = node};
    return node;
  }
  const std::uint32_t oldest = pool_[youngest].previous;
  pool_[node] = {.mapping = mapping, .next = youngest, .previous = oldest};
  pool_[oldest].next = node;
  pool_[youngest].previous = node;
  return node;
}

void PageRecords::free_node(std::uint32_t node) {
  pool_[node].next = free_;
  free_ = node;
  ++free_count_;
}

}  // namespace signalbox
