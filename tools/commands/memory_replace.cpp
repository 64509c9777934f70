#include <fmt/format.h>

#include <algorithm>

#include "kernel/mm/reclaim/registry.hpp"
#include "tools/commands/give_report.hpp"
#include "tools/commands/memory_command.hpp"
#include "tools/memory/placed_word.hpp"
#include "tools/memory/reference_text.hpp"
#include "tools/memory/replacement.hpp"
#include "workloads/formats/digits.hpp"

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

std::vector<const ReclaimerRow*> read_reclaimers(const std::string& text) {
  if (text == "all") return {all_reclaimers().begin(), all_reclaimers().end()};
  std::vector<const ReclaimerRow*> rows;
  for (const PlacedWord& name : parts_of("--policy", text)) {
    rows.push_back(find_reclaimer(name.text));
    if (rows.back() == nullptr) refuse(name, "is no policy", "all, or names of `signalbox list reclaimers`");
  }
  return rows;
}

std::vector<FrameSlot> read_frames(const std::string& text) {
  std::vector<FrameSlot> frames;
  for (const PlacedWord& part : parts_of("--frames", text)) {
    const auto number = [&](std::string_view digits) {
      const auto value = number_in<FrameSlot>(digits);
      if (!value || *value == 0 || *value > most_frames) {
        refuse(part, "is no number of frames", fmt::format("numbers from 1 to {} such as 3,4 or 1..7", most_frames));
      }
      return *value;
    };
    const std::size_t dots = part.text.find("..");
    const FrameSlot least = number(std::string_view(part.text).substr(0, dots));
    const FrameSlot most = dots == std::string::npos ? least : number(std::string_view(part.text).substr(dots + 2));
    if (most < least) refuse(part, "is no range of frames", "the lower number first");
    for (FrameSlot each = least; each <= most; ++each) frames.push_back(each);
  }
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
  std::string text = fault_table(request, rows);
  if (options.draws_all || rows.size() <= most_charts) {
    for (const ReplacementRow& row : rows) text += "\n" + replacement_chart(request, *row.policy, row.frames);
  }
  return give_report(global, {options.references}, text, replacement_json(request, rows));
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
    "replace", "a reference string under replacement policies: faults, and the frames",
    "signalbox memory replace \"7 0 1 2 0 3 0 4 2 3 0 3 2 1 2 0 1 7 0 1\" --policy fifo,lru,opt --frames 3", add};

}  // namespace signalbox
