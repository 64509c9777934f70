// The rules of IPC, a program a rule: on the host's kernel where a real kernel keeps the rule, and emulated.
#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"
#include "tools/rules/rule_table.hpp"

namespace signalbox::rules_test {

class IpcRules : public testing::TestWithParam<SourceFile> {};

TEST_P(IpcRules, IsOneOfTheList) { EXPECT_NE(find_ipc_rule(GetParam().name), nullptr); }

TEST_P(IpcRules, HoldsOnTheHost) {
  const IpcRule* const rule = find_ipc_rule(GetParam().name);
  ASSERT_NE(rule, nullptr);
  if (rule->evidence == 'D') GTEST_SKIP() << "of the documents only";
  const TestFolder folder;
  const std::string program = folder.path("program");
  ASSERT_EQ(run_host_command({"gcc", "-O0", "-pthread", GetParam().path, "-o", program, "-lrt"}).status, 0);
  EXPECT_EQ(run_native(folder, {"timeout", "10", program}, CommandOutput::shared).status, 0) << rule->text;
}

TEST_P(IpcRules, HoldsEmulated) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const TestFolder folder;
  const std::string image = folder.path("program");
  ASSERT_EQ(build_image(read_compiler_words({"-O0", "-pthread", GetParam().path, "-o", image, "-lrt"})), 0);
  // Of demand paging.
  const ProgramPaging paging = GetParam().name == "SHM-15" ? ProgramPaging::all : ProgramPaging::files;
  for (const char* policy : {"round_robin:quantum=20us", "eevdf"}) {
    for (const unsigned cpus : {1U, 2U}) {
      const CompiledOptions options{.policy = policy, .cpus = cpus, .limit = 100_s, .paging = paging};
      const CompiledRun run = run_image(image, options);
      EXPECT_EQ(run.end, RunEnd::finished) << policy << " on " << cpus;
      EXPECT_EQ(run.status, WaitStatus::exited(0)) << policy << " on " << cpus << ": " << run.output;
      EXPECT_EQ(run_image(image, options).hash, run.hash) << policy << " on " << cpus;
    }
  }
}

// With all of a program's pages as frames that faults bring in, the rules of mappings are the same.
TEST_P(IpcRules, OfMappingsHoldWithPaging) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  if (!GetParam().name.starts_with("SHM")) GTEST_SKIP() << "of other things";
  const TestFolder folder;
  const std::string image = folder.path("program");
  ASSERT_EQ(build_image(read_compiler_words({"-O0", "-pthread", GetParam().path, "-o", image, "-lrt"})), 0);
  const CompiledRun run = run_image(image, {.cpus = 2, .limit = 100_s, .paging = ProgramPaging::all});
  EXPECT_EQ(run.status, WaitStatus::exited(0)) << run.output;
}

INSTANTIATE_TEST_SUITE_P(All, IpcRules, testing::ValuesIn(sources_below("tests/conformance/rules")),
                         [](const auto& each) {
                           std::string name = each.param.name;
                           std::ranges::replace(name, '-', '_');
                           return name;
                         });

}  // namespace signalbox::rules_test
