#include "tools/allocators/trace_reader.hpp"

#include <gtest/gtest.h>

#include "tests/support/error_of.hpp"

namespace signalbox::trace_reader_test {

AllocationTrace read(std::string_view text) {
  InputLines lines(text, "trace");
  return read_allocation_trace(lines);
}
AllocationTrace read_rep(std::string_view text) {
  InputLines lines(text, "trace.rep");
  return read_malloc_lab_trace(lines);
}
std::string refusal(std::string_view text) {
  return error_of([&] { read(text); });
}
std::string rep_refusal(std::string_view text) {
  return error_of([&] { read_rep(text); });
}

TEST(AllocationTrace, HasEveryStep) {
  const AllocationTrace trace = read(
      "# of our own\nallocations 1\n"
      "malloc 7 100\ncalloc 8 0x20\nt1 aligned 9 64 1000 # from another thread\n"
      "realloc 7 300\nt1 free 7\nfree_sized 8\npause 10ms\nt1 exit\nmalloc 7 5\n");
  ASSERT_EQ(trace.steps.size(), 9U);
  EXPECT_EQ(trace.threads, 2U);
  EXPECT_EQ(trace.blocks, 3U);
  using enum AllocationKind;
  EXPECT_EQ(trace.steps[0], (AllocationStep{.kind = malloc, .block = 0, .bytes = 100}));
  EXPECT_EQ(trace.steps[2], (AllocationStep{.kind = aligned, .thread = 1, .block = 2, .bytes = 1000, .alignment = 64}));
  EXPECT_EQ(trace.steps[4], (AllocationStep{.kind = free, .thread = 1, .block = 0}));
  EXPECT_EQ(trace.steps[6], (AllocationStep{.kind = pause, .bytes = 10'000'000}));
  EXPECT_EQ(trace.steps[8], (AllocationStep{.kind = malloc, .block = 0, .bytes = 5})) << "an id may be used again";
}

TEST(AllocationTrace, RefusesWhatItCannotBe) {
  EXPECT_EQ(refusal("malloc 1 100\n"), "trace:1:1: error: \"malloc\" does not begin a trace; expected allocations 1");
  EXPECT_EQ(refusal("allocations 2\nmalloc 1 1\n"), "trace:1:13: error: \"2\" is no version; expected allocations 1");
  EXPECT_EQ(refusal("allocations 1\nfree 3\n"),
            "trace:2:6: error: \"3\" is no block that is in use; expected one that was allocated");
  EXPECT_EQ(refusal("allocations 1\nmalloc 3 1\nmalloc 3 1\n"),
            "trace:3:8: error: \"3\" is a block that is in use; expected another id, or its free before");
  EXPECT_EQ(refusal("allocations 1\nmalloc 3\n"),
            "trace:2:1: error: \"malloc\" has not the words of a step; expected malloc ID BYTES");
  EXPECT_EQ(refusal("allocations 1\nfree_size 3\n").substr(0, 50),
            "trace:2:1: error: \"free_size\" is no step; expected");
  EXPECT_EQ(refusal("allocations 1\naligned 3 24 100\n"),
            "trace:2:11: error: \"24\" is no alignment; expected a power of two");
  EXPECT_EQ(refusal("allocations 1\npause 10\n"),
            "trace:2:7: error: \"10\" is no time; expected a time with a unit, such as 10ms");
  EXPECT_NE(refusal("allocations 1\nt300 malloc 1 1\n").find("trace:2:2: error: \"300\" is not a thread's number"),
            std::string::npos);
  EXPECT_EQ(refusal("allocations 1\nt1 malloc 1 1\nt1 exit\nt1 free 1\n"),
            "trace:4:4: error: \"free\" comes after the end of thread 1; expected a thread that runs");
  EXPECT_NE(refusal("allocations 1\nmalloc 1 1\nrealloc 1 0\n").find("trace:3:11: error: "), std::string::npos);
  EXPECT_NE(refusal("allocations 1\npause 9000000000s\n").find("a hundred years"), std::string::npos);
  EXPECT_NE(refusal("allocations 1\nexit\n").find("ends the first thread"), std::string::npos);
  EXPECT_NE(refusal("allocations 1\nt1\n").find("names a thread only"), std::string::npos);
  EXPECT_NE(refusal("allocations 1\n").find("has no steps"), std::string::npos);
  EXPECT_NE(refusal("allocations 1\nmalloc 1 99999999999999\n").find("is not a block's size"), std::string::npos);
}

TEST(MallocLabTrace, IsReadAsTheLabHasIt) {
  const AllocationTrace trace = read_rep("20000\n2\n5\n1\na 0 512\na 1 128\nr 0 640\nf 1\nf 0\n");
  ASSERT_EQ(trace.steps.size(), 5U);
  EXPECT_EQ(trace.blocks, 2U);
  EXPECT_EQ(trace.steps[2], (AllocationStep{.kind = AllocationKind::realloc, .block = 0, .bytes = 640}));
}

TEST(MallocLabTrace, RefusesWhatTheLabHasNot) {
  EXPECT_EQ(rep_refusal("1\n1\n1\n1\nx 0 1\n"),
            "trace.rep:5:1: error: \"x\" is no request; expected a ID BYTES, r ID BYTES or f ID");
  EXPECT_EQ(rep_refusal("1\n1\n1\n1\na 0\n"),
            "trace.rep:5:3: error: \"0\" does not end a request; expected a ID BYTES, r ID BYTES or f ID");
  EXPECT_NE(rep_refusal("1\n1\n1\n1\nf 0\n").find("is no block that is in use"), std::string::npos);
  EXPECT_NE(rep_refusal("1\n1\n").find("has no requests"), std::string::npos);
  EXPECT_EQ(rep_refusal("1\n1\n3\n1\na 0 1\nf 0\n"),
            "trace.rep:3:1: error: \"3\" is not how many requests there are: 2; expected a trace that is complete");
}

TEST(AllocationTrace, IsToldFromMallocLabsByItsHead) {
  EXPECT_TRUE(looks_like_allocation_trace("# hello\nallocations 1\n"));
  EXPECT_FALSE(looks_like_allocation_trace("20000\n"));
}

}  // namespace signalbox::trace_reader_test
