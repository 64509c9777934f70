#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <optional>
#include <random>

#include "kernel/exec/host_bytes.hpp"
#include "kernel/mm/space/mapping_flags.hpp"
#include "kernel/mm/space/mmap.hpp"
#include "tests/support/compiled_run.hpp"
#include "workloads/posix/program_memory.hpp"

namespace signalbox::relative_switch_test {

constexpr std::uint64_t pages = 32;

// A relative, and what it has to find in its pages; nothing where they are not mapped.
struct Relative {
  std::unique_ptr<ProgramMemory> memory;
  std::array<std::optional<int>, pages> values = {};
};

class RelativeSwitchTest : public testing::Test {
 protected:
  std::unique_ptr<ProgramMemory> begin() {
    const std::string path = compile_c(folder_, "p", "int main(void) { return 0; }");
    auto world = std::make_shared<ProgramWorld>(folder_.path(""));
    return ProgramMemory::begin(std::make_shared<ProgramFamily>(path, std::move(world)));
  }
  static void put(VirtAddr at, int value) {
    std::memcpy(host_bytes(at.value(), sizeof value).data(), &value, sizeof value);
  }
  static int get(VirtAddr at) {
    int value = 0;
    std::memcpy(&value, host_bytes(at.value(), sizeof value).data(), sizeof value);
    return value;
  }

 private:
  TestFolder folder_;
};

// By turns with nothing new in between, which is the copying that needs no question to the host; then with changes.
TEST_F(RelativeSwitchTest, TurnsKeepBytesApartWhateverComesBetween) {
  const auto parent = begin();
  const VirtAddr at =
      mmap(parent->map(),
           {.bytes = 8 * page_bytes, .prot = prot_read | prot_write, .flags = map_private | map_anonymous})
          ->at;
  ASSERT_TRUE(parent->open({at, at + 8 * page_bytes}).has_value());
  put(at, 0);
  const auto child = parent->fork().value();
  for (int turn = 1; turn < 20; ++turn) {
    if (turn == 10) put(at + page_bytes, 77);  // a page that nobody had touched, of the parent
    put(at, turn);
    child->make_resident();
    EXPECT_EQ(get(at), -(turn - 1));
    EXPECT_EQ(get(at + page_bytes), 0);
    put(at, -turn);
    if (turn == 15) put(at + 2 * page_bytes, 88);
    parent->make_resident();
    EXPECT_EQ(get(at), turn);
    EXPECT_EQ(get(at + page_bytes), turn < 10 ? 0 : 77);
    EXPECT_EQ(get(at + 2 * page_bytes), 0);
  }
}

// Three relatives map, unmap, touch and take turns at random; each finds what it has left. Pages are copied, runs of
// many are moved; neighbours are one run.
class RandomTurns : public RelativeSwitchTest, public testing::WithParamInterface<std::uint64_t> {
 protected:
  static std::uint64_t bytes() { return GetParam() * page_bytes; }
  static void put_all(VirtAddr at, int value) {
    for (VirtAddr page = at; page < at + bytes(); page = page + page_bytes) put(page, value);
  }
};

INSTANTIATE_TEST_SUITE_P(Pages, RandomTurns, testing::Values(1U, 40U, SavedBytes::least_moved / page_bytes));

TEST_P(RandomTurns, LoseNothing) {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    std::mt19937 random(seed);
    std::vector<Relative> relatives(1);
    relatives[0].memory = begin();
    const VirtAddr base = relatives[0].memory->map().layout().legacy_base + (std::uint64_t{1} << 20U);
    const auto page_at = [&](std::uint64_t page) { return base + page * bytes(); };
    for (int step = 0; step < 600; ++step) {
      const std::size_t who = random() % relatives.size();
      Relative& one = relatives[who];
      one.memory->make_resident();
      for (std::uint64_t page = 0; page < pages; ++page) {
        if (!one.values[page]) continue;
        ASSERT_EQ(get(page_at(page)), *one.values[page]) << "seed " << seed << " step " << step;
        ASSERT_EQ(get(page_at(page) + (bytes() - page_bytes)), *one.values[page])
            << "seed " << seed << " step " << step;
      }
      const std::uint64_t page = random() % pages;
      const std::uint64_t deed = random() % 16;
      if (deed < 12 && one.values[page]) {
        one.values[page] = static_cast<int>(random());
        put_all(page_at(page), *one.values[page]);
      } else if (deed < 14 && !one.values[page]) {
        const MmapRequest request{.hint = page_at(page),
                                  .bytes = bytes(),
                                  .prot = prot_read | prot_write,
                                  .flags = map_private | map_anonymous | map_fixed};
        ASSERT_TRUE(mmap(one.memory->map(), request).has_value());
        ASSERT_TRUE(one.memory->open({page_at(page), page_at(page + 1)}).has_value());
        one.values[page] = 0;
      } else if (deed == 14 && one.values[page]) {
        ASSERT_TRUE(munmap(one.memory->map(), page_at(page), bytes()).has_value());
        one.values[page].reset();
      } else if (deed == 15 && relatives.size() < 3) {
        Relative child{.memory = one.memory->fork().value(), .values = one.values};
        relatives.push_back(std::move(child));
      }
    }
  }
}

}  // namespace signalbox::relative_switch_test
