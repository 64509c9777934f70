#include <gtest/gtest.h>

#include "kernel/exec/fiber_annotations.hpp"
#include "tests/support/command_run.hpp"

namespace signalbox::cc_test {

constexpr bool can_run = !has_thread_sanitizer;

class Cc : public testing::Test {
 protected:
  std::string compile(std::string_view source) {
    const std::string program = folder_.path("program");
    EXPECT_EQ(command({"cc", folder_.write("program.c", source), "-o", program}).status, 0);
    return program;
  }
  TestFolder folder_;
};

TEST_F(Cc, AProgramIsCompiledAndRunAndItsRecordNamesTheImage) {
  if (!can_run) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const std::string program = compile("int main(int argc, char **argv) { (void)argv; return argc + 40; }");
  const CommandRun run = command({"--json", "-", "run", program, "--policy", "fcfs", "--exit-status", "--", "x"});
  EXPECT_EQ(run.status, 42);
  const nlohmann::json json = run.json();
  EXPECT_EQ(json["scenario"], "program");
  EXPECT_EQ(json["end"], "finished");
  EXPECT_EQ(json["exit_code"], 42);
  EXPECT_EQ(json["processes"].size(), 1U);
  EXPECT_EQ(json["image"]["flags"], "-O0");
  EXPECT_EQ(json["image"]["hash"].get<std::string>().size(), 16U);
  EXPECT_EQ(command({"--quiet", "run", program}).status, 0) << "without --exit-status the run's own";
}

TEST_F(Cc, CompilersOptionsAreNotOurs) {
  const CommandRun run = command({"cc", "--version"});
  EXPECT_EQ(run.status, 0);
  EXPECT_TRUE(command({"cc", "-shared", "x.c"}).is_refused());
}

TEST_F(Cc, OtherProgramsAndMisplacedArgumentsAreRefused) {
  EXPECT_TRUE(command({"run", "/bin/true"}).is_refused());
  EXPECT_TRUE(command({"run", "mixed_batch", "--", "x"}).is_refused());
}

}  // namespace signalbox::cc_test
