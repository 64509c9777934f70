#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "kernel/mm/reclaim/registry.hpp"
#include "tools/commands/claimed_outputs.hpp"
#include "tools/commands/json_file.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/memory/reference_text.hpp"
#include "tools/memory/replacement.hpp"
#include "workloads/input_error.hpp"

namespace signalbox {
namespace {

constexpr FrameSlot most_frames = 1U << 24;
constexpr std::size_t most_charts = 4;

struct ReplaceOptions {
  std::string references;
  std::string policies = "all";
  std::string frames = "3,4";
  std::uint64_t tick = 4;
  std::uint64_t tau = 8;
  bool draws_all = false;
};

// Calls action(part, column) for each part between commas.
template <class Action>
void for_each_part(const std::string& text, Action action) {
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    action(text.substr(from, comma - from), static_cast<unsigned>(from + 1));
    from = comma + 1;
  }
}

std::vector<const ReclaimerRow*> read_reclaimers(const std::string& text) {
  if (text == "all") return {all_reclaimers().begin(), all_reclaimers().end()};
  std::vector<const ReclaimerRow*> rows;
  for_each_part(text, [&](const std::string& name, unsigned column) {
    rows.push_back(find_reclaimer(name));
    if (rows.back() == nullptr) {
      throw InputError({.file = "--policy", .line = 1, .column = column}, "there is no policy " + in_quotes(name),
                       "all, or names of `signalbox list reclaimers`");
    }
  });
  return rows;
}

std::vector<FrameSlot> read_frames(const std::string& text) {
  std::vector<FrameSlot> frames;
  for_each_part(text, [&](const std::string& part, unsigned column) {
    const auto refuse = [&] {
      throw InputError({.file = "--frames", .line = 1, .column = column}, in_quotes(part) + " is no number of frames",
                       fmt::format("numbers from 1 to {} such as 3,4 or 1..7", most_frames));
    };
    const auto number = [&](std::string_view digits) {
      FrameSlot value = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
      const bool is_whole = error == std::errc() && end == digits.data() + digits.size();
      if (!is_whole || value == 0 || value > most_frames) refuse();
      return value;
    };
    const std::size_t dots = part.find("..");
    const FrameSlot least = number(std::string_view(part).substr(0, dots));
    const FrameSlot most = dots == std::string::npos ? least : number(std::string_view(part).substr(dots + 2));
    if (most < least) refuse();
    for (FrameSlot each = least; each <= most; ++each) frames.push_back(each);
  });
  std::ranges::sort(frames);
  frames.erase(std::ranges::unique(frames).begin(), frames.end());
  return frames;
}

int replace(const ReplaceOptions& options, const GlobalOptions& global) {
  const ReplacementRequest request{.references = read_references(options.references),
                                   .policies = read_reclaimers(options.policies),
                                   .frames = read_frames(options.frames),
                                   .tick = options.tick,
                                   .tau = options.tau,
                                   .seed = global.seed};
  const std::vector<ReplacementRow> rows = compare_replacement(request);
  if (!global.json.empty()) {
    ClaimedOutputs claimed({global.json}, {});
    JsonFile file(global.json);
    file.write(replacement_json(request, rows));
    file.close();
    claimed.keep();
  }
  if (!global.prints_text()) return status_done;
  fmt::print("{}", fault_table(request, rows));
  if (!options.draws_all && rows.size() > most_charts) return status_done;
  for (const ReplacementRow& row : rows) fmt::print("\n{}", replacement_chart(request, *row.policy, row.frames));
  return status_done;
}

Action add(CLI::App& command, const GlobalOptions& global) {
  auto options = std::make_shared<ReplaceOptions>();
  command
      .add_option("REFERENCES", options->references,
                  "page numbers, such as \"7 0 1 2 0 3w\" (w: a write), or a file of them")
      ->required();
  command.add_option("--policy", options->policies, "all, or names separated by commas (`list reclaimers`)")
      ->capture_default_str();
  command.add_option("--frames", options->frames, "how many frames there are: 3,4 or 1..7")->capture_default_str();
  command.add_option("--tick", options->tick, "references between two clock interrupts (nru, aging); 0: none")
      ->capture_default_str();
  command.add_option("--tau", options->tau, "references that the working set looks back (wsclock)")
      ->capture_default_str();
  command.add_flag("--chart", options->draws_all, "draw what is in the frames, however many drawings that makes");
  return [options, &global] { return replace(*options, global); };
}

}  // namespace

extern const Command memory_replace_command{
    "replace", "a reference string under page replacement policies: faults, and what is in the frames",
    "signalbox memory replace \"7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\" --policy fifo,lru,opt --frames 3", add};

}  // namespace signalbox
