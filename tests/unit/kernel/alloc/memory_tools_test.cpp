#include "kernel/alloc/memory_tools.hpp"

#include <gtest/gtest.h>

#include <array>

namespace signalbox::memory_tools_test {

using namespace alloc;

#ifdef SIGNALBOX_ASAN
bool is_hidden(const unsigned char& byte) { return __asan_address_is_poisoned(&byte) != 0; }
#else
bool is_hidden(const unsigned char&) { return false; }  // nobody is told
#endif

struct HostAddresses {
  static void* place(VirtAddr at) { return reinterpret_cast<void*>(at.value()); }
};
using Tools = MemoryTools<HostAddresses>;

struct Room {
  alignas(16) std::array<unsigned char, 64> bytes{};
  VirtAddr at() const { return VirtAddr(reinterpret_cast<std::uint64_t>(bytes.data())); }
};

constexpr bool has_tool =
#ifdef SIGNALBOX_ASAN
    true;
#else
    false;
#endif

TEST(MemoryTools, ProgramHasWhatItAskedForAndNoMore) {
  Room room;
  Tools::begin_block(room.at(), 40, 64);
  room.bytes[39] = 7;
  EXPECT_FALSE(is_hidden(room.bytes[0]) || is_hidden(room.bytes[39]));
  EXPECT_EQ(is_hidden(room.bytes[40]) && is_hidden(room.bytes[63]), has_tool);
  Tools::resize_block(room.at(), room.at(), 64, 64);
  EXPECT_FALSE(is_hidden(room.bytes[63]));
  EXPECT_EQ(room.bytes[39], 7);
  Tools::end_block(room.at(), 64);
  EXPECT_EQ(is_hidden(room.bytes[0]) && is_hidden(room.bytes[63]), has_tool);
  Tools::reveal(room.at(), 64);
  EXPECT_FALSE(is_hidden(room.bytes[0]) || is_hidden(room.bytes[63]));
  EXPECT_EQ(room.bytes[39], 7);
}

}  // namespace signalbox::memory_tools_test
