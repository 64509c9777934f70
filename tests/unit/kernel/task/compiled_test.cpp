#include "kernel/task/compiled.hpp"

#include <gtest/gtest.h>

#include <array>

#include "kernel/exec/host_bytes.hpp"
#include "tests/support/machine_fixture.hpp"

namespace signalbox::compiled_test {

class NoPages final : public MappedPages {
  void discard(const Vma&, PageRange, Leaving) override {}
  void cut(PageRange) override {}
  void trim(PageRange) override {}
  Result<void> move(PageRange, VirtAddr) override { return {}; }
  void protect(PageRange, VmaFlags) override {}
  void relock(const Vma&, PageRange) override {}
  void advise(const Vma&, PageRange, std::int32_t) override {}
  bool is_resident(const Vma&, VirtAddr) const override { return true; }
};

// Two pages of the host, the second one read-only, described by VMAs.
class TwoPages final : public CompiledMemory {
 public:
  TwoPages() {
    const VirtAddr begin(host_address(pages_.data()));
    map_.add({.range = {begin, begin + page_bytes}, .flags = vma_flag::read | vma_flag::write});
    map_.add({.range = {begin + page_bytes, begin + 2 * page_bytes}, .flags = vma_flag::read});
  }
  AddressMap& map() override { return map_; }
  void resumed(Thread&) override {}
  std::uint64_t traced(std::uint64_t at) const override { return at; }
  std::uint64_t begin() const { return host_address(pages_.data()); }
  std::byte& operator[](std::size_t i) { return pages_[i]; }

 private:
  alignas(page_bytes) std::array<std::byte, 2 * page_bytes> pages_{};
  NoPages none_;
  CommitAccount commits_{{.ram_pages = 1000}};
  AddressMap map_{plain_layout({}), MapRules(), commits_, none_};
};

TEST(CompiledMemory, ReachesAsFarAsVmasAllow) {
  TwoPages memory;
  EXPECT_EQ(memory.reachable(memory.begin(), 100'000, Access::read), 2 * page_bytes);
  EXPECT_EQ(memory.reachable(memory.begin() + 96, 100'000, Access::write), page_bytes - 96);
  EXPECT_EQ(memory.reachable(memory.begin() - 1, 8, Access::read), 0U);
  EXPECT_EQ(memory.reachable(8, 8, Access::read), 0U);
}

TEST(CompiledMemory, CopiesWhatItReaches) {
  TwoPages memory;
  std::array<std::byte, 8> bytes{};
  bytes.fill(std::byte{3});
  EXPECT_EQ(memory.copy_to(memory.begin() + page_bytes - 4, bytes), 4U);
  EXPECT_EQ(memory[page_bytes - 1], std::byte{3});
  EXPECT_EQ(memory[page_bytes], std::byte{0});
  EXPECT_EQ(memory.copy_from(memory.begin() + page_bytes - 4, bytes), 8U);
  EXPECT_EQ(bytes[4], std::byte{0});
}

TEST(CompiledMemory, AStringEndsWithinIt) {
  TwoPages memory;
  EXPECT_TRUE(memory.keep_string(memory.begin()));
  for (std::size_t i = page_bytes; i < 2 * page_bytes; ++i) memory[i] = std::byte{'x'};
  EXPECT_TRUE(memory.keep_string(memory.begin() + page_bytes)) << "longer than any path: that is another error";
  EXPECT_FALSE(memory.keep_string(memory.begin() + page_bytes + 1));
  EXPECT_FALSE(memory.keep_string(16));
}

}  // namespace signalbox::compiled_test
