#include "tools/experiment/run_source.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace signalbox::run_source_test {

class ThreeRuns : public RunSource {
 public:
  std::optional<std::size_t> next() override {
    return given < 3 ? std::optional<std::size_t>(10 + given++) : std::nullopt;
  }
  void finish(std::size_t run, std::optional<RunResult> result) override {
    (result ? finished : cut_short).push_back(run);
  }
  bool goes_on() override { return given != 2; }

  std::size_t given = 0;
  std::vector<std::size_t> finished;
  std::vector<std::size_t> cut_short;
};

TEST(RunSource, WorkMakesEveryRunItIsGivenAndPassesProgressOn) {
  ThreeRuns source;
  work(source, [](std::size_t, const Progress& progress) {
    return progress(Instant()) ? std::optional<RunResult>(RunResult()) : std::nullopt;
  });
  EXPECT_EQ(source.finished, (std::vector<std::size_t>{10, 12}));
  EXPECT_EQ(source.cut_short, std::vector<std::size_t>{11});
}

}  // namespace signalbox::run_source_test
