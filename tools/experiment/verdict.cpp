#include "tools/experiment/verdict.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <tuple>

namespace signalbox {
namespace {

// Counts of two policies that are less apart than this explain nothing.
constexpr double telling_ratio = 1.25;
constexpr std::size_t most_reasons = 3;

// What the runs of one policy counted, on average over the seeds.
struct Counts {
  double longest_run = 0;
  double longest_wait = 0;
  double preemptions = 0;
  double switches = 0;
  double switching = 0;
  double starved = 0;
  // Of memory; 0 where there is none.
  double walks = 0;
  double root_loads = 0;
  double root_flushes = 0;
  double major_faults = 0;
  std::string longest_run_thread;  // of the first seed
  std::string longest_wait_thread;
};

Counts counts_of(std::span<const ComparedRun> runs) {
  Counts counts;
  for (const ComparedRun& run : runs) {
    const Causes& causes = run.report.causes;
    counts.longest_run += static_cast<double>(causes.longest_run.nanoseconds());
    counts.longest_wait += static_cast<double>(causes.longest_wait.nanoseconds());
    counts.preemptions += static_cast<double>(causes.preemptions);
    counts.switches += static_cast<double>(run.report.switches.voluntary + run.report.switches.involuntary);
    counts.switching += static_cast<double>(run.report.cpu.switching.nanoseconds());
    counts.starved += static_cast<double>(causes.starved);
    if (!run.report.memory) continue;
    const MemoryReport& memory = *run.report.memory;
    counts.walks += static_cast<double>(memory.tlb_misses);
    counts.root_loads += static_cast<double>(memory.root_loads);
    counts.root_flushes += static_cast<double>(memory.root_flushes);
    counts.major_faults += static_cast<double>(memory.major_faults);
  }
  // Divided last: sums of whole numbers are exact, and equal counts have a whole mean.
  for (double* count :
       {&counts.longest_run, &counts.longest_wait, &counts.preemptions, &counts.switches, &counts.switching,
        &counts.starved, &counts.walks, &counts.root_loads, &counts.root_flushes, &counts.major_faults}) {
    *count /= static_cast<double>(runs.size());
  }
  counts.longest_run_thread = runs.front().report.causes.longest_run_thread;
  counts.longest_wait_thread = runs.front().report.causes.longest_wait_thread;
  return counts;
}

struct Reason {
  double ratio;  // how far the two are apart, at least 1
  std::string text;
};

double ratio_of(double a, double b) {
  const auto [small, large] = std::minmax(a, b);
  return large == 0 ? 1 : small == 0 ? 1e9 : large / small;
}

std::string time(double nanoseconds) { return metric_text(MetricUnit::nanoseconds, nanoseconds); }
std::string count(double value) { return metric_text(MetricUnit::count, value); }
// "a, b, c", or how many more there are.
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t most = 3;
  if (names.size() <= most) return fmt::format("{}", fmt::join(names, ", "));
  return fmt::format("{} and {} others", names.front(), names.size() - 1);
}

std::string times(double value) { return value == 1 ? "once" : count(value) + " times"; }

void add_reason(std::vector<Reason>& found, double a, double b, std::string text) {
  if (const double ratio = ratio_of(a, b); ratio >= telling_ratio) found.push_back({ratio, std::move(text)});
}

// What memory has to say for the winner: what it did less often.
void add_memory_reasons(std::vector<Reason>& found, const Counts& won, const Counts& lost, const std::string& winner,
                        const std::string& loser) {
  const auto add = [&](double Counts::* what, std::string_view did) {
    if (won.*what >= lost.*what) return;
    add_reason(found, won.*what, lost.*what,
               fmt::format("{} {} {}, {} {}", winner, did, times(won.*what), loser, count(lost.*what)));
  };
  add(&Counts::walks, "walked page tables");
  add(&Counts::root_loads, "loaded a page-table root");
  add(&Counts::root_flushes, "flushed the TLB at a switch");
  add(&Counts::major_faults, "waited for a page from a device");
}

// What speaks for the winner against the loser: starvation, then the most telling first.
std::vector<Reason> reasons(const Counts& won, const Counts& lost, const std::string& winner,
                            const std::string& loser) {
  std::vector<Reason> found;
  const auto add = [&](double a, double b, std::string text) { add_reason(found, a, b, std::move(text)); };
  const bool starves = lost.starved > won.starved;
  if (starves) {
    found.push_back({std::numeric_limits<double>::infinity(),
                     fmt::format("{} starved {} thread{}, {} for {}", loser, count(lost.starved),
                                 lost.starved == 1 ? "" : "s", lost.longest_wait_thread, time(lost.longest_wait))});
  }
  if (won.longest_run < lost.longest_run) {
    add(won.longest_run, lost.longest_run,
        fmt::format("nobody held a CPU longer than {}, while {} held one for {} under {} (convoy)",
                    time(won.longest_run), lost.longest_run_thread, time(lost.longest_run), loser));
  } else {
    add(won.longest_run, lost.longest_run,
        fmt::format("threads ran on for up to {} instead of {}", time(won.longest_run), time(lost.longest_run)));
  }
  if (won.longest_wait < lost.longest_wait && !starves) {
    add(won.longest_wait, lost.longest_wait,
        fmt::format("the longest wait was {}, not {} as of {}", time(won.longest_wait), time(lost.longest_wait),
                    lost.longest_wait_thread));
  }
  add(won.preemptions, lost.preemptions,
      fmt::format("{} preempted {}, {} {}", winner, times(won.preemptions), loser, count(lost.preemptions)));
  add(won.switches, lost.switches,
      fmt::format("{} switched {}, {} {}", winner, times(won.switches), loser, count(lost.switches)));
  if (won.switching < lost.switching) {
    add(won.switching, lost.switching,
        fmt::format("switching took {}, not {}", time(won.switching), time(lost.switching)));
  }
  add_memory_reasons(found, won, lost, winner, loser);
  std::ranges::sort(found, std::ranges::greater(),
                    [](const Reason& reason) { return std::tie(reason.ratio, reason.text); });
  if (found.size() > most_reasons) found.resize(most_reasons);
  return found;
}

}  // namespace

std::string verdict(const MetricRanking& ranking, std::span<const ComparedRun> runs,
                    const std::vector<std::string>& policies) {
  if (!ranking.best || !ranking.worst) return {};
  const std::size_t best = *ranking.best;
  const std::size_t worst = *ranking.worst;
  const Metric& metric = *ranking.metric;
  const std::size_t seeds = runs.size() / policies.size();
  const auto runs_of = [&](std::size_t policy) { return runs.subspan(policy * seeds, seeds); };
  const auto value = [&](std::size_t policy) {
    return metric_text(metric.unit, ranking.standings[policy].value->mean);
  };
  // Who shares the rank with another value is no winner: the seeds do not tell.
  std::vector<std::string> winners;
  std::vector<std::string> undecided;
  for (std::size_t policy = 0; policy < policies.size(); ++policy) {
    if (!ranking.standings[policy].value || ranking.standings[policy].rank != 1) continue;
    (value(policy) == value(best) ? winners : undecided).push_back(policies[policy]);
  }
  std::string sentence = fmt::format("{} best in {} ({}; worst is {}, {})",
                                     winners.size() == 1 ? winners.front() + " is" : listed(winners) + " are",
                                     metric.name, value(best), policies[worst], value(worst));
  std::vector<std::string> texts;
  for (Reason& reason : reasons(counts_of(runs_of(best)), counts_of(runs_of(worst)),
                                winners.size() == 1 ? "it" : policies[best], policies[worst])) {
    texts.push_back(std::move(reason.text));
  }
  sentence += texts.empty() ? "; no counted cause sets them apart: the order of the queue alone does."
                            : fmt::format(": {}.", fmt::join(texts, "; "));
  if (undecided.empty()) return sentence;
  return fmt::format("{} The seeds do not tell {} from {}.", sentence, listed(undecided), policies[best]);
}

}  // namespace signalbox
