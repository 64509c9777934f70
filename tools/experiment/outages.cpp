#include "tools/experiment/outages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "kernel/base/time_text.hpp"
#include "kernel/sched/cpu_mask.hpp"
#include "tools/experiment/cpu_list.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

// One text, read from left to right.
class OutageText {
 public:
  OutageText(const std::string& option, const std::string& text, unsigned cpus)
      : option_(option), text_(text), cpus_(cpus) {}

  std::vector<CpuOutage> read() {
    const std::size_t colon = std::min(text_.find(':'), text_.size());
    read_list(colon);
    CpuOutage times;
    if (colon < text_.size()) read_times(colon + 1, times);
    if (times.until <= times.from) refuse(0, "it ends before it begins", "`until` after `from`");
    std::vector<CpuOutage> outages;
    listed_.for_each({0, cpus_}, [&](CpuId cpu) { outages.push_back({cpu, times.from, times.until}); });
    return outages;
  }

 private:
  [[noreturn]] void refuse(std::size_t at, const std::string& what, const std::string& expected) const {
    throw InputError({.file = option_, .line = 1, .column = static_cast<unsigned>(at + 1)}, what, expected);
  }

  void read_list(std::size_t end) {
    try {
      listed_ = read_cpu_list(std::string_view(text_).substr(0, end), ',', cpus_);
    } catch (const CpuListError& error) {
      refuse(error.at, error.what, error.expected);
    }
  }

  void read_times(std::size_t from, CpuOutage& outage) const {
    bool has_from = false;
    while (from <= text_.size()) {
      const std::size_t end = std::min(text_.find(',', from), text_.size());
      const std::string_view part = std::string_view(text_).substr(from, end - from);
      const std::size_t equals = std::min(part.find('='), part.size());
      const std::string_view key = part.substr(0, equals);
      const std::optional<Duration> time = parse_time(part.substr(std::min(equals + 1, part.size())));
      const bool is_from = key == "from" && !has_from;
      const bool is_until = key == "until" && outage.until == Instant::max();
      if (!is_from && !is_until) refuse(from, fmt::format("'{}' here", part), "from=TIME and until=TIME, each once");
      if (!time || *time < Duration()) {
        refuse(from + key.size() + 1, fmt::format("'{}' is not a time", part.substr(std::min(equals + 1, part.size()))),
               "a number with a unit, such as 500us, 10ms or 2s");
      }
      has_from = has_from || is_from;
      (is_from ? outage.from : outage.until) = Instant() + *time;
      from = end + 1;
    }
  }

  const std::string& option_;
  const std::string& text_;
  const unsigned cpus_;
  CpuMask listed_;
};

bool overlap(const CpuOutage& a, const CpuOutage& b) {
  return a.cpu == b.cpu && a.from <= b.until && b.from <= a.until;
}

// The most that are offline at one instant, which is where one goes.
std::size_t most_at_once(const std::vector<CpuOutage>& outages) {
  std::size_t most = 0;
  for (const CpuOutage& at : outages) {
    const auto is_offline = [&](const CpuOutage& other) { return other.from <= at.from && at.from <= other.until; };
    most = std::max(most, static_cast<std::size_t>(std::ranges::count_if(outages, is_offline)));
  }
  return most;
}

}  // namespace

std::vector<CpuOutage> read_outages(const std::string& option, const std::vector<std::string>& texts, unsigned cpus) {
  std::vector<CpuOutage> outages;
  for (const std::string& text : texts) {
    for (const CpuOutage& outage : OutageText(option, text, cpus).read()) {
      const auto is_twice = [&](const CpuOutage& other) { return overlap(outage, other); };
      if (std::ranges::any_of(outages, is_twice)) {
        throw InputError(
            {.file = option, .line = 1, .column = 1},
            fmt::format("CPU {} is offline twice at once, the second time by '{}'", outage.cpu.value(), text),
            "times that lie apart");
      }
      outages.push_back(outage);
    }
  }
  if (most_at_once(outages) >= cpus) {
    throw InputError({.file = option, .line = 1, .column = 1}, "all CPUs are offline at once",
                     "one of them online at every instant");
  }
  return outages;
}

}  // namespace signalbox
