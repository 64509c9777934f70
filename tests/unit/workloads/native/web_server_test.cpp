#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/native_run.hpp"

namespace signalbox::web_server_test {

TEST(WebServer, AnswersEveryRequestOnce) {
  const NativeRun run("web_server", {{"requests", "50"}, {"workers", "4"}}, "cfs", 2);
  std::vector<std::uint64_t> answered;
  for (const TraceEvent& event : run->trace.of(TraceKind::activation_ended)) answered.push_back(event.a);
  std::ranges::sort(answered);
  std::vector<std::uint64_t> all(50);
  for (std::size_t number = 0; number < all.size(); ++number) all[number] = number;
  EXPECT_EQ(answered, all);
}

}  // namespace signalbox::web_server_test
