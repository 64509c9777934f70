#include "kernel/alloc/objects/kernel_heap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cstring>
#include <vector>

namespace signalbox::kernel_heap_test {
namespace {

using alloc::KernelHeap;

TEST(KernelHeap, NewOneHoldsNoPages) {
  KernelHeap heap;
  EXPECT_EQ(heap.pages().mapped, 0U);
  EXPECT_LE(heap.metadata_bytes(), std::uint64_t{24} << 10U);
  EXPECT_EQ(heap.live_objects(), "");
}

TEST(KernelHeap, CountsByClassWhatIsLiveWasAtMostAndEver) {
  KernelHeap heap;
  constexpr std::size_t bytes = 100;  // of the class of 112
  void* const first = heap.allocate(ObjectClass::filp, bytes, 16);
  void* const second = heap.allocate(ObjectClass::filp, bytes, 16);
  void* const page = heap.allocate(ObjectClass::pipe_page, 4096, 16);
  heap.free(ObjectClass::filp, first, bytes, 16);
  EXPECT_EQ(heap.of(ObjectClass::filp),
            (alloc::ObjectCounts{.live = 1, .peak = 2, .ever = 2, .bytes = 112, .peak_bytes = 224}));
  EXPECT_EQ(heap.of(ObjectClass::pipe_page).bytes, 4096U);
  EXPECT_EQ(heap.total().live, 2U);
  EXPECT_EQ(heap.total().peak_bytes, 224U + 4096);
  EXPECT_EQ(heap.live_objects(), "1 filp, 1 pipe_page");
  heap.free(ObjectClass::filp, second, bytes, 16);
  heap.free(ObjectClass::pipe_page, page, 4096, 16);
  EXPECT_EQ(heap.total().live, 0U);
  EXPECT_EQ(heap.total().ever, 3U);
}

TEST(KernelHeap, HugeBlockIsUnmappedWhenItIsFreed) {
  KernelHeap heap;
  constexpr std::size_t bytes = std::size_t{8} << 20U;
  void* const at = heap.allocate(ObjectClass::pid_table, bytes, 16);
  EXPECT_GE(heap.pages().mapped, bytes);
  heap.free(ObjectClass::pid_table, at, bytes, 16);
  EXPECT_LT(heap.pages().mapped, bytes);
}

TEST(KernelHeapDeathTest, LeakedObjectIsABugThatNamesItsClass) {
  EXPECT_DEATH(
      {
        KernelHeap heap;
        heap.allocate(ObjectClass::filp, 64, 16);
        heap.allocate(ObjectClass::filp, 64, 16);
        heap.allocate(ObjectClass::mm_struct, 640, 16);
      },
      "kernel objects outlive their machine: 1 mm_struct, 2 filp");
}

struct Made {
  ObjectClass object_class;
  std::byte* at;
  std::size_t bytes;
  std::size_t alignment;
  std::byte mark;
};

RC_GTEST_PROP(KernelHeapProperty, ObjectsKeepTheirBytesAndAllOfThemGoBack, ()) {
  KernelHeap heap;
  std::vector<Made> live;
  const auto steps = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::arbitrary<std::uint32_t>());
  const auto give_back = [&](std::size_t index) {
    const Made object = live[index];
    for (std::size_t i = 0; i < object.bytes; ++i) RC_ASSERT(object.at[i] == object.mark);
    heap.free(object.object_class, object.at, object.bytes, object.alignment);
    live.erase(live.begin() + static_cast<std::ptrdiff_t>(index));
  };
  for (const std::uint32_t step : steps) {
    if (step % 3 == 0 && !live.empty()) {
      give_back(step / 3 % live.size());
      continue;
    }
    const std::size_t alignment = step % 5 == 0 ? 128 : 16;
    const std::size_t bytes = alignment == 16 ? step % 20'000 + 1 : (step % 20 + 1) * alignment;
    const auto object_class = static_cast<ObjectClass>(step % object_class_count);
    auto* const at = static_cast<std::byte*>(heap.allocate(object_class, bytes, alignment));
    RC_ASSERT(reinterpret_cast<std::uintptr_t>(at) % alignment == 0U);
    std::memset(at, static_cast<int>(step & 0xff), bytes);
    live.push_back({object_class, at, bytes, alignment, static_cast<std::byte>(step & 0xff)});
    RC_ASSERT(heap.total().live == live.size());
  }
  while (!live.empty()) give_back(live.size() - 1);
  RC_ASSERT(heap.live_objects().empty());
  RC_ASSERT(heap.total().bytes == 0U);
}

}  // namespace
}  // namespace signalbox::kernel_heap_test
