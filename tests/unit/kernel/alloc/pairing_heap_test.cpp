#include "kernel/alloc/pairing_heap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <vector>

#include "tests/support/alloc_rig.hpp"

namespace signalbox::pairing_heap_test {

using namespace alloc;

struct Records {
  explicit Records(unsigned count) : extents(count + 1) {
    for (unsigned i = 1; i <= count; ++i) extents[i].begin = VirtAddr(i * page_size);
  }
  Extent<FakePlatform>& extent(ExtentId id) { return extents[id.value()]; }
  std::vector<Extent<FakePlatform>> extents;
};

TEST(PairingHeap, OldestComesFirstThenTheLowestAddress) {
  Records records(3);
  records.extents[1].serial = 7;
  records.extents[2].serial = 3;
  records.extents[3].serial = 3;
  PairingHeap heap;
  EXPECT_TRUE(heap.is_empty());
  for (std::uint32_t i = 1; i <= 3; ++i) heap.insert(records, ExtentId(i));
  for (const std::uint32_t expected : {2U, 3U, 1U}) {
    EXPECT_EQ(heap.first(), ExtentId(expected));
    heap.remove(records, heap.first());
  }
  EXPECT_TRUE(heap.is_empty());
}

RC_GTEST_PROP(PairingHeap, IsASetInOrder, (std::vector<std::pair<bool, std::uint8_t>> steps)) {
  constexpr unsigned count = 64;
  Records records(count);
  PairingHeap heap;
  std::set<std::pair<std::uint64_t, std::uint32_t>> expected;
  for (unsigned i = 0; i < steps.size(); ++i) {
    const std::uint32_t id = 1 + steps[i].second % count;
    auto& extent = records.extents[id];
    if (expected.contains({extent.serial, id})) {
      expected.erase({extent.serial, id});
      heap.remove(records, ExtentId(id));
    } else {
      extent.serial = steps[i].first ? i % 5 : 100 - i % 7;
      expected.emplace(extent.serial, id);
      heap.insert(records, ExtentId(id));
    }
    RC_ASSERT(heap.is_empty() == expected.empty());
    if (!expected.empty()) RC_ASSERT(heap.first() == ExtentId(expected.begin()->second));
  }
  for (const auto& entry : expected) {
    RC_ASSERT(heap.first() == ExtentId(entry.second));
    heap.remove(records, heap.first());
  }
}

}  // namespace signalbox::pairing_heap_test
