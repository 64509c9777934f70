#include "tools/memory/tlb_report.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/memory/placed_word.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

using Json = nlohmann::ordered_json;

double nanoseconds(Duration duration) { return static_cast<double>(duration.nanoseconds()); }

double ratio(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : static_cast<double>(part) / static_cast<double>(whole);
}

double hits_of(const TlbCounts& counts) { return 1 - ratio(counts.mmu.l2_misses, counts.mmu.accesses); }

std::string time_cell(double ns) { return number_cell(ns) + " ns"; }
std::string percent_cell(double share) { return number_cell(100 * share) + " %"; }

std::uint64_t large_bytes(const TlbRequest& request) {
  return request.format->levels[request.format->large_level()].entry_span();
}
bool has_large(const TlbRequest& request) { return large_bytes(request) != page_bytes; }

unsigned levels_of(const TlbRequest& request) {
  const PageFormat& format = *request.format;
  return 1 + (request.page == PageSize::large ? format.large_level() : format.last_level());
}

// One of the TLB's arrays, and the pages it is for.
struct ReachRow {
  std::string name;
  CacheGeometry geometry;
  bool has_small;
  bool has_large;
};

std::vector<ReachRow> reach_rows(const TlbRequest& request) {
  const TlbGeometry& tlb = request.mmu.tlb;
  const bool is_large = has_large(request);
  std::vector<ReachRow> rows{{"L1, small pages", tlb.small_l1, true, false}};
  if (is_large) rows.push_back({"L1, large pages", tlb.large_l1, false, true});
  rows.push_back({"L2", tlb.l2, true, is_large});
  return rows;
}

std::string reach_text(const TlbRequest& request) {
  const auto size = [](std::uint64_t bytes) { return bytes_cell(static_cast<double>(bytes)); };
  const bool is_large = has_large(request);
  const auto line = [is_large](std::string_view name, std::string_view geometry, std::string_view entries,
                               const std::string& small, const std::string& large) {
    const std::string text = fmt::format("{:<18}{:>12}{:>9}{:>12}", name, geometry, entries, small);
    return is_large ? text + fmt::format("{:>12}\n", large) : text + "\n";
  };
  std::string text = line("reach", "sets x ways", "entries", size(page_bytes), size(large_bytes(request)));
  for (const ReachRow& row : reach_rows(request)) {
    const std::uint64_t entries = row.geometry.entries();
    text += line(row.name, fmt::format("{} x {}", row.geometry.sets, row.geometry.ways), fmt::format("{}", entries),
                 row.has_small ? size(entries * page_bytes) : "-",
                 row.has_large ? size(entries * large_bytes(request)) : "-");
  }
  return text;
}

std::string formula_text(const TlbReport& report) {
  const unsigned k = levels_of(report.request);
  std::string text =
      fmt::format("\neffective access time = alpha (eps + m) + (1 - alpha) (eps + (k + 1) m), eps {}, m {}, k {}\n",
                  duration_cell(report.prices.tlb), duration_cell(report.prices.memory), k);
  for (const double hits : report.hit_ratios) {
    text += fmt::format("  alpha {:<10}{:>14}\n", percent_cell(hits), time_cell(effective_ns(report.prices, hits, k)));
  }
  const double rate = ten_percent_rate(report.prices);
  text += fmt::format("with page faults = (1 - p) m + p F, F {}; 10 % slower at p = {:.3g}, one access in {:.0f}\n",
                      duration_cell(report.prices.fault), rate, 1 / rate);
  for (const double share : report.fault_rates) {
    text += fmt::format("  p {:<14.4g}{:>14}\n", share, time_cell(with_faults_ns(report.prices, share)));
  }
  return text;
}

std::string simulation_text(const TlbReport& report) {
  const TlbCounts& counts = report.alone;
  const TlbRequest& request = report.request;
  const std::uint64_t l2_hits = counts.mmu.l1_misses - counts.mmu.l2_misses;
  const auto line = [&](std::string_view who, std::uint64_t count) {
    return fmt::format("  {:<16}{:>12}{:>12}\n", who, count, percent_cell(ratio(count, counts.mmu.accesses)));
  };
  std::string text = text_lines(
      fmt::format("simulated: {}, {} pages of {} ({}), {} accesses, {}", report.pattern_name, request.pattern.pages,
                  bytes_cell(static_cast<double>(request.pattern.page_bytes)),
                  bytes_cell(static_cast<double>(request.pattern.bytes())), counts.mmu.accesses, request.format->name));
  text += line("L1 hits", counts.mmu.accesses - counts.mmu.l1_misses) + line("L2 hits", l2_hits) +
          line("walks", counts.mmu.l2_misses);
  text += fmt::format("  {:<16}{:>12}{:>12.4g} a walk, of at most {}\n", "table accesses", counts.mmu.walk_accesses,
                      ratio(counts.mmu.walk_accesses, counts.mmu.l2_misses), levels_of(request));
  text += fmt::format("  {:<16}{:>12}\n", "access time", time_cell(measured_ns(report.prices, counts)));
  text += fmt::format("  {:<16}{:>12}  by the formula with alpha {}\n", "",
                      time_cell(effective_ns(report.prices, hits_of(counts), levels_of(request))),
                      percent_cell(hits_of(counts)));
  return "\n" + text;
}

constexpr std::array<std::string_view, 3> turn_names{"threads of one process", "processes, tagged",
                                                     "processes, not tagged"};

// More than without switching, for each switch, to a tenth; less than 0 where turns help.
double extra(std::uint64_t with, std::uint64_t without, std::uint64_t switches) {
  if (switches == 0) return 0;
  const double each = (static_cast<double>(with) - static_cast<double>(without)) / static_cast<double>(switches);
  return std::round(each * 10) / 10 + 0.0;  // no -0
}

std::string switch_text(const TlbReport& report) {
  const TlbRequest& request = report.request;
  std::string text =
      text_lines(fmt::format("{} take turns of {} accesses, each with pages of its own; more than by itself, a switch:",
                             request.processes, request.switch_every)) +
      fmt::format("  {:<24}{:>13}{:>12}{:>9}{:>17}{:>14}\n", "", "entries lost", "L1 misses", "walks", "table accesses",
                  "time");
  for (std::size_t i = 0; i < report.turns.size(); ++i) {
    const TlbCounts& counts = report.turns[i];
    const auto cell = [&](std::uint64_t MmuCounters::* what) {
      return extra(counts.mmu.*what, report.apart.mmu.*what, counts.switches);
    };
    const double accesses = cell(&MmuCounters::walk_accesses);
    text +=
        fmt::format("  {:<24}{:>13.1f}{:>12.1f}{:>9.1f}{:>17.1f}{:>14}\n", turn_names[i],
                    ratio(counts.entries_lost, counts.switches), cell(&MmuCounters::l1_misses),
                    cell(&MmuCounters::l2_misses), accesses, time_cell(accesses * nanoseconds(report.prices.memory)));
  }
  return "\n" + text;
}

Json counts_json(const TlbCounts& counts) {
  return {{"accesses", counts.mmu.accesses}, {"l1_misses", counts.mmu.l1_misses},
          {"walks", counts.mmu.l2_misses},   {"walk_accesses", counts.mmu.walk_accesses},
          {"switches", counts.switches},     {"entries_lost", counts.entries_lost}};
}

Json reach_json(const TlbRequest& request) {
  Json rows = Json::array();
  for (const ReachRow& row : reach_rows(request)) {
    rows.push_back({{"level", row.name},
                    {"entries", row.geometry.entries()},
                    {"small_bytes", row.has_small ? Json(row.geometry.entries() * page_bytes) : Json()},
                    {"large_bytes", row.has_large ? Json(row.geometry.entries() * large_bytes(request)) : Json()}});
  }
  return rows;
}

}  // namespace

double effective_ns(const AccessPrices& prices, double hits, double walk_accesses) {
  const double eps = nanoseconds(prices.tlb);
  const double m = nanoseconds(prices.memory);
  return hits * (eps + m) + (1 - hits) * (eps + (walk_accesses + 1) * m);
}

double measured_ns(const AccessPrices& prices, const TlbCounts& counts) {
  const double m = nanoseconds(prices.memory);
  return nanoseconds(prices.tlb) + m + m * ratio(counts.mmu.walk_accesses, counts.mmu.accesses);
}

double with_faults_ns(const AccessPrices& prices, double fault_rate) {
  return (1 - fault_rate) * nanoseconds(prices.memory) + fault_rate * nanoseconds(prices.fault);
}

double ten_percent_rate(const AccessPrices& prices) {
  return 0.1 * nanoseconds(prices.memory) / (nanoseconds(prices.fault) - nanoseconds(prices.memory));
}

TlbReport examine_tlb(const TlbRequest& request, const AccessPrices& prices) {
  TlbReport report{.request = request,
                   .prices = prices,
                   .hit_ratios = {},
                   .fault_rates = {},
                   .pattern_name = {},
                   .alone = run_alone(request),
                   .apart = {}};
  if (request.processes < 2) return report;
  report.apart = run_turns(request, Turns::none);
  report.turns = {run_turns(request, Turns::threads), run_turns(request, Turns::tagged),
                  run_turns(request, Turns::untagged)};
  return report;
}

std::string tlb_text(const TlbReport& report) {
  return reach_text(report.request) + formula_text(report) + simulation_text(report) +
         (report.request.processes < 2 ? "" : switch_text(report));
}

std::string tlb_json(const TlbReport& report) {
  const unsigned k = levels_of(report.request);
  Json formula = Json::array();
  for (const double hits : report.hit_ratios) {
    formula.push_back({{"hit_ratio", hits}, {"ns", effective_ns(report.prices, hits, k)}});
  }
  Json faults = Json::array();
  for (const double rate : report.fault_rates) {
    faults.push_back({{"fault_rate", rate}, {"ns", with_faults_ns(report.prices, rate)}});
  }
  Json json{{"schema", 1},
            {"format", report.request.format->name},
            {"seed", report.request.seed},
            {"reach", reach_json(report.request)},
            {"formula", formula},
            {"faults", faults},
            {"ten_percent_fault_rate", ten_percent_rate(report.prices)},
            {"pattern", report.pattern_name},
            {"alone", counts_json(report.alone)},
            {"alone_ns", measured_ns(report.prices, report.alone)}};
  if (report.request.processes < 2) return json.dump(1) + "\n";
  json["apart"] = counts_json(report.apart);
  json["threads"] = counts_json(report.turns[0]);
  json["tagged"] = counts_json(report.turns[1]);
  json["untagged"] = counts_json(report.turns[2]);
  return json.dump(1) + "\n";
}

}  // namespace signalbox
