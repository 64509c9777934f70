#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "kernel/sched/policies/registry.hpp"
#include "tests/support/command_run.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox::list_test {

using ::testing::HasSubstr;

const std::vector<std::string> kinds{"policies",  "balancers", "generators", "machines", "formats",
                                     "exporters", "programs",  "scenarios",  "syscalls", "metrics"};

nlohmann::json row_of(const std::string& kind, const std::string& name) {
  for (const nlohmann::json& row : command({"list", kind, "--json", "-"}).json()) {
    if (row["name"] == name) return row;
  }
  return {};
}

TEST(ListCommand, EveryKindHasRowsWithANameAndASummary) {
  for (const std::string& kind : kinds) {
    const CommandRun run = command({"list", kind, "--json", "-"});
    EXPECT_EQ(run.status, 0);
    const nlohmann::json rows = run.json();
    ASSERT_TRUE(rows.is_array() && !rows.empty()) << kind;
    const std::string text = command({"list", kind}).out;
    for (const nlohmann::json& row : rows) {
      EXPECT_FALSE(row["name"].get<std::string>().empty());
      EXPECT_FALSE(row["summary"].get<std::string>().empty()) << row["name"];
      EXPECT_THAT(text, HasSubstr(row["name"].get<std::string>()));
    }
  }
}

TEST(ListCommand, PoliciesComeWithOptionsRangesDefaultsAndSource) {
  EXPECT_EQ(command({"list", "policies", "--json", "-"}).json().size(), all_policies().size());
  const nlohmann::json row = row_of("policies", "round_robin");
  EXPECT_FALSE(row["source"].get<std::string>().empty());
  ASSERT_FALSE(row["options"].empty());
  const nlohmann::json quantum = row["options"][0];
  EXPECT_EQ(quantum["name"], "quantum");
  for (const std::string key : {"default", "least", "most", "meaning"}) EXPECT_TRUE(quantum.contains(key)) << key;
  EXPECT_THAT(command({"list", "policies"}).out, HasSubstr("    quantum=" + quantum["default"].get<std::string>()));
}

TEST(ListCommand, ATimeThatIsOffIsPrintedAsSuch) {
  EXPECT_THAT(command({"list", "policies"}).out, HasSubstr("    aging=off (1us..1000s|off)"));
}

TEST(ListCommand, PoliciesSayHowTheirCostGrows) {
  const std::string text = command({"list", "policies"}).out;
  for (const PolicyRow* const policy : all_policies()) {
    const bool is_linear = policy->cost == PickCost::linear;
    EXPECT_EQ(row_of("policies", std::string(policy->name))["cost"], is_linear ? "linear" : "sublinear");
  }
  const bool some_linear =
      std::ranges::any_of(all_policies(), [](const PolicyRow* policy) { return policy->cost == PickCost::linear; });
  EXPECT_EQ(text.find("cost: a pick is linear") != std::string::npos, some_linear);
}

TEST(ListCommand, ADefaultCanBeWrittenAsItIsShown) {
  for (const nlohmann::json& row : command({"list", "policies", "--json", "-"}).json()) {
    for (const nlohmann::json& option : row["options"]) {
      if (option.contains("type")) continue;  // a file has no default
      const auto text = row["name"].get<std::string>() + ":" + option["name"].get<std::string>() + "=" +
                        option["default"].get<std::string>();
      EXPECT_TRUE(std::holds_alternative<PolicyChoice>(parse_policy(text))) << text;
    }
  }
}

TEST(ListCommand, PoliciesSayWhichRunQueuesTheyHave) {
  EXPECT_EQ(row_of("policies", "linux")["queue_per"], "cpu");
  EXPECT_EQ(row_of("policies", "fcfs")["queue_per"], "machine");
  EXPECT_THAT(
      command({"list", "policies"}).out,
      HasSubstr("every policy\n    queue_per=machine (machine|node|llc|core|cpu)  which CPUs share a run queue\n"));
  EXPECT_FALSE(row_of("balancers", "linux")["source"].get<std::string>().empty());
}

TEST(ListCommand, IsAtMostAHundredColumnsWide) {
  for (const std::string& kind : kinds) {
    std::istringstream lines(command({"list", kind}).out);
    for (std::string line; std::getline(lines, line);) EXPECT_LE(display_width(line), 100U) << line;
  }
}

TEST(ListCommand, GeneratorsComeAsPoliciesDo) {
  const nlohmann::json row = row_of("generators", "poisson");
  EXPECT_FALSE(row["source"].get<std::string>().empty());
  EXPECT_EQ(row["options"].size(), 3U);
  EXPECT_THAT(command({"list", "generators"}).out, HasSubstr("    rate=100 (1..1000000)  jobs that come in a second"));
}

TEST(ListCommand, MachinesComeWithTheirPrices) {
  const nlohmann::json laptop = row_of("machines", "laptop");
  EXPECT_EQ(laptop["cpus"], 8);
  EXPECT_EQ(laptop["tick_ns"], 4'000'000);
  EXPECT_EQ(laptop["costs"]["syscall_ns"], 177);
}

TEST(ListCommand, ExportersComeWithTheirEndings) {
  EXPECT_EQ(row_of("exporters", "ftrace")["ending"], ".ftrace");
  EXPECT_THAT(command({"list", "exporters"}).out, HasSubstr("(.ftrace)"));
}

TEST(ListCommand, SyscallsComeWithTheirSupport) {
  EXPECT_EQ(row_of("syscalls", "getpid")["support"], "full");
  const nlohmann::json write = row_of("syscalls", "write");
  EXPECT_EQ(write["support"], "partial");
  EXPECT_FALSE(write["missing"].get<std::string>().empty());
}

TEST(ListCommand, WritesJsonToAFile) {
  const TestFolder folder;
  EXPECT_EQ(command({"list", "metrics", "--json", folder.path("m.json")}).status, 0);
  EXPECT_TRUE(nlohmann::json::parse(folder.read("m.json")).is_array());
  const CommandRun run = command({"list", "metrics", "--json", "/nonexistent/x"});
  EXPECT_TRUE(run.is_refused()) << run.err;
}

TEST(ListCommand, AnUnknownKindIsAnsweredWithThoseThereAre) {
  const CommandRun run = command({"list", "policy"});
  EXPECT_TRUE(run.is_refused());
  for (const std::string& kind : kinds) EXPECT_THAT(run.err, HasSubstr(kind));
}

TEST(ListCommand, RulesCanBeChosenByFamilyAndState) {
  const nlohmann::json rows = command({"list", "rules", "--family", "fd", "--state", "holds", "--json", "-"}).json();
  ASSERT_FALSE(rows.empty());
  for (const nlohmann::json& row : rows) EXPECT_EQ(row["state"], "holds");
  EXPECT_THAT(command({"list", "rules"}).out, HasSubstr("350 rules: "));
  EXPECT_TRUE(command({"list", "rules", "--family", "TELEPATHY"}).is_refused());
  EXPECT_TRUE(command({"list", "policies", "--family", "PIPE"}).is_refused());
}

}  // namespace signalbox::list_test
