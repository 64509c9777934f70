#include "tools/export/registry.hpp"

#include <algorithm>

#include "tools/export/chrome_json.hpp"
#include "tools/export/ftrace.hpp"
#include "tools/export/gantt.hpp"
#include "tools/export/perf_sched.hpp"

namespace signalbox {

namespace {

template <class Sink>
std::unique_ptr<TraceSink> make(const std::string& path) {
  return std::make_unique<Sink>(path);
}

constexpr Exporter all[] = {
    {"chrome", ".json", "Chrome trace events, for ui.perfetto.dev and chrome://tracing", &make<ChromeJson>},
    {"ftrace", ".ftrace", "ftrace text, microseconds, for trace-cmd's and Perfetto's users", &make<Ftrace>},
    {"gantt", ".gantt", "a drawing in text, a row for each CPU and thread", &make<Gantt>},
    {"perf", ".perf", "the text of `perf sched script --ns`, nanoseconds", &make<PerfSched>},
};

}  // namespace

std::span<const Exporter> exporters() { return all; }

const Exporter* find_exporter(std::string_view name) {
  const auto found = std::ranges::find(all, name, &Exporter::name);
  return found == std::end(all) ? nullptr : found;
}

const Exporter* exporter_for_file(std::string_view path) {
  const auto found = std::ranges::find_if(all, [&](const Exporter& one) { return path.ends_with(one.ending); });
  return found == std::end(all) ? nullptr : found;
}

}  // namespace signalbox
