#include "workloads/formats/rt_app_memory.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/pfr.hpp>

#include "tests/support/error_of.hpp"
#include "workloads/formats/loose_json.hpp"

namespace signalbox::rt_app_memory_test {

template <auto read>
auto read_by(const std::string& member) {
  const LooseValue object = read_loose_json("{" + member + "}", "f");
  return read(object.members.front());
}

MemoryRunEvent memrun(const std::string& value) {
  return std::get<MemoryRunEvent>(read_by<read_memory_run>("\"memrun\": " + value));
}
std::string memrun_error(const std::string& value) {
  return error_of([&] { memrun(value); });
}

TEST(RtAppMemory, MemAndIorunAreBytes) {
  EXPECT_EQ(std::get<MemsetEvent>(read_by<read_memset>(R"("mem": 1000)")).bytes, 1000U);
  EXPECT_EQ(std::get<IoRunEvent>(read_by<read_io_run>(R"("iorun0": 2147483647)")).bytes, 2'147'483'647U);
  EXPECT_EQ(error_of([] { read_by<read_memset>(R"("mem": 2147483648)"); }),
            "f:1:9: error: \"mem\" is 2147483648; expected a whole number of bytes from 0 to 2147483647");
  EXPECT_EQ(error_of([] { read_by<read_io_run>(R"("iorun": -1)"); }),
            "f:1:11: error: \"iorun\" is -1; expected a whole number of bytes from 0 to 2147483647");
}

// The texts of rt-app's pull request 147.
TEST(RtAppMemory, MemrunWritesReadsAndChases) {
  EXPECT_TRUE(boost::pfr::eq(
      memrun(R"({"type": "chase", "size": 262144, "stride": 64, "pattern": "random", "count": 50000000})"),
      MemoryRunEvent{BufferWork::chase, 262'144, 50'000'000, 64, AccessPattern::random, ""}));
  EXPECT_TRUE(boost::pfr::eq(memrun(R"({"type": "read", "size": 10485760, "count": 10485760})"),
                             MemoryRunEvent{.work = BufferWork::read, .size = 10'485'760, .count = 10'485'760}));
  EXPECT_TRUE(boost::pfr::eq(memrun(R"({"type": "write", "size": 7, "count": 0, "ref": "all"})"),
                             MemoryRunEvent{.work = BufferWork::write, .size = 7, .buffer = "all"}));
}

TEST(RtAppMemory, AMemrunThatIsWrongSaysWhere) {
  EXPECT_EQ(memrun_error("5"), "f:1:12: error: \"memrun\" is 5; expected an object in braces");
  EXPECT_EQ(memrun_error(R"({"size": 1, "count": 1})"),
            "f:1:2: error: \"memrun\" without \"type\"; expected \"type\" in its object");
  EXPECT_EQ(memrun_error(R"({"type": "rand", "size": 1, "count": 1})"),
            "f:1:21: error: \"type\" is the string \"rand\"; expected \"write\", \"read\" or \"chase\"");
  EXPECT_EQ(memrun_error(R"({"type": "read", "size": 0, "count": 1})"),
            "f:1:37: error: \"size\" is 0; expected a whole number of bytes from 1 to 2147483647");
  EXPECT_EQ(memrun_error(R"({"type": "read", "size": 1, "count": 1, "stride": 8})"),
            "f:1:52: error: \"stride\" of a memrun that is no chase; expected it in a chase only");
  EXPECT_EQ(memrun_error(R"({"type": "chase", "size": 9, "count": 1})"),
            "f:1:2: error: \"memrun\" without \"stride\"; expected \"stride\" in its object");
  for (const char* stride : {"7", "65"}) {
    EXPECT_EQ(memrun_error(fmt::format(
                  R"({{"type": "chase", "size": 64, "count": 1, "stride": {}, "pattern": "random"}})", stride)),
              fmt::format("f:1:64: error: \"stride\" is {}; expected a whole number of bytes from 8, a pointer, to the "
                          "size",
                          stride));
  }
  EXPECT_EQ(memrun_error(R"({"type": "chase", "size": 64, "count": 1, "stride": 8, "pattern": "rand"})"),
            "f:1:78: error: \"pattern\" is the string \"rand\"; expected \"sequential\" or \"random\"");
  EXPECT_EQ(memrun_error(R"({"type": "read", "size": 1, "count": 1, "strid": 8})"),
            "f:1:52: error: unknown key \"strid\" of a memrun event; expected a known key, such as \"stride\", the "
            "nearest");
}

TEST(RtAppMemory, TouchIsBytesAndAPattern) {
  EXPECT_TRUE(boost::pfr::eq(std::get<TouchEvent>(read_by<read_touch>(R"("touch": {"bytes": 5})")), TouchEvent{5}));
  EXPECT_TRUE(boost::pfr::eq(std::get<TouchEvent>(read_by<read_touch>(R"("touch": {"bytes": 5, "pattern": "random"})")),
                             TouchEvent{5, AccessPattern::random}));
  EXPECT_EQ(error_of([] { read_by<read_touch>(R"("touch": {})"); }),
            "f:1:2: error: \"touch\" without \"bytes\"; expected \"bytes\" in its object");
}

TEST(RtAppMemory, BlocksHaveANameAndPerhapsACount) {
  EXPECT_TRUE(boost::pfr::eq(std::get<MallocEvent>(read_by<read_malloc>(R"("malloc": {"bytes": 5, "ref": "a"})")),
                             MallocEvent{5, 1, "a"}));
  EXPECT_TRUE(
      boost::pfr::eq(std::get<MallocEvent>(read_by<read_malloc>(R"("malloc": {"bytes": 0, "count": 7, "ref": "a"})")),
                     MallocEvent{0, 7, "a"}));
  EXPECT_TRUE(boost::pfr::eq(std::get<FreeEvent>(read_by<read_free>(R"("free": {"ref": "a", "count": 2})")),
                             FreeEvent{"a", 2}));
  EXPECT_EQ(error_of([] { read_by<read_malloc>(R"("malloc": {"bytes": 5})"); }),
            "f:1:2: error: \"malloc\" without \"ref\"; expected \"ref\" in its object");
  EXPECT_EQ(error_of([] { read_by<read_free>(R"("free": {"ref": "a", "count": -1})"); }),
            "f:1:32: error: \"count\" is -1; expected a whole number of blocks from 0 to 2147483647");
}

TEST(RtAppMemory, TheBufferHasASize) {
  EXPECT_EQ(read_by<memory_buffer_of>(R"("mem_buffer_size": 1048576)"), 1'048'576U);
  EXPECT_EQ(error_of([] { read_by<memory_buffer_of>(R"("mem_buffer_size": 0)"); }),
            "f:1:21: error: \"mem_buffer_size\" is 0; expected a whole number of bytes from 1 to 2147483647");
}

}  // namespace signalbox::rt_app_memory_test
