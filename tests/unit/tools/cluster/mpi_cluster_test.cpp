#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/support/error_of.hpp"
#include "tests/support/test_folder.hpp"
#include "tools/cluster/cluster.hpp"
#include "tools/experiment/database.hpp"

namespace signalbox {
namespace {

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
  const std::string mpirun = "mpirun --allow-run-as-root --oversubscribe ";
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

#endif

}  // namespace
}  // namespace signalbox
