#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <numeric>
#include <stdexcept>
#include <thread>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"
#include "tools/cluster/cluster.hpp"
#include "tools/experiment/database.hpp"

namespace signalbox::mpi_cluster_test {

TEST(Cluster, AProcessStartedAloneIsInNone) { EXPECT_EQ(Cluster::join(), nullptr); }

#ifndef SIGNALBOX_MPI

TEST(Cluster, WithoutMpiSaysSoUnderMpirun) {
  setenv("OMPI_COMM_WORLD_RANK", "0", 1);
  const std::string error = error_of([] { Cluster::join(); });
  unsetenv("OMPI_COMM_WORLD_RANK");
  EXPECT_EQ(
      error,
      "signalbox: error: was started by mpirun, and built without MPI; expected a build that finds the packages of "
      "`tools/setup --mpi`");
}

#else

using ::testing::HasSubstr;
using ::testing::Not;

const std::string mpirun = "mpirun --allow-run-as-root --oversubscribe ";
const std::string work = " compare mixed_batch periodic_deadlines --policies fcfs,lottery,eevdf --seeds 4 ";

class MpiCluster : public testing::Test {
 protected:
  // The exit status of a shell command; its streams are in files.
  int run(const std::string& command) const {
    const std::string in_files = command + " >" + folder.path("out") + " 2>" + folder.path("err") + " </dev/null";
    const int status = std::system(in_files.c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  int alone(const std::string& arguments) const { return run(SIGNALBOX_BINARY + arguments); }
  int together(int processes, const std::string& arguments) const {
    return run(mpirun + "-n " + std::to_string(processes) + " " SIGNALBOX_BINARY + arguments);
  }
  std::string out() const { return folder.read("out"); }
  std::string err() const { return folder.read("err"); }

  // All rows, in an order that does not depend on who was first.
  std::string rows_of(const std::string& name) const {
    const Database database(folder.path(name));
    Statement select(database, "SELECT * FROM runs ORDER BY scenario, policy, seed");
    std::string text;
    while (select.step()) {
      for (int column = 0; column < 12; ++column) text += select.text(column) + "\n";
    }
    return text;
  }

  TestFolder folder;
};

TEST_F(MpiCluster, GivesTheTableTheJsonAndTheRowsOfOneProcess) {
  ASSERT_EQ(alone(work + "--results " + folder.path("alone") + " --json " + folder.path("alone.json")), 0) << err();
  const std::string table = out();
  for (const int processes : {1, 3}) {
    const std::string name = "together" + std::to_string(processes);
    ASSERT_EQ(together(processes, work + "--results " + folder.path(name) + " --json " + folder.path("j")), 0) << err();
    EXPECT_EQ(out(), table);
    EXPECT_EQ(rows_of(name), rows_of("alone"));
    EXPECT_EQ(folder.read("j"), folder.read("alone.json"));
  }
}

TEST_F(MpiCluster, GoesOnWithWhatOneProcessBegan) {
  ASSERT_EQ(alone(" compare mixed_batch --policies lottery --seeds 2 --results " + folder.path("r")), 0) << err();
  ASSERT_EQ(together(2, work + "--results " + folder.path("r")), 0);
  EXPECT_THAT(err(), HasSubstr("2 of 24 runs")) << "were there already";
  const std::string table = out();
  ASSERT_EQ(alone(work), 0);
  EXPECT_EQ(out(), table);
}

TEST_F(MpiCluster, BadInputIsOneLineOfOurs) {
  EXPECT_EQ(together(3, " compare nosuch"), 2);
  const std::string text = err();
  EXPECT_EQ(text.find("no such scenario"), text.rfind("no such scenario")) << text;
  EXPECT_EQ(together(2, work + "--jobs 2"), 2);
  EXPECT_THAT(err(), HasSubstr("--jobs: error: "));
  folder.write("foreign", "not a database");
  EXPECT_EQ(together(2, work + "--results " + folder.path("foreign")), 2);
  EXPECT_THAT(err(), HasSubstr("is no SQLite file"));
}

TEST_F(MpiCluster, ProcessesThatReadSomethingElseAreRefused) {
  const std::string other = " compare mixed_batch --policies fcfs";
  EXPECT_EQ(run(mpirun + "-n 1 " SIGNALBOX_BINARY + work + " : -n 1 " SIGNALBOX_BINARY + other), 2);
  EXPECT_THAT(err(), HasSubstr(": error: has other scenarios, machines or another signalbox; expected the same"));
  EXPECT_EQ(out(), "");
}

TEST_F(MpiCluster, ADeadlockElsewhereIsTold) {
  const std::string dead = folder.write("dead.json", R"({"tasks": {"a": {"loop": 1, "lock": "m",
    "wait": {"ref": "c", "mutex": "m"}}}})");
  EXPECT_EQ(together(2, " compare " + dead + " --policies fcfs,eevdf --seeds 3"), 1);
  EXPECT_THAT(err(), HasSubstr("dead under eevdf, seed 3: deadlock; "));
}

TEST_F(MpiCluster, AnErrorOfTheLeadersAfterAllAgreedEndsAll) {
  ASSERT_EQ(alone(work + "--results " + folder.path("r")), 0);
  Database(folder.path("r")).execute("UPDATE runs SET report = '{' WHERE policy = 'eevdf'");
  EXPECT_EQ(together(2, work + "--results " + folder.path("r")), 2);
  EXPECT_THAT(err(), HasSubstr("holds no readable result of mixed_batch under eevdf, seed 1"));
}

// The cluster of a test that runs in two processes. Null in the process of the test itself, which starts the two, with
// the same test to run, and expects both to pass.
std::unique_ptr<Cluster> cluster_of_two() {
  if (std::unique_ptr<Cluster> cluster = Cluster::join()) {
    EXPECT_EQ(cluster->agree("plan", ""), "");
    return cluster;
  }
  const testing::TestInfo& test = *testing::UnitTest::GetInstance()->current_test_info();
  const TestFolder folder;
  const std::string command = mpirun + "-n 2 " + std::filesystem::read_symlink("/proc/self/exe").string() +
                              " --gtest_color=no --gtest_filter=" + test.test_suite_name() + "." + test.name() + " >" +
                              folder.path("out") + " 2>&1 </dev/null";
  EXPECT_EQ(std::system(command.c_str()), 0) << folder.read("out");
  EXPECT_THAT(folder.read("out"), HasSubstr("1 test from 1 test suite ran"));
  return nullptr;
}

// Both have a part in it; the leader's must fail.
void expect_failure(Cluster& cluster, RunQueue& queue, const MakeRun& make) {
  if (cluster.leads()) {
    EXPECT_THROW(cluster.empty(queue, make), std::runtime_error);
  } else {
    cluster.empty(queue, make);
  }
}

void take_milliseconds(int count) { std::this_thread::sleep_for(std::chrono::milliseconds(count)); }

TEST(MpiClusterFailure, OfAFollowerIsMadeGoodByTheLeader) {
  const std::unique_ptr<Cluster> cluster = cluster_of_two();
  if (cluster == nullptr) return;
  std::vector<unsigned> made(50);
  std::vector<std::size_t> runs(made.size());
  std::iota(runs.begin(), runs.end(), std::size_t{0});
  RunQueue queue(runs, [&](std::size_t run, const RunResult&) { ++made[run]; }, [] { return true; });
  cluster->empty(queue, [&](std::size_t, const Progress&) -> std::optional<RunResult> {
    take_milliseconds(5);  // so that both get a share
    if (!cluster->leads()) throw std::runtime_error("no memory on this host");
    return RunResult();
  });
  EXPECT_EQ(made, std::vector<unsigned>(50, cluster->leads() ? 1 : 0));
}

TEST(MpiClusterFailure, OfARunIsThrownByTheLeader) {
  const std::unique_ptr<Cluster> cluster = cluster_of_two();
  if (cluster == nullptr) return;
  RunQueue queue(std::vector<std::size_t>(50), [](std::size_t, const RunResult&) {}, [] { return true; });
  expect_failure(*cluster, queue, [](std::size_t, const Progress&) -> std::optional<RunResult> {
    throw std::runtime_error("no such program");
  });
}

TEST(MpiClusterFailure, ToKeepAFollowersResultIsThrownByTheLeader) {
  const std::unique_ptr<Cluster> cluster = cluster_of_two();
  if (cluster == nullptr) return;
  const auto disk_is_full = [](std::size_t, const RunResult&) { throw std::runtime_error("disk is full"); };
  RunQueue queue(std::vector<std::size_t>(50), disk_is_full, [] { return true; });
  expect_failure(*cluster, queue, [&](std::size_t, const Progress&) -> std::optional<RunResult> {
    take_milliseconds(cluster->leads() ? 300 : 1);  // so that the follower is the first to hand in
    return RunResult();
  });
}

#endif

}  // namespace signalbox::mpi_cluster_test
