#include "tools/memory/replacement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

constexpr std::size_t widest_line = 100;

ReferenceSettings settings_of(const ReplacementRequest& request, FrameSlot frames) {
  return {.frames = frames, .tick = request.tick, .tau = request.tau, .seed = request.seed};
}

std::size_t page_count(const ReplacementRequest& request) {
  std::set<PageKey> pages;
  for (const PageReference& reference : request.references) pages.insert(reference.page);
  return pages.size();
}

std::string heading(const ReplacementRequest& request) {
  const auto uses = [&](bool ReclaimerRow::* what) {
    return std::ranges::any_of(request.policies, [&](const ReclaimerRow* policy) { return policy->*what; });
  };
  std::string text = fmt::format("{} references to {} pages", request.references.size(), page_count(request));
  if (uses(&ReclaimerRow::uses_ticks)) text += fmt::format("; a tick every {}", request.tick);
  if (uses(&ReclaimerRow::uses_tau)) text += fmt::format("; tau {} references", request.tau);
  return text_lines(text + "; page faults:");
}

// "fifo: 10 faults with 4 frames, 9 with 3".
std::string anomalies(std::span<const ReplacementRow> rows) {
  std::string text;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const ReplacementRow& less = rows[i - 1];
    const ReplacementRow& more = rows[i];
    if (less.policy != more.policy || more.counts.faults <= less.counts.faults) continue;
    text += fmt::format("{}{}: {} faults with {} frames, {} with {}", text.empty() ? "" : "; ", more.policy->name,
                        more.counts.faults, more.frames, less.counts.faults, less.frames);
  }
  return text.empty() ? text : text_lines("More frames, more faults (Belady's anomaly): " + text + ".");
}

// The chart's lines before they are cut into blocks: a label, and a cell a reference.
struct ChartLine {
  std::string label;
  std::vector<std::string> cells;
};

std::vector<ChartLine> chart_lines(const ReplacementRequest& request, ReferenceRun& run, FrameSlot frames) {
  std::vector<ChartLine> lines{{"reference", {}}};
  for (FrameSlot slot = 0; slot < frames; ++slot) lines.push_back({fmt::format("frame {}", slot), {}});
  lines.push_back({"fault", {}});
  for (const PageReference& reference : request.references) {
    const ReferenceStep step = run.step();
    lines.front().cells.push_back(fmt::format("{}{}", reference.page, reference.is_write ? "w" : ""));
    const auto pages = run.frames();
    for (FrameSlot slot = 0; slot < frames; ++slot) {
      lines[slot + 1].cells.push_back(pages[slot] ? fmt::format("{}", *pages[slot]) : "");
    }
    lines.back().cells.emplace_back(step.is_fault ? "*" : "");
  }
  return lines;
}

}  // namespace

std::vector<ReplacementRow> compare_replacement(const ReplacementRequest& request) {
  std::vector<ReplacementRow> rows;
  for (const ReclaimerRow* policy : request.policies) {
    for (const FrameSlot frames : request.frames) {
      ReferenceRun run(*policy, request.references, settings_of(request, frames));
      rows.push_back({policy, frames, run.finish()});
    }
  }
  return rows;
}

std::string fault_table(const ReplacementRequest& request, std::span<const ReplacementRow> rows) {
  constexpr std::size_t name_width = 14;
  constexpr std::size_t cell_width = 12;
  constexpr std::size_t columns = (widest_line - name_width) / cell_width;
  std::string text = heading(request);
  for (std::size_t first = 0; first < request.frames.size(); first += columns) {
    const std::size_t end = std::min(first + columns, request.frames.size());
    text += fmt::format("\n{:<{}}", "frames", name_width);
    for (std::size_t i = first; i < end; ++i) text += fmt::format("{:>{}} ", request.frames[i], cell_width - 1);
    for (std::size_t row = 0; row < request.policies.size(); ++row) {
      text += fmt::format("\n{:<{}}", request.policies[row]->name, name_width);
      for (std::size_t i = first; i < end; ++i) {
        const std::uint64_t faults = rows[row * request.frames.size() + i].counts.faults;
        std::uint64_t least = faults;
        for (std::size_t other = i; other < rows.size(); other += request.frames.size()) {
          least = std::min(least, rows[other].counts.faults);
        }
        const bool is_marked = faults == least && request.policies.size() > 1;
        text += fmt::format("{:>{}}{}", faults, cell_width - 1, is_marked ? '*' : ' ');
      }
    }
    text += "\n";
  }
  return text + anomalies(rows);
}

std::string replacement_chart(const ReplacementRequest& request, const ReclaimerRow& policy, FrameSlot frames) {
  ReferenceRun run(policy, request.references, settings_of(request, frames));
  const std::vector<ChartLine> lines = chart_lines(request, run, frames);
  std::size_t width = 1;
  for (const ChartLine& line : lines) {
    for (const std::string& cell : line.cells) width = std::max(width, cell.size());
  }
  constexpr std::size_t label_width = 10;
  const std::size_t columns = std::max<std::size_t>(1, (widest_line - label_width) / (width + 1));
  const ReferenceCounts& counts = run.counts();
  std::string text = fmt::format("{}, {} frames: {} faults, {} of them with a replacement; {} writes\n", policy.name,
                                 frames, counts.faults, counts.evictions, counts.writes);
  for (std::size_t first = 0; first < request.references.size(); first += columns) {
    if (first != 0) text += "\n";
    for (const ChartLine& line : lines) {
      std::string out = fmt::format("{:<{}}", line.label, label_width);
      for (std::size_t i = first; i < std::min(first + columns, line.cells.size()); ++i) {
        out += fmt::format("{:>{}} ", line.cells[i], width);
      }
      out.erase(out.find_last_not_of(' ') + 1);
      text += out + "\n";
    }
  }
  return text;
}

std::string replacement_json(const ReplacementRequest& request, std::span<const ReplacementRow> rows) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const ReplacementRow& row : rows) {
    list.push_back({{"policy", row.policy->name},
                    {"frames", row.frames},
                    {"faults", row.counts.faults},
                    {"evictions", row.counts.evictions},
                    {"writes", row.counts.writes}});
  }
  const Json report{{"schema", 1},
                    {"references", request.references.size()},
                    {"pages", page_count(request)},
                    {"tick", request.tick},
                    {"tau", request.tau},
                    {"seed", request.seed},
                    {"rows", list}};
  return report.dump(1) + "\n";
}

}  // namespace signalbox
