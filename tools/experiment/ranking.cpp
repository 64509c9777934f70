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

// A policy that has values, among the others that have.
struct Entrant {
  std::size_t policy;
  Samples samples;
  double mean;
  std::size_t beaten = 0;  // how many it is better than
};

bool has_better_mean(const Metric& metric, const Entrant& one, const Entrant& other) {
  return metric.better == Better::less ? one.mean < other.mean : one.mean > other.mean;
}
bool look_equal(const Metric& metric, const Entrant& one, const Entrant& other) {
  return metric_text(metric.unit, one.mean) == metric_text(metric.unit, other.mean);
}
bool is_better(const Metric& metric, const Entrant& one, const Entrant& other) {
  return has_better_mean(metric, one, other) && !look_equal(metric, one, other) && differs(one.samples, other.samples);
}

void give_ranks(MetricRanking& ranking, std::vector<Entrant>& entrants) {
  const Metric& metric = *ranking.metric;
  for (Entrant& entrant : entrants) {
    const auto beats_it = [&](const Entrant& other) { return is_better(metric, other, entrant); };
    const auto is_beaten = [&](const Entrant& other) { return is_better(metric, entrant, other); };
    const auto better = static_cast<std::size_t>(std::ranges::count_if(entrants, beats_it));
    entrant.beaten = static_cast<std::size_t>(std::ranges::count_if(entrants, is_beaten));
    ranking.standings[entrant.policy].rank = 1 + better;
  }
  for (const Entrant& entrant : entrants) {
    Standing& standing = ranking.standings[entrant.policy];
    standing.is_unsupported = std::ranges::any_of(entrants, [&](const Entrant& other) {
      return ranking.standings[other.policy].rank == standing.rank && !look_equal(metric, entrant, other) &&
             !is_better(metric, entrant, other) && !is_better(metric, other, entrant);
    });
  }
}

void name_best_and_worst(MetricRanking& ranking, const std::vector<Entrant>& entrants) {
  const Metric& metric = *ranking.metric;
  const Entrant* best = nullptr;
  for (const Entrant& entrant : entrants) {
    if (ranking.standings[entrant.policy].rank != 1) continue;
    const bool goes_first = best == nullptr || entrant.beaten > best->beaten ||
                            (entrant.beaten == best->beaten && has_better_mean(metric, entrant, *best));
    if (goes_first) best = &entrant;
  }
  if (best == nullptr) return;
  ranking.best = best->policy;
  const Entrant* worst = nullptr;
  for (const Entrant& entrant : entrants) {
    if (!is_better(metric, *best, entrant)) continue;
    if (worst == nullptr || !has_better_mean(metric, entrant, *worst)) worst = &entrant;
  }
  if (worst != nullptr) ranking.worst = worst->policy;
}

}  // namespace

MetricRanking rank(const Metric& metric, std::span<const ComparedRun> runs, std::size_t policies) {
  MetricRanking ranking{.metric = &metric, .standings = std::vector<Standing>(policies), .best = {}, .worst = {}};
  const std::size_t seeds = runs.size() / policies;
  std::vector<Entrant> entrants;
  for (std::size_t policy = 0; policy < policies; ++policy) {
    Samples samples = samples_of(metric, runs.subspan(policy * seeds, seeds));
    if (samples.empty()) continue;
    const Estimate estimate = Estimate::of(samples);
    ranking.standings[policy].value = estimate;
    entrants.push_back({.policy = policy, .samples = std::move(samples), .mean = estimate.mean});
  }
  give_ranks(ranking, entrants);
  name_best_and_worst(ranking, entrants);
  return ranking;
}

}  // namespace signalbox
