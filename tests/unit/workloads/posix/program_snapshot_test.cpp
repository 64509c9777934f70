#include "workloads/posix/program_snapshot.hpp"

#include <gtest/gtest.h>

#include "tests/support/compiled_run.hpp"

namespace signalbox::program_snapshot_test {

// A program that stalls, and what is seen of its threads then; and that nobody can tell that somebody looked.
class Stalled {
 public:
  explicit Stalled(std::string_view source) : path_(compile_c(folder_, "p", source)) {
    config_.memory.emplace();
    machine_.emplace(simulation_, config_, policy_of("fcfs"), calls_);
    launched_.emplace(launch(image_scenario(read_image_file(path_), {}), *machine_, {}));
    end_ = machine_->run();
    machine_->processes().for_each_thread([&](const Thread& thread) {
      if (auto seen = snapshot_of(thread)) snapshots_.push_back(std::move(*seen));
    });
    machine_->finish(end_);
  }
  RunEnd end() const { return end_; }
  const std::vector<ProgramSnapshot>& snapshots() const { return snapshots_; }
  const std::string& path() const { return path_; }

 private:
  TestFolder folder_;
  std::string path_;
  MachineConfig config_;
  Simulation simulation_{1};
  SyscallTable calls_ = all_calls();
  std::optional<Machine> machine_;
  std::optional<Launched> launched_;
  RunEnd end_ = RunEnd::finished;
  std::vector<ProgramSnapshot> snapshots_;
};

TEST(ProgramSnapshot, HasTheStackOfEachRelativeAndWhereItsProgramIs) {
  if (!can_run_compiled) GTEST_SKIP() << "programs run where the thread sanitizer does not look";
  const Stalled run(R"(#include <unistd.h>

int main(void) {
  volatile unsigned own[2] = {0x1234567, 0x89abcdef};
  if (fork() == 0) own[0] = own[1] = 0x7654321;
  pause();
  return (int)own[0];
})");
  EXPECT_EQ(run.end(), RunEnd::deadlock);
  ASSERT_EQ(run.snapshots().size(), 2U) << "nothing of init";
  const auto words = [](const ProgramSnapshot& snapshot, unsigned word) {
    std::size_t count = 0;
    for (std::size_t at = 0; at + sizeof word <= snapshot.stack.size(); at += sizeof word)
      count += std::memcmp(&snapshot.stack[at], &word, sizeof word) == 0;
    return count;
  };
  EXPECT_GE(words(run.snapshots()[0], 0x89abcdef), 1U);
  EXPECT_EQ(words(run.snapshots()[0], 0x7654321), 0U);
  EXPECT_GE(words(run.snapshots()[1], 0x7654321), 2U);
  for (const ProgramSnapshot& snapshot : run.snapshots()) {
    EXPECT_EQ(snapshot.image, run.path());
    EXPECT_EQ(snapshot.registers[ProgramSnapshot::rsp], snapshot.stack_begin);
    EXPECT_GT(snapshot.registers[ProgramSnapshot::rip], snapshot.image_begin);
  }
}

}  // namespace signalbox::program_snapshot_test
