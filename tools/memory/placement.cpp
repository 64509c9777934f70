#include "tools/memory/placement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <nlohmann/json.hpp>
#include <numeric>

#include "kernel/base/check.hpp"
#include "kernel/mm/buddy.hpp"
#include "tools/metrics/text_cell.hpp"

namespace signalbox {
namespace {

constexpr std::array rules{PlacementRule{"first", Fit::first}, PlacementRule{"next", Fit::next},
                           PlacementRule{"best", Fit::best}, PlacementRule{"worst", Fit::worst},
                           PlacementRule{"buddy", std::nullopt}};

std::uint64_t sum(std::span<const std::uint64_t> sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

// Where each hole begins.
std::vector<std::uint64_t> hole_addresses(const PlacementRequest& request) {
  std::vector<std::uint64_t> addresses;
  std::uint64_t at = 0;
  for (const std::uint64_t hole : request.holes) {
    addresses.push_back(at);
    at += hole + request.between;
  }
  return addresses;
}

std::uint64_t memory_size(const PlacementRequest& request) {
  return sum(request.holes) + request.between * (request.holes.size() - 1);
}

std::size_t hole_of(const std::vector<std::uint64_t>& addresses, std::uint64_t address) {
  return static_cast<std::size_t>(std::ranges::upper_bound(addresses, address) - addresses.begin()) - 1;
}

SegmentMemory memory_with_holes(const PlacementRequest& request, Fit fit) {
  SegmentMemory memory(memory_size(request), fit);
  for (std::size_t i = 0; i < request.holes.size(); ++i) {
    CHECK(memory.allocate(request.holes[i]), "it is as large as all together");
    const bool is_last = i + 1 == request.holes.size();
    CHECK(is_last || request.between == 0 || memory.allocate(request.between), "it is as large as all together");
  }
  for (const std::uint64_t address : hole_addresses(request)) memory.release(address);
  return memory;
}

// How large the hole is that a segment would go to, by the hole that is not there any more afterwards.
std::uint64_t size_before(const SegmentMemory::Ranges& before, std::uint64_t address) {
  return before.at(address);  // a segment takes the lower end of its hole
}

PlacementResult place_by_fit(const PlacementRequest& request, const PlacementRule& rule) {
  SegmentMemory memory = memory_with_holes(request, *rule.fit);
  const std::vector<std::uint64_t> addresses = hole_addresses(request);
  PlacementResult result{.rule = &rule, .segments = {}, .holes = {}};
  std::vector<std::uint64_t> waiting;
  for (const std::uint64_t size : request.segments) {
    const SegmentMemory::Ranges before = memory.holes();
    PlacedSegment segment{.size = size, .address = memory.allocate(size), .block = size};
    if (segment.address) {
      segment.hole = hole_of(addresses, *segment.address);
      segment.hole_had = size_before(before, *segment.address);
    } else {
      waiting.push_back(size);
    }
    result.segments.push_back(segment);
  }
  for (const auto& [address, size] : memory.holes()) result.holes.push_back(size);
  for (const SegmentMemory::Move& move : memory.compact()) result.moved += move.bytes;
  for (const std::uint64_t size : waiting) {
    if (memory.allocate(size)) result.placed_then.push_back(size);
  }
  return result;
}

// A buddy system has a frame for each unit of memory.
class BuddyMemory {
 public:
  explicit BuddyMemory(const PlacementRequest& request)
      : frames_(memory_size(request)), buddy_(frames_, FrameNumber(0), static_cast<std::uint32_t>(frames_.size())) {
    while (buddy_.allocate(0)) {
    }
    const std::vector<std::uint64_t> addresses = hole_addresses(request);
    for (std::size_t i = 0; i < addresses.size(); ++i) {
      for (std::uint64_t at = addresses[i]; at < addresses[i] + request.holes[i]; ++at) give_back(at);
    }
  }

  // The address of a block for so much, if there is one.
  std::optional<std::uint64_t> allocate(unsigned order) {
    const auto block = order < orders ? buddy_.allocate(order) : std::nullopt;
    return block ? std::optional<std::uint64_t>(block->value()) : std::nullopt;
  }
  std::vector<std::uint64_t> free_blocks() const {
    std::vector<std::uint64_t> blocks;
    for (const Frame& frame : frames_) {
      if (frame.state == Frame::State::free) blocks.push_back(std::uint64_t{1} << frame.order);
    }
    return blocks;
  }
  BuddyMemory(const BuddyMemory&) = delete;
  BuddyMemory& operator=(const BuddyMemory&) = delete;

 private:
  void give_back(std::uint64_t at) { buddy_.give_back(FrameNumber(static_cast<FrameNumber::Value>(at))); }

  std::vector<Frame> frames_;
  Buddy buddy_;
};

PlacementResult place_by_buddy(const PlacementRequest& request, const PlacementRule& rule) {
  BuddyMemory memory(request);
  const std::vector<std::uint64_t> addresses = hole_addresses(request);
  PlacementResult result{.rule = &rule, .segments = {}, .holes = {}};
  for (const std::uint64_t size : request.segments) {
    const auto order = static_cast<unsigned>(std::bit_width(size - 1));
    PlacedSegment segment{.size = size, .address = memory.allocate(order), .block = std::uint64_t{1} << order};
    if (segment.address) {
      segment.hole = hole_of(addresses, *segment.address);
      segment.hole_had = segment.block;
      result.inside += segment.block - size;
    }
    result.segments.push_back(segment);
  }
  result.holes = memory.free_blocks();
  return result;
}

constexpr int label_width = 22;
constexpr int column_width = 15;

std::string place_text(const PlacedSegment& segment, const PlacementRequest& request) {
  if (!segment.address) return "waits";
  const std::uint64_t whole = request.holes[segment.hole];
  if (segment.block != segment.size) return fmt::format("{} of {}", segment.block, whole);
  return segment.hole_had == whole ? fmt::format("{}", whole) : fmt::format("{} of {}", segment.hole_had, whole);
}

// A line of the table, a cell for each result.
template <class Cell>
std::string line(std::string_view label, std::span<const PlacementResult> results, Cell cell) {
  std::string text = fmt::format("{:<{}}", label, label_width);
  for (const PlacementResult& result : results) {
    text += fmt::format("{:>{}}", cell(result), column_width);
  }
  return text + "\n";
}

std::string list_text(std::span<const std::uint64_t> sizes) { return fmt::format("{}", fmt::join(sizes, ", ")); }

std::string waiting_text(const PlacementResult& result) {
  std::string text;
  for (const PlacedSegment& segment : result.segments) {
    if (!segment.address) text += fmt::format("{}{}", text.empty() ? "" : ",", segment.size);
  }
  return text.empty() ? "-" : text;
}

}  // namespace

std::span<const PlacementRule> placement_rules() { return rules; }
std::uint64_t largest_buddy_block() { return std::uint64_t{1} << (orders - 1); }
std::uint64_t PlacementResult::free() const { return sum(holes); }
std::uint64_t PlacementResult::largest() const { return holes.empty() ? 0 : std::ranges::max(holes); }

double PlacementResult::fragmentation() const {
  return free() == 0 ? 0 : 1 - static_cast<double>(largest()) / static_cast<double>(free());
}

PlacementResult place(const PlacementRequest& request, const PlacementRule& rule) {
  return rule.fit ? place_by_fit(request, rule) : place_by_buddy(request, rule);
}

std::string placement_text(const PlacementRequest& request, std::span<const PlacementResult> results) {
  std::string text = text_lines(fmt::format("Holes of {}; segments of {} between them. Who goes into which hole (or "
                                            "what piece of it was left):",
                                            list_text(request.holes), request.between)) +
                     "\n" + line("segment", results, [](const PlacementResult& result) { return result.rule->name; });
  for (std::size_t i = 0; i < request.segments.size(); ++i) {
    text += line(fmt::format("{}", request.segments[i]), results,
                 [&](const PlacementResult& result) { return place_text(result.segments[i], request); });
  }
  const auto is_fit = [](const PlacementResult& result) { return result.rule->fit.has_value(); };
  const auto number = [&](bool shown, std::uint64_t value) {
    return shown ? fmt::format("{}", value) : std::string("-");
  };
  text +=
      "\n" + line("waiting", results, waiting_text) +
      line("free", results, [](const auto& result) { return result.free(); }) +
      line("in holes", results, [](const auto& result) { return result.holes.size(); }) +
      line("largest", results, [](const auto& result) { return result.largest(); }) +
      line("fragmentation", results,
           [](const auto& result) { return fmt::format("{:.4g} %", 100 * result.fragmentation()); }) +
      line("unused inside blocks", results, [](const auto& result) { return result.inside; }) +
      line("compaction moves", results, [&](const auto& result) { return number(is_fit(result), result.moved); }) +
      line("swapping transfers", results,
           [&](const auto& result) { return number(is_fit(result), 2 * result.moved); }) +
      line("fits then", results, [](const auto& result) {
        return result.placed_then.empty() ? std::string("-") : fmt::format("{}", fmt::join(result.placed_then, ","));
      });
  return text;
}

std::string placement_json(const PlacementRequest& request, std::span<const PlacementResult> results) {
  using Json = nlohmann::ordered_json;
  Json rows = Json::array();
  for (const PlacementResult& result : results) {
    Json segments = Json::array();
    for (const PlacedSegment& segment : result.segments) {
      Json json{{"size", segment.size}, {"address", Json()}, {"hole", Json()}, {"hole_had", Json()}};
      if (segment.address) {
        json["address"] = *segment.address;
        json["hole"] = segment.hole;
        json["hole_had"] = segment.hole_had;
      }
      segments.push_back(json);
    }
    rows.push_back({{"fit", result.rule->name},
                    {"segments", segments},
                    {"holes", result.holes},
                    {"free", result.free()},
                    {"largest", result.largest()},
                    {"fragmentation", result.fragmentation()},
                    {"inside", result.inside},
                    {"compaction_moves", result.moved},
                    {"swapping_transfers", 2 * result.moved},
                    {"placed_then", result.placed_then}});
  }
  const Json report{{"schema", 1},
                    {"holes", request.holes},
                    {"requests", request.segments},
                    {"between", request.between},
                    {"rows", rows}};
  return report.dump(1) + "\n";
}

}  // namespace signalbox
