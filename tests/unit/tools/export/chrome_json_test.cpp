#include "tools/export/chrome_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/small_run.hpp"
#include "tests/support/trace_file.hpp"

namespace signalbox::chrome_json_test {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(ChromeJson, NamesTracksAndCutsSlices) {
  const TraceFile file;
  ChromeJson chrome(file.path());
  TraceScript script{&chrome};
  small_run(script);
  EXPECT_THAT(file.text(), StartsWith(R"({"displayTimeUnit":"ns","traceEvents":[
{"ph":"M","pid":0,"name":"process_name","args":{"name":"machine, 2 CPUs"}},
{"ph":"M","pid":0,"tid":1,"name":"thread_name","args":{"name":"CPU 0"}},
{"ph":"M","pid":0,"tid":2,"name":"thread_name","args":{"name":"CPU 1"}},
{"ph":"M","pid":2,"name":"process_name","args":{"name":"server"}},
{"ph":"M","pid":2,"tid":2,"name":"thread_name","args":{"name":"server"}},
{"ph":"M","pid":2,"tid":3,"name":"thread_name","args":{"name":"worker"}},
{"ph":"M","pid":4,"name":"process_name","args":{"name":"a \"quoted\" long name"}},
{"ph":"M","pid":4,"tid":4,"name":"thread_name","args":{"name":"a \"quoted\" long name"}},
{"ph":"X","pid":0,"tid":1,"ts":1.000,"dur":5.000,"name":"server","args":{"tid":2,"until":"preempted"}},
{"ph":"X","pid":2,"tid":2,"ts":1.000,"dur":5.000,"name":"running"},
)"));
  EXPECT_THAT(file.text(), HasSubstr(R"({"ph":"X","pid":2,"tid":3,"ts":9.250,"dur":6.751,"name":"blocked: mutex"},
)"));
  EXPECT_THAT(file.text(), HasSubstr(R"("ts":20.000,"name":"migrated","args":{"from":0,"to":1}})"));
}

TEST(ChromeJson, IsJsonWhateverTheNames) {
  const TraceFile file;
  ChromeJson chrome(file.path());
  TraceScript script{&chrome};
  script.machine(0, 1);
  script.process(0, 2, 1, "\xff\x01\"\\\n");
  script.start(0, 2, 2, "\xff\x01\"\\\n");
  script.rename(1, 2, "caf\xc3\xa9");
  script.activation_begun(2, 2, 0, 17);
  script.activation_ended(3, 2, 0, -5);
  script.emit(4, 2, 0, TraceKind::signal_posted, 15, 2);
  script.stop(10);
  const nlohmann::json trace = nlohmann::json::parse(file.text());
  EXPECT_EQ(trace["displayTimeUnit"], "ns");
  EXPECT_THAT(file.text(), HasSubstr(R"("name":"deadline missed","args":{"index":0,"slack_ns":-5}})"));
  EXPECT_THAT(file.text(), HasSubstr(R"("name":"signal 15","args":{"sender":2}})"));
}

}  // namespace signalbox::chrome_json_test
