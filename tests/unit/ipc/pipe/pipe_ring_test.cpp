#include "ipc/pipe/pipe_ring.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>

namespace signalbox::pipe_ring_test {

void append(PipeRing& ring, std::string_view text, PipeRing::Run run = PipeRing::Run::stream) {
  std::ranges::copy(std::as_bytes(std::span(text)), ring.next_page().begin());
  ring.append(text.size(), run);
}

std::string first(const PipeRing& ring) {
  std::string text(ring.first().size(), '\0');
  std::memcpy(text.data(), ring.first().data(), text.size());
  return text;
}

TEST(PipeRing, GivesBytesInTheOrderInWhichTheyCame) {
  PipeRing ring(2);
  append(ring, "abc");
  append(ring, "de");
  EXPECT_TRUE(ring.is_full());
  EXPECT_EQ(ring.bytes(), 5U);
  ring.consume(1);
  EXPECT_EQ(first(ring), "bc");
  ring.consume(2);
  EXPECT_FALSE(ring.is_full());
  append(ring, "fg");
  EXPECT_EQ(first(ring), "de");
  ring.consume(2);
  EXPECT_EQ(first(ring), "fg");
  ring.consume(2);
  EXPECT_TRUE(ring.is_empty());
  EXPECT_EQ(ring.bytes(), 0U);
}

TEST(PipeRing, MergesWhatFitsWholeIntoTheLastPage) {
  PipeRing ring(2);
  EXPECT_TRUE(ring.room_to_merge(1).empty());
  append(ring, std::string(4000, 'a'));
  EXPECT_TRUE(ring.room_to_merge(97).empty());
  const auto room = ring.room_to_merge(96);
  ASSERT_EQ(room.size(), 96U);
  std::ranges::fill(room, std::byte{'b'});
  ring.merged(96);
  EXPECT_EQ(first(ring), std::string(4000, 'a') + std::string(96, 'b'));
  ring.consume(4095);
  EXPECT_TRUE(ring.room_to_merge(1).empty());  // what was read leaves no room at the end
}

TEST(PipeRing, PacketsStayApartAndAreDroppedWhole) {
  PipeRing ring(3);
  append(ring, "first", PipeRing::Run::packet);
  EXPECT_TRUE(ring.room_to_merge(1).empty());
  append(ring, "second", PipeRing::Run::packet);
  EXPECT_TRUE(ring.is_first_packet());
  ring.drop_first();
  EXPECT_EQ(first(ring), "second");
  EXPECT_EQ(ring.bytes(), 6U);
}

TEST(PipeRing, ResizesAroundWhatIsInIt) {
  PipeRing ring(4);
  for (const char* text : {"a", "b", "c", "d"}) append(ring, text);
  ring.consume(1);
  append(ring, "e");  // the ring has turned
  EXPECT_EQ(ring.resize(3).error(), Errno::ebusy);
  ASSERT_TRUE(ring.resize(8).has_value());
  append(ring, "f");
  for (const char* text : {"b", "c", "d", "e", "f"}) {
    EXPECT_EQ(first(ring), text);
    ring.consume(1);
  }
  append(ring, "g");
  ASSERT_TRUE(ring.resize(1).has_value());
  EXPECT_TRUE(ring.is_full());
  ring.clear();
  EXPECT_TRUE(ring.is_empty());
  EXPECT_EQ(ring.pages(), 1U);
}

}  // namespace signalbox::pipe_ring_test
