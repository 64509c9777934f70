#include "tools/malloc/host_heap.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "kernel/alloc/heap_totals.hpp"
#include "kernel/base/prng.hpp"

namespace signalbox::host_heap_test {

using namespace alloc;

unsigned char* bytes_at(VirtAddr at) { return reinterpret_cast<unsigned char*>(at.value()); }

// Threads that allocate, and free what others have allocated, through slots that all share.
template <bool checked>
class SharedSlots {
 public:
  explicit SharedSlots(HostHeap<checked>& host) : heap_(host.heap()) {}

  void work(std::uint64_t seed, unsigned steps) {
    auto* cache = heap_.adopt_cache();
    ASSERT_NE(cache, nullptr);
    Prng random(seed);
    for (unsigned i = 0; i < steps; ++i) {
      const std::uint64_t bytes = 16 + random.below(std::uint64_t{1} << random.below(17));
      VirtAddr fresh = random.below(8) == 0 ? heap_.allocate_zeroed(*cache, bytes) : heap_.allocate(*cache, bytes);
      ASSERT_NE(fresh, VirtAddr());
      std::memcpy(bytes_at(fresh), &bytes, sizeof bytes);
      bytes_at(fresh)[bytes - 1] |= 1;
      free_slot(*cache, slots_[random.below(slots_.size())].exchange(fresh.value()));
    }
    heap_.retire_cache(*cache);
  }

  void finish() {
    auto* cache = heap_.adopt_cache();
    for (auto& slot : slots_) free_slot(*cache, slot.exchange(0));
    heap_.retire_cache(*cache);
  }

 private:
  void free_slot(ThreadCache<HostPlatform<checked>>& cache, std::uint64_t at) {
    if (at == 0) return;
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, bytes_at(VirtAddr(at)), sizeof bytes);
    ASSERT_GE(heap_.usable_size(VirtAddr(at)), bytes) << "nobody else wrote there";
    ASSERT_EQ(heap_.free(cache, VirtAddr(at)), Misuse::none);
  }

  Heap<HostPlatform<checked>>& heap_;
  std::array<std::atomic<std::uint64_t>, 500> slots_{};
};

template <bool checked>
void run_threads() {
  HostHeap<checked> host({.narenas = 3});
  ASSERT_TRUE(host.start());
  SharedSlots<checked> slots(host);
  for (std::uint64_t round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (std::uint64_t i = 0; i < 4; ++i) threads.emplace_back([&, i] { slots.work(10 * round + i, 20'000); });
    for (std::thread& thread : threads) thread.join();
  }
  slots.finish();
  const HeapTotals totals = totals_of(host.heap());
  EXPECT_EQ(totals.allocated, 0U);
  EXPECT_EQ(totals.active, 0U);
  EXPECT_LE(totals.narenas, 3U);  // fewer if the threads never met
}

TEST(HostHeap, ThreadsFreeEachOthersBlocks) { run_threads<false>(); }
TEST(HostHeap, ThreadsFreeEachOthersBlocksUnderChecks) { run_threads<true>(); }

TEST(HostHeap, ThreadsThatComeAndGoDoNotGrowIt) {
  HostHeap<false> host({.narenas = 4});
  ASSERT_TRUE(host.start());
  std::uint64_t metadata = 0;
  for (int i = 0; i < 200; ++i) {
    std::thread([&] {
      auto& heap = host.heap();
      auto* cache = heap.adopt_cache();
      std::vector<VirtAddr> all;
      for (unsigned j = 0; j < 500; ++j) all.push_back(heap.allocate(*cache, 8 * j));
      for (const VirtAddr at : all) heap.free(*cache, at);
      heap.retire_cache(*cache);
    }).join();
    if (i == 10) metadata = host.metadata().bytes();
  }
  EXPECT_LE(host.metadata().bytes(), metadata + 4096);  // a few extents more, as the cuts fall
  const HeapTotals totals = totals_of(host.heap());
  EXPECT_EQ(totals.active, 0U);
  EXPECT_LE(totals.dirty + totals.retained, std::uint64_t{8} << 20U) << "a thread's pages serve the next";
}

// The same heap where AddressSanitizer is told of blocks: bytes beside what was asked for are nobody's.
template <bool checked>
class ToldHeap {
 public:
  ToldHeap() : host_(std::make_unique<HostHeap<checked, true>>(HeapOptions{})) {}

  void use(std::uint64_t bytes) {
    const VirtAddr at = heap().allocate(*cache_, bytes);
    std::memset(bytes_at(at), 1, bytes);
    const Reallocated grown = heap().reallocate(*cache_, at, 3 * bytes);
    ASSERT_NE(grown.at, VirtAddr());
    EXPECT_EQ(bytes_at(grown.at)[bytes - 1], 1);
    std::memset(bytes_at(grown.at), 2, 3 * bytes);
    const Reallocated shrunk = heap().reallocate(*cache_, grown.at, bytes);
    EXPECT_EQ(bytes_at(shrunk.at)[bytes - 1], 2);
    EXPECT_EQ(heap().free_sized(*cache_, shrunk.at, heap().class_for(bytes)), Misuse::none);
  }

  void look_beside(std::uint64_t bytes) {
    const VirtAddr at = heap().allocate_zeroed(*cache_, bytes);
    EXPECT_EQ(bytes_at(at)[bytes - 1], 0);
#ifdef SIGNALBOX_ASAN
    const auto is_hidden = [](VirtAddr byte) { return __asan_address_is_poisoned(bytes_at(byte)) != 0; };
    const bool has_rest = heap().usable_size(at) > bytes;
    EXPECT_FALSE(is_hidden(at) || is_hidden(at + (bytes - 1))) << bytes;
    EXPECT_TRUE(!has_rest || is_hidden(at + bytes)) << bytes;
    EXPECT_EQ(heap().free(*cache_, at), Misuse::none);
    const bool is_kept = bytes < 4'000'000;  // huge ones are unmapped
    EXPECT_EQ(is_hidden(at) && is_hidden(at + (bytes - 1)), is_kept) << bytes;
#else
    EXPECT_EQ(heap().free(*cache_, at), Misuse::none);
#endif
  }

  bool start() {
    if (!host_->start()) return false;
    cache_ = heap().adopt_cache();
    return cache_ != nullptr;
  }
  void end() {
    heap().retire_cache(*cache_);
    heap().purge();
  }

 private:
  auto& heap() { return host_->heap(); }

  std::unique_ptr<HostHeap<checked, true>> host_;
  ThreadCache<HostPlatform<checked, true>>* cache_ = nullptr;
};

template <bool checked>
void use_told_heap() {
  ToldHeap<checked> heap;
  ASSERT_TRUE(heap.start());
  for (const std::uint64_t bytes : {1U, 20U, 100U, 5000U, 20'000U, 200'000U, 5'000'000U}) {
    heap.use(bytes);
    heap.look_beside(bytes);
  }
  heap.end();
}

TEST(HostHeap, TellsMemoryToolsWhatIsWhose) {
  use_told_heap<false>();
  use_told_heap<true>();
}

}  // namespace signalbox::host_heap_test
