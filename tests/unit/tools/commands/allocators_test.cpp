#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/command_run.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::allocators_test {
namespace {

using testing::HasSubstr;

TEST(AllocatorsCommand, ComparesAWorkload) {
  const CommandRun run = command({"allocators", "compare", "lifetimes:blocks=500,live=50", "--stats"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, HasSubstr("tcmalloc_percpu"));
  EXPECT_THAT(run.out, HasSubstr("external fragmentation"));
  EXPECT_THAT(run.out, HasSubstr("--- End jemalloc statistics ---"));
}

TEST(AllocatorsCommand, WritesJson) {
  const CommandRun run = command({"allocators", "compare", "lifetimes:blocks=500,live=50", "--allocators",
                                  "ptmalloc,jemalloc", "--cpus", "2", "--samples", "5", "--json", "-"});
  EXPECT_EQ(run.status, 0);
  const auto json = run.json();
  ASSERT_EQ(json["runs"].size(), 2U);
  EXPECT_EQ(json["runs"][0]["allocator"], "ptmalloc");
  EXPECT_EQ(json["runs"][0]["series"].size(), 6U);
  EXPECT_EQ(json["cpus"], 2);
}

TEST(AllocatorsCommand, RefusesBadInputInOneLine) {
  EXPECT_TRUE(command({"allocators"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare"}).is_refused());
  const CommandRun unknown = command({"allocators", "compare", "larson", "--allocators", "jemalloc,ptmaloc"});
  EXPECT_TRUE(unknown.is_refused());
  EXPECT_THAT(unknown.err, HasSubstr("--allocators:1:10: error: \"ptmaloc\" is no allocator; expected"));
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--allocators", "jemalloc,jemalloc"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--touch", "some"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--memory", "1KiB"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--machine", "none"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson:slots=x"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "web_server"}).is_refused());
}

TEST(AllocatorsCommand, ReadsATraceAndRefusesABadOne) {
  const TestFolder folder;
  const std::string good = folder.write("good.alloc", "allocations 1\nmalloc 1 100\nfree 1\n");
  EXPECT_EQ(command({"allocators", "compare", good}).status, 0);
  const std::string lab = folder.write("good.rep", "100\n1\n2\n1\na 0 100\nf 0\n");
  EXPECT_EQ(command({"allocators", "compare", lab}).status, 0);
  const std::string bad = folder.write("bad.alloc", "allocations 1\nmalloc 1 100\nfree 2\n");
  const CommandRun run = command({"allocators", "compare", bad});
  EXPECT_TRUE(run.is_refused());
  EXPECT_THAT(run.err, HasSubstr("bad.alloc:3:6: error: \"2\" is no block that is in use; expected"));
}

TEST(AllocatorsCommand, TakesAScenario) {
  const CommandRun run = command({"allocators", "compare", "mail_filter", "--samples", "5"});
  EXPECT_EQ(run.status, 0);
  EXPECT_EQ(run.err, "");
  EXPECT_THAT(run.out, HasSubstr("mail_filter: "));
  EXPECT_THAT(run.out, HasSubstr("of 5 threads on 8 CPUs of laptop"));
  const TestFolder folder;
  const std::string endless = folder.write("e.json", R"({"tasks": {"a": {"loop": -1, "sleep": 500,
      "malloc": {"ref": "r", "bytes": 100}}}})");
  EXPECT_TRUE(command({"allocators", "compare", endless}).is_refused());
  const CommandRun cut = command({"allocators", "compare", endless, "--until", "10ms", "--cpus", "1", "--json", "-"});
  EXPECT_EQ(cut.status, 0);
  EXPECT_GE(cut.json()["runs"][0]["steps"], 15);
  EXPECT_EQ(cut.json()["processes"], 1);
  EXPECT_TRUE(command({"allocators", "compare", "mail_filter", "--until", "soon"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "mail_filter", "--policy", "none"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--until", "10ms"}).is_refused());
  EXPECT_TRUE(command({"allocators", "compare", "larson", "--policy", "cfs"}).is_refused());
}

TEST(AllocatorsCommand, WhoseProcessEndsFindsAFailure) {
  const CommandRun run = command(
      {"allocators", "compare", "phases:phases=1,live=100000000", "--memory", "16MiB", "--allocators", "ptmalloc"});
  EXPECT_EQ(run.status, 1);
  EXPECT_THAT(run.out, HasSubstr("ptmalloc ended after"));
}

}  // namespace
}  // namespace signalbox::allocators_test
