#include "tools/experiment/result_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"

namespace signalbox::result_file_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

RunKey key_with(std::uint64_t seed) {
  return {.program = std::string(simulator_version()),
          .scenario = "s",
          .machine = "m",
          .policy = "round_robin:quantum=2ms",
          .seed = seed,
          .until_ns = -1};
}
RunResult result_with(const std::string& report) { return {.trace_hash = 0xabc, .report = report, .threads = {}}; }
const RunLabel label{.scenario = "desk", .machine = "textbook", .cpus = 1};

class ResultFileTest : public testing::Test {
 protected:
  std::string refusal() const {
    return error_of([&] { ResultFile::check(path); });
  }

  TestFolder folder;
  std::string path = folder.path("r.sqlite");
};

TEST_F(ResultFileTest, FindsWhatWasAppendedAfterItWasClosed) {
  {
    ResultFile results(path);
    EXPECT_EQ(results.find(key_with(1)), std::nullopt);
    results.append(key_with(1), label, result_with("{\"a\":1}"));
  }
  ResultFile::check(path);
  ResultFile results(path);
  EXPECT_EQ(results.find(key_with(1)), result_with("{\"a\":1}"));
  EXPECT_EQ(folder.files().front(), "r.sqlite");
}

TEST_F(ResultFileTest, EveryPartOfTheKeyCounts) {
  ResultFile results(path);
  results.append(key_with(1), label, result_with("{}"));
  for (const auto change : std::initializer_list<void (*)(RunKey&)>{
           [](RunKey& key) { key.program = "older"; }, [](RunKey& key) { key.scenario = "x"; },
           [](RunKey& key) { key.machine = "x"; }, [](RunKey& key) { key.policy = "fcfs"; },
           [](RunKey& key) { key.seed = 2; }, [](RunKey& key) { key.until_ns = 5; }}) {
    RunKey key = key_with(1);
    change(key);
    EXPECT_EQ(results.find(key), std::nullopt);
    results.append(key, label, result_with("{}"));
    EXPECT_NE(results.find(key), std::nullopt);
  }
  EXPECT_EQ(results.count_of_others(), 1U) << "the older program's";
}

TEST_F(ResultFileTest, ARowStaysAndOnlyGainsThreads) {
  ResultFile results(path);
  results.append(key_with(1), label, result_with("first"));
  RunResult second = result_with("second");
  results.append(key_with(1), label, second);
  EXPECT_EQ(results.find(key_with(1)), result_with("first"));
  second.threads = "[1]";
  results.append(key_with(1), label, second);
  EXPECT_EQ(results.find(key_with(1))->threads, "[1]");
  EXPECT_EQ(results.find(key_with(1))->report, "first");
  results.append(key_with(1), label, result_with("third"));
  EXPECT_EQ(results.find(key_with(1))->threads, "[1]");
}

TEST_F(ResultFileTest, AKilledProcessLosesNothingItAppended) {
  const pid_t child = ::fork();
  if (child == 0) {
    ResultFile results(path);
    for (std::uint64_t seed = 1; seed <= 50; ++seed) results.append(key_with(seed), label, result_with("{}"));
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ResultFile::check(path);
  ResultFile results(path);
  for (std::uint64_t seed = 1; seed <= 50; ++seed) EXPECT_NE(results.find(key_with(seed)), std::nullopt) << seed;
}

TEST_F(ResultFileTest, ManyProcessesAppendToOneFile) {
  constexpr std::uint64_t processes = 4;
  constexpr std::uint64_t each = 100;
  std::vector<pid_t> children;
  for (std::uint64_t process = 0; process < processes; ++process) {
    children.push_back(::fork());
    if (children.back() != 0) continue;
    const std::string error = error_of([&] {
      ResultFile::check(path);
      ResultFile results(path);
      // Every other run is one that all of them make.
      for (std::uint64_t i = 0; i < each; ++i) {
        const std::uint64_t seed = i % 2 == 0 ? i : 1000 * (process + 1) + i;
        results.append(key_with(seed), label, result_with("{}"));
      }
    });
    if (error != "no error") std::fprintf(stderr, "%s\n", error.c_str());
    _exit(error == "no error" ? 0 : 1);
  }
  for (const pid_t child : children) {
    int status = 0;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  Database database(path);
  Statement rows(database, "SELECT count(*) FROM runs");
  ASSERT_TRUE(rows.step());
  EXPECT_EQ(rows.number(0), static_cast<std::int64_t>(each / 2 + processes * each / 2));
}

TEST_F(ResultFileTest, RefusesWhatIsSomethingElseAndLeavesIt) {
  {
    Database other(path);
    other.execute("CREATE TABLE mine (a)");
  }
  const std::string foreign = folder.read("r.sqlite");
  const std::string older = [&] {
    ResultFile(folder.path("o.sqlite")).append(key_with(1), label, result_with("{}"));
    Database(folder.path("o.sqlite")).execute("PRAGMA journal_mode = DELETE; PRAGMA user_version = 0");
    return folder.read("o.sqlite");
  }();
  struct Case {
    std::string bytes, what;
  };
  for (const Case& one : {Case{"tasks: none", "is no SQLite file"}, Case{std::string(5000, 'x'), "is no SQLite file"},
                          Case{foreign, "is an SQLite file of something else"},
                          Case{older, "has the layout 0 of another version of signalbox, which reads 1"}}) {
    folder.write("r.sqlite", one.bytes);
    EXPECT_THAT(refusal(), StartsWith(path + ": error: " + one.what + "; expected results that "));
    EXPECT_EQ(folder.read("r.sqlite"), one.bytes);
  }
}

TEST_F(ResultFileTest, RefusesADamagedFileAndLeavesIt) {
  {
    ResultFile results(path);
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
      results.append(key_with(seed), label, result_with(std::string(500, 'r')));
    }
  }
  const std::string whole = folder.read("r.sqlite");
  std::string overwritten = whole;
  for (std::size_t i = 4096; i < overwritten.size(); ++i) overwritten[i] = 'x';
  for (const std::string& bytes : {overwritten, whole.substr(0, whole.size() / 2), whole.substr(0, 100)}) {
    folder.write("r.sqlite", bytes);
    EXPECT_THAT(refusal(), StartsWith(path + ": error: ")) << bytes.size();
    EXPECT_EQ(folder.read("r.sqlite"), bytes);
  }
}

TEST_F(ResultFileTest, ChecksThePlaceWithoutMakingAFile) {
  ResultFile::check(path);
  EXPECT_TRUE(folder.files().empty());
  EXPECT_THAT(error_of([&] { ResultFile::check(folder.path("none/r.sqlite")); }),
              HasSubstr("error: cannot be written (No such file or directory); expected "));
  EXPECT_THAT(error_of([&] { ResultFile::check(folder.path("")); }), HasSubstr("error: is no file; expected "));
  folder.write("r.sqlite", "");
  EXPECT_EQ(refusal(), "no error") << "an empty file is a new one";
}

}  // namespace signalbox::result_file_test
