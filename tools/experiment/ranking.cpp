#include "tools/experiment/ranking.hpp"

#include <algorithm>

namespace signalbox {
namespace {

using Samples = std::vector<double>;

// One sample a seed; empty if any run lacks the number, because pairs by seed would not match.
Samples samples_of(const Metric& metric, std::span<const ComparedRun> runs) {
  Samples samples;
  for (const ComparedRun& run : runs) {
    const std::optional<double> value = run.is_done ? metric.value(run.report) : std::nullopt;
    if (!value) return {};
    samples.push_back(*value);
  }
  return samples;
}

}  // namespace

MetricRanking rank(const Metric& metric, std::span<const ComparedRun> runs, std::size_t policies) {
  MetricRanking ranking{.metric = &metric, .standings = std::vector<Standing>(policies), .best = {}, .worst = {}};
  const std::size_t seeds = runs.size() / policies;
  std::vector<Samples> samples;
  std::vector<std::size_t> order;
  for (std::size_t policy = 0; policy < policies; ++policy) {
    samples.push_back(samples_of(metric, runs.subspan(policy * seeds, seeds)));
    if (samples.back().empty()) continue;
    ranking.standings[policy].value = Estimate::of(samples.back());
    order.push_back(policy);
  }
  if (order.empty()) return ranking;
  std::ranges::sort(order, [&](std::size_t a, std::size_t b) {
    const double left = ranking.standings[a].value->mean;
    const double right = ranking.standings[b].value->mean;
    if (left == right) return a < b;
    return metric.better == Better::less ? left < right : left > right;
  });
  std::size_t leader = order.front();  // the best of the current rank
  for (std::size_t place = 0; place < order.size(); ++place) {
    const std::size_t policy = order[place];
    Standing& standing = ranking.standings[policy];
    if (differs(samples[leader], samples[policy])) leader = policy;
    standing.rank = leader == policy ? place + 1 : ranking.standings[leader].rank;
    standing.is_unsupported = standing.value->mean != ranking.standings[leader].value->mean;
  }
  ranking.best = order.front();
  ranking.worst = order.back();
  return ranking;
}

}  // namespace signalbox
